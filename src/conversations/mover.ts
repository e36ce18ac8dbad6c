import { eq, sql } from "drizzle-orm";
import type { ContactMover } from "../contacts/merge.ts";
import { conversations, messages } from "./schema.ts";

/**
 * Gives a merged contact's conversations and messages to the contact that stays. Its identities keep their ids, so
 * each conversation goes on with whoever writes in it.
 */
export const conversationContactMover: ContactMover = (tenant, fromContactId, toContactId) => [
  tenant.db
    .update(conversations)
    .set({ contactId: toContactId })
    .where(tenant.of(conversations, eq(conversations.contactId, fromContactId))),
  tenant.db
    .update(messages)
    .set({
      contactId: toContactId,
      senderId: sql`iif(${messages.senderKind} = 'contact', ${toContactId}, ${messages.senderId})`,
    })
    .where(tenant.of(messages, eq(messages.contactId, fromContactId))),
];

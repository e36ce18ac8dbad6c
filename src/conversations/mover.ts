import { eq, type SQL, sql } from "drizzle-orm";
import type { ContactMover } from "../contacts/merge.ts";
import type { Tenant } from "../tenant/tenant.ts";
import { conversations, messages } from "./schema.ts";

/**
 * Gives a merged contact's conversations and messages to the contact that stays. Its identities keep their ids, so
 * each conversation goes on with whoever writes in it.
 */
export const conversationContactMover: ContactMover = (tenant, fromContactId, toContactId) => [
  // Before they move: afterwards they could not be told from those that the other contact had.
  tenant.db
    .update(messages)
    .set({ senderId: toContactId })
    .where(
      tenant.of(
        messages,
        sql`${messages.conversationId} IN (${conversationsOf(tenant, fromContactId)})`,
        eq(messages.senderKind, "contact"),
      ),
    ),
  tenant.db
    .update(conversations)
    .set({ contactId: toContactId })
    .where(tenant.of(conversations, sql`${conversations.id} IN (${conversationsOf(tenant, fromContactId)})`)),
];

/** By the index: SQLite would take the primary key of a table WITHOUT ROWID, and go through the workspace. */
function conversationsOf({ workspaceId }: Tenant, contactId: string): SQL {
  return sql`SELECT c.id FROM conversations c INDEXED BY conversations_by_contact
    WHERE c.workspace_id = ${workspaceId} AND c.contact_id = ${contactId}`;
}

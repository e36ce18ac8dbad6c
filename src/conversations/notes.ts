import { newId } from "../tenant/ids.ts";
import type { Tenant } from "../tenant/tenant.ts";
import { appendMessage, type Message, senderOf } from "./append.ts";
import { getConversation, getMessage } from "./read.ts";

/**
 * Writes a private note into a conversation: for the team, never for the contact.
 * @throws Failure `not_found`
 */
export async function addNote(tenant: Tenant, conversationId: string, text: string): Promise<Message> {
  const conversation = await getConversation(tenant, conversationId);
  const at = Date.now();
  const id = newId("message", at);
  await tenant.batch(
    appendMessage(tenant, conversation, {
      id,
      kind: "note",
      direction: "out",
      sender: senderOf(tenant.actor),
      text,
      sourceId: null,
      at,
    }),
  );
  return getMessage(tenant, id);
}

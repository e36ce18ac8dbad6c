import { newId } from "../tenant/ids.ts";
import type { Tenant } from "../tenant/tenant.ts";
import { type Message, senderOf } from "./append.ts";
import { getConversation, getMessage } from "./read.ts";
import { ConversationTurn } from "./turn.ts";

/**
 * Writes a private note into a conversation: for the team, never for the contact.
 * @throws Failure `not_found`
 */
export async function addNote(tenant: Tenant, conversationId: string, text: string): Promise<Message> {
  const conversation = await getConversation(tenant, conversationId);
  const at = tenant.now();
  const id = newId("message", at);
  // A note is counted nowhere, so whose chatbot the inbox has does not matter.
  const inbox = { id: conversation.inboxId, channel: "", chatbotId: null };
  const turn = new ConversationTurn(tenant, { inbox, conversation, isNew: false }, at);
  turn.note({ id, text }, senderOf(tenant.actor));
  await tenant.batch(turn.statements());
  return getMessage(tenant, id);
}

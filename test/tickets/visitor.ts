import type { Call } from "../../src/calls/define.ts";
import { findOrCreateVisitorContact } from "../../src/contacts/identities.ts";
import { receiveMessage } from "../../src/conversations/inbound.ts";
import { createInbox } from "../../src/inboxes/store.ts";
import { newId } from "../../src/tenant/ids.ts";

/** An inbox with a conversation that a visitor began. */
export async function visitorConversation({ tenant }: Call, name = "Vera Visitor") {
  const chatbotId = newId("chatbot");
  const inbox = await createInbox(tenant, { channel: "web", name: `Inbox of ${name}`, chatbotId });
  const identity = await findOrCreateVisitorContact(tenant, {
    inboxId: inbox.id,
    channel: "web",
    sourceId: newId("identity"),
    name,
    email: `${newId("contact")}@example.com`,
  });
  const { conversationId } = await receiveMessage(tenant, {
    inbox: { id: inbox.id, channel: "web", chatbotId },
    identity: { contactId: identity.contactId, identityId: identity.identityId, contactName: name },
    text: "My order has not arrived.",
  });
  return { inboxId: inbox.id, chatbotId, contactId: identity.contactId, conversationId };
}

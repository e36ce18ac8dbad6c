import { findOrCreateVisitorContact } from "../src/contacts/identities.ts";
import { receiveMessage } from "../src/conversations/inbound.ts";
import { conversationTools } from "../src/conversations/tools.ts";
import { createWorkspace } from "../src/gate/workspaces.ts";
import { createInbox } from "../src/inboxes/store.ts";
import { newId } from "../src/tenant/ids.ts";
import { Tenant } from "../src/tenant/tenant.ts";
import { testCall } from "../test/call.ts";

/** What people write: some sentences of an ordinary length. */
const SAID = [
  "Hello, where is my order? It should have come on Monday.",
  "Thank you for writing to us. Your parcel left our warehouse yesterday and comes tomorrow before noon.",
  "Great, thanks! And can I send the jacket back if it does not fit?",
  "Yes: within thirty days, free of charge. The label is in the box, and the money is back within a week.",
];

/**
 * Conversations as they are had, four messages each of a visitor and a team in turn, through the product's own
 * functions on the first shard.
 * @returns how many messages were written
 */
export async function talk(env: Env, conversations: number): Promise<number> {
  const workspace = await createWorkspace(env, { name: "Talk", plan: "enterprise", shard: "TENANT_1" });
  const call = testCall({ workspaceId: workspace.id });
  const inbox = await createInbox(call.tenant, { channel: "web", name: "Website" });
  const visitor = new Tenant(env.TENANT_1, {
    workspaceId: workspace.id,
    inboxes: [inbox.id],
    actor: { kind: "contact", id: "visitor", name: "Visitor", credentialId: null },
    timeZone: "UTC",
  });
  const reply = conversationTools.find(({ name }) => name === "reply_to_conversation");
  for (let i = 0; i < conversations; i++) {
    const identity = await findOrCreateVisitorContact(visitor, {
      inboxId: inbox.id,
      channel: "web",
      sourceId: newId("identity"),
      name: `Ann Example ${i}`,
      email: `ann.example.${i}@example.com`,
    });
    for (let at = 0; at < SAID.length; at += 2) {
      const { conversationId } = await receiveMessage(visitor, {
        inbox: { id: inbox.id, channel: "web", chatbotId: null },
        identity: { ...identity },
        text: `${SAID[at]} ${i}`,
      });
      const prepared = reply?.prepare({ conversationId, text: `${SAID[at + 1]} ${i}` });
      if (!prepared || "failure" in prepared) throw new Error("The reply is not valid.");
      await prepared.run(call);
    }
  }
  return conversations * SAID.length;
}

import { env } from "cloudflare:workers";
import { beforeAll } from "vitest";
import { catalogue } from "../../src/catalogue.ts";
import { addMember } from "../../src/gate/workspaces.ts";
import { newId } from "../../src/tenant/ids.ts";
import { growing } from "./checks.ts";
import { cursors, takesCursor } from "./cursors.ts";
import { growWorld } from "./seed.ts";
import { callTool, makeWorld, type World } from "./world.ts";

/** Every tool that takes a cursor against cursors of others, and such as nobody gave out. */
let mine: World;
let theirs: World;
let elsewhere: World;

beforeAll(async () => {
  mine = await makeWorld("cursormine", { shard: "TENANT_1" });
  theirs = await makeWorld("cursortheirs", { shard: "TENANT_1" });
  elsewhere = await makeWorld("cursorelsewhere", { shard: "TENANT_2" });
  for (const world of [mine, theirs, elsewhere]) {
    // Enough for a second page of every list.
    await growWorld(world, 24);
    await growTheRest(world);
  }
});

/** What has no rows of its own by the hundred: a flow of two pages, people, custom fields and a contact's values. */
async function growTheRest({ workspace, client, open }: World): Promise<void> {
  const at = { position: { x: 0, y: 0 } };
  const message = (n: number) => ({ id: `m${n}`, type: "message", data: { text: "A".repeat(900) }, ...at });
  const nodes = [
    { id: "start", type: "start", data: {}, ...at },
    ...Array.from({ length: 60 }, (_, n) => message(n)),
  ];
  const done = async (name: string, args: Record<string, unknown>) => {
    const { code, text } = await callTool(client, name, args);
    if (code !== null) throw new Error(text);
  };
  // Named by its own id or by its chatbot's, whichever the samples name.
  for (const which of [{ flowId: open.shared.flowId }, { chatbotId: open.shared.chatbotId }]) {
    await done("update_chatbot_flow", { ...which, flow: { nodes, edges: [] } });
  }
  await done("create_custom_field", { key: "shoe", label: "Shoe", type: "text" });
  for (const field of ["size", "shoe"]) {
    await done("set_contact_custom_field", { contactId: open.ids.contactId, field, value: "42" });
  }
  await addMember(env, workspace.id, {
    userId: newId("user"),
    name: "Second",
    email: `${newId("user")}@team.example`,
    role: "agent",
  });
}

growing(catalogue.tools.filter(takesCursor), cursors, () => ({ mine, theirs, elsewhere }));

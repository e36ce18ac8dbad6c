import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { z } from "zod";
import { catalogue } from "../../src/catalogue.ts";
import { addIdentityStatements } from "../../src/contacts/identities.ts";
import { createInbox } from "../../src/inboxes/store.ts";
import { newId } from "../../src/tenant/ids.ts";
import { testCall } from "../call.ts";
import { browser, chat, open, say } from "../channels/browser.ts";
import { botWorkspace } from "../channels/telegram-setting.ts";
import { callIn, eventTypes, failure, run, shapes } from "../conversations/setting.ts";
import { written } from "../live/setting.ts";
import { chatWith, call as dial } from "../rooms/setting.ts";
import { failureOf, runTool } from "../run.ts";

const shape = z.looseObject({
  id: z.string(),
  blockedAt: z.string().nullable(),
  droppedMessages: z.int(),
});

async function use(team: Parameters<typeof runTool>[1], name: string, contactId: string) {
  return shape.parse(await runTool(catalogue.tools, team, name, { contactId }));
}

it("drops and counts what a blocked contact writes, by polling and over a socket, and nothing is sent to it", async () => {
  const { inbox, team } = await chatWith([["hello", "message", { text: "Hello!" }]]);
  const page = browser();
  const token = await open(page, inbox.publicKey, { name: "Ada" });
  const line = await dial(token);
  await line.hear("ready");
  const { conversationId } = await say(page, token, "Hi");
  const { contact } = await run(team, "get_conversation", { conversationId }, shapes.thread);
  const before = (await written(team)).messages;
  expect(await use(team, "block_contact", contact.id)).toMatchObject({
    blockedAt: expect.any(String),
    droppedMessages: 0,
  });
  await use(team, "block_contact", contact.id);
  expect((await eventTypes(team)).filter((type) => type === "contact.blocked")).toHaveLength(1);
  const refused = await page("POST", "/messages", { token, body: { text: "Let me in" } });
  expect(refused).toMatchObject({ status: 403, body: { error: { code: "blocked" } } });
  line.say({ type: "message", text: "Let me in!", clientMessageId: "9" });
  expect(await line.hear("error")).toMatchObject({ clientMessageId: "9", error: { code: "blocked" } });
  expect(await use(team, "get_contact", contact.id)).toMatchObject({ droppedMessages: 2 });
  expect((await written(team)).messages).toBe(before);
  for (const [tool, args] of [
    ["reply_to_conversation", { conversationId, text: "No" }],
    ["send_message", { contactId: contact.id, text: "No" }],
    ["start_conversation", { contactId: contact.id, inboxId: inbox.id, text: "No" }],
  ] as const) {
    expect(await failure(team, tool, args), tool).toMatchObject({ code: "not_allowed" });
  }
  expect(await use(team, "unblock_contact", contact.id)).toMatchObject({ blockedAt: null });
  await say(page, token, "Sorry");
  await run(team, "reply_to_conversation", { conversationId, text: "Fine" }, shapes.sent);
});

it("ends a flow that waits: nothing more goes to who is blocked", async () => {
  const { inbox, team } = await chatWith([
    ["wait", "delay", { seconds: 1 }],
    ["later", "message", { text: "Later" }],
  ]);
  const page = browser();
  const token = await open(page, inbox.publicKey);
  const { conversationId } = await say(page, token, "Hi");
  const { contact } = await run(team, "get_conversation", { conversationId }, shapes.thread);
  await use(team, "block_contact", contact.id);
  await new Promise((resolve) => setTimeout(resolve, 2_500));
  const { messages } = await run(team, "get_conversation", { conversationId }, shapes.thread);
  expect(messages.map(({ text }) => text)).toEqual(["Hi"]);
});

it("takes a blocked customer's updates from Telegram, who is not told them again", async () => {
  const { chat: person, team } = await botWorkspace();
  await person.say("Hi");
  const { items } = await run(team, "list_conversations", {}, shapes.page);
  const conversationId = String(items[0]?.id);
  const { contact } = await run(team, "get_conversation", { conversationId }, shapes.thread);
  await use(team, "block_contact", contact.id);
  await person.say("Spam");
  expect(await use(team, "get_contact", contact.id)).toMatchObject({ droppedMessages: 1 });
  expect((await written(team)).messages).toBe(1);
});

it("is for who sees all inboxes that the contact is known in", async () => {
  const { tenant, inbox, workspace, page } = await chat();
  const { conversationId } = await say(page, await open(page, inbox.publicKey), "Hi");
  const team = testCall({
    workspaceId: workspace.id,
    database: env[workspace.shard === "TENANT_1" ? "TENANT_1" : "TENANT_2"],
  });
  const { contact } = await run(team, "get_conversation", { conversationId }, shapes.thread);
  const other = await createInbox(tenant, { channel: "web", name: "Other" });
  const database = env[workspace.shard === "TENANT_1" ? "TENANT_1" : "TENANT_2"];
  const stranger = callIn(team, { database, inboxes: [other.id] });
  expect(await failureOf(use(stranger, "block_contact", contact.id))).toMatchObject({ code: "not_found" });
  // Known in both, the one who sees one of them may not shut it out of the other.
  await tenant.batch([
    ...addIdentityStatements(tenant, {
      ...{ id: newId("identity"), contactId: contact.id, inboxId: other.id, channel: "web" },
      ...{ sourceId: "v_other", at: Date.now() },
    }),
  ]);
  expect(await failureOf(use(stranger, "block_contact", contact.id))).toMatchObject({ code: "not_allowed" });
});

import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { createTag } from "../../src/contacts/tags.ts";
import { getConversation } from "../../src/conversations/read.ts";
import { updateInbox } from "../../src/inboxes/store.ts";
import { testCall } from "../call.ts";
import { browser, chat, open } from "../channels/browser.ts";
import { make } from "../chatbots/setting.ts";
import { run, shapes } from "../conversations/setting.ts";
import type { Sketch } from "../flows/flows.ts";
import { liveMain, written } from "../live/setting.ts";
import { call, textOf } from "./setting.ts";

const WELCOME: Sketch[] = [
  ["hello", "message", { text: "Hello!" }],
  ["email", "question", { text: "Your email?", answer: "email", variable: "email" }],
  ["tag", "add_tag", { tag: "newsletter" }],
  ["lead", "create_lead", { email: "{{email}}" }],
  ["ticket", "create_ticket", { subject: "Newsletter of {{email}}", priority: "normal" }],
  ["thanks", "message", { text: "Thank you, {{email}}." }],
];

/** A chat whose chatbot runs this flow, and an assistant of its workspace. */
async function chatWith(nodes: Sketch[]) {
  const place = await chat();
  const { workspace, inbox, tenant } = place;
  const team = testCall({
    workspaceId: workspace.id,
    database: env[workspace.shard === "TENANT_1" ? "TENANT_1" : "TENANT_2"],
  });
  team.principal.shard = workspace.shard;
  const chatbotId = await make(team);
  await createTag(tenant, { name: "newsletter" });
  await liveMain(team, chatbotId, nodes);
  await updateInbox(tenant, inbox.id, { chatbotId });
  return { ...place, team, chatbotId };
}

it("a visitor is led through the published flow, over a socket, and an assistant's reply arrives at once", async () => {
  const { inbox, tenant, team } = await chatWith(WELCOME);
  const token = await open(browser(), inbox.publicKey, { name: "Ada" });
  const line = await call(token);
  await line.hear("ready");
  line.say({ type: "message", text: "Hi", clientMessageId: "1" });
  const sent = await line.hear("sent");
  expect(sent).toMatchObject({ clientMessageId: "1", message: { text: "Hi" } });
  await line.hear("message", (one) => textOf(one) === "Your email?");
  line.say({ type: "message", text: "ada@example.com", clientMessageId: "2" });
  await line.hear("message", (one) => textOf(one) === "Thank you, ada@example.com.");
  expect(line.texts()).toEqual([
    "Hi",
    "Hello!",
    "Your email?",
    "ada@example.com",
    "Thank you, ada@example.com.",
  ]);
  const conversationId = String(sent.conversationId);
  expect(await getConversation(tenant, conversationId)).toMatchObject({ status: "pending" });
  expect(await written(team)).toEqual({ sessions: 1, responses: 1, messages: 5 });

  await run(team, "reply_to_conversation", { conversationId, text: "A person here." }, shapes.sent);
  await line.hear("message", (one) => textOf(one) === "A person here.");
});

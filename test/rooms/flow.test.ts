import { describe, expect, it } from "vitest";
import { z } from "zod";
import { changeChatbot } from "../../src/chatbots/store.ts";
import { APART } from "../../src/conversations/append.ts";
import { getConversation } from "../../src/conversations/read.ts";
import { latestSession } from "../../src/flows/run/sessions.ts";
import { workspaceTools } from "../../src/workspace/tools.ts";
import { browser, open, say } from "../channels/browser.ts";
import { run, shapes } from "../conversations/setting.ts";
import type { Sketch } from "../flows/flows.ts";
import { live, send, written } from "../live/setting.ts";
import { runTool } from "../run.ts";
import { call, chatWith, textOf } from "./setting.ts";

const WELCOME: Sketch[] = [
  ["hello", "message", { text: "Hello!" }],
  ["email", "question", { text: "Your email?", answer: "email", variable: "email" }],
  ["tag", "add_tag", { tag: "newsletter" }],
  ["lead", "create_lead", { email: "{{email}}" }],
  ["ticket", "create_ticket", { subject: "Newsletter of {{email}}", priority: "normal" }],
  ["thanks", "message", { text: "Thank you, {{email}}." }],
];

const option = (id: string, label: string) => ({ id, label });

const feed = z.looseObject({ items: z.array(z.looseObject({ type: z.string() })), nextCursor: z.string() });

describe("a visitor whose chatbot has a published flow", () => {
  it("is led through it over a socket, and an assistant's reply arrives at once", async () => {
    const { inbox, tenant, team } = await chatWith(WELCOME);
    const token = await open(browser(), inbox.publicKey, { name: "Ada" });
    const line = await call(token);
    await line.hear("ready");
    line.say({ type: "message", text: "Hi", clientMessageId: "1" });
    const sent = await line.hear("sent");
    expect(sent).toMatchObject({ clientMessageId: "1", message: { text: "Hi" } });
    const question = await line.hear("message", (one) => textOf(one) === "Your email?");
    expect(question).toMatchObject({ message: { content: { question: "email" } } });
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

  it("finds the same by polling, and what is said twice under one id once", async () => {
    const { inbox, team } = await chatWith(WELCOME);
    const page = browser();
    const token = await open(page, inbox.publicKey);
    const first = await say(page, token, "Hi", "1");
    expect(await say(page, token, "Hi", "1")).toEqual(first);
    await Promise.all([say(page, token, "a@b.example", "2"), say(page, token, "a@b.example", "2")]);
    const { body } = await page("GET", "/messages", { token });
    expect(body.messages.map(({ text }: { text: string }) => text)).toEqual([
      "Hi",
      "Hello!",
      "Your email?",
      "a@b.example",
      "Thank you, a@b.example.",
    ]);
    expect(await written(team)).toEqual({ sessions: 1, responses: 1, messages: 5 });
  });

  it("is left to whoever takes over: the flow ends with a reply, and the next message opens the conversation", async () => {
    const { inbox, tenant, team } = await chatWith(WELCOME);
    const page = browser();
    const token = await open(page, inbox.publicKey);
    const { conversationId } = await say(page, token, "Hi");
    await run(team, "reply_to_conversation", { conversationId, text: "I take this." }, shapes.sent);
    expect(await latestSession(tenant, conversationId)).toMatchObject({ status: "handed_off", wakeAt: null });
    await say(page, token, "ada@example.com");
    expect(await getConversation(tenant, conversationId)).toMatchObject({ status: "open" });
    // Two of the visitor, two of the flow, one reply: the flow said no more.
    expect((await written(team)).messages).toBe(5);
  });

  it("taps choices or types them, and is handed over with a visible line, after which the bot is still", async () => {
    const nodes: Sketch[] = [
      [
        "pick",
        "choice",
        { text: "Which?", options: [option("a", "Tea"), option("b", "Coffee")], variable: "drink" },
      ],
      ["got", "message", { text: "{{drink}}!" }],
      [
        "more",
        "choice",
        { text: "And?", options: [option("a", "Milk"), option("b", "Sugar")], variable: "with" },
      ],
      ["person", "handoff", { note: "Wants {{drink}} with {{with}}" }],
    ];
    const edges = [
      "start > pick",
      "pick.a > got",
      "pick.b > got",
      "got > more",
      "more.a > person",
      "more.b > person",
    ];
    const { inbox, tenant, team } = await chatWith(nodes, edges);
    const page = browser();
    const token = await open(page, inbox.publicKey);
    const line = await call(token);
    await line.hear("ready");
    line.say({ type: "message", text: "Hi" });
    const asked = await line.hear("message", (one) => textOf(one).startsWith("Which?"));
    expect(asked).toMatchObject({
      message: {
        content: {
          choices: [
            { id: "a", label: "Tea" },
            { id: "b", label: "Coffee" },
          ],
        },
      },
    });
    // The id counts, whatever the words beside it are.
    line.say({ type: "message", text: "the second", choiceIds: ["b"] });
    await line.hear("message", (one) => textOf(one) === "Coffee!");
    const { conversationId } = await say(page, token, "sugar");
    await line.hear("message", (one) => textOf(one) === "A person will take it from here.");
    expect(await getConversation(tenant, conversationId)).toMatchObject({ status: "open" });
    expect(await latestSession(tenant, conversationId)).toMatchObject({ status: "handed_off" });
    const before = (await written(team)).messages;
    await say(page, token, "Hello?");
    expect((await written(team)).messages).toBe(Number(before) + 1);
  });

  it("goes on with a flow that was sent, whichever of their conversations was talked in last", async () => {
    const { inbox, tenant, team } = await chatWith(WELCOME);
    const page = browser();
    const token = await open(page, inbox.publicKey);
    const { conversationId: first } = await say(page, token, "Hi");
    const { contactId } = await getConversation(tenant, first);
    const begun = { contactId, inboxId: inbox.id, text: "About your order." };
    await run(team, "start_conversation", begun, shapes.sent);
    await run(team, "reply_to_conversation", { conversationId: first, text: "And here." }, shapes.sent);
    const flowId = await live(team, [
      ["ask", "question", { text: "How was it?", variable: "how" }],
      ["thanks", "message", { text: "{{how}}, thank you." }],
    ]);
    await send(team, { contactId, flowId });
    await say(page, token, "Good");
    const { body } = await page("GET", "/messages", { token });
    expect(body.messages.at(-1)).toMatchObject({ text: "Good, thank you." });
  });

  it("is answered by nobody at once when the chatbot is switched off", async () => {
    const { inbox, tenant, team, chatbotId } = await chatWith(WELCOME);
    const page = browser();
    const token = await open(page, inbox.publicKey);
    const { conversationId } = await say(page, token, "Hi");
    await changeChatbot(tenant, chatbotId, () => ({ disabled: true }));
    await say(page, token, "ada@example.com");
    expect(await getConversation(tenant, conversationId)).toMatchObject({ status: "open" });
    expect((await written(team)).messages).toBe(4);
  });
});

describe("a socket", () => {
  it("goes on behind the number that the page has, in every tab", async () => {
    const { inbox } = await chatWith(WELCOME);
    const token = await open(browser(), inbox.publicKey);
    const before = await call(token);
    before.say({ type: "message", text: "Hi", clientMessageId: "1" });
    await before.hear("message", (one) => textOf(one) === "Your email?");
    before.socket.close();
    const page = browser();
    await say(page, token, "ada@example.com");
    const [after, other] = [await call(token, { after: 3 * APART }), await call(token)];
    await after.hear("ready");
    expect(after.texts()).toEqual(["ada@example.com", "Thank you, ada@example.com."]);
    await other.hear("ready");
    expect(other.texts()).toHaveLength(5);
    await say(page, token, "Bye");
    for (const line of [after, other]) await line.hear("message", (one) => textOf(one) === "Bye");
  });

  it("is told what is wrong with what it says, and stays open", async () => {
    const { inbox } = await chatWith(WELCOME);
    const line = await call(await open(browser(), inbox.publicKey));
    await line.hear("ready");
    for (const bad of ["{", "[]", { type: "dance" }, { type: "message", text: "" }, "x".repeat(30_000)]) {
      const said = line.heard.length;
      line.say(bad);
      await expect.poll(() => line.heard.length).toBeGreaterThan(said);
      expect(line.heard.at(-1)).toMatchObject({ type: "error", error: { code: expect.any(String) } });
    }
    line.say({ type: "message", text: "Hi" });
    await line.hear("sent");
  });

  it("is refused without a token of this deployment, and to pages that may not open the chat", async () => {
    const { inbox } = await chatWith(WELCOME);
    await expect(call("made.up")).rejects.toThrow("401");
    const token = await open(browser(), inbox.publicKey);
    await expect(call(token, { headers: { upgrade: "h2c" } })).rejects.toThrow("400");
  });
});

it("list_events waits for what comes, and answers when it is there", async () => {
  const { inbox, team } = await chatWith(WELCOME);
  const list = (args: object) =>
    runTool(workspaceTools, team, "list_events", args).then((answer) => feed.parse(answer));
  let cursor = (await list({ limit: 100 })).nextCursor;
  const waiting = list({ cursor, waitSeconds: 25 });
  const begun = Date.now();
  await say(browser(), await open(browser(), inbox.publicKey), "Hi");
  const { items, nextCursor } = await waiting;
  expect(items.map(({ type }) => type)).toContain("conversation.created");
  expect(Date.now() - begun).toBeLessThan(20_000);
  cursor = nextCursor;
  // With nothing new it answers nothing when its time is up.
  expect((await list({ cursor, waitSeconds: 1 })).items).toEqual([]);
});

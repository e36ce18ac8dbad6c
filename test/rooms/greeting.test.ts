import { expect, it } from "vitest";
import { z } from "zod";
import { getConversation } from "../../src/conversations/read.ts";
import { latestSession } from "../../src/flows/run/sessions.ts";
import { browser, count, open } from "../channels/browser.ts";
import { run, shapes } from "../conversations/setting.ts";
import type { Sketch } from "../flows/flows.ts";
import { written } from "../live/setting.ts";
import { call, chatWith, type Heard, type Line, textOf } from "./setting.ts";

const option = (id: string, label: string) => ({ id, label });

const LED: Sketch[] = [
  ["hello", "message", { text: "Hello {{contact.name}}!" }],
  [
    "what",
    "choice",
    { text: "What is it?", options: [option("a", "An order"), option("b", "A return")], variable: "what" },
  ],
  ["number", "question", { text: "You said {{what}}. Its number?", answer: "text", variable: "number" }],
];

const EDGES = ["start > hello", "hello > what", "what.a > number", "what.b > number"];

const greeting = z.looseObject({
  greeting: z
    .object({
      seen: z.string(),
      messages: z.array(
        z.looseObject({
          text: z.string(),
          content: z
            .looseObject({ choices: z.array(z.object({ id: z.string(), label: z.string() })).optional() })
            .nullable(),
        }),
      ),
    })
    .nullable(),
});

async function greeted(line: Line) {
  const before = line.heard.filter(({ type }) => type === "greeting").length;
  line.say({ type: "greet" });
  const heard = await line.hear(
    "greeting",
    (one) => line.heard.filter(({ type }) => type === "greeting").indexOf(one) === before,
  );
  return greeting.parse(heard).greeting;
}

const conversationOf = (sent: Heard) =>
  z.looseObject({ conversationId: z.string() }).parse(sent).conversationId;

it("tells what the flow says to whoever begins, and stores it before what the visitor answers", async () => {
  const { inbox, tenant, team } = await chatWith(LED, EDGES);
  const line = await call(await open(browser(), inbox.publicKey, { name: "Ada" }));
  await line.hear("ready");
  const shown = await greeted(line);
  expect(shown?.messages.map(({ text }) => text)).toEqual([
    "Hello Ada!",
    "What is it?\n\n1. An order\n2. A return",
  ]);
  // Whoever only looks is nobody yet.
  expect(await count(tenant, "contacts")).toBe(0);
  const [choice] = shown?.messages[1]?.content?.choices ?? [];
  line.say({
    ...{
      type: "message",
      text: "An order",
      choiceIds: [choice?.id],
      seen: shown?.seen,
      clientMessageId: "1",
    },
  });
  await line.hear("message", (one) => textOf(one) === "You said An order. Its number?");
  expect(line.texts()).toEqual([
    "Hello Ada!",
    "What is it?\n\n1. An order\n2. A return",
    "An order",
    "You said An order. Its number?",
  ]);
  expect(await written(team)).toEqual({ sessions: 1, responses: 1, messages: 4 });
  const conversationId = conversationOf(await line.hear("sent"));
  // It waits for the chatbot's answer to the visitor, not to itself.
  expect(await getConversation(tenant, conversationId)).toMatchObject({ status: "pending", messageCount: 4 });
});

it("begins as ever where the visitor answers another version than the one that is live", async () => {
  const { inbox } = await chatWith(LED, EDGES);
  const line = await call(await open(browser(), inbox.publicKey, { name: "Ada" }));
  await line.hear("ready");
  line.say({ type: "message", text: "An order", seen: "fv_gone", clientMessageId: "1" });
  await line.hear("message", (one) => textOf(one).startsWith("What is it?"));
  expect(line.texts().slice(0, 2)).toEqual(["An order", "Hello Ada!"]);
});

it("greets nobody where people answer, or the flow asks something outside first", async () => {
  for (const sketch of [
    [["ask", "http_request", { method: "GET", url: "https://api.example/x" }]],
    [["end", "message", { text: "That is all." }]],
  ] satisfies Sketch[][]) {
    const { inbox } = await chatWith(sketch);
    const line = await call(await open(browser(), inbox.publicKey));
    await line.hear("ready");
    expect(await greeted(line)).toBeNull();
  }
});

it("lets a visitor begin another conversation, and go on with an earlier one, which is people's", async () => {
  const { inbox, tenant, team } = await chatWith(LED, EDGES);
  const line = await call(await open(browser(), inbox.publicKey, { name: "Ada" }));
  await line.hear("ready");
  line.say({ type: "message", text: "First", clientMessageId: "1" });
  const first = conversationOf(await line.hear("sent", (one) => one.clientMessageId === "1"));
  expect(await latestSession(tenant, first)).toMatchObject({ status: "waiting" });
  line.say({ type: "message", text: "Second", conversation: "new", clientMessageId: "2" });
  const second = conversationOf(await line.hear("sent", (one) => one.clientMessageId === "2"));
  expect(second).not.toBe(first);
  // The flow of the first is left behind, a new one leads in the second.
  expect(await latestSession(tenant, first)).toMatchObject({ status: "abandoned" });
  expect(await latestSession(tenant, second)).toMatchObject({ status: "waiting" });
  // Said twice under one id, it begins one conversation.
  line.say({ type: "message", text: "Second", conversation: "new", clientMessageId: "2" });
  await line.hear("sent", (one) => line.heard.indexOf(one) > line.heard.length - 2);
  expect(await count(tenant, "conversations")).toBe(2);
  line.say({ type: "message", text: "About the first", conversation: first, clientMessageId: "3" });
  expect(conversationOf(await line.hear("sent", (one) => one.clientMessageId === "3"))).toBe(first);
  expect(await getConversation(tenant, first)).toMatchObject({ status: "open" });
  // Resolved, it is opened again by what the visitor writes there.
  await run(
    team,
    "set_conversation_status",
    { conversationId: first, status: "resolved" },
    shapes.conversation,
  );
  line.say({ type: "message", text: "One more thing", conversation: first, clientMessageId: "4" });
  expect(conversationOf(await line.hear("sent", (one) => one.clientMessageId === "4"))).toBe(first);
  expect(await getConversation(tenant, first)).toMatchObject({ status: "open" });
  line.say({ type: "message", text: "A return", clientMessageId: "5" });
  expect(conversationOf(await line.hear("sent", (one) => one.clientMessageId === "5"))).toBe(second);
  // One that is not theirs is none: what is said goes where it would have gone.
  line.say({ type: "message", text: "77", conversation: "cv_01kajq3v7e8m2n4p6r8t0v", clientMessageId: "6" });
  expect(conversationOf(await line.hear("sent", (one) => one.clientMessageId === "6"))).toBe(second);
});

it("says what the numbers of a rating are, for a page that shows them as buttons", async () => {
  const scale = { min: 0, max: 10, minLabel: "Not likely", maxLabel: "Very likely" };
  const { inbox } = await chatWith([
    ["rate", "question", { text: "Would you recommend us?", answer: "rating", variable: "score", ...scale }],
  ]);
  const line = await call(await open(browser(), inbox.publicKey));
  await line.hear("ready");
  line.say({ type: "message", text: "Hi" });
  const asked = await line.hear("message", (one) => textOf(one).startsWith("Would you"));
  expect(asked).toMatchObject({ message: { content: { question: "rating", scale } } });
});

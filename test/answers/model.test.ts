import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { getConversation } from "../../src/conversations/read.ts";
import { conversationTools } from "../../src/conversations/tools.ts";
import { setHelpSlug } from "../../src/gate/workspaces.ts";
import { reportGaps } from "../../src/knowledge/gaps.ts";
import { say } from "../channels/browser.ts";
import { run, shapes } from "../conversations/setting.ts";
import { call, textOf } from "../rooms/setting.ts";
import { runTool } from "../run.ts";
import { modelServer, type Reply, useModel } from "./model-server.ts";
import { answeringChat } from "./setting.ts";

/** A visitor's question and what a model makes of it, through the room. */

/** A visitor who has said hello, whose room asks a server with these answers. */
async function asking(replies: Reply[], ai = {}) {
  const place = await answeringChat(ai);
  const { conversationId } = await say(place.page, place.token, "Hello");
  const server = await modelServer(...replies);
  const { room } = await useModel(place.tenant, conversationId, server.url);
  const line = await call(place.token);
  await line.hear("ready");
  const frames = () => line.heard.flatMap((one) => (one.type === "answering" ? [one] : []));
  const ask = (text: string) => say(place.page, place.token, text);
  const lastAi = async () => {
    const shown = await runTool(conversationTools, place.team, "get_conversation", { conversationId });
    return JSON.parse(JSON.stringify(shown)).messages.at(-1);
  };
  return { ...place, conversationId: String(conversationId), server, room, line, frames, ask, lastAi };
}

const RETURNS = {
  action: "answer",
  cites: [1],
  answer: "You can return it within 30 days. Print the label from your account.",
};

describe("a model's answer", () => {
  it("is written into the page sentence by sentence, stored once, and names its source", async () => {
    const { ask, line, frames, texts, lastAi, server, tenant, conversationId } = await asking([
      { says: RETURNS, between: 20 },
    ]);
    await ask("How can I return something?");
    await line.hear("message", (one) => textOf(one).startsWith("You can return it"));
    await line.hear("answering", ({ state }) => state === "done");
    expect(frames()).toEqual([
      { type: "answering", state: "thinking" },
      { type: "answering", state: "writing", text: "You can return it within 30 days." },
      { type: "answering", state: "done" },
    ]);
    expect((await texts()).at(-1)).toBe(
      "You can return it within 30 days. Print the label from your account.\n\nSource: Returns",
    );
    expect(await lastAi()).toMatchObject({
      sender: { kind: "ai", name: "Helper" },
      ai: {
        action: "answer",
        reason: null,
        handedOver: false,
        passages: [{ title: "Returns", cited: true }],
      },
    });
    expect((await lastAi()).ai.model).toBeTruthy();
    expect(await getConversation(tenant, conversationId)).toMatchObject({ status: "pending" });
    const [asked] = await server.asked();
    expect(asked).toMatchObject({ stream: true, temperature: 0.3 });
    // The visitor's words and the sources stand in the user's part, and in no other.
    const [system, user] = asked?.messages ?? [];
    expect(system?.content).not.toContain("How can I return");
    expect(user?.content).toContain("How can I return something?");
    expect(user?.content).toContain("You can return anything within 30 days");
  });

  it("links to the article where the workspace has help pages", async () => {
    const { ask, line, messages, workspace } = await asking([{ says: RETURNS }]);
    await setHelpSlug(env, workspace.id, `shop-${workspace.id.slice(-8)}`);
    await ask("How can I return something?");
    await line.hear("message", (one) => textOf(one).startsWith("You can return it"));
    const { content, text } = (await messages()).at(-1) ?? {};
    expect(content).toMatchObject({
      links: [{ label: "Returns", url: expect.stringContaining("/help/shop-") }],
    });
    expect(text).not.toContain("Source:");
  });

  it("is asked for once more by the alarm when the room died, and said once", async () => {
    const { ask, texts, room, server, tenant, conversationId } = await asking([
      { hangs: true },
      { says: RETURNS },
    ]);
    await ask("How can I return something?");
    await expect.poll(async () => (await server.asked()).length).toBe(1);
    await runInDurableObject(room(), (_, state) => state.abort()).catch(() => {});
    await useModel(tenant, conversationId, server.url);
    expect(await runDurableObjectAlarm(room())).toBe(true);
    await expect.poll(texts).toHaveLength(4);
    await runDurableObjectAlarm(room());
    expect((await texts()).filter((text) => text.startsWith("You can return it"))).toHaveLength(1);
    expect(await server.asked()).toHaveLength(2);
  });

  it("comes to nothing when a person replies meanwhile", async () => {
    const { ask, line, texts, team, conversationId, tenant } = await asking([{ says: RETURNS, wait: 1500 }]);
    await ask("How can I return something?");
    await line.hear("answering", ({ state }) => state === "thinking");
    await run(team, "reply_to_conversation", { conversationId, text: "A person here." }, shapes.sent);
    await line.hear("answering", ({ state }) => state === "done");
    await new Promise((resolve) => setTimeout(resolve, 2500));
    expect((await texts()).at(-1)).toBe("A person here.");
    expect(await getConversation(tenant, conversationId)).toMatchObject({ status: "pending" });
  });

  it("takes what is said meanwhile as the next question, one at a time", async () => {
    const { ask, texts, server } = await asking([
      { says: RETURNS, wait: 800 },
      { says: { action: "answer", cites: [1], answer: "Express shipping costs 12 €." } },
    ]);
    await ask("How can I return something?");
    await ask("And how much is express shipping?");
    await expect
      .poll(async () => (await texts()).at(-1), { timeout: 15_000 })
      .toMatch(/^Express shipping costs 12 €/);
    expect(await server.asked()).toHaveLength(2);
  });

  it("hands over where the model finds nothing in what was found, and counts the gap", async () => {
    const { ask, line, tenant, chatbotId, conversationId, lastAi } = await asking([
      { says: { action: "handoff", cites: [], answer: "" } },
    ]);
    await ask("Can I return a gift card?");
    await line.hear("message", (one) => textOf(one).startsWith("I found no answer"));
    expect(await getConversation(tenant, conversationId)).toMatchObject({ status: "open" });
    expect(await lastAi()).toMatchObject({ ai: { action: "none", handedOver: true } });
    const { gaps } = await reportGaps(tenant, { chatbotId, days: 1, limit: 10 });
    expect(gaps).toMatchObject([{ question: "Can I return a gift card?" }]);
  });

  it("is not asked where nothing is found", async () => {
    const { ask, texts, server } = await asking([{ says: RETURNS }]);
    await ask("zzz qqq");
    expect((await texts()).at(-1)).toMatch(/^I found no answer/);
    expect(await server.asked()).toEqual([]);
  });

  it("without a source is none, however sure it sounds", async () => {
    const { ask, line, lastAi } = await asking([
      { says: { action: "answer", cites: [7], answer: "Yes, of course." } },
    ]);
    await ask("How can I return something?");
    await line.hear("message", (one) => textOf(one).startsWith("I found no answer"));
    expect(await lastAi()).toMatchObject({ ai: { reason: "uncited", handedOver: true } });
  });
});

describe("a model that fails", () => {
  it.each<[string, Reply[], string, number]>([
    ["is over its limit for long", [{ status: 429, headers: { "retry-after": "60" } }], "limited", 1],
    ["fails twice", [{ status: 500 }], "refused", 2],
    ["refuses the key", [{ status: 401 }], "denied", 1],
    ["answers no JSON", [{ says: "I am happy to help!" }], "no_json", 1],
    ["answers another object", [{ says: '{"reply":"yes"}' }], "no_json", 1],
    ["answers something else", [{ body: "<html>" }], "unreadable", 1],
    ["breaks off", [{ says: RETURNS, breaksAfter: 3 }], "unreachable|no_json", 1],
  ])("%s: the passages themselves answer", async (_, replies, reason, times) => {
    const { ask, line, lastAi, server } = await asking(replies);
    await ask("How can I return something?");
    await line.hear("message", (one) => textOf(one).startsWith("This is what our help pages say:"));
    expect(await lastAi()).toMatchObject({
      ai: { model: null, reason: expect.stringMatching(`^(${reason})$`), handedOver: false },
    });
    expect(await server.asked()).toHaveLength(times);
  });

  it("and finds nothing that fits by itself: people do", async () => {
    const { ask, line, tenant, conversationId, lastAi } = await asking([{ status: 500 }]);
    await ask("Is the return label made of recycled paper?");
    await line.hear("message", (one) => textOf(one).startsWith("I found no answer"));
    expect(await getConversation(tenant, conversationId)).toMatchObject({ status: "open" });
    expect(await lastAi()).toMatchObject({ ai: { reason: "refused" } });
  });

  it.each<[string, Reply[]]>([
    ["is over its limit for a moment", [{ status: 429, headers: { "retry-after": "1" } }, { says: RETURNS }]],
    ["does not know JSON answers", [{ status: 400 }, { says: RETURNS }]],
    ["answers in one piece", [{ says: RETURNS, whole: true }]],
    ["puts a fence around it", [{ says: `\`\`\`json\n${JSON.stringify(RETURNS)}\n\`\`\`` }]],
    ["names its sources as text", [{ says: { ...RETURNS, cites: ["1"] } }]],
  ])("no: it %s", async (_, replies) => {
    const { ask, line, lastAi } = await asking(replies);
    await ask("How can I return something?");
    await line.hear("message", (one) => textOf(one).startsWith("You can return it"));
    expect(await lastAi()).toMatchObject({ ai: { reason: null } });
  });
});

import { runDurableObjectAlarm } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { sql } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { getConversation } from "../../src/conversations/read.ts";
import { addressOfConversation, roomName } from "../../src/conversations/room.ts";
import { conversationTools } from "../../src/conversations/tools.ts";
import { reportGaps } from "../../src/knowledge/gaps.ts";
import { upsertArticles } from "../../src/knowledge/import.ts";
import { say } from "../channels/browser.ts";
import { run, shapes } from "../conversations/setting.ts";
import { wordsOnly } from "../knowledge/setting.ts";
import { call, textOf } from "../rooms/setting.ts";
import { runTool } from "../run.ts";
import { answeringChat } from "./setting.ts";

/** How a chatbot's AI answers where no model is configured: from the passages as they stand. */

describe("a chatbot whose AI answers first, without a model", () => {
  it("answers from the passages, names them, offers a person, and keeps how it came to it", async () => {
    const { tenant, team, page, token, messages } = await answeringChat();
    const { conversationId } = await say(page, token, "How can I return something?");
    const [, answer] = await messages();
    expect(answer).toMatchObject({ from: "bot", senderName: "Helper" });
    expect(answer?.text).toContain("This is what our help pages say:");
    expect(answer?.text).toContain("**Returns**\nYou can return anything within 30 days");
    expect(answer).toMatchObject({ content: { choices: [{ id: "person", label: "Talk to a person" }] } });
    expect(await getConversation(tenant, conversationId)).toMatchObject({ status: "pending" });
    const seen = await runTool(conversationTools, team, "get_conversation", { conversationId });
    expect(seen).toMatchObject({
      messages: [
        { sender: { kind: "contact" }, ai: null },
        {
          sender: { kind: "ai", name: "Helper" },
          ai: {
            ...{ action: "answer", model: null, handedOver: false, reason: "no_model" },
            passages: [{ title: "Returns", cited: true }],
          },
        },
      ],
    });
    // Nothing of that is shown to visitors.
    expect(JSON.stringify(await messages())).not.toContain("no_model");
  });

  it("says that it hands over where nothing is found, opens the conversation, and counts the gap", async () => {
    const { tenant, page, token, texts, chatbotId } = await answeringChat();
    const { conversationId } = await say(page, token, "Do you repair bicycles?");
    expect((await texts()).at(-1)).toMatch(/^I found no answer to that, so I have passed your question on/);
    expect(await getConversation(tenant, conversationId)).toMatchObject({ status: "open" });
    const { gaps } = await reportGaps(tenant, { chatbotId, days: 1, limit: 10 });
    expect(gaps).toMatchObject([{ question: "Do you repair bicycles?", count: 1, conversationId }]);
    const before = (await texts()).length;
    await say(page, token, "How can I return something?");
    // People have it: the AI is silent.
    expect(await texts()).toHaveLength(before + 1);
  });

  it("answers again in a conversation that was resolved, and asks nothing of a greeting", async () => {
    const { team, page, token, texts } = await answeringChat();
    const { conversationId } = await say(page, token, "Do you repair bicycles?");
    await runTool(conversationTools, team, "set_conversation_status", { conversationId, status: "resolved" });
    await say(page, token, "Hello!");
    expect((await texts()).at(-1)).toBe("Hello! How can I help you?");
    await say(page, token, "how much is express shipping");
    expect((await texts()).at(-1)).toContain("Express shipping costs 12 €.");
  });

  it("shows products that fit, in cards with their addresses", async () => {
    const { page, token, messages } = await answeringChat();
    await say(page, token, "steel kettle");
    expect((await messages()).at(-1)).toMatchObject({
      content: {
        products: [{ name: "Steel kettle", price: "39.90 EUR", url: "https://shop.example/kettle" }],
      },
    });
  });

  it("hands over to whoever asks for a person, in the visitor's language", async () => {
    const { tenant, page, token, texts } = await answeringChat();
    const { conversationId } = await say(page, token, "Ich möchte bitte mit einem Menschen sprechen");
    expect((await texts()).at(-1)).toBe("Gern. Ich habe das an unser Team weitergegeben. Es antwortet hier.");
    expect(await getConversation(tenant, conversationId)).toMatchObject({ status: "open" });
  });

  it("leaves the conversation to a person who replies", async () => {
    const { tenant, team, page, token, texts } = await answeringChat();
    const { conversationId } = await say(page, token, "How can I return something?");
    await run(team, "reply_to_conversation", { conversationId, text: "I can help." }, shapes.sent);
    await say(page, token, "How much is express shipping?");
    expect((await texts()).slice(-2)).toEqual(["I can help.", "How much is express shipping?"]);
    expect(await getConversation(tenant, conversationId)).toMatchObject({ status: "open" });
  });

  it("begins its first answer with the team's greeting", async () => {
    const { page, token, texts } = await answeringChat({ greetingOverride: "Welcome to the shop!" });
    await say(page, token, "How can I return something?");
    expect((await texts()).at(-1)).toMatch(/^Welcome to the shop!\n\nThis is what/);
    await say(page, token, "How much is express shipping?");
    expect((await texts()).at(-1)).toMatch(/^This is what/);
  });
});

describe("the other modes", () => {
  it("ai_only never hands over, and says so", async () => {
    const { tenant, page, token, texts } = await answeringChat({ mode: "ai_only" });
    const { conversationId } = await say(page, token, "Do you repair bicycles?");
    expect((await texts()).at(-1)).toBe("I found no answer to that. Could you ask it in other words?");
    await say(page, token, "I want to talk to a human");
    expect((await texts()).at(-1)).toMatch(/^There is nobody here but me/);
    await say(page, token, "How can I return something?");
    expect((await texts()).at(-1)).toContain("**Returns**");
    expect(await getConversation(tenant, conversationId)).toMatchObject({ status: "pending" });
  });

  it("human_first begins open, and answers once people had their time", async () => {
    const { tenant, workspace, page, token, texts } = await answeringChat({ mode: "human_first" });
    const line = await call(token);
    await line.hear("ready");
    const { conversationId } = await say(page, token, "How can I return something?");
    expect(await texts()).toHaveLength(1);
    expect(await getConversation(tenant, conversationId)).toMatchObject({ status: "open" });
    const address = await addressOfConversation(tenant, conversationId);
    const room = env.ROOM.getByName(roomName({ workspaceId: workspace.id, ...address }));
    // The time that people have is over, for the room and for the flow that it looks at.
    await tenant.db.run(sql`UPDATE flow_sessions SET wake_at = 1, state = json_set(state, '$.wakeAt', 1)
      WHERE workspace_id = ${workspace.id} AND conversation_id = ${conversationId}`);
    expect(await runDurableObjectAlarm(room)).toBe(true);
    await line.hear("message", (one) => textOf(one).includes("**Returns**"));
    expect(await getConversation(tenant, conversationId)).toMatchObject({ status: "open" });
  });

  it("human_first is silent once a person has replied", async () => {
    const { team, page, token, texts } = await answeringChat({ mode: "human_first" });
    const { conversationId } = await say(page, token, "How can I return something?");
    await run(team, "reply_to_conversation", { conversationId, text: "I can help." }, shapes.sent);
    await say(page, token, "Thank you, how much is express shipping?");
    expect(await texts()).toHaveLength(3);
  });

  it.each([{ mode: "human_only" as const }, { enabled: false }])(
    "%o leaves everything to people",
    async (ai) => {
      const { tenant, page, token, texts } = await answeringChat(ai);
      const { conversationId } = await say(page, token, "How can I return something?");
      expect(await texts()).toEqual(["How can I return something?"]);
      expect(await getConversation(tenant, conversationId)).toMatchObject({ status: "open" });
    },
  );
});

it("tells an article from its beginning where its parts fit a question equally", async () => {
  const { tenant, chatbotId, page, token, texts } = await answeringChat();
  const content =
    "You may keep it for 60 days, then it has to be on its way to us with the label of your account.\n\n## What cannot come back\n\nGas and food.";
  await upsertArticles(
    tenant,
    chatbotId,
    [{ externalId: "x.md", title: "Borrowing tents", content }],
    wordsOnly,
  );
  await say(page, token, "Is borrowing tents possible?");
  expect((await texts()).at(-1)).toContain("**Borrowing tents**\nYou may keep it for 60 days");
});

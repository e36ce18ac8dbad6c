import { expect, it } from "vitest";
import { z } from "zod";
import { conversationTools } from "../../src/conversations/tools.ts";
import { listCategories } from "../../src/knowledge/categories.ts";
import { reportGaps } from "../../src/knowledge/gaps.ts";
import { upsertArticles } from "../../src/knowledge/import.ts";
import { upsertProducts } from "../../src/products/import.ts";
import { browser, open, say } from "../channels/browser.ts";
import { wordsOnly } from "../knowledge/setting.ts";
import { liveMain } from "../live/setting.ts";
import { chatWith } from "../rooms/setting.ts";
import { runTool } from "../run.ts";
import { ARTICLES } from "./setting.ts";

/** An `ai_answer` in a flow of its author's: from which categories it answers, how sure it must be, and where it leaves by. */

const CATEGORIES: Record<string, string> = { "returns.md": "Orders", "shipping.md": "Postage" };
const ENDS = ["ai.answered > yes", "ai.no_answer > no", "ai.handoff > person"];

/** A chat whose flow asks the AI so, with articles of two categories and a product. */
async function asking(node: (category: (name: string) => string) => Record<string, unknown>, edges = ENDS) {
  const place = await chatWith([["hello", "message", { text: "Hello!" }]]);
  const { tenant, team, chatbotId } = place;
  const articles = ARTICLES.map((one) => ({ ...one, category: CATEGORIES[one.externalId] ?? "" }));
  await upsertArticles(tenant, chatbotId, articles, wordsOnly);
  await upsertProducts(tenant, [{ externalId: "label", title: "Return label printer" }], { vectors: null });
  const categories = await listCategories(tenant, chatbotId, { limit: 10 });
  const ids = new Map(categories.items.map(({ id, name }) => [name, id]));
  await liveMain(
    team,
    chatbotId,
    [
      ["ai", "ai_answer", node((name) => ids.get(name) ?? "")],
      ["yes", "message", { text: "It said: {{said}}" }],
      ["no", "message", { text: "Nobody knows." }],
      ["person", "handoff", { message: "A person comes." }],
    ],
    ["start > ai", ...edges],
  );
  const page = browser();
  const token = await open(page, place.inbox.publicKey);
  const texts = async (): Promise<string[]> => {
    const { body } = await page("GET", "/messages", { token });
    return body.messages.map(({ text }: { text: string }) => text);
  };
  const record = async (conversationId: string) => {
    const shown = await runTool(conversationTools, team, "get_conversation", { conversationId });
    const { messages } = z
      .looseObject({ messages: z.array(z.looseObject({ ai: z.looseObject({}).nullable() })) })
      .parse(shown);
    return messages.findLast(({ ai }) => ai !== null)?.ai;
  };
  return { ...place, texts, record, ask: (text: string) => say(page, token, text) };
}

it("answers from the categories that its author names, and from nothing else", async () => {
  const { ask, texts, record } = await asking((category) => ({
    ...{ categoryIds: [category("Orders")], variable: "said", maxTurns: 1 },
  }));
  const { conversationId } = await ask("How can I return something?");
  const [, answer, after] = await texts();
  expect(answer).toContain("**Returns**\nYou can return anything within 30 days");
  // What was said is in the variable.
  expect(after).toContain("It said: This is what our help pages say:");
  expect(await record(conversationId)).toMatchObject({
    ...{ action: "answer", handedOver: false, products: [] },
    passages: [{ title: "Returns", cited: true }],
  });
});

it("leaves by no_answer for what another category holds", async () => {
  const { ask, texts, tenant, chatbotId } = await asking((category) => ({
    ...{ categoryIds: [category("Orders")], variable: "said", maxTurns: 1 },
  }));
  await ask("How much is express shipping?");
  expect((await texts()).at(-1)).toBe("Nobody knows.");
  const { gaps } = await reportGaps(tenant, { chatbotId, days: 1, limit: 10 });
  expect(gaps).toMatchObject([{ question: "How much is express shipping?" }]);
});

it.each([
  [0.5, "It said: "],
  [0.99, "Nobody knows."],
])("with a floor of %d leaves as its answer is sure enough or not", async (minConfidence, ends) => {
  const { ask, texts, tenant, chatbotId } = await asking(() => ({
    ...{ minConfidence, variable: "said", maxTurns: 1 },
  }));
  // One of its words stands in no article.
  await ask("How can I return a mug?");
  const said = await texts();
  expect(said.at(-1)).toContain(ends);
  expect(said.some((text) => text.includes("**Returns**"))).toBe(minConfidence < 0.9);
  const { gaps } = await reportGaps(tenant, { chatbotId, days: 1, limit: 10 });
  expect(gaps).toHaveLength(minConfidence < 0.9 ? 0 : 1);
});

it("leaves by handoff where a person is asked for, and hands over by itself where nothing is connected", async () => {
  const led = await asking(() => ({ maxTurns: 3, variable: "said" }));
  await led.ask("I want to talk to a human");
  expect((await led.texts()).at(-1)).toBe("A person comes.");
  const bare = await asking(() => ({ maxTurns: 3, variable: "said" }), []);
  await bare.ask("Do you repair bicycles?");
  expect((await bare.texts()).at(-1)).toMatch(/^I found no answer to that/);
});

it("answers as many questions as its author allows, then goes on", async () => {
  const { ask, texts } = await asking(() => ({ maxTurns: 2, variable: "said" }));
  await ask("How can I return something?");
  expect((await texts()).at(-1)).toContain("**Returns**");
  await ask("How much is express shipping?");
  expect((await texts()).at(-1)).toContain("It said: ");
});

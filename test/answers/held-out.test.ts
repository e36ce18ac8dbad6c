import { expect, it } from "vitest";
import { ARTICLES as DEMO_ARTICLES, PRODUCTS as DEMO_PRODUCTS } from "../../bin/demo/shop.ts";
import operations from "../../docs/operations.md?raw";
import { fromPassages } from "../../src/answers/answer.ts";
import { retrieve, type Source } from "../../src/answers/retrieve.ts";
import { readAnswerer } from "../../src/chatbots/answerer.ts";
import { upsertArticles } from "../../src/knowledge/import.ts";
import { upsertProducts } from "../../src/products/import.ts";
import { testCall } from "../call.ts";
import { make } from "../chatbots/setting.ts";
import { wordsOnly } from "../knowledge/setting.ts";
import { ARTICLES } from "../quality/articles.ts";
import { DEMO, type HeldOut, OPERATIONS, SHOP } from "./held-out.ts";

/** How answers without a model do with questions that nobody tuned on: answered from the right place, or handed over. */

const sections = operations
  .split(/^## /m)
  .slice(1)
  .map((section) => {
    const [title = "", ...lines] = section.split("\n");
    return { title, content: lines.join("\n") };
  });

const WORLDS: [
  string,
  HeldOut,
  { title: string; content: string; seoKeywords?: string[] }[],
  typeof DEMO_PRODUCTS,
][] = [
  [
    "the demo",
    DEMO,
    DEMO_ARTICLES.filter((one) => one.for === "website").map(({ title, content }) => ({ title, content })),
    DEMO_PRODUCTS,
  ],
  [
    "a shop",
    SHOP,
    ARTICLES.map(([title, content, words = []]) => ({ title, content, seoKeywords: [...words] })),
    [],
  ],
  ["operations", OPERATIONS, sections, []],
];

const titleOf = (source: Source) => (source.kind === "passage" ? source.passage.title : source.product.title);

it("answers what is there from the right place, and hands over what is not", async () => {
  const total = { right: 0, answerable: 0, wrong: 0, unknown: 0 };
  for (const [name, { answered, unknown }, articles, products] of WORLDS) {
    const call = testCall();
    const chatbotId = await make(call);
    const all = articles.map((article, i) => ({ externalId: `${i}.md`, ...article }));
    await upsertArticles(call.tenant, chatbotId, all, wordsOnly);
    if (products.length > 0)
      await upsertProducts(
        call.tenant,
        products.map(({ availability: _, ...product }) => product),
        { vectors: null },
      );
    const answerer = await readAnswerer(call.tenant, chatbotId);
    if (!answerer) throw new Error("unreachable: it was made");
    const ask = async (text: string) => {
      const sources = await retrieve(call, chatbotId, { text, before: null, categoryIds: null });
      return { best: sources[0], answer: fromPassages(answerer, sources, "en", "no_model") };
    };
    const missed: string[] = [];
    for (const [question, title] of answered) {
      const { best, answer } = await ask(question);
      const isRight = answer.cited.some((one) => titleOf(one) === title);
      if (!isRight)
        missed.push(`  missed ${best?.confidence.toFixed(2)} ${question} (${best && titleOf(best)})`);
    }
    const wrong: string[] = [];
    for (const question of unknown) {
      const { best, answer } = await ask(question);
      if (best && answer.cited.length > 0)
        wrong.push(`  wrong ${best.confidence.toFixed(2)} ${question} (${titleOf(best)})`);
    }
    total.right += answered.length - missed.length;
    total.answerable += answered.length;
    total.wrong += wrong.length;
    total.unknown += unknown.length;
    console.log(
      [
        `${name}: ${answered.length - missed.length} of ${answered.length} answered rightly, ${wrong.length} of ${unknown.length} answered that are not there`,
        ...missed,
        ...wrong,
      ].join("\n"),
    );
  }
  console.log(`held out: ${total.right} of ${total.answerable}, ${total.wrong} of ${total.unknown}`);
  expect(total.right / total.answerable).toBeGreaterThanOrEqual(0.75);
  expect(total.wrong / total.unknown).toBeLessThanOrEqual(0.07);
});

import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { removeMissingArticles, upsertArticles } from "../../src/knowledge/import.ts";
import { searchKnowledge } from "../../src/knowledge/search.ts";
import { removeMissingProducts, upsertProducts } from "../../src/products/import.ts";
import { searchProducts } from "../../src/products/store.ts";
import { COUNTED } from "../../src/search/candidates.ts";
import { testCall } from "../call.ts";
import { make as makeChatbot } from "../chatbots/setting.ts";
import { wordsOnly } from "../knowledge/setting.ts";
import { metered } from "../meter.ts";

/** What a search reads is bounded, and what it answers is the own workspace's alone. */

const COLOURS = ["red", "blue", "green"];
const THINGS = ["lamp", "jacket", "kettle"];
const QUERIES = {
  "a word": "lamp",
  "three words": "red summer jacket",
  "words that never meet": "lamp kettle",
  "a word of all": "delivery",
  "an id": "SKU-77",
  slips: "jakcet sumer",
  "a question": "Do you have a blue kettle that keeps my children warm in the summer garden?",
  "many words": "red blue green lamp jacket kettle summer delivery house collection number garden",
};

const product = (i: number) => ({
  externalId: `SKU-${i}`,
  title: `${COLOURS[i % 3]} ${THINGS[Math.floor(i / 3) % 3]} for the summer house`,
  description: `Of our garden collection, number ${i}. Delivery takes two days.`,
});

const article = (i: number) => ({
  externalId: `${i}.md`,
  title: `${COLOURS[i % 3]} ${THINGS[Math.floor(i / 3) % 3]}`,
  content: `Delivery of number ${i} of the summer collection to house and garden.`,
});

describe("what a search reads", () => {
  const meter = metered(env.TENANT_1);
  const call = testCall({ database: meter.database });
  const { tenant } = call;
  let chatbotId = "";

  beforeAll(async () => {
    chatbotId = await makeChatbot(call);
  });

  async function fill(from: number, to: number): Promise<void> {
    for (let at = from; at < to; at += 100) {
      const numbers = Array.from({ length: 100 }, (_, i) => at + i);
      await upsertProducts(tenant, numbers.map(product), { vectors: null });
      await upsertArticles(tenant, chatbotId, numbers.map(article), wordsOnly);
    }
  }

  async function costs(): Promise<Record<string, number>> {
    const rows: Record<string, number> = {};
    for (const [name, query] of Object.entries(QUERIES)) {
      const searches = {
        products: () => searchProducts(tenant, { ...wordsOnly, query, limit: 10 }),
        "a chatbot's products": () => searchProducts(tenant, { ...wordsOnly, query, chatbotId, limit: 10 }),
        knowledge: () => searchKnowledge(tenant, { ...wordsOnly, query, chatbotId, limit: 10 }),
      };
      for (const [where, search] of Object.entries(searches)) {
        meter.reset();
        await search();
        rows[`${name} in ${where}`] = meter.rowsRead;
      }
    }
    return rows;
  }

  it("does not grow with the corpus, whatever the query", async () => {
    // As many as make every word of all of them a common one.
    await fill(0, 2_000);
    const few = await costs();
    await fill(2_000, 5_000);
    const many = await costs();
    for (const [name, rows] of Object.entries(many)) {
      // A word that few rows had may have become a common one, of which no more rows are counted.
      expect(rows, name).toBeLessThan((few[name] ?? 0) * 1.1 + COUNTED);
      expect(rows, name).toBeLessThan(25_000);
    }
  }, 120_000);
});

describe("what a search answers", () => {
  it("is the same to the byte whatever other workspaces hold", async () => {
    const [mine, other] = [testCall(), testCall()];
    const [chatbotId, theirs] = [await makeChatbot(mine), await makeChatbot(other)];
    const numbers = Array.from({ length: 60 }, (_, i) => i);
    await upsertProducts(mine.tenant, numbers.map(product), { vectors: null });
    await upsertArticles(mine.tenant, chatbotId, numbers.map(article), wordsOnly);
    const answers = async () => {
      const found = [];
      for (const query of Object.values(QUERIES)) {
        found.push(await searchProducts(mine.tenant, { ...wordsOnly, query, limit: 20 }));
        found.push(await searchKnowledge(mine.tenant, { ...wordsOnly, query, chatbotId, limit: 20 }));
      }
      return JSON.stringify(found);
    };
    const before = await answers();
    // What is rare here is common there, and the other way round.
    const crowd = Array.from({ length: 100 }, (_, i) => ({
      ...product(i),
      title: "Kettle kettle lamp number 7",
      description: "SKU-77 jakcet",
    }));
    await upsertProducts(other.tenant, crowd, { vectors: null, syncToken: "a" });
    const texts = crowd.map(({ externalId, title, description: content }) => ({
      externalId,
      title,
      content,
    }));
    await upsertArticles(other.tenant, theirs, texts, { ...wordsOnly, syncToken: "a" });
    expect(await answers()).toBe(before);
    await removeMissingProducts(other.tenant, { syncToken: "b", chatbotId: null, vectors: null });
    await removeMissingArticles(other.tenant, theirs, { ...wordsOnly, syncToken: "b" });
    expect(await answers()).toBe(before);
  });
});

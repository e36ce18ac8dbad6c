import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import type { Call } from "../../src/calls/define.ts";
import { removeMissingProducts, upsertProducts } from "../../src/products/import.ts";
import type { ProductInput } from "../../src/products/product-input.ts";
import { searchProducts } from "../../src/products/store.ts";
import { productTools } from "../../src/products/tools.ts";
import { fuse } from "../../src/search/hybrid.ts";
import { type VectorArm, vectorArm, vectorizeArm } from "../../src/search/vectors.ts";
import { testCall } from "../call.ts";
import { make as makeChatbot } from "../chatbots/setting.ts";
import { failureOf, runTool } from "../run.ts";

const answer = z.looseObject({
  items: z.array(
    z.looseObject({
      title: z.string(),
      score: z.number(),
      found: z.array(z.object({ arm: z.string(), rank: z.int() })),
    }),
  ),
  arms: z.array(z.string()),
});

async function search(call: Call, query: string, args: object = {}) {
  return answer.parse(await runTool(productTools, call, "search_products", { query, ...args }));
}

const titles = async (call: Call, query: string, args: object = {}) =>
  (await search(call, query, args)).items.map(({ title }) => title);

async function shop(...items: (string | Partial<ProductInput>)[]) {
  const call = testCall();
  const products = items.map((given, i) => ({
    externalId: `sku-${i}`,
    title: "Untitled",
    ...(typeof given === "string" ? { title: given } : given),
  }));
  await upsertProducts(call.tenant, products, { vectors: null });
  return call;
}

describe("search_products", () => {
  it("says which arm found what at which rank", async () => {
    const call = await shop("Wireless headphones", "Headphone stand", "Garden hose");
    expect(await search(call, "wireless headphones")).toMatchObject({
      arms: ["words", "typos"],
      items: [
        {
          title: "Wireless headphones",
          score: 2 / 61,
          found: [
            { arm: "words", rank: 1 },
            { arm: "typos", rank: 1 },
          ],
        },
        {
          title: "Headphone stand",
          found: [
            { arm: "words", rank: 2 },
            { arm: "typos", rank: 2 },
          ],
        },
      ],
    });
  });

  it.each([
    ["hedphones", "Wireless headphones"],
    ["iphnoe case", "iPhone case"],
    ["wierless", "Wireless headphones"],
    ["Kopfhorer", "Bluetooth-Kopfhörer"],
    ["хедфони", null],
  ])("forgives the slips of %s", async (query, title) => {
    const call = await shop("Wireless headphones", "iPhone case", "Bluetooth-Kopfhörer", "Garden hose");
    expect((await titles(call, query))[0] ?? null).toBe(title);
  });

  it.each([
    ["无线耳机", "蓝牙无线运动耳机"],
    ["耳机", "蓝牙无线运动耳机"],
    ["ワイヤレス イヤホン", "完全ワイヤレスイヤホン"],
    ["หูฟังไร้สาย", "หูฟังไร้สายสำหรับวิ่ง"],
    ["블루투스 이어폰", "블루투스 이어폰 2세대"],
    ["سماعات", "سماعات بلوتوث"],
    ["наушники", "Беспроводные наушники"],
    ["हेडफोन", "वायरलेस हेडफोन"],
    ["ΑΚΟΥΣΤΙΚΑ", "Ασύρματα ακουστικά"],
  ])("finds %s in its own script", async (query, title) => {
    const call = await shop(
      "蓝牙无线运动耳机",
      "完全ワイヤレスイヤホン",
      "หูฟังไร้สายสำหรับวิ่ง",
      "블루투스 이어폰 2세대",
      "سماعات بلوتوث",
      "Беспроводные наушники",
      "वायरलेस हेडफोन",
      "Ασύρματα ακουστικά",
    );
    expect((await titles(call, query))[0]).toBe(title);
  });

  it("puts a match in the title before one in the attributes, and that before the description", async () => {
    const filler = Array.from({ length: 20 }, (_, i) => `Filler ${i}`);
    const call = await shop(
      ...filler,
      { title: "Alpha", description: "goes with a raincoat" },
      { title: "Beta", attributes: { goes_with: ["raincoat"] } },
      "Raincoat",
    );
    expect(await titles(call, "raincoat")).toEqual(["Raincoat", "Beta", "Alpha"]);
  });

  it("finds by the shop's own id", async () => {
    const call = await shop(
      { externalId: "AX-4711", title: "Lamp" },
      { externalId: "AX-4712", title: "Chair" },
    );
    expect((await titles(call, "4711"))[0]).toBe("Lamp");
  });

  it("answers a question by the words that some product has", async () => {
    const call = await shop("Red winter jacket for children", "Blue shoe", "Toaster");
    const found = await titles(call, "Do you have a red jacket that keeps my son warm in winter?");
    expect(found[0]).toBe("Red winter jacket for children");
  });

  it("keeps to the chatbot's own products and everybody's", async () => {
    const call = testCall();
    const [one, two, none] = [await makeChatbot(call), await makeChatbot(call), await makeChatbot(call)];
    const lamps = [
      { externalId: "0", title: "Shared lamp" },
      { externalId: "1", title: "Lamp of one", chatbotId: one },
      { externalId: "2", title: "Lamp of two", chatbotId: two },
    ];
    await upsertProducts(call.tenant, lamps, { vectors: null });
    expect((await titles(call, "lamp", { chatbotId: one })).toSorted()).toEqual([
      "Lamp of one",
      "Shared lamp",
    ]);
    expect((await titles(call, "lmap of", { chatbotId: two })).includes("Lamp of one")).toBe(false);
    expect(await titles(call, "lamp")).toHaveLength(3);
    expect(await titles(call, "lamp", { chatbotId: none })).toEqual(["Shared lamp"]);
    const strange = await makeChatbot(testCall());
    expect((await failureOf(search(call, "lamp", { chatbotId: strange }))).code).toBe("not_found");
  });

  it("sees nothing of other workspaces, whatever the query says", async () => {
    const mine = await shop("Mine");
    const theirs = await shop("Headphones");
    const bare = theirs.tenant.workspaceId.slice(3);
    for (const query of [
      "headphones",
      "hedphones",
      `workspace_id : "${bare}"`,
      `x" OR workspace_id : "${bare}`,
      `") OR (headphones`,
      "headphones\0",
      "{title} : headphones",
      "^headphones* NEAR(a b)",
    ]) {
      expect(await titles(mine, query)).toEqual([]);
    }
    expect((await failureOf(search(mine, "?!"))).code).toBe("invalid_input");
  });

  it("follows changes and removals", async () => {
    const call = await shop("Lamp", "Chair");
    const rename = { externalId: "sku-0", title: "Toaster" };
    await upsertProducts(call.tenant, [rename], { vectors: null, syncToken: "t" });
    expect(await titles(call, "lamp")).toEqual([]);
    expect(await titles(call, "tosater")).toEqual(["Toaster"]);
    await removeMissingProducts(call.tenant, { syncToken: "t", chatbotId: null, vectors: null });
    expect(await titles(call, "chair")).toEqual([]);
  });

  it("stays quick beside many products of other workspaces", async () => {
    const small = await shop("Wireless headphones", "Garden hose");
    const time = async () => {
      const times = [];
      for (let i = 0; i < 7; i++) {
        const start = performance.now();
        await titles(small, "wirless headphones for the garden");
        times.push(performance.now() - start);
      }
      return times.toSorted((a, b) => a - b)[3] ?? 0;
    };
    const alone = await time();
    const crowd = testCall();
    for (let part = 0; part < 20; part++) {
      const items = Array.from({ length: 500 }, (_, i) => ({
        externalId: `${part}-${i}`,
        title: `Wireless garden headphones number ${part * 500 + i} for the house`,
      }));
      await upsertProducts(crowd.tenant, items, { vectors: null });
    }
    expect(await titles(small, "wirless headphones")).toEqual(["Wireless headphones"]);
    // Ranking by bm25 counts the rows of each word over the whole database: some milliseconds for 10,000 of them.
    expect(await time()).toBeLessThan(alone + 60);
  });
});

describe("fuse", () => {
  it("puts what arms agree on before what one of them puts first", () => {
    const hits = fuse(
      new Map([
        ["words", ["a", "b"]],
        ["typos", ["c", "b"]],
      ] as const),
    );
    expect(hits.map(({ id }) => id)).toEqual(["b", "a", "c"]);
    expect(hits[0]?.score).toBeCloseTo(2 / 62, 10);
  });
});

/** Vectors of three dimensions by what words are about, so that tests know what is near. */
const TOPICS = [/sofa|couch|settee/i, /lamp|light/i, /shoe|boot|sneaker/i];
const embed = async (texts: string[]) =>
  texts.map((text) => TOPICS.map((topic) => (topic.test(text) ? 1 : 0)));

/** Vectorize, as far as the arm uses it, in memory: the service has no local simulator. */
function memoryIndex() {
  const stored = new Map<string, VectorizeVector>();
  const calls: (VectorizeQueryOptions | undefined)[] = [];
  const cosine = (a: number[], b: number[]) => {
    const dot = a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);
    return dot / (Math.hypot(...a) * Math.hypot(...b) || 1);
  };
  const index: Pick<Vectorize, "query" | "upsert" | "deleteByIds"> = {
    async query(vector, options) {
      calls.push(options);
      const scopes = z
        .object({ scope: z.object({ $in: z.array(z.string()) }) })
        .optional()
        .parse(options?.filter)?.scope.$in;
      const matches = [...stored.values()]
        .filter(({ namespace }) => namespace === options?.namespace)
        .filter(({ metadata }) => !scopes || scopes.includes(String(metadata?.scope)))
        .map(({ id, values }) => ({ id, score: cosine([...vector], [...values]) }))
        .sort((a, b) => b.score - a.score)
        .slice(0, options?.topK);
      return { matches, count: matches.length };
    },
    async upsert(vectors) {
      for (const vector of vectors) stored.set(vector.id, vector);
      return { mutationId: "1" };
    },
    async deleteByIds(ids) {
      for (const id of ids) stored.delete(id);
      return { mutationId: "2" };
    },
  };
  return { stored, calls, arm: vectorizeArm(embed, index, "products") };
}

describe("the arm of meaning", () => {
  const find = (call: Call, query: string, vectors: VectorArm, chatbotId?: string) => {
    const faults: unknown[] = [];
    const onVectorFault = (error: unknown) => faults.push(error);
    return searchProducts(call.tenant, { query, chatbotId, limit: 10, vectors, onVectorFault }).then(
      ({ found, arms }) => ({
        faults,
        arms,
        found: found.map((hit) => [hit.product.title, hit.found.map(({ arm, rank }) => `${arm} ${rank}`)]),
      }),
    );
  };

  it("is absent unless both services are bound", () => {
    expect(vectorArm(env, "products")).toBeNull();
  });

  it("finds what is said in other words, within the workspace and the chatbot", async () => {
    const { arm, calls } = memoryIndex();
    const [call, other] = [testCall(), testCall()];
    const [one, two] = [await makeChatbot(call), await makeChatbot(call)];
    const items = [
      { externalId: "1", title: "Grey settee" },
      { externalId: "2", title: "Floor light", chatbotId: one },
      { externalId: "3", title: "Boots" },
    ];
    await upsertProducts(call.tenant, items, { vectors: arm });
    await upsertProducts(other.tenant, [{ externalId: "1", title: "Their couch" }], { vectors: arm });
    expect(await find(call, "couch", arm)).toEqual({
      faults: [],
      arms: ["words", "typos", "meaning"],
      found: [["Grey settee", ["meaning 1"]]],
    });
    expect((await find(call, "lamp", arm, one)).found).toEqual([["Floor light", ["meaning 1"]]]);
    expect((await find(call, "lamp", arm, two)).found).toEqual([]);
    expect(await find(call, "boots", arm)).toMatchObject({
      found: [["Boots", ["words 1", "typos 1", "meaning 1"]]],
    });
    for (const options of calls) {
      expect(options).toMatchObject({ namespace: `products:${call.tenant.workspaceId}`, topK: 50 });
    }
  });

  it("forgets what was removed, also when the service has not yet", async () => {
    const { arm, stored } = memoryIndex();
    const call = testCall();
    await upsertProducts(call.tenant, [{ externalId: "1", title: "Settee" }], { vectors: arm });
    const slow = { ...arm, remove: async () => {} };
    await removeMissingProducts(call.tenant, { syncToken: "t", chatbotId: null, vectors: slow });
    expect(stored.size).toBe(1);
    expect((await find(call, "couch", arm)).found).toEqual([]);
    await upsertProducts(call.tenant, [{ externalId: "1", title: "Settee" }], { vectors: arm });
    await removeMissingProducts(call.tenant, { syncToken: "t", chatbotId: null, vectors: arm });
    expect(stored.size).toBe(1);
  });

  it("leaves the other arms to answer when the service fails", async () => {
    const { arm } = memoryIndex();
    const call = await shop("Lamp");
    const nearest = () => Promise.reject(new Error("no such index"));
    const answered = await find(call, "lamp", { ...arm, nearest });
    expect(answered).toMatchObject({ arms: ["words", "typos"], found: [["Lamp", ["words 1", "typos 1"]]] });
    expect(answered.faults).toHaveLength(1);
  });

  it("embeds at most 100 texts in one call", async () => {
    const sizes: number[] = [];
    const { arm: _, ...rest } = memoryIndex();
    const counting = vectorizeArm(
      async (texts) => {
        sizes.push(texts.length);
        return embed(texts);
      },
      {
        query: () => Promise.reject(new Error("not asked")),
        upsert: async (vectors) => {
          for (const vector of vectors) rest.stored.set(vector.id, vector);
          return { mutationId: "1" };
        },
        deleteByIds: async () => ({ mutationId: "2" }),
      },
      "products",
    );
    const items = Array.from({ length: 230 }, (_unused, i) => ({ externalId: `${i}`, title: `Lamp ${i}` }));
    await upsertProducts(testCall().tenant, items, { vectors: counting });
    expect(sizes).toEqual([100, 100, 30]);
    expect(rest.stored.size).toBe(230);
  });
});

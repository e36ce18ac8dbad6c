import { eq, sql } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { deleteChatbot } from "../../src/chatbots/store.ts";
import { indexRemoval, requestRebuild } from "../../src/indexing/jobs.ts";
import { knowledgeRemoval, upsertArticles } from "../../src/knowledge/import.ts";
import { passageCorpus } from "../../src/knowledge/index-rows.ts";
import { kbPassages } from "../../src/knowledge/schema.ts";
import { unindexAll } from "../../src/search/corpus.ts";
import { lastJob } from "../../src/search/index-state.ts";
import { testCall } from "../call.ts";
import { make as makeChatbot } from "../chatbots/setting.ts";
import { run, search, titles, wordsOnly, write } from "../knowledge/setting.ts";
import { halfway, rebuild, rowids, stock, work } from "./setting.ts";

/** 60 articles of two passages each. */
const LIBRARY = Array.from({ length: 60 }, (_, i) => ({
  externalId: `${i}.md`,
  title: `Guide ${i}`,
  content: `# Setup\n\n${`Lantern topic${i} is set up so. `.repeat(60)}\n\n# Repair\n\n${"Repair it so. ".repeat(60)}`,
}));

describe("articles in a rebuild", () => {
  it("are found while it runs and afterwards, with the products of their chatbot", async () => {
    const call = testCall();
    const { tenant } = call;
    const [one, two] = [await makeChatbot(call), await makeChatbot(call)];
    for (const id of [one, two]) await upsertArticles(tenant, id, LIBRARY, wordsOnly);
    await stock(tenant, 0, 10, one);
    const whole = (await rowids(tenant, "kb_passages_search")).length;
    expect(whole).toBeGreaterThan(230);
    const answers = async (chatbotId: string) => [
      (await search(call, chatbotId, "topic7 topic8")).items
        .filter(({ found }) => found.some(({ arm }) => arm === "words"))
        .map(({ articleId, title, heading, text }) => ({ articleId, title, heading, text }))
        .toSorted((a, b) => a.text.localeCompare(b.text)),
      (await titles(call, chatbotId, "lnatern topic12")).includes("Guide 12"),
    ];
    const before = [await answers(one), await answers(two)];
    expect(before[0]?.[0]).toHaveLength(4);
    expect(before[0]?.[1]).toBe(true);
    await requestRebuild(tenant, one);
    await work(tenant, {
      until: async () => {
        expect(await answers(one)).toEqual(before[0]);
        return (await lastJob(tenant, one))?.state === "done";
      },
    });
    expect((await lastJob(tenant, one))?.total).toBe(whole / 2 + 10);
    expect([await answers(one), await answers(two)]).toEqual(before);
    await work(tenant);
    expect([await answers(one), await answers(two)]).toEqual(before);
    expect(await rowids(tenant, "kb_passages_search")).toHaveLength(whole);
  });

  it("that change, come and go meanwhile are right at once and afterwards", async () => {
    const call = testCall();
    const { tenant } = call;
    const chatbotId = await makeChatbot(call);
    await upsertArticles(tenant, chatbotId, LIBRARY, wordsOnly);
    const { items } = await search(call, chatbotId, "topic1");
    const early = items[0]?.articleId;
    const late = (await search(call, chatbotId, "topic59")).items[0]?.articleId;
    const withdrawn = (await search(call, chatbotId, "topic58")).items[0]?.articleId;
    await requestRebuild(tenant, chatbotId);
    await work(tenant, { until: halfway(tenant, chatbotId) });
    const change = (articleId: unknown, changes: object) =>
      run(call, "update_knowledge_article", { chatbotId, articleId, ...changes });
    await change(early, { title: "Renamed early", content: "Zeppelins fly." });
    await change(late, { title: "Renamed late", content: "Zeppelins fly late." });
    await change(withdrawn, { reviewStatus: "draft" });
    const added = await write(call, chatbotId, { title: "Added", content: "Zeppelins are new." });
    const answers = async () => [
      (await titles(call, chatbotId, "zeppelins")).toSorted(),
      (await titles(call, chatbotId, "zepelins")).toSorted(),
      (await titles(call, chatbotId, "topic58")).includes("Guide 58"),
      (await titles(call, chatbotId, "topic59")).includes("Guide 59"),
    ];
    const expected = [
      ["Added", "Renamed early", "Renamed late"],
      ["Added", "Renamed early", "Renamed late"],
      false,
      false,
    ];
    expect(await answers()).toEqual(expected);
    await work(tenant, { until: async () => (await lastJob(tenant, chatbotId))?.state === "done" });
    expect(await answers()).toEqual(expected);
    await change(added, { content: "Airships are new." });
    await work(tenant);
    expect((await answers())[0]).toEqual(["Renamed early", "Renamed late"]);
    expect(await titles(call, chatbotId, "airships")).toEqual(["Added"]);
    const stored = await tenant.db
      .select({ n: kbPassages.n })
      .from(kbPassages)
      .where(tenant.of(kbPassages))
      .orderBy(kbPassages.n);
    expect(await rowids(tenant, "kb_passages_search")).toEqual(stored.map(({ n }) => n));
  });

  it("are cut anew where they were cut in another way", async () => {
    const call = testCall();
    const { tenant } = call;
    const [chatbotId, sibling] = [await makeChatbot(call), await makeChatbot(call)];
    await upsertArticles(tenant, chatbotId, LIBRARY, wordsOnly);
    await upsertArticles(tenant, sibling, LIBRARY.slice(0, 1), wordsOnly);
    const passages = () =>
      tenant.db
        .select()
        .from(kbPassages)
        .where(tenant.of(kbPassages))
        .orderBy(kbPassages.articleId, kbPassages.position);
    const before = await passages();
    // As if one article had been cut into one short passage, and another not at all.
    const [early, late] = [before[0]?.articleId, before.at(-9)?.articleId];
    const of = (articleId = "") => eq(kbPassages.articleId, articleId);
    const cut = sql`${kbPassages.chatbotId} = ${chatbotId} AND (${of(late)} OR ${of(early)} AND ${kbPassages.position} > 0)`;
    await tenant.batch([
      unindexAll(tenant, passageCorpus, cut),
      tenant.db.delete(kbPassages).where(tenant.of(kbPassages, cut)),
    ]);
    await tenant.db
      .update(kbPassages)
      .set({ body: "Odd." })
      .where(tenant.of(kbPassages, of(early)));
    await rebuild(tenant, chatbotId);
    const after = await passages();
    const texts = (rows: typeof before) => rows.map(({ n: _, ...row }) => row);
    expect(texts(after)).toEqual(texts(before));
    // Each is in the index once: nothing is left of what was cut before.
    expect(await rowids(tenant, "kb_passages_search")).toEqual(
      after.map(({ n }) => n).toSorted((a, b) => a - b),
    );
    expect(
      (await search(call, chatbotId, "topic0 lantern")).items.map(({ articleId }) => articleId),
    ).toContain(early);
  });

  it("go with their chatbot", async () => {
    const call = testCall();
    const { tenant } = call;
    const chatbotId = await makeChatbot(call);
    await upsertArticles(tenant, chatbotId, LIBRARY, wordsOnly);
    await requestRebuild(tenant, chatbotId);
    await work(tenant, { until: halfway(tenant, chatbotId) });
    await deleteChatbot(tenant, chatbotId, [indexRemoval, knowledgeRemoval]);
    await work(tenant);
    expect(await rowids(tenant, "kb_passages_search")).toEqual([]);
  });
});

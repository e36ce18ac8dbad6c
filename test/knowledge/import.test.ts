import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import type { Call } from "../../src/calls/define.ts";
import type { ArticleInput } from "../../src/knowledge/article-input.ts";
import { markArticlesSeen, removeMissingArticles, upsertArticles } from "../../src/knowledge/import.ts";
import { testCall } from "../call.ts";
import { make as makeChatbot } from "../chatbots/setting.ts";
import { metered } from "../meter.ts";
import { failureOf } from "../run.ts";
import { list, publications, run, titles, wordsOnly, write } from "./setting.ts";

/** A word that no other page has, nor one like it. */
const subject = (n: number | string) => `${n}`.repeat(8);

const page = (n: number | string, more: Partial<ArticleInput> = {}): ArticleInput => ({
  externalId: `docs/${n}.md`,
  title: `Page ${n}`,
  content: `All about ${subject(n)}.`,
  ...more,
});

async function setting(database = env.TENANT_1) {
  const call = testCall({ database });
  const chatbotId = await makeChatbot(call);
  const put = (items: ArticleInput[], syncToken?: string) =>
    upsertArticles(call.tenant, chatbotId, items, { ...wordsOnly, syncToken });
  const sweep = (syncToken: string) =>
    removeMissingArticles(call.tenant, chatbotId, { ...wordsOnly, syncToken });
  return { call, chatbotId, put, sweep };
}

const listed = async (call: Call, chatbotId: string) =>
  (await list(call, { chatbotId })).map(({ title }) => title);

describe("upsertArticles", () => {
  it("makes, changes and leaves alone, by external id; published where nothing is said", async () => {
    const { call, chatbotId, put } = await setting();
    expect(await put([page(1), page(2), page(3, { status: "draft" })])).toEqual({
      created: 3,
      updated: 0,
      unchanged: 0,
    });
    expect(await listed(call, chatbotId)).toEqual(["Page 3", "Page 2", "Page 1"]);
    expect(await titles(call, chatbotId, subject(1))).toEqual(["Page 1"]);
    expect(await titles(call, chatbotId, subject(3))).toEqual([]);
    expect(await publications(call)).toHaveLength(2);
    const again = [
      page(1),
      page(2, { content: "Something else." }),
      page(4),
      page(4, { title: "Last counts" }),
    ];
    expect(await put(again)).toEqual({ created: 1, updated: 1, unchanged: 1 });
    expect(await listed(call, chatbotId)).toEqual(["Last counts", "Page 3", "Page 2", "Page 1"]);
    expect(await titles(call, chatbotId, subject(2))).toEqual([]);
    expect(await titles(call, chatbotId, "something else")).toEqual(["Page 2"]);
    expect(await publications(call)).toHaveLength(3);
    const [, , second] = await list(call, { chatbotId });
    const shown = await run(call, "get_knowledge_article", { chatbotId, articleId: second?.id });
    expect(shown).toMatchObject({ article: { externalId: "docs/2.md", slug: "page-2", revision: 2 } });
  });

  it("keeps what a person changed until the source changes, and the status also then", async () => {
    const { call, chatbotId, put } = await setting();
    await put([page(1)]);
    const [{ id: articleId } = {}] = await list(call, { chatbotId });
    const change = { chatbotId, articleId, title: "By hand", reviewStatus: "in_review" };
    await run(call, "update_knowledge_article", change);
    expect(await put([page(1)])).toMatchObject({ unchanged: 1 });
    expect(await listed(call, chatbotId)).toEqual(["By hand"]);
    expect(await put([page(1, { content: "New" })])).toMatchObject({ updated: 1 });
    expect(await list(call, { chatbotId })).toMatchObject([{ title: "Page 1", reviewStatus: "in_review" }]);
    expect(await put([page(1, { content: "New", status: "published" })])).toMatchObject({ updated: 1 });
    expect(await titles(call, chatbotId, "new")).toEqual(["Page 1"]);
  });

  it("sorts articles into categories by name, and makes those that are missing", async () => {
    const { call, chatbotId, put } = await setting();
    const { category } = await run(call, "create_knowledge_category", { chatbotId, name: "Billing" });
    await put([
      page(1, { category: "billing" }),
      page(2, { category: "Shipping" }),
      page(3, { category: "SHIPPING" }),
      page(4),
    ]);
    const { items } = await run(call, "list_knowledge_categories", { chatbotId });
    const categories = items as { id: string; name: string }[];
    expect(categories.map(({ name }) => name)).toEqual(["Billing", expect.stringMatching(/^shipping$/i)]);
    const [billing, shipping] = categories.map(({ id }) => id);
    expect(billing).toBe((category as { id: string }).id);
    const placed = (await list(call, { chatbotId })).map(({ categoryId }) => categoryId);
    expect(placed).toEqual([null, shipping, shipping, billing]);
  });

  it("refuses what does not fit, names the item, and writes nothing then", async () => {
    const { call, chatbotId, put } = await setting();
    const wrong: [Partial<ArticleInput>, RegExp][] = [
      [{ title: " " }, /^Item 2: title: /],
      [{ content: "x".repeat(40_001) }, /^Item 2: content: /],
      [{ externalId: "" }, /^Item 2: externalId: /],
      [{ seoKeywords: [""] }, /^Item 2: seoKeywords\.0: /],
    ];
    for (const [more, message] of wrong) {
      const failure = await failureOf(put([page(1), page(2, more)]));
      expect(failure.code).toBe("invalid_input");
      expect(failure.message).toMatch(message);
    }
    const many = Array.from({ length: 101 }, (_, i) => page(i));
    expect((await failureOf(put(many))).code).toBe("invalid_input");
    const theirs = await makeChatbot(testCall());
    const foreign = upsertArticles(call.tenant, theirs, [page(1)], wordsOnly);
    expect((await failureOf(foreign)).code).toBe("not_found");
    expect(await listed(call, chatbotId)).toEqual([]);
  });

  it("writes 100 long ones in a few round trips, and nothing of those that are the same", async () => {
    const meter = metered(env.TENANT_1);
    const { call, chatbotId, put } = await setting(meter.database);
    const items = Array.from({ length: 100 }, (_, i) =>
      page(i, { title: "The same", content: `# Part\n\n${`第${i}章。退款政策。`.repeat(1200)}` }),
    );
    meter.reset();
    expect(await put(items)).toEqual({ created: 100, updated: 0, unchanged: 0 });
    expect(meter.roundTrips).toBeLessThan(20);
    expect(await list(call, { chatbotId, limit: 50 })).toHaveLength(100);
    meter.reset();
    expect(await put(items)).toEqual({ created: 0, updated: 0, unchanged: 100 });
    expect(meter.rowsWritten).toBe(0);
  });

  it("holds when imports run at the same time", async () => {
    const { call, chatbotId, put } = await setting();
    const items = Array.from({ length: 20 }, (_, i) => page(i, { category: "Docs" }));
    const results = await Promise.all([put(items), put(items), put(items)]);
    expect(results.reduce((sum, { created }) => sum + created, 0)).toBe(20);
    expect(await listed(call, chatbotId)).toHaveLength(20);
    expect(await publications(call)).toHaveLength(20);
    expect(await titles(call, chatbotId, subject(7))).toEqual(["Page 7"]);
  });
});

describe("removeMissingArticles", () => {
  it("makes the chatbot's imported articles equal to the source, and leaves the others", async () => {
    const { call, chatbotId, put, sweep } = await setting();
    await put([page("a"), page("b"), page("c")]);
    await write(call, chatbotId, { title: "By hand" });
    const sibling = await makeChatbot(call);
    await upsertArticles(call.tenant, sibling, [page("a")], wordsOnly);
    const other = await setting();
    await other.put([page("a")]);
    await put([page("a"), page("b", { title: "New" }), page("d")], "run-1");
    // A change outside of the run keeps its mark.
    await put([page("b", { title: "Newer" })]);
    const [{ id: articleId } = {}] = await list(call, { chatbotId });
    await run(call, "update_knowledge_article", { chatbotId, articleId, description: "Changed" });
    expect(await sweep("run-1")).toBe(1);
    expect(await sweep("run-1")).toBe(0);
    expect(await listed(call, chatbotId)).toEqual(["Page d", "By hand", "Newer", "Page a"]);
    expect(await titles(call, chatbotId, subject("c"))).toEqual([]);
    expect(await listed(call, sibling)).toEqual(["Page a"]);
    expect(await listed(other.call, other.chatbotId)).toEqual(["Page a"]);
    // What the run could not read, but knows to be there.
    await markArticlesSeen(call.tenant, chatbotId, ["docs/a.md", "docs/none.md"], "run-2");
    await sweep("run-2");
    expect(await listed(call, chatbotId)).toEqual(["By hand", "Page a"]);
  });

  it("goes on until none is left", async () => {
    const { call, chatbotId, put, sweep } = await setting();
    for (const part of [0, 100, 200]) {
      const items = Array.from({ length: 90 }, (_, i) => page(part + i));
      await put(items, part === 100 ? "t" : undefined);
    }
    expect(await sweep("t")).toBe(180);
    expect(await listed(call, chatbotId)).toHaveLength(90);
  });
});

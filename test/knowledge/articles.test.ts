import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import type { Call } from "../../src/calls/define.ts";
import { deleteChatbot } from "../../src/chatbots/store.ts";
import { knowledgeRemoval } from "../../src/knowledge/import.ts";
import { slugOf } from "../../src/knowledge/slugs.ts";
import { createArticle, recordFeedback, recordView, updateArticle } from "../../src/knowledge/store.ts";
import { bareId, newId } from "../../src/tenant/ids.ts";
import { testCall } from "../call.ts";
import { make as makeChatbot } from "../chatbots/setting.ts";
import { metered } from "../meter.ts";
import { failureOf } from "../run.ts";
import { articleOf, list, publications, refusal, run, titles, wordsOnly, write } from "./setting.ts";

/** Rows of a table that the workspace has. */
async function rowsOf({ tenant }: Call, table: string): Promise<Record<string, unknown>[]> {
  const { results } = await env.TENANT_1.prepare(`SELECT * FROM ${table} WHERE workspace_id = ?`)
    .bind(tenant.workspaceId)
    .all();
  return results;
}

/** Rows of a full-text table that the workspace has. */
async function indexedRows({ tenant }: Call, table: string): Promise<unknown> {
  return env.TENANT_1.prepare(`SELECT count(*) AS count FROM ${table} WHERE ${table} MATCH ?`)
    .bind(`"${bareId(tenant.workspaceId)}"`)
    .first("count");
}

async function indexSize(call: Call) {
  return [(await rowsOf(call, "kb_passages")).length, await indexedRows(call, "kb_passages_search")];
}

const text = { title: "Refunds", description: "How to get money back", content: "# Steps\n\nWrite to us." };

describe("articles", () => {
  it("begin as drafts, and are answered whole", async () => {
    const call = testCall();
    const chatbotId = await makeChatbot(call);
    const { category } = await run(call, "create_knowledge_category", { chatbotId, name: "Money" });
    const categoryId = (category as { id: string }).id;
    const answer = await run(call, "create_knowledge_article", {
      chatbotId,
      ...text,
      categoryId,
      seoKeywords: ["money back", "return"],
      metaDescription: "Refunds at a glance",
    });
    const { id } = articleOf(answer);
    expect(id).toMatch(/^kb_/);
    expect(answer).toMatchObject({
      article: {
        chatbotId,
        title: "Refunds",
        description: "How to get money back",
        categoryId,
        reviewStatus: "draft",
        slug: "refunds",
        seoKeywords: ["money back", "return"],
        metaDescription: "Refunds at a glance",
        externalId: null,
        views: 0,
        helpful: 0,
        notHelpful: 0,
        publishedAt: null,
        revision: 1,
      },
    });
    expect(await run(call, "get_knowledge_article", { chatbotId, articleId: id })).toEqual({
      article: { ...articleOf(answer), content: text.content },
    });
    expect(await titles(call, chatbotId, "refunds")).toEqual([]);
    expect(await indexSize(call)).toEqual([0, 0]);
    expect(await publications(call)).toEqual([]);
  });

  it("are found when they are published, and not when they are not", async () => {
    const call = testCall();
    const chatbotId = await makeChatbot(call);
    const articleId = await write(call, chatbotId, { ...text, reviewStatus: "in_review" });
    expect(await titles(call, chatbotId, "refunds")).toEqual([]);
    const change = (reviewStatus: string) =>
      run(call, "update_knowledge_article", { chatbotId, articleId, reviewStatus });
    const published = articleOf(await change("published"));
    expect(published).toMatchObject({ reviewStatus: "published", revision: 3 });
    expect(published.publishedAt).toBe(published.updatedAt);
    expect(await titles(call, chatbotId, "refunds")).toEqual(["Refunds"]);
    expect(await titles(call, chatbotId, "refnuds")).toEqual(["Refunds"]);
    expect(articleOf(await change("published"))).toEqual(published);
    expect(await publications(call)).toEqual([articleId]);
    expect(articleOf(await change("draft"))).toMatchObject({ publishedAt: published.publishedAt });
    expect(await titles(call, chatbotId, "refunds")).toEqual([]);
    expect(await titles(call, chatbotId, "refnuds")).toEqual([]);
    expect(await indexSize(call)).toEqual([0, 0]);
    await change("published");
    expect(await titles(call, chatbotId, "refunds")).toEqual(["Refunds"]);
    expect(await publications(call)).toEqual([articleId, articleId]);
  });

  it("are found by their new text alone when it changes", async () => {
    const call = testCall();
    const chatbotId = await makeChatbot(call);
    const section = (word: string) => `## About ${word}\n\n${`${word} `.repeat(40)}`;
    const content = ["alpha", "bravo", "charlie", "delta"].map(section).join("\n\n");
    const articleId = await write(call, chatbotId, { title: "Letters", content });
    await write(call, chatbotId, { title: "Other", content: "Zulu" });
    expect(await indexSize(call)).toEqual([5, 5]);
    const { article: before } = await run(call, "get_knowledge_article", { chatbotId, articleId });
    const changed = await run(call, "update_knowledge_article", {
      chatbotId,
      articleId,
      title: "Signs",
      content: section("echo"),
      seoKeywords: ["whisky"],
    });
    expect(changed).toMatchObject({
      article: { title: "Signs", slug: "letters", reviewStatus: "published", revision: 3 },
    });
    expect(changed.article).toMatchObject({ publishedAt: (before as { publishedAt: string }).publishedAt });
    for (const gone of ["alpha", "delta", "letters"]) expect(await titles(call, chatbotId, gone)).toEqual([]);
    for (const there of ["echo", "signs", "whisky"]) {
      expect(await titles(call, chatbotId, there)).toEqual(["Signs"]);
    }
    expect(await titles(call, chatbotId, "zulu")).toEqual(["Other"]);
    expect(await indexSize(call)).toEqual([2, 2]);
    expect(await publications(call)).toHaveLength(2);
  });

  it("write nothing when nothing changes", async () => {
    const meter = metered(env.TENANT_1);
    const call = testCall({ database: meter.database });
    const chatbotId = await makeChatbot(call);
    const articleId = await write(call, chatbotId, text);
    meter.reset();
    const same = { ...text, reviewStatus: "published", seoKeywords: [] };
    await run(call, "update_knowledge_article", { chatbotId, articleId, ...same });
    expect(meter.rowsWritten).toBe(0);
    expect(await refusal(call, "update_knowledge_article", { chatbotId, articleId })).toBe("invalid_input");
  });

  it("keep every change that is made at the same time", async () => {
    const call = testCall();
    const { tenant } = call;
    const chatbotId = await makeChatbot(call);
    const made = await Promise.all(
      Array.from({ length: 3 }, () => createArticle(tenant, chatbotId, text, wordsOnly)),
    );
    expect(new Set(made.map(({ slug }) => slug)).size).toBe(3);
    const [{ id = "" } = {}] = made;
    await Promise.all([
      updateArticle(tenant, chatbotId, id, { title: "New" }, wordsOnly),
      updateArticle(tenant, chatbotId, id, { content: "Newer" }, wordsOnly),
      updateArticle(tenant, chatbotId, id, { status: "published" }, wordsOnly),
    ]);
    expect(await run(call, "get_knowledge_article", { chatbotId, articleId: id })).toMatchObject({
      article: { title: "New", content: "Newer", reviewStatus: "published", revision: 4 },
    });
    expect(await titles(call, chatbotId, "newer")).toEqual(["New"]);
    expect(await publications(call)).toEqual([id]);
  });

  it("count views and feedback, of published ones alone, without being changed", async () => {
    const call = testCall();
    const { tenant } = call;
    const chatbotId = await makeChatbot(call);
    const [articleId, draft] = [
      await write(call, chatbotId, text),
      await write(call, chatbotId, { reviewStatus: "draft" }),
    ];
    const before = articleOf(await run(call, "get_knowledge_article", { chatbotId, articleId }));
    await Promise.all([1, 2, 3].map(() => recordView(tenant, chatbotId, articleId)));
    expect(await recordFeedback(tenant, chatbotId, articleId, true)).toBe(true);
    expect(await recordFeedback(tenant, chatbotId, articleId, false)).toBe(true);
    expect(await recordFeedback(tenant, chatbotId, articleId, true)).toBe(true);
    for (const id of [draft, newId("article")]) expect(await recordView(tenant, chatbotId, id)).toBe(false);
    expect(await recordView(tenant, await makeChatbot(call), articleId)).toBe(false);
    expect(await recordView(testCall().tenant, chatbotId, articleId)).toBe(false);
    const counted = { ...before, views: 3, helpful: 2, notHelpful: 1 };
    expect(articleOf(await run(call, "get_knowledge_article", { chatbotId, articleId }))).toEqual(counted);
    // Reading is no view, and what is written keeps the counts.
    await run(call, "update_knowledge_article", { chatbotId, articleId, title: "Money" });
    expect(articleOf(await run(call, "get_knowledge_article", { chatbotId, articleId }))).toMatchObject({
      title: "Money",
      views: 3,
      helpful: 2,
      notHelpful: 1,
    });
  });

  it("belong to one chatbot of one workspace", async () => {
    const call = testCall();
    const [mine, other] = [await makeChatbot(call), await makeChatbot(call)];
    const articleId = await write(call, mine, text);
    const { category } = await run(call, "create_knowledge_category", { chatbotId: mine, name: "Money" });
    const categoryId = (category as { id: string }).id;
    const stranger = testCall();
    for (const [caller, chatbotId] of [
      [call, other],
      [stranger, mine],
    ] as const) {
      expect(await refusal(caller, "get_knowledge_article", { chatbotId, articleId })).toBe("not_found");
      const change = { chatbotId, articleId, title: "Mine now" };
      expect(await refusal(caller, "update_knowledge_article", change)).toBe("not_found");
      expect(await refusal(caller, "list_knowledge_base", { chatbotId, categoryId })).toBe("not_found");
      const article = { chatbotId, ...text, categoryId };
      expect(await refusal(caller, "create_knowledge_article", article)).toBe("not_found");
    }
    expect(await list(call, { chatbotId: other })).toEqual([]);
    for (const name of ["list_knowledge_base", "list_knowledge_categories", "get_knowledge_gaps"]) {
      expect(await refusal(stranger, name, { chatbotId: mine })).toBe("not_found");
    }
    const category_ = { chatbotId: mine, name: "Theirs" };
    expect(await refusal(stranger, "create_knowledge_category", category_)).toBe("not_found");
    expect(await refusal(stranger, "search_knowledge", { chatbotId: mine, query: "refunds" })).toBe(
      "not_found",
    );
  });

  it("refuse what does not fit", async () => {
    const call = testCall();
    const chatbotId = await makeChatbot(call);
    for (const wrong of [
      { title: " \u200b " },
      { title: "x".repeat(201) },
      { content: "" },
      { content: "x".repeat(40_001) },
      { seoKeywords: Array(21).fill("word") },
      { seoKeywords: ["x".repeat(61)] },
      { reviewStatus: "published" },
    ]) {
      const article = { chatbotId, ...text, ...wrong };
      expect(await refusal(call, "create_knowledge_article", article)).toBe("invalid_input");
    }
    // The longest one is whole in an answer, also in a script of which each letter is three bytes.
    const content = "退款".repeat(20_000);
    const articleId = await write(call, chatbotId, { ...text, content });
    const { article, truncated } = await run(call, "get_knowledge_article", { chatbotId, articleId });
    expect([truncated, (article as { content: string }).content]).toEqual([undefined, content]);
    expect((await titles(call, chatbotId, "退款"))[0]).toBe("Refunds");
  });
});

describe("list_knowledge_base", () => {
  it("lists drafts too, the last made first, by category, in pages", async () => {
    const call = testCall();
    const chatbotId = await makeChatbot(call);
    const { category } = await run(call, "create_knowledge_category", { chatbotId, name: "Even" });
    const categoryId = (category as { id: string }).id;
    const ids: string[] = [];
    for (let i = 0; i < 7; i++) {
      const sorted = i % 2 === 0 ? { categoryId } : {};
      ids.unshift(await write(call, chatbotId, { title: `Article ${i}`, reviewStatus: "draft", ...sorted }));
    }
    const listed = async (args: object) => (await list(call, { chatbotId, ...args })).map(({ id }) => id);
    expect(await listed({ limit: 3 })).toEqual(ids);
    expect(await listed({ limit: 2, categoryId })).toEqual(ids.filter((_, i) => i % 2 === 0));
    const pages = await Promise.all(
      [1, 2, 3].map((page) => run(call, "list_knowledge_base", { chatbotId, page, limit: 3 })),
    );
    expect(pages.flatMap(({ items }) => items as { id: string }[]).map(({ id }) => id)).toEqual(ids);
    const [{ nextCursor } = {}] = pages;
    const refused = { chatbotId, cursor: nextCursor, categoryId };
    expect(await refusal(call, "list_knowledge_base", refused)).toBe("invalid_cursor");
    const both = { chatbotId, cursor: nextCursor, page: 2 };
    expect(await refusal(call, "list_knowledge_base", both)).toBe("invalid_input");
    expect(await refusal(call, "list_knowledge_base", { chatbotId, limit: 51 })).toBe("invalid_input");
  });

  it("shows the beginning of long descriptions", async () => {
    const call = testCall();
    const chatbotId = await makeChatbot(call);
    const description = "Long. ".repeat(100).trim();
    await write(call, chatbotId, { description });
    const [row] = await list(call, { chatbotId });
    expect(row).toMatchObject({ descriptionCut: true, description: `${description.slice(0, 199)}…` });
    expect(row).not.toHaveProperty("content");
  });
});

describe("categories", () => {
  it("are made and listed, one of each name", async () => {
    const call = testCall();
    const [chatbotId, other] = [await makeChatbot(call), await makeChatbot(call)];
    const make = (args: object) => run(call, "create_knowledge_category", { chatbotId, ...args });
    const family = "👨‍👩‍👧‍👦";
    const billing = { name: "Billing", description: "Invoices", icon: family, color: "#1D4ED8" };
    const { category } = await make(billing);
    expect(category).toMatchObject({ ...billing, color: "#1d4ed8" });
    await make({ name: "Straße" });
    const failure = await failureOf(make({ name: " ＢＩＬＬＩＮＧ " }));
    expect(failure).toMatchObject({
      code: "duplicate",
      detail: { candidates: [(category as { id: string }).id] },
    });
    await run(call, "create_knowledge_category", { chatbotId: other, name: "Billing" });
    const { items } = await run(call, "list_knowledge_categories", { chatbotId });
    expect(items).toMatchObject([
      { name: "Billing", icon: family },
      { name: "Straße", description: "", icon: null, color: null },
    ]);
    for (const wrong of [{ name: "" }, { name: "A", color: "red" }, { name: "A", icon: "x".repeat(11) }]) {
      expect((await failureOf(make(wrong))).code).toBe("invalid_input");
    }
  });
});

describe("slugs", () => {
  it.each([
    ["How do I get a refund?", "how-do-i-get-a-refund"],
    ["  Größe & Farbe ", "grosse-farbe"],
    ["Don’t panic", "dont-panic"],
    ["退款政策", "退款政策"],
    ["ＡＢＣ １２", "abc-12"],
    ["हिन्दी में", "हिन्दी-में"],
    ["🎉", "article"],
    ["x".repeat(100), "x".repeat(80)],
  ])("of %s is %s", (title, slug) => {
    expect(slugOf(title)).toBe(slug);
  });
});

describe("a chatbot that is deleted", () => {
  it("takes its knowledge along, and no other's", async () => {
    const call = testCall();
    const [chatbotId, other] = [await makeChatbot(call), await makeChatbot(call)];
    for (const one of [chatbotId, other]) {
      await run(call, "create_knowledge_category", { chatbotId: one, name: "Money" });
      await write(call, one, text);
    }
    await deleteChatbot(call.tenant, chatbotId, [knowledgeRemoval]);
    for (const table of ["kb_articles", "kb_categories", "kb_passages"]) {
      expect((await rowsOf(call, table)).map((row) => row.chatbot_id)).toEqual([other]);
    }
    expect(await indexSize(call)).toEqual([1, 1]);
    expect(await titles(call, other, "refunds")).toEqual(["Refunds"]);
    expect(await refusal(call, "list_knowledge_base", { chatbotId })).toBe("not_found");
  });
});

import { describe, expect, it } from "vitest";
import type { Call } from "../../src/calls/define.ts";
import { knowledgePart } from "../../src/knowledge/index-part.ts";
import { embedArticles } from "../../src/knowledge/index-rows.ts";
import { searchKnowledge } from "../../src/knowledge/search.ts";
import { updateArticle } from "../../src/knowledge/store.ts";
import type { PartSlice } from "../../src/search/indexed-part.ts";
import type { VectorArm } from "../../src/search/vectors.ts";
import { testCall } from "../call.ts";
import { make as makeChatbot } from "../chatbots/setting.ts";
import { refusal, search, titles, wordsOnly, write } from "./setting.ts";

/** A chatbot with these articles, published. */
async function library(...articles: Record<string, unknown>[]): Promise<{ call: Call; chatbotId: string }> {
  const call = testCall();
  const chatbotId = await makeChatbot(call);
  for (const article of articles) await write(call, chatbotId, article);
  return { call, chatbotId };
}

describe("search_knowledge", () => {
  it("answers passages with their headings, and which arm found each at which rank", async () => {
    const { call, chatbotId } = await library(
      {
        title: "Refunds",
        content: [
          `# How to ask\n\nWrite to us within thirty days. ${"Some more about it. ".repeat(10)}`,
          `## Abroad\n\nCustoms duties are never paid back. ${"Some more about it. ".repeat(10)}`,
        ].join("\n\n"),
      },
      { title: "Opening hours", content: "From nine to five." },
    );
    const { items, arms } = await search(call, chatbotId, "customs duties");
    expect(arms).toEqual(["words", "typos"]);
    expect(items).toMatchObject([
      {
        title: "Refunds",
        categoryId: null,
        heading: "How to ask › Abroad",
        text: expect.stringMatching(/^## Abroad\n\nCustoms duties/),
        score: 2 / 61,
        found: [
          { arm: "words", rank: 1 },
          { arm: "typos", rank: 1 },
        ],
      },
    ]);
  });

  it.each([
    ["How do I get a refund?", "Money back"],
    ["kann ich die Bestellung zurückschicken", "Rückgabe"],
    ["как вернуть деньги", "Возврат денег"],
    ["كيف أسترجع المبلغ", "استرجاع الأموال"],
    ["怎么退款", "退款政策"],
    ["返品できますか", "返品について"],
    ["ขอเงินคืนได้ไหม", "การคืนเงิน"],
    ["환불 방법", "환불 안내"],
    ["रिफंड कैसे मिलेगा", "रिफंड"],
    ["επιστροφη χρηματων", "Επιστροφή χρημάτων"],
  ])("finds %s in its own script", async (question, title) => {
    const { call, chatbotId } = await library(
      { title: "Money back", content: "You can get a refund within 30 days." },
      { title: "Rückgabe", content: "Sie können jede Bestellung innerhalb von 30 Tagen zurückschicken." },
      { title: "Возврат денег", content: "Мы вернём деньги в течение 30 дней." },
      { title: "استرجاع الأموال", content: "يمكنك أن تسترجع المبلغ خلال 30 يوما." },
      { title: "退款政策", content: "您可以在三十天内申请退款。" },
      { title: "返品について", content: "三十日以内であれば返品できます。" },
      { title: "การคืนเงิน", content: "คุณสามารถขอเงินคืนได้ภายในสามสิบวัน" },
      { title: "환불 안내", content: "구매 후 30일 이내에 환불 받을 수 있습니다." },
      { title: "रिफंड", content: "आप तीस दिन में पैसे वापस पा सकते हैं।" },
      { title: "Επιστροφή χρημάτων", content: "Μπορείτε να ζητήσετε τα χρήματά σας πίσω." },
      { title: "Opening hours", content: "From nine to five, 9 – 17 h." },
    );
    expect((await titles(call, chatbotId, question))[0]).toBe(title);
  });

  it.each([
    ["refnuds policy", "Refunds"],
    ["warrenty", "Repairs"],
    ["Rückgab", "Rückgabe"],
    ["гаратния", "Гарантия"],
    ["xylophone", null],
  ])("forgives the slips of %s", async (query, title) => {
    const { call, chatbotId } = await library(
      { title: "Refunds", content: "We pay back within 30 days." },
      // Only in the middle of the text.
      { title: "Repairs", content: `${"We mend what breaks. ".repeat(20)} The warranty is two years.` },
      { title: "Rückgabe", content: "Innerhalb von 30 Tagen." },
      { title: "Гарантия", content: "Два года." },
    );
    expect((await titles(call, chatbotId, query))[0] ?? null).toBe(title);
  });

  it("puts a match in the title before one in a heading, that before keywords, and those before the text", async () => {
    const filler = Array.from({ length: 20 }, (_, i) => ({
      title: `Filler ${i}`,
      content: "Nothing to see.",
    }));
    const { call, chatbotId } = await library(
      { title: "In the text", content: "It has to do with vouchers, among other things." },
      { title: "In the keywords", content: "Nothing to see.", seoKeywords: ["vouchers"] },
      { title: "In a heading", content: "# Vouchers\n\nNothing to see here at all." },
      { title: "Vouchers", content: "Nothing to see." },
      ...filler,
    );
    expect(await titles(call, chatbotId, "vouchers")).toEqual([
      "Vouchers",
      "In a heading",
      "In the keywords",
      "In the text",
    ]);
  });

  it("answers two passages of an article at most, as long as others are found", async () => {
    const section = (n: number) => `## Delivery ${n}\n\n${"Delivery takes a while. ".repeat(10)}`;
    const long = {
      title: "Delivery",
      content: Array.from({ length: 12 }, (_, i) => section(i)).join("\n\n"),
    };
    const short = Array.from({ length: 3 }, (_, i) => ({
      title: `Parcels ${i}`,
      content: `Delivery of parcels, number ${i}.`,
    }));
    const { call, chatbotId } = await library(long, ...short);
    const found = async (limit: number) => (await search(call, chatbotId, "delivery", { limit })).items;
    const five = (await found(5)).map(({ title }) => title);
    expect(five.toSorted()).toEqual(["Delivery", "Delivery", "Parcels 0", "Parcels 1", "Parcels 2"]);
    expect((await found(8)).filter(({ title }) => title === "Delivery")).toHaveLength(5);
    const scores = (await found(15)).map(({ score }) => score);
    expect(scores).toHaveLength(15);
    expect(scores).toEqual(scores.toSorted((a, b) => b - a));
  });

  it("sees nothing of other chatbots and workspaces, whatever the query says", async () => {
    const { call, chatbotId } = await library({ title: "Mine", content: "Mine alone." });
    const sibling = await makeChatbot(call);
    await write(call, sibling, { title: "Headphones", content: "Secret headphones." });
    const theirs = await library({ title: "Headphones", content: "Secret headphones." });
    const bare = theirs.call.tenant.workspaceId.slice(3);
    for (const query of [
      "secret headphones",
      "secert hedphones",
      `workspace_id : "${bare}"`,
      `x" OR scope : "${sibling.slice(3)}`,
      `") OR (headphones`,
      "headphones\0",
      "{title} : headphones",
      "^headphones* NEAR(a b)",
    ]) {
      expect(await titles(call, chatbotId, query)).toEqual([]);
    }
    expect(await refusal(call, "search_knowledge", { chatbotId, query: "?!" })).toBe("invalid_input");
  });
});

/** What the service was told, and answers that a test decides. */
function recordingArm(nearest: VectorArm["nearest"]) {
  const stored = new Map<string, { scope: string; text: string }>();
  const arm: VectorArm = {
    nearest,
    async upsert(_, rows) {
      for (const { id, ...row } of rows) stored.set(id, row);
    },
    async remove(ids) {
      for (const id of ids) stored.delete(id);
    },
  };
  return { stored, arm };
}

describe("the arm of meaning", () => {
  const sections = (...names: string[]) =>
    names.map((name) => `## ${name}\n\n${`${name} words. `.repeat(20)}`).join("\n\n");

  it("has a vector for each passage of a published article, and no others", async () => {
    const { call, chatbotId } = await library();
    const { stored, arm } = recordingArm(async () => []);
    const indexing = { vectors: arm, onVectorFault: wordsOnly.onVectorFault };
    const id = await write(call, chatbotId, { title: "Guide", reviewStatus: "draft" });
    const update = (changes: Parameters<typeof updateArticle>[3]) =>
      updateArticle(call.tenant, chatbotId, id, changes, indexing);
    await update({ content: sections("One", "Two", "Three") });
    expect(stored.size).toBe(0);
    await update({ status: "published" });
    expect([...stored.keys()]).toEqual([`${id}.0`, `${id}.1`, `${id}.2`]);
    expect(stored.get(`${id}.1`)).toEqual({
      scope: chatbotId.slice(3),
      text: expect.stringMatching(/^Guide\nTwo\n## Two\n\nTwo words\./),
    });
    await update({ content: sections("Four") });
    expect([...stored.keys()]).toEqual([`${id}.0`]);
    expect(stored.get(`${id}.0`)?.text).toContain("Four words");
    await update({ status: "in_review" });
    expect(stored.size).toBe(0);
  });

  it("finds what is said in other words, but nothing that is no longer there or another chatbot's", async () => {
    const { call, chatbotId } = await library();
    const sibling = await makeChatbot(call);
    const article = await write(call, chatbotId, { title: "Couches", content: "Sofas of all kinds." });
    const gone = await write(call, chatbotId, { title: "Old couches", reviewStatus: "draft" });
    const foreign = await write(call, sibling, { title: "Their couches" });
    const { arm } = recordingArm(async () => [`${gone}.0`, `${foreign}.0`, `${article}.0`, `${article}.7`]);
    const options = { chatbotId, limit: 5, vectors: arm, onVectorFault: wordsOnly.onVectorFault };
    expect(await searchKnowledge(call.tenant, { ...options, query: "settee" })).toMatchObject({
      arms: ["words", "typos", "meaning"],
      found: [{ articleId: article, title: "Couches", found: [{ arm: "meaning" }] }],
    });
  });

  it("leaves articles written and found by their words when the service fails", async () => {
    const { call, chatbotId } = await library();
    const failing = () => Promise.reject(new Error("no such index"));
    const faults: unknown[] = [];
    const vectors: VectorArm = { nearest: failing, upsert: failing, remove: failing };
    const indexing = { vectors, onVectorFault: (error: unknown) => faults.push(error) };
    const id = await write(call, chatbotId, { title: "Lamps", reviewStatus: "draft" });
    await updateArticle(call.tenant, chatbotId, id, { status: "published" }, indexing);
    const query = { ...indexing, chatbotId, query: "lamps", limit: 5 };
    expect(await searchKnowledge(call.tenant, query)).toMatchObject({
      arms: ["words", "typos"],
      found: [{ title: "Lamps" }],
    });
    expect(faults).toHaveLength(2);
    await embedArticles(call.tenant, [], new Map(), indexing);
  });
});

describe("rebuilds of the index", () => {
  it("are given every published article once, in slices", async () => {
    const { call, chatbotId } = await library();
    const { tenant } = call;
    const content = ["A", "B", "C", "D", "E"]
      .map((name) => `# ${name}\n\n${`${name} `.repeat(30)}`)
      .join("\n\n");
    const ids = [];
    for (let i = 0; i < 23; i++) ids.push(await write(call, chatbotId, { title: `Article ${i}`, content }));
    await write(call, chatbotId, { title: "Draft", content, reviewStatus: "draft" });
    await write(call, await makeChatbot(call), { title: "Sibling", content });
    expect(await knowledgePart.count(tenant, chatbotId)).toBe(115);
    const { stored, arm } = recordingArm(async () => []);
    const slices = [];
    for (let after: string | null = null; ; ) {
      const slice: PartSlice | null = await knowledgePart.slice(tenant, chatbotId, after, arm);
      if (!slice) break;
      slices.push(slice.rows);
      ({ after } = slice);
    }
    expect(slices).toEqual([50, 50, 15]);
    expect(new Set([...stored.keys()].map((id) => id.split(".")[0]))).toEqual(new Set(ids));
    expect(await knowledgePart.slice(tenant, null, null, arm)).toBeNull();
    expect(await knowledgePart.count(testCall().tenant, chatbotId)).toBe(0);
  });
});

import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { z } from "zod";
import { catalogue } from "../../src/catalogue.ts";
import { upsertArticles } from "../../src/knowledge/import.ts";
import { createSalesRule } from "../../src/sales/store.ts";
import { testCall } from "../call.ts";
import { metered } from "../meter.ts";
import { list } from "../rows/row.ts";
import { allItems, runTool } from "../run.ts";

const made = z.object({ chatbot: z.looseObject({ id: z.string() }) });

it("a chatbot is duplicated with its articles, categories and sales rules, in steps", async () => {
  const meter = metered(env.TENANT_1);
  const call = testCall({ database: meter.database });
  const run = (name: string, args: object) => runTool(catalogue.tools, call, name, args);
  const original = made.parse(await run("create_chatbot", { name: "Shop" })).chatbot.id;
  const count = 230;
  for (let from = 0; from < count; from += 100) {
    const articles = Array.from({ length: Math.min(100, count - from) }, (_, i) => ({
      externalId: `a${from + i}`,
      title: `Article ${from + i}`,
      content: `Marker${from + i} stands here.`,
      category: `Category ${(from + i) % 3}`,
      status: (from + i) % 10 === 0 ? ("draft" as const) : ("published" as const),
    }));
    await upsertArticles(call.tenant, original, articles, { vectors: null, onVectorFault: () => {} });
  }
  for (const name of ["First", "Second"]) {
    const rule = { name, trigger: { kind: "scroll" as const, percent: 50 }, message: "Hi", active: false };
    await createSalesRule(call.tenant, { chatbotId: original, ...rule });
  }

  meter.reset();
  const answer = await run("duplicate_chatbot", { chatbotId: original });
  const copied = { articles: count, categories: 3, salesRules: 2, testQuestions: 0, articlesLeftOut: false };
  expect(answer).toMatchObject({ copied });
  expect(meter.roundTrips).toBeLessThan(40);
  const copy = made.parse(answer).chatbot.id;

  const shown = async (chatbotId: string) => {
    const [articles, rules] = await Promise.all([
      allItems(catalogue.tools, call, "list_knowledge_base", { chatbotId }),
      allItems(catalogue.tools, call, "list_sales_rules", { chatbotId }),
    ]);
    return {
      articles: articles.map(({ title, description, reviewStatus, slug, categoryName }) => ({
        ...{ title, description, reviewStatus, slug, categoryName },
      })),
      rules: rules.map(({ name, trigger, message, active, priority }) => ({
        ...{ name, trigger, message, active, priority },
      })),
    };
  };
  expect(await shown(copy)).toEqual(await shown(original));
  const found = await run("search_knowledge", { chatbotId: copy, query: "Marker229" });
  expect(list(found)[0]).toMatchObject({ title: "Article 229", categoryName: "Category 1" });
  // The copy is its own: what changes in it leaves the original as it was.
  const before = await shown(original);
  await run("delete_knowledge_category", { chatbotId: copy, categoryId: "category 1" });
  await run("delete_knowledge_article", { chatbotId: copy, articleId: "Article 229" });
  expect(await shown(original)).toEqual(before);
  const best = async (chatbotId: string) =>
    list(await run("search_knowledge", { chatbotId, query: "Marker229" }))[0]?.title;
  expect(await best(copy)).not.toBe("Article 229");
  expect(await best(original)).toBe("Article 229");
});

import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import type { ArticleInput } from "../../src/knowledge/article-input.ts";
import { removeMissingArticles, upsertArticles } from "../../src/knowledge/import.ts";
import { knowledgePart } from "../../src/knowledge/index-part.ts";
import { recordView } from "../../src/knowledge/store.ts";
import { testCall } from "../call.ts";
import { make as makeChatbot } from "../chatbots/setting.ts";
import { metered } from "../meter.ts";
import { articleOf, run, search, wordsOnly, write } from "./setting.ts";

/** Articles with passages, half of them of another chatbot; they are not in the full-text tables. */
async function fill(workspaceId: string, chatbotIds: string[], from: number, to: number): Promise<void> {
  const numbers = "WITH RECURSIVE i(n) AS (SELECT ?1 UNION ALL SELECT n + 1 FROM i WHERE n < ?2)";
  const chatbot = "CASE n % 2 WHEN 0 THEN ?4 ELSE ?5 END";
  const bound = [from, to, workspaceId, ...chatbotIds];
  await env.TENANT_1.batch([
    env.TENANT_1.prepare(
      `${numbers} INSERT INTO kb_articles (workspace_id, id, chatbot_id, category_id, external_id, slug, title, description,
         seo_keywords, status, views, helpful, not_helpful, revision, sync_token, created_at, updated_at, content)
       SELECT ?3, printf('kb_%022d', n), ${chatbot}, printf('kc_%d', n % 3), 'x' || n, 'filler-' || n, 'Filler', '', '[]',
         'published', 0, 0, 0, 1, 'seen', n, n, 'Filler text' FROM i`,
    ).bind(...bound),
    env.TENANT_1.prepare(
      `${numbers} INSERT INTO kb_passages (workspace_id, id, chatbot_id, article_id, position, heading, body)
       SELECT ?3, printf('kb_%022d.0', n), ${chatbot}, printf('kb_%022d', n), 0, '', 'Filler text' FROM i`,
    ).bind(...bound),
    env.TENANT_1.prepare(
      `${numbers} INSERT INTO kb_categories (workspace_id, id, chatbot_id, name, name_key, description, created_at)
       SELECT ?3, printf('kc_%022d', n), ${chatbot}, 'Filler ' || n, 'filler ' || n, '', n FROM i`,
    ).bind(...bound),
  ]);
}

describe("what the knowledge base costs", () => {
  it("does not grow with what the workspace holds", async () => {
    const meter = metered(env.TENANT_1);
    const call = testCall({ database: meter.database });
    const { tenant } = call;
    const chatbotIds = [await makeChatbot(call), await makeChatbot(call)];
    const [chatbotId = ""] = chatbotIds;
    const { category } = await run(call, "create_knowledge_category", { chatbotId, name: "Needles" });
    const categoryId = (category as { id: string }).id;
    const articleId = await write(call, chatbotId, { title: "Needle", content: "Sharp.", categoryId });
    let written = 0;
    const item = { externalId: "needle", title: "Imported", content: "Blunt." };
    const same = { ...item, externalId: "same" };
    const put = (one: ArticleInput) =>
      upsertArticles(tenant, chatbotId, [one], { ...wordsOnly, syncToken: "seen" });
    const work: Record<string, () => Promise<unknown>> = {
      list: () => run(call, "list_knowledge_base", { chatbotId, limit: 20 }),
      "list of a category": () => run(call, "list_knowledge_base", { chatbotId, categoryId, limit: 20 }),
      categories: () => run(call, "list_knowledge_categories", { chatbotId, limit: 20 }),
      get: () => run(call, "get_knowledge_article", { chatbotId, articleId }),
      search: () => search(call, chatbotId, "needle sharp"),
      "search with a slip": () => search(call, chatbotId, "neeedle"),
      gaps: () => run(call, "get_knowledge_gaps", { chatbotId }),
      create: async () => {
        const article = { chatbotId, title: "Another", description: "", content: "Draft", categoryId };
        return articleOf(await run(call, "create_knowledge_article", article));
      },
      update: () =>
        run(call, "update_knowledge_article", { chatbotId, articleId, content: `Sharp ${written++}.` }),
      category: () => run(call, "create_knowledge_category", { chatbotId, name: `Needles ${written++}` }),
      view: () => recordView(tenant, chatbotId, articleId),
      import: () => put({ ...item, content: `Blunt ${written++}.`, category: "Needles" }),
      "import of the same": () => put(same),
      slice: () => knowledgePart.slice(tenant, chatbotId, "kb_0000000000000000000100", null),
    };
    const costs = async () => {
      const rows: Record<string, number> = {};
      for (const [name, one] of Object.entries(work)) {
        meter.reset();
        await one();
        rows[name] = meter.rowsRead;
      }
      return rows;
    };
    await fill(tenant.workspaceId, chatbotIds, 1, 400);
    // The first import makes its article, later ones change it.
    await costs();
    const few = await costs();
    await fill(tenant.workspaceId, chatbotIds, 401, 20_000);
    const many = await costs();
    for (const [name, rows] of Object.entries(many)) {
      expect(Math.abs(rows - (few[name] ?? 0)), `${name}: ${few[name]} → ${rows}`).toBeLessThan(15);
      expect(rows, name).toBeLessThan(130);
    }
    // Removing walks the imported articles of the chatbot once, and no others.
    meter.reset();
    expect(await removeMissingArticles(tenant, chatbotId, { ...wordsOnly, syncToken: "seen" })).toBe(0);
    expect(meter.rowsRead).toBeLessThan(10_100);
  });
});

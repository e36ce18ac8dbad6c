import { env } from "cloudflare:workers";
import { sql } from "drizzle-orm";
import { expect, it } from "vitest";
import { z } from "zod";
import { changeChatbot } from "../../src/chatbots/store.ts";
import { createCategory } from "../../src/knowledge/categories.ts";
import { createArticle, getArticle, updateArticle } from "../../src/knowledge/store.ts";
import { createSalesRule, deleteSalesRule } from "../../src/sales/store.ts";
import { salesTools } from "../../src/sales/tools.ts";
import { shardDatabase } from "../../src/tenant/shards.ts";
import { testCall } from "../call.ts";
import { runTool } from "../run.ts";
import { widget } from "./asked.ts";

const list = z.object({ articles: z.array(z.looseObject({ id: z.string(), title: z.string() })) });

it("lets visitors browse and find published articles, where the team lets them", async () => {
  const { tenant, chatbot, ask } = await widget();
  const chatbotId = chatbot.id;
  const { id: categoryId } = await createCategory(tenant, chatbotId, { name: "Orders" });
  const article = { categoryId, title: "Returns", description: "How to send things back" };
  const indexing = { vectors: null, onVectorFault: () => {} };
  const published = await createArticle(
    tenant,
    chatbotId,
    { ...article, content: "Send it back within **60 days**." },
    indexing,
  );
  await updateArticle(tenant, chatbotId, published.id, { status: "published" }, indexing);
  const draft = await createArticle(
    tenant,
    chatbotId,
    { ...article, title: "Secret", content: "60 days?" },
    indexing,
  );
  // Nobody has turned it on.
  expect((await ask("/articles")).status).toBe(404);
  expect((await ask(`/articles/${published.id}`)).status).toBe(404);
  await changeChatbot(tenant, chatbotId, ({ widget }) => ({
    widget: { ...widget, enableKnowledgeBase: true },
  }));
  expect(await (await ask("/articles")).json()).toEqual({
    articles: [
      { id: published.id, title: "Returns", category: "Orders", excerpt: "How to send things back" },
    ],
  });
  const { articles } = list.parse(await (await ask("/articles", { q: "sixty days 60" })).json());
  expect(articles.map(({ title }) => title)).toEqual(["Returns"]);
  expect(list.parse(await (await ask("/articles", { q: "?!" })).json()).articles).toHaveLength(1);
  expect(await (await ask(`/articles/${published.id}`)).json()).toEqual({
    ...{ id: published.id, title: "Returns", content: "Send it back within **60 days**." },
  });
  expect((await getArticle(tenant, chatbotId, published.id)).views).toBe(1);
  expect((await ask(`/articles/${draft.id}`)).status).toBe(404);
  // Another chatbot's, and another workspace's, are none of this one's.
  const other = await widget();
  await changeChatbot(other.tenant, other.chatbot.id, ({ widget }) => ({
    widget: { ...widget, enableKnowledgeBase: true },
  }));
  expect((await other.ask(`/articles/${published.id}`)).status).toBe(404);
  expect(list.parse(await (await other.ask("/articles")).json()).articles).toEqual([]);
});

const rules = z.object({ items: z.array(z.looseObject({ id: z.string() })) });

it("counts what became of a sales rule, of its own chatbot alone, in the inboxes that the caller may see", async () => {
  const { tenant, inbox, workspace, chatbot, post } = await widget();
  const given = { chatbotId: chatbot.id, name: "Help", message: "Questions?", active: true };
  const rule = await createSalesRule(tenant, { ...given, trigger: { kind: "cart_value", minimum: 100 } });
  const off = await createSalesRule(tenant, { ...given, active: false, trigger: { kind: "exit_intent" } });
  const other = await widget();
  for (const what of ["shown", "shown", "shown", "opened", "opened", "answered"]) {
    expect((await post("/rules", { ruleId: rule.id, what })).status).toBe(204);
    // Of a rule that does not speak, or is another's, nothing is counted and nothing said.
    expect((await post("/rules", { ruleId: off.id, what })).status).toBe(204);
    expect((await other.post("/rules", { ruleId: rule.id, what })).status).toBe(204);
  }
  expect((await post("/rules", { ruleId: rule.id, what: "bought" })).status).toBe(400);
  const shown = async (inboxes: string[] | null) => {
    const call = testCall({
      workspaceId: workspace.id,
      database: shardDatabase(env, workspace.shard),
      inboxes,
    });
    const answer = await runTool(salesTools, call, "list_sales_rules", { chatbotId: chatbot.id });
    return rules.parse(answer).items;
  };
  expect(await shown(null)).toMatchObject([
    { id: rule.id, shown: 3, opened: 2, answered: 1, trigger: { kind: "cart_value", minimum: 100 } },
    { id: off.id, shown: 0, opened: 0, answered: 0 },
  ]);
  expect(await shown([inbox.id])).toMatchObject([{ shown: 3 }, {}]);
  expect(await shown(["ib_other"])).toMatchObject([{ shown: 0, opened: 0, answered: 0 }, {}]);
  await deleteSalesRule(tenant, rule.id);
  const left = await tenant.db.all<{ n: number }>(
    sql`SELECT count(*) AS n FROM totals WHERE workspace_id = ${workspace.id} AND metric LIKE 'rule_%'`,
  );
  expect(left).toEqual([{ n: 0 }]);
});

import { expect } from "vitest";
import { column, list, part, type Rig, type Row } from "./row.ts";

const read = { toolset: "knowledge", kind: "R", scope: "knowledge:read" } as const;
const write = { toolset: "knowledge", kind: "W", scope: "knowledge:write" } as const;

const stored = (rig: Rig, id: unknown) => rig.row("kb_articles", { id: String(id) });

export const knowledgeRows: Record<string, Row> = {
  list_knowledge_base: {
    ...read,
    parameters: "chatbotId, categoryId?, cursor?, page?, limit?",
    from: "C",
    args: (rig) => ({ chatbotId: rig.id("chatbotId"), categoryId: rig.id("categoryId") }),
    async holds(answer, rig) {
      const rows = await rig.rows("kb_articles", { category_id: rig.id("categoryId") });
      expect(column(list(answer), "id")).toEqual(column(rows, "id"));
    },
  },
  get_knowledge_article: {
    ...read,
    parameters: "chatbotId, articleId",
    from: "C",
    args: (rig) => ({ chatbotId: rig.id("chatbotId"), articleId: rig.id("articleId") }),
    async holds(answer, rig) {
      const { content, views, helpful, slug } = await stored(rig, rig.id("articleId"));
      expect(part(answer, "article")).toMatchObject({ content, views, helpful, slug });
    },
  },
  create_knowledge_article: {
    ...write,
    parameters: "chatbotId, title, description, content, categoryId?, seoKeywords?, metaDescription?",
    from: "C",
    args: (rig) => ({
      chatbotId: rig.id("chatbotId"),
      title: "Row returns",
      description: "Sending goods back",
      content: "# Returns\n\nSend it back within a month.",
      seoKeywords: ["refund"],
    }),
    async holds(answer, rig) {
      expect(await stored(rig, part(answer, "article").id)).toMatchObject({
        title: "Row returns",
        content: "# Returns\n\nSend it back within a month.",
        status: "draft",
      });
    },
  },
  update_knowledge_article: {
    ...write,
    parameters:
      "chatbotId, articleId, title?, description?, content?, reviewStatus?, seoKeywords?, categoryId?",
    from: "C",
    async args(rig) {
      const chatbotId = rig.id("chatbotId");
      const draft = { chatbotId, title: "Row guarantee", description: "How long", content: "One year." };
      const { id } = part(await rig.call("create_knowledge_article", draft), "article");
      return { chatbotId, articleId: id, content: "Two years of guarantee.", reviewStatus: "published" };
    },
    async holds(answer, rig) {
      const { id } = part(answer, "article");
      expect(await stored(rig, id)).toMatchObject({
        content: "Two years of guarantee.",
        status: "published",
      });
      expect(await rig.row("kb_passages", { article_id: String(id) })).toMatchObject({
        body: "Two years of guarantee.",
      });
      expect(await rig.rows("events", { subject_id: String(id), type: "article.published" })).toHaveLength(1);
    },
  },
  delete_knowledge_article: {
    ...write,
    kind: "D",
    parameters: "chatbotId, articleId",
    from: "+",
    async args(rig) {
      const chatbotId = rig.id("chatbotId");
      const texts = { title: "Passing", description: "d", content: "Passing words." };
      const { article } = await rig.call("create_knowledge_article", { chatbotId, ...texts });
      const articleId = part({ article }, "article").id;
      await rig.call("update_knowledge_article", { chatbotId, articleId, reviewStatus: "published" });
      expect(await rig.rows("kb_passages", { article_id: String(articleId) })).toHaveLength(1);
      return { chatbotId, articleId };
    },
    async holds(answer, rig) {
      expect(await rig.rows("kb_articles", { id: String(answer.id) })).toEqual([]);
      expect(await rig.rows("kb_passages", { article_id: String(answer.id) })).toEqual([]);
    },
  },
  delete_knowledge_category: {
    ...write,
    kind: "D",
    parameters: "chatbotId, categoryId",
    from: "+",
    async args(rig) {
      const chatbotId = rig.id("chatbotId");
      const { category } = await rig.call("create_knowledge_category", { chatbotId, name: "Passing" });
      const categoryId = part({ category }, "category").id;
      const texts = { title: "Stays", description: "d", content: "c" };
      await rig.call("create_knowledge_article", { chatbotId, categoryId, ...texts });
      return { chatbotId, categoryId };
    },
    async holds(answer, rig) {
      expect(answer).toMatchObject({ deleted: true, articles: 1 });
      expect(await rig.rows("kb_categories", { id: String(answer.id) })).toEqual([]);
      expect(await rig.row("kb_articles", { title: "Stays" })).toMatchObject({ category_id: null });
    },
  },
  list_knowledge_categories: {
    ...read,
    parameters: "chatbotId, cursor?, limit?",
    from: "C",
    args: (rig) => ({ chatbotId: rig.id("chatbotId") }),
    async holds(answer, rig) {
      const rows = await rig.rows("kb_categories", { chatbot_id: rig.id("chatbotId") });
      expect(column(list(answer), "id")).toEqual(column(rows, "id"));
    },
  },
  create_knowledge_category: {
    ...write,
    parameters: "chatbotId, name, description?, icon?, color?",
    from: "C",
    args: (rig) => ({ chatbotId: rig.id("chatbotId"), name: "Row category", icon: "📦", color: "#aabbcc" }),
    async holds(answer, rig) {
      expect(await rig.row("kb_categories", { name: "Row category" })).toMatchObject({
        id: part(answer, "category").id,
        icon: "📦",
        color: "#aabbcc",
      });
    },
  },
  search_knowledge: {
    ...read,
    parameters: "chatbotId, query, limit?",
    from: "+",
    args: (rig) => ({ chatbotId: rig.id("chatbotId"), query: "When do parcels come?" }),
    async holds(answer, rig) {
      const [found] = list(answer);
      const passage = await rig.row("kb_passages", { article_id: rig.id("articleId") });
      expect(found).toMatchObject({ articleId: rig.id("articleId"), text: passage.body });
      expect(column(list(found ?? {}, "found"), "arm")).toContain("words");
    },
  },
  get_knowledge_gaps: {
    ...read,
    parameters: "chatbotId, days?, limit?",
    from: "+",
    args: (rig) => ({ chatbotId: rig.id("chatbotId"), days: 7 }),
    async holds(answer, rig) {
      const gap = await rig.row("kb_gaps", { chatbot_id: rig.id("chatbotId") });
      expect(list(answer)).toMatchObject([{ count: gap.count, conversationId: rig.id("conversationId") }]);
      expect(list(answer)[0]?.question).toContain(rig.world.open.canary);
    },
  },
};

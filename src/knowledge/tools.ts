import { z } from "zod";
import { defineTool, HINTS, type Tool } from "../calls/define.ts";
import { reference } from "../calls/references.ts";
import { Failure } from "../tenant/failure.ts";
import { namesOf } from "../tenant/names-of.ts";
import { cursorInput, limitInput, pageInput, pageOutput } from "../tenant/page.ts";
import {
  articleDetails,
  articleFacts,
  articleRow,
  categoryRow,
  showArticle,
  showArticleRow,
} from "./answers.ts";
import { createCategory, listCategories } from "./categories.ts";
import {
  categoryNameInput,
  colorInput,
  contentInput,
  iconInput,
  keywordsInput,
  metaDescriptionInput,
  summaryInput,
  titleInput,
} from "./fields.ts";
import { ARTICLE_STATUSES } from "./schema.ts";
import { createArticle, getArticle, listArticles, updateArticle } from "./store.ts";
import { indexingOf } from "./tools/indexing.ts";
import { knowledgeRemovalTools } from "./tools/removal.ts";
import { findTools } from "./tools/search.ts";

const facts = { toolset: "knowledge", untrusted: [] } as const;
const reads = { ...facts, scope: "knowledge:read", hints: HINTS.R } as const;
const writes = { ...facts, scope: "knowledge:write", hints: HINTS.W } as const;

const chatbotId = reference("chatbot");
const articleId = reference("article");
const categoryId = reference("category");

const articleTools: readonly Tool[] = [
  defineTool({
    ...reads,
    name: "list_knowledge_base",
    title: "List knowledge base",
    description:
      "Lists a chatbot's help articles, drafts too, the last made first, with status, views and feedback.",
    phrases:
      "which help articles do we have, all faq entries, unpublished articles, what articles exist, " +
      "contents of the help center, articles in a category, overview of our documentation",
    example: { chatbotId: "cb_01kajq3v7e8m2n4p6r8t0v", limit: 20 },
    input: () =>
      z.strictObject({
        chatbotId,
        categoryId: categoryId.optional(),
        cursor: cursorInput,
        page: pageInput,
        limit: limitInput(50),
      }),
    output: () => pageOutput(articleRow.extend({ categoryName: z.string().nullable() })),
    async run({ tenant }, { cursor, page, limit, ...filters }) {
      const listed = await listArticles(tenant, filters, { cursor, page, limit });
      const names = await namesOf(
        tenant,
        listed.items.map((article) => article.categoryId),
      );
      const items = listed.items.map((article) => ({
        ...showArticleRow(article),
        categoryName: names.get(article.categoryId) ?? null,
      }));
      return { ...listed, items };
    },
  }),
  defineTool({
    ...reads,
    name: "get_knowledge_article",
    title: "Get knowledge article",
    description: "Answers one help article whole, its Markdown text, keywords, views and feedback.",
    phrases:
      "read a help page in full, how often was an article viewed, is it helpful, show an article, article " +
      "details, what does the article about shipping say",
    example: { chatbotId: "cb_01kajq3v7e8m2n4p6r8t0v", articleId: "kb_01kajq3v7e8m2n4p6r8t0v" },
    input: () => z.strictObject({ chatbotId, articleId }),
    output: () => z.object({ article: articleDetails }),
    async run({ tenant }, input) {
      return { article: showArticle(await getArticle(tenant, input.chatbotId, input.articleId)) };
    },
  }),
  defineTool({
    ...writes,
    name: "create_knowledge_article",
    title: "Create knowledge article",
    description:
      "Writes a help article as a draft; update_knowledge_article publishes it. Headings in its text help search.",
    phrases:
      "put our return policy into the knowledge base, new faq entry, new faq, document our policy, teach " +
      "the bot a fact, the bot should know our opening hours, add an answer to the faq, new help page, " +
      "give the bot information about, write down how returns work",
    example: {
      chatbotId: "cb_01kajq3v7e8m2n4p6r8t0v",
      title: "Returns",
      description: "How to send something back.",
      content: "You can return articles within 30 days.",
    },
    input: () =>
      z.strictObject({
        chatbotId,
        title: titleInput,
        description: summaryInput,
        content: contentInput.describe("Markdown"),
        categoryId: categoryId.optional(),
        seoKeywords: keywordsInput.optional(),
        metaDescription: metaDescriptionInput.optional(),
      }),
    output: () => z.object({ article: articleFacts }),
    async run(call, { chatbotId, ...input }) {
      const indexing = indexingOf(call, "create_knowledge_article");
      return { article: showArticle(await createArticle(call.tenant, chatbotId, input, indexing)) };
    },
  }),
  defineTool({
    ...writes,
    hints: { ...HINTS.W, idempotent: true },
    name: "update_knowledge_article",
    title: "Update knowledge article",
    description:
      "Changes what is given of a help article. " +
      "The chatbot answers from published articles alone, and from a new text at once.",
    phrases:
      "the opening hours article is wrong, outdated text, edit an article, fix a help page, unpublish, " +
      "take an article offline, move an article to another section, correct information in the faq, put an article online, approve an article",
    example: {
      chatbotId: "cb_01kajq3v7e8m2n4p6r8t0v",
      articleId: "kb_01kajq3v7e8m2n4p6r8t0v",
      title: "Returns and refunds",
      reviewStatus: "published",
    },
    input: () =>
      z.strictObject({
        chatbotId,
        articleId,
        title: titleInput.optional(),
        description: summaryInput.optional(),
        content: contentInput.optional().describe("Replaces all of it"),
        reviewStatus: z.enum(ARTICLE_STATUSES).optional(),
        seoKeywords: keywordsInput.optional(),
        categoryId: categoryId.nullable().optional().describe("null: none"),
      }),
    output: () => z.object({ article: articleFacts }),
    async run(call, { chatbotId, articleId, reviewStatus: status, ...texts }) {
      const changes = { ...texts, status };
      if (Object.values(changes).every((value) => value === undefined)) {
        throw new Failure("invalid_input", "Give something to change.", {
          hint: "title, description, content, reviewStatus, seoKeywords or categoryId.",
        });
      }
      const indexing = indexingOf(call, "update_knowledge_article");
      const article = await updateArticle(call.tenant, chatbotId, articleId, changes, indexing);
      return { article: showArticle(article) };
    },
  }),
];

const categoryTools: readonly Tool[] = [
  defineTool({
    ...reads,
    name: "list_knowledge_categories",
    title: "List knowledge categories",
    description: "Lists the categories that a chatbot's help articles are sorted into, oldest first.",
    phrases:
      "help center sections, how is the help center organised, topics of our documentation, folders of " +
      "articles, structure of the knowledge base",
    example: { chatbotId: "cb_01kajq3v7e8m2n4p6r8t0v" },
    input: () => z.strictObject({ chatbotId, cursor: cursorInput, limit: limitInput() }),
    output: () => pageOutput(categoryRow),
    run: ({ tenant }, { chatbotId, ...options }) => listCategories(tenant, chatbotId, options),
  }),
  defineTool({
    ...writes,
    name: "create_knowledge_category",
    title: "Create knowledge category",
    description:
      "Makes a category for a chatbot's help articles. Names are unique in the chatbot, whatever their case.",
    phrases:
      "new section in the help center, group articles under a topic, section for help pages, folder in the " +
      "knowledge base, add a topic, set up categories for billing and shipping",
    example: { chatbotId: "cb_01kajq3v7e8m2n4p6r8t0v", name: "Shipping", color: "#0f766e" },
    input: () =>
      z.strictObject({
        chatbotId,
        name: categoryNameInput,
        description: summaryInput.optional(),
        icon: iconInput.optional().describe("An emoji"),
        color: colorInput.optional().describe("Hex"),
      }),
    output: () => z.object({ category: categoryRow }),
    async run({ tenant }, { chatbotId, ...input }) {
      return { category: await createCategory(tenant, chatbotId, input) };
    },
  }),
];

/** The knowledge base: articles, their categories, search, and what it has no answer to. */
export const knowledgeTools: readonly Tool[] = [
  ...articleTools,
  ...categoryTools,
  ...knowledgeRemovalTools,
  ...findTools,
];

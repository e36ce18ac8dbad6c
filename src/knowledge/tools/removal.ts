import { z } from "zod";
import { defineTool, HINTS, type Tool } from "../../calls/define.ts";
import { reference } from "../../calls/references.ts";
import { deleteCategory } from "../categories.ts";
import { deleteArticle } from "../store.ts";
import { indexingOf } from "./indexing.ts";

const facts = {
  toolset: "knowledge",
  scope: "knowledge:write",
  grantScope: "chatbots:delete",
  hints: HINTS.D,
  untrusted: [],
} as const;

const chatbotId = reference("chatbot");

/** Taking back what create_knowledge_article and create_knowledge_category made. */
export const knowledgeRemovalTools: readonly Tool[] = [
  defineTool({
    ...facts,
    name: "delete_knowledge_article",
    title: "Delete knowledge article",
    description:
      "Deletes a help article for good; the chatbot does not answer from it any more. To take it offline only, set its reviewStatus to draft.",
    phrases:
      "remove a help page, this faq entry is obsolete, throw away an article, erase an outdated guide, " +
      "article is a duplicate, get rid of a help text",
    example: { chatbotId: "cb_01kajq3v7e8m2n4p6r8t0v", articleId: "kb_01kajq3v7e8m2n4p6r8t0v" },
    input: () => z.strictObject({ chatbotId, articleId: reference("article") }),
    output: () => z.object({ id: z.string(), deleted: z.literal(true) }),
    async run(call, { chatbotId, articleId }) {
      const indexing = indexingOf(call, "delete_knowledge_article");
      await deleteArticle(call.tenant, chatbotId, articleId, indexing);
      return { id: articleId, deleted: true as const };
    },
  }),
  defineTool({
    ...facts,
    name: "delete_knowledge_category",
    title: "Delete knowledge category",
    description: "Deletes a category of help articles for good; its articles stay, without a category.",
    phrases:
      "remove a section of the help center, merge topics, topic is no longer needed, drop a folder of " +
      "articles, get rid of a section, too many categories",
    example: { chatbotId: "cb_01kajq3v7e8m2n4p6r8t0v", categoryId: "kc_01kajq3v7e8m2n4p6r8t0v" },
    input: () => z.strictObject({ chatbotId, categoryId: reference("category") }),
    output: () =>
      z.object({
        id: z.string(),
        deleted: z.boolean().describe("False where it has very many articles: call it again to go on"),
        articles: z.int().describe("That are without a category now"),
      }),
    async run({ tenant }, { chatbotId, categoryId }) {
      return { id: categoryId, ...(await deleteCategory(tenant, chatbotId, categoryId)) };
    },
  }),
];

import type { NameLookup } from "../calls/references.ts";
import { calledIn, type NamedTable, nearIn } from "../tenant/by-name.ts";
import { categoriesCalled, listCategories } from "./categories.ts";

const articles: NamedTable = {
  table: "kb_articles",
  index: "kb_articles_by_title",
  name: "title",
  within: "chatbot_id",
};

/** Categories among which one that is nearly called so is looked for. */
const LOOKED_AT = 500;

/** Articles by title, and categories by name, of the chatbot that the call names. */
export const knowledgeNames: readonly NameLookup[] = [
  {
    kind: "article",
    noun: "article",
    list: "list_knowledge_base",
    scope: "knowledge:read",
    within: "chatbot",
    called: ({ tenant }, title, given) => calledIn(tenant, articles, title, given.get("chatbot")),
    near: ({ tenant }, title, given) => nearIn(tenant, articles, title, given.get("chatbot")),
  },
  {
    kind: "category",
    noun: "category",
    list: "list_knowledge_categories",
    scope: "knowledge:read",
    within: "chatbot",
    called: ({ tenant }, name, given) => categoriesCalled(tenant, given.get("chatbot") ?? "", name),
    async near({ tenant }, _, given) {
      const chatbotId = given.get("chatbot") ?? "";
      return (await listCategories(tenant, chatbotId, { limit: LOOKED_AT })).items;
    },
  },
];

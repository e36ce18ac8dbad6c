import { z } from "zod";
import { detailPage } from "./detail.tsx";
import type { Options } from "./forms.tsx";
import { previewPage, Rendered, searchPage } from "./knowledge-tries.tsx";
import { Time } from "./layout.tsx";
import { valued } from "./list-filters.ts";
import { listPage, Plain } from "./listing.tsx";
import type { Page } from "./page.ts";
import type { Field } from "./tool-form.tsx";
import { use } from "./use.ts";
import { linkTo, may, param, type Visit } from "./visit.ts";

/** Articles of a chatbot, their categories, and what visitors asked that no article answers. */

const id = z.string();
const maybe = z.string().nullable();
const REVIEW_STATES = ["draft", "in_review", "published"] as const;
/** The longest article, as the tools take it. */
const MAX_CONTENT = 40_000;
const MAX_TITLE = 200;

const ofChatbot = (visit: Visit) => ({ chatbotId: param(visit, "chatbot") });
const below = (visit: Visit, path = "") => `/chatbots/${param(visit, "chatbot")}/knowledge${path}`;

const categoriesSchema = z.object({ items: z.array(z.object({ id, name: z.string() })) });

async function categoryOptions(visit: Visit): Promise<Options> {
  const page = await use(visit, "list_knowledge_categories", { ...ofChatbot(visit), limit: 100 });
  const { items } = categoriesSchema.parse(page);
  return [["", "–"], ...items.map((one) => [one.id, one.name] as const)];
}

const ARTICLE_FIELDS: readonly Field[] = [
  { name: "title", label: "title", kind: "text", required: true, max: MAX_TITLE },
  { name: "description", label: "description", kind: "text", required: true, max: 1000 },
  { name: "content", label: "content", kind: "long", required: true, max: MAX_CONTENT },
  { name: "categoryId", label: "category", kind: "choice", options: categoryOptions },
];

const made = z.object({ article: z.object({ id }) });

const articles = listPage({
  path: "/chatbots/:chatbot/knowledge",
  at: "/chatbots",
  label: "knowledge",
  needs: "knowledge:read",
  tool: "list_knowledge_base",
  args: ofChatbot,
  above: (visit) => (
    <ul class="links">
      <li>
        <a href={linkTo(visit, `/chatbots/${param(visit, "chatbot")}`)}>{visit.words.chatbot}</a>
      </li>
      <li>
        <a href={linkTo(visit, below(visit, "/categories"))}>{visit.words.nav.categories}</a>
      </li>
      <li>
        <a href={linkTo(visit, below(visit, "/gaps"))}>{visit.words.nav.gaps}</a>
      </li>
      <li>
        <a href={linkTo(visit, below(visit, "/search"))}>{visit.words.nav.searchKnowledge}</a>
      </li>
    </ul>
  ),
  row: z.object({
    id,
    title: z.string(),
    categoryName: maybe,
    reviewStatus: z.string(),
    views: z.number(),
    updatedAt: z.string(),
  }),
  filters: [
    {
      name: "categoryId",
      label: "category",
      kind: "choice",
      options: async (visit) => (await categoryOptions(visit)).slice(1),
    },
  ],
  columns: [
    { label: "title", cell: (row) => <Plain text={row.title} /> },
    { label: "category", cell: (row) => <Plain text={row.categoryName} /> },
    { label: "status", cell: (row, visit) => <span class="tag">{valued(visit, row.reviewStatus)}</span> },
    { label: "views", cell: (row) => <>{row.views}</> },
    { label: "updated", cell: (row, visit) => <Time visit={visit} at={row.updatedAt} /> },
  ],
  opens: (row, visit) => below(visit, `/${row.id}`),
  empty: "articles",
  forms: {
    make: {
      heading: "makeArticle",
      tool: "create_knowledge_article",
      needs: "knowledge:write",
      fields: ARTICLE_FIELDS,
      args: ofChatbot,
      // A question that no article answers brings its words along.
      begins: ({ query }) => ({
        title: query.get("title")?.slice(0, MAX_TITLE) ?? "",
        description: query.get("title") ?? "",
      }),
      preview: (visit) => below(visit, "/preview"),
      to: (visit, answer) => below(visit, `/${made.parse(answer).article.id}`),
    },
  },
});

const articleArgs = (visit: Visit) => ({ ...ofChatbot(visit), articleId: param(visit, "article") });

const article = detailPage({
  path: "/chatbots/:chatbot/knowledge/:article",
  at: "/chatbots",
  needs: "knowledge:read",
  tool: "get_knowledge_article",
  args: articleArgs,
  answer: z.object({
    article: z.object({
      id,
      title: z.string(),
      description: z.string(),
      content: z.string(),
      categoryId: maybe,
      reviewStatus: z.enum(REVIEW_STATES),
      views: z.number(),
      helpful: z.number(),
      notHelpful: z.number(),
      publishedAt: maybe,
      updatedAt: z.string(),
    }),
  }),
  title: ({ article: one }) => one.title,
  facts: ({ article: one }, visit) => [
    ["status", <span class="tag">{valued(visit, one.reviewStatus)}</span>],
    ["views", `${one.views}`],
    ["helped", `${one.helpful} / ${one.helpful + one.notHelpful}`],
    ["updated", <Time visit={visit} at={one.updatedAt} />],
  ],
  body: ({ article: one }, visit) => (
    <details open={!visit.principal.scopes.includes("knowledge:write")}>
      <summary>{visit.words.columns.content}</summary>
      <p>
        <Plain text={one.description} />
      </p>
      <Rendered markdown={one.content} />
    </details>
  ),
  forms: {
    save: {
      heading: "save",
      tool: "update_knowledge_article",
      needs: "knowledge:write",
      fields: [
        ...ARTICLE_FIELDS,
        {
          name: "reviewStatus",
          label: "status",
          kind: "choice",
          options: (visit) => REVIEW_STATES.map((one) => [one, valued(visit, one)]),
        },
      ],
      args: articleArgs,
      preview: (visit) => below(visit, "/preview"),
      to: (visit) => below(visit, `/${param(visit, "article")}`),
      values: ({ article: one }) => ({
        title: one.title,
        description: one.description,
        content: one.content,
        categoryId: one.categoryId ?? "",
        reviewStatus: one.reviewStatus,
      }),
    },
    remove: {
      heading: "deleteArticle",
      tool: "delete_knowledge_article",
      needs: "chatbots:delete",
      args: articleArgs,
      to: (visit) => below(visit),
      done: "deleted",
      sure: "deleteArticle",
    },
  },
});

const categories = listPage({
  path: "/chatbots/:chatbot/knowledge/categories",
  at: "/chatbots",
  label: "categories",
  needs: "knowledge:read",
  tool: "list_knowledge_categories",
  args: ofChatbot,
  row: z.object({ id, name: z.string(), description: z.string() }),
  columns: [
    { label: "name", cell: (row) => <Plain text={row.name} /> },
    { label: "description", cell: (row) => <Plain text={row.description} /> },
  ],
  empty: "categories",
  forms: {
    make: {
      heading: "makeCategory",
      tool: "create_knowledge_category",
      needs: "knowledge:write",
      fields: [
        { name: "name", label: "name", kind: "text", required: true, max: 100 },
        { name: "description", label: "description", kind: "text", max: 500 },
      ],
      args: ofChatbot,
      to: (visit) => below(visit, "/categories"),
    },
  },
  rowForms: {
    remove: {
      heading: "delete",
      tool: "delete_knowledge_category",
      needs: "chatbots:delete",
      args: (visit, form) => ({ ...ofChatbot(visit), categoryId: form.get("category") ?? "" }),
      to: (visit) => below(visit, "/categories"),
      done: "deleted",
      sure: "deleteCategory",
      hidden: (row) => ({ category: row.id }),
    },
  },
});

const gaps = listPage({
  path: "/chatbots/:chatbot/knowledge/gaps",
  at: "/chatbots",
  label: "gaps",
  needs: "knowledge:read",
  tool: "get_knowledge_gaps",
  args: (visit) => ({ ...ofChatbot(visit), limit: 100 }),
  paged: false,
  row: z.object({
    question: z.string(),
    count: z.number(),
    lastAskedAt: z.string(),
    conversationId: maybe,
  }),
  columns: [
    { label: "question", cell: (row) => <Plain text={row.question} /> },
    { label: "count", cell: (row) => <>{row.count}</> },
    { label: "created", cell: (row, visit) => <Time visit={visit} at={row.lastAskedAt} /> },
    {
      label: "conversation",
      cell: (row, visit) =>
        row.conversationId ? (
          <a href={linkTo(visit, `/inbox/${row.conversationId}`)}>{visit.words.open}</a>
        ) : (
          "–"
        ),
    },
    {
      label: "actions",
      cell: (row, visit) =>
        may(visit, "knowledge:write") ? (
          <a href={`${linkTo(visit, below(visit), { title: row.question })}#make-title`}>
            {visit.words.writeArticle}
          </a>
        ) : (
          "–"
        ),
    },
  ],
  empty: "gaps",
});

/** Before the page of one article, whose address theirs would be too. */
export const KNOWLEDGE_PAGES: readonly Page[] = [
  articles,
  categories,
  gaps,
  searchPage(below, ofChatbot),
  previewPage(below),
  article,
];

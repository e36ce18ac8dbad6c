import { sql } from "drizzle-orm";
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";

export const ARTICLE_STATUSES = ["draft", "in_review", "published"] as const;
export type ArticleStatus = (typeof ARTICLE_STATUSES)[number];

export const kbCategories = sqliteTable(
  "kb_categories",
  {
    workspaceId: text().notNull(),
    id: text().notNull(),
    chatbotId: text().notNull(),
    name: text().notNull(),
    /** What is compared of the name: no two categories of a chatbot have the same. */
    nameKey: text().notNull(),
    description: text().notNull(),
    icon: text(),
    /** `#rrggbb`. */
    color: text(),
    createdAt: integer().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.workspaceId, t.id] }),
    uniqueIndex("kb_categories_by_name").on(t.workspaceId, t.chatbotId, t.nameKey),
    index("kb_categories_by_chatbot").on(t.workspaceId, t.chatbotId, t.id),
  ],
);

export const kbArticles = sqliteTable(
  "kb_articles",
  {
    workspaceId: text().notNull(),
    id: text().notNull(),
    chatbotId: text().notNull(),
    categoryId: text(),
    /** The source's own name of an imported article, such as its path; null for one that was written here. */
    externalId: text(),
    /** Its part of an address: set when it is made, kept when the title changes. */
    slug: text().notNull(),
    title: text().notNull(),
    description: text().notNull(),
    seoKeywords: text({ mode: "json" }).$type<string[]>().notNull(),
    metaDescription: text(),
    status: text({ enum: ARTICLE_STATUSES }).notNull(),
    views: integer().notNull(),
    helpful: integer().notNull(),
    notHelpful: integer().notNull(),
    /** 1, 2, 3 …: goes up with each change of what the team writes, which is how two changes notice each other. */
    revision: integer().notNull(),
    /** Of what an import gave: another import writes only what has another one. Null for one written here. */
    digest: text(),
    /** The import that saw it last, of those that remove what they do not see. */
    syncToken: text(),
    /** When it last became published; null: never. */
    publishedAt: integer(),
    createdAt: integer().notNull(),
    updatedAt: integer().notNull(),
    // What is long stands last: lists read past it without loading it.
    content: text().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.workspaceId, t.id] }),
    index("kb_articles_by_chatbot").on(t.workspaceId, t.chatbotId, t.id),
    index("kb_articles_by_category").on(t.workspaceId, t.chatbotId, t.categoryId, t.id),
    index("kb_articles_by_title").on(t.workspaceId, t.chatbotId, sql`${t.title} COLLATE NOCASE`),
    uniqueIndex("kb_articles_by_slug").on(t.workspaceId, t.chatbotId, t.slug),
    uniqueIndex("kb_articles_by_external_id").on(t.workspaceId, t.chatbotId, t.externalId),
    // What anybody may read: help pages go down it, past drafts.
    index("kb_articles_published")
      .on(t.workspaceId, t.chatbotId, t.categoryId, t.id)
      .where(sql`status = 'published'`),
  ],
);

/** Published articles cut into what search answers with. Made from the articles, and rebuildable. */
export const kbPassages = sqliteTable(
  "kb_passages",
  {
    /** Storage number: the rowid of its search rows. Never shown, never given again. */
    n: integer().primaryKey({ autoIncrement: true }),
    workspaceId: text().notNull(),
    /** `<article>.<position>`: the same place keeps its id when the article changes, and so its vector. */
    id: text().notNull(),
    chatbotId: text().notNull(),
    articleId: text().notNull(),
    /** From 0. */
    position: integer().notNull(),
    /** The headings that it stands below, outermost first; empty when there is none. */
    heading: text().notNull(),
    body: text().notNull(),
  },
  (t) => [
    uniqueIndex("kb_passages_by_id").on(t.workspaceId, t.id),
    uniqueIndex("kb_passages_by_article").on(t.workspaceId, t.chatbotId, t.articleId, t.position),
  ],
);

/** Questions that found no good answer: one row for each inbox, day and question, however often it was asked. */
export const kbGaps = sqliteTable(
  "kb_gaps",
  {
    workspaceId: text().notNull(),
    chatbotId: text().notNull(),
    /** "" for none. */
    inboxId: text().notNull(),
    /** In the workspace's time zone, `YYYY-MM-DD`. */
    day: text().notNull(),
    /** What questions that differ in case, punctuation and spaces have in common. */
    questionKey: text().notNull(),
    count: integer().notNull(),
    /** As it was asked last. */
    question: text().notNull(),
    conversationId: text(),
    /** Passages found for it, the last time. */
    hits: integer().notNull(),
    lastAt: integer().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.workspaceId, t.chatbotId, t.inboxId, t.day, t.questionKey] }),
    index("kb_gaps_by_question").on(t.workspaceId, t.chatbotId, t.questionKey, t.day),
    index("kb_gaps_by_age").on(t.workspaceId, t.day),
  ],
);

/** How many gap rows each inbox and day has, and how often something was asked: tells how far back can be read. */
export const kbGapDays = sqliteTable(
  "kb_gap_days",
  {
    workspaceId: text().notNull(),
    chatbotId: text().notNull(),
    inboxId: text().notNull(),
    day: text().notNull(),
    /** Different questions kept. */
    questions: integer().notNull(),
    /** All that was asked, what is not kept as well. */
    asked: integer().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.workspaceId, t.chatbotId, t.day, t.inboxId] }),
    index("kb_gap_days_by_age").on(t.workspaceId, t.day),
  ],
);

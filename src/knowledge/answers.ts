import { z } from "zod";
import type { Category } from "./categories.ts";
import { ARTICLE_STATUSES } from "./schema.ts";
import type { Article, ArticleBrief } from "./store.ts";

/** Characters of a description in lists. */
const CUT = 200;

/** An article in a list. */
export const articleRow = z.object({
  id: z.string(),
  title: z.string(),
  description: z.string(),
  descriptionCut: z.boolean().describe("True when the description is not whole"),
  categoryId: z.string().nullable(),
  reviewStatus: z.enum(ARTICLE_STATUSES),
  slug: z.string(),
  views: z.int(),
  helpful: z.int().describe("Visitors who said that it helped"),
  notHelpful: z.int(),
  publishedAt: z.iso.datetime().nullable().describe("When it last became published"),
  updatedAt: z.iso.datetime(),
});

export function showArticleRow(article: ArticleBrief): z.input<typeof articleRow> {
  const { id, title, description, categoryId, status, slug, views, helpful, notHelpful } = article;
  const cut = description.length > CUT;
  return {
    ...{ id, title },
    description: cut ? `${description.slice(0, CUT - 1).toWellFormed()}…` : description,
    descriptionCut: cut,
    ...{ categoryId, reviewStatus: status, slug, views, helpful, notHelpful },
    publishedAt: article.publishedAt === null ? null : new Date(article.publishedAt).toISOString(),
    updatedAt: new Date(article.updatedAt).toISOString(),
  };
}

/** Everything of an article but its text: what tools that change one answer. */
export const articleFacts = articleRow.omit({ descriptionCut: true }).extend({
  chatbotId: z.string(),
  seoKeywords: z.array(z.string()),
  metaDescription: z.string().nullable(),
  externalId: z.string().nullable().describe("The source's own id of an imported article"),
  revision: z.int().describe("Goes up with each change"),
  createdAt: z.iso.datetime(),
});

export function showFacts(article: ArticleBrief): z.input<typeof articleFacts> {
  const { descriptionCut: _, ...row } = showArticleRow(article);
  const { description, chatbotId, seoKeywords, metaDescription, externalId, revision } = article;
  return {
    ...row,
    ...{ description, chatbotId, seoKeywords, metaDescription, externalId, revision },
    createdAt: new Date(article.createdAt).toISOString(),
  };
}

/** A whole article. */
export const articleDetails = articleFacts.extend({ content: z.string().describe("Markdown") });

export function showDetails(article: Article): z.input<typeof articleDetails> {
  return { ...showFacts(article), content: article.content };
}

export const categoryRow = z.object({
  id: z.string(),
  name: z.string(),
  description: z.string(),
  icon: z.string().nullable(),
  color: z.string().nullable(),
  createdAt: z.iso.datetime(),
});

export function showCategory(category: Category): z.input<typeof categoryRow> {
  const { id, name, description, icon, color, createdAt } = category;
  return { id, name, description, icon, color, createdAt: new Date(createdAt).toISOString() };
}

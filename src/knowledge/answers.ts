import { z } from "zod";
import { cutText } from "../tenant/cut-text.ts";
import { time } from "../tenant/time.ts";
import { ARTICLE_STATUSES } from "./schema.ts";
import type { ArticleBrief } from "./store.ts";

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
  publishedAt: time.nullable().describe("When it last became published"),
  updatedAt: time,
});

/** An article for {@link articleFacts} or, with its text, {@link articleDetails}. */
export function showArticle<T extends ArticleBrief>({ status, ...article }: T) {
  return { ...article, reviewStatus: status };
}

/** An article for {@link articleRow}. */
export function showArticleRow(article: ArticleBrief): z.input<typeof articleRow> {
  const { text: description, cut: descriptionCut } = cutText(article.description, CUT);
  return { ...showArticle(article), description, descriptionCut };
}

/** Everything of an article but its text: what tools that change one answer. */
export const articleFacts = articleRow.omit({ descriptionCut: true }).extend({
  chatbotId: z.string(),
  seoKeywords: z.array(z.string()),
  metaDescription: z.string().nullable(),
  externalId: z.string().nullable().describe("The source's own id of an imported article"),
  revision: z.int().describe("Goes up with each change"),
  createdAt: time,
});

/** A whole article. */
export const articleDetails = articleFacts.extend({ content: z.string().describe("Markdown") });

export const categoryRow = z.object({
  id: z.string(),
  name: z.string(),
  description: z.string(),
  icon: z.string().nullable(),
  color: z.string().nullable(),
  createdAt: time,
});

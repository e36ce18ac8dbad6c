import { z } from "zod";
import { typedText } from "../tenant/typed-text.ts";
import {
  categoryNameInput,
  contentInput,
  keywordsInput,
  metaDescriptionInput,
  summaryInput,
  titleInput,
} from "./fields.ts";
import { ARTICLE_STATUSES } from "./schema.ts";

/** An article as an import gives it; importers check each by this and report those that do not fit. */
export const articleInput = z.strictObject({
  /** The source's own name of it, such as its path: by it another import finds it again. */
  externalId: typedText(500, { keepSpace: true }),
  title: titleInput,
  description: summaryInput.default(""),
  content: contentInput,
  /** A category's name; one that the chatbot does not have is made. */
  category: categoryNameInput.nullable().default(null),
  seoKeywords: keywordsInput.default([]),
  metaDescription: metaDescriptionInput.nullable().default(null),
  /** Where nothing is said, new ones are published, and those that are there stay what they are. */
  status: z.enum(ARTICLE_STATUSES).optional(),
});

export type ArticleInput = z.input<typeof articleInput>;

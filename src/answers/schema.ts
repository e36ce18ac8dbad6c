import { index, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";
import { z } from "zod";
import { typedText } from "../tenant/typed-text.ts";

/** What an answer is expected to be: at least one of these, and all that are given. */
export const expectations = z.strictObject({
  articleId: z.string().optional(),
  words: z
    .array(typedText(100, { visible: true }))
    .min(1)
    .max(10)
    .optional(),
  handover: z.boolean().optional(),
});
export type Expectations = z.output<typeof expectations>;

/** What a question came to when it was last asked. */
export interface Outcome {
  passed: boolean;
  /** What was expected and did not come, each as a sentence. */
  missing: string[];
  action: "answer" | "clarify" | "handoff" | "none";
  /** The beginning of what a visitor would have read. */
  answer: string;
  /** The articles that it rests on. */
  articleIds: string[];
  model: string | null;
}

/** Questions that a chatbot's answers are held to, with what came of each the last time. */
export const testQuestions = sqliteTable(
  "test_questions",
  {
    workspaceId: text().notNull(),
    id: text().notNull(),
    chatbotId: text().notNull(),
    question: text().notNull(),
    expects: text({ mode: "json" }).$type<Expectations>().notNull(),
    createdAt: integer().notNull(),
    /** Null: it was never asked. */
    ranAt: integer(),
    outcome: text({ mode: "json" }).$type<Outcome>(),
  },
  (t) => [
    primaryKey({ columns: [t.workspaceId, t.id] }),
    index("test_questions_by_chatbot").on(t.workspaceId, t.chatbotId, t.id),
  ],
);

import { integer, primaryKey, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";

/** Answers that a team writes again and again, with variables for whom they go to. Belong to the whole workspace. */
export const savedReplies = sqliteTable(
  "saved_replies",
  {
    workspaceId: text().notNull(),
    id: text().notNull(),
    title: text().notNull(),
    /** What is compared of the title: no two have the same. */
    titleKey: text().notNull(),
    text: text().notNull(),
    createdAt: integer().notNull(),
    updatedAt: integer().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.workspaceId, t.id] }),
    uniqueIndex("saved_replies_by_title").on(t.workspaceId, t.titleKey),
  ],
);

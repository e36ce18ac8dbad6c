import { sql } from "drizzle-orm";
import { index, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";

/** Files that came in or go out with messages. Their bytes lie in R2, under `objectKey`. */
export const attachments = sqliteTable(
  "attachments",
  {
    workspaceId: text().notNull(),
    id: text().notNull(),
    inboxId: text().notNull(),
    /** Who brought it, and alone may send it: see `ownerOf`. */
    owner: text().notNull(),
    /** The conversation in which a message or a draft took it; null: none has, and it is swept when its time is up. */
    conversationId: text(),
    name: text().notNull(),
    mediaType: text().notNull(),
    /** 0 until all of it is there. */
    bytes: integer().notNull(),
    /** 0 where it is to be swept at once. */
    createdAt: integer().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.workspaceId, t.id] }),
    index("attachments_by_conversation")
      .on(t.workspaceId, t.conversationId, t.id)
      .where(sql`conversation_id IS NOT NULL`),
    index("attachments_untaken").on(t.workspaceId, t.createdAt).where(sql`conversation_id IS NULL`),
  ],
);

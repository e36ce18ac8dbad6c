import { sql } from "drizzle-orm";
import { index, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";

/** Rebuilds of the search index: of each chatbot the last one that was asked for. */
export const indexJobs = sqliteTable(
  "index_jobs",
  {
    workspaceId: text().notNull(),
    chatbotId: text().notNull(),
    id: text().notNull(),
    state: text({ enum: ["queued", "running", "done", "failed"] }).notNull(),
    /** 1, 2, 3 …: goes up with each slice, so that none is counted twice. */
    step: integer().notNull(),
    /** Where the next slice begins; null: it has not begun, or is over. */
    position: text({ mode: "json" }).$type<IndexPosition>(),
    /** Rows indexed so far, and all that there were when it began; the total is null until then. */
    done: integer().notNull(),
    total: integer(),
    /** Failures since the last slice that went well. */
    attempts: integer().notNull(),
    /** Why it failed. */
    error: text(),
    createdAt: integer().notNull(),
    startedAt: integer(),
    /** Null while it is queued or running. */
    finishedAt: integer(),
    /** When the last one that ended well did, of this chatbot: kept when another is asked for. */
    builtAt: integer(),
  },
  (t) => [
    primaryKey({ columns: [t.workspaceId, t.chatbotId] }),
    index("index_jobs_unfinished").on(t.workspaceId, t.id).where(sql`finished_at IS NULL`),
  ],
);

/** Where a rebuild goes on: in one part of the index, behind a row of those that are the chatbot's own or nobody's. */
export interface IndexPosition {
  part: string;
  shared: boolean;
  after: string | null;
}

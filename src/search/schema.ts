import { sql } from "drizzle-orm";
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";

/**
 * The search index of one part of a workspace: a chatbot's own rows, or those of no chatbot. Each has two sides, which
 * rebuilds fill in turns: searches read one while the other is filled. A part without a row was never rebuilt: it has
 * side 1 alone.
 */
export const searchIndexes = sqliteTable(
  "search_indexes",
  {
    workspaceId: text().notNull(),
    /** As search rows name it on side 1: the chatbot's id without its prefix, or `shared`. */
    scope: text().notNull(),
    /** The side that searches read, 1 or -1: the sign of its rowids. */
    side: integer().$type<1 | -1>().notNull(),
    /** The other side may hold rows: it is being filled, or has to be emptied. */
    dirty: integer({ mode: "boolean" }).notNull(),
    /** The job that fills the other side: what changes meanwhile is written to both. */
    jobId: text(),
    /** How far the other side is emptied. */
    sweep: text({ mode: "json" }).$type<{ table: string; after: number }>(),
    /** When the last rebuild began, and when the last one that ended well did. */
    startedAt: integer().notNull(),
    builtAt: integer(),
  },
  (t) => [
    primaryKey({ columns: [t.workspaceId, t.scope] }),
    index("search_indexes_dirty").on(t.workspaceId).where(sql`dirty = 1`),
  ],
);

/** Rebuilds of the search index. Of each chatbot the last one is kept. */
export const indexJobs = sqliteTable(
  "index_jobs",
  {
    workspaceId: text().notNull(),
    id: text().notNull(),
    chatbotId: text().notNull(),
    state: text({ enum: ["queued", "running", "done", "failed"] }).notNull(),
    /** 1, 2, 3 …: goes up with each slice, so that none is counted twice. */
    step: integer().notNull(),
    /** Where the next slice begins; null: it has not begun, or is over. */
    position: text({ mode: "json" }).$type<IndexPosition>(),
    /** Rows indexed so far, and all that there are; the total is null until they are counted. */
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
  },
  (t) => [
    primaryKey({ columns: [t.workspaceId, t.id] }),
    index("index_jobs_by_chatbot").on(t.workspaceId, t.chatbotId, t.id),
    uniqueIndex("index_jobs_unfinished").on(t.workspaceId, t.chatbotId).where(sql`finished_at IS NULL`),
  ],
);

/** Where a rebuild goes on: behind a row of one part of the index, or, with everything written, at its end. */
export interface IndexPosition {
  /** What is indexed, in order: a deployment that changes it makes the rebuild begin again. */
  parts: string[];
  /** The scope and part whose rows come next; null: all are written. */
  at: { scope: string; part: string; after: string | null } | null;
  /** Not before this time, in milliseconds, the rebuilt index is used. */
  until: number | null;
}

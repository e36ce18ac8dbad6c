import { sql } from "drizzle-orm";
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";

/**
 * What every noun shares in a tenant database. Conventions for all tenant tables:
 * `workspace_id` first in each key and index; times are integers, milliseconds, UTC;
 * no ON DELETE CASCADE (drizzle-kit's table rebuild would delete the children).
 */

/** The outbox: one row per change, written in the batch of the change. Kept 400 days. */
export const events = sqliteTable(
  "events",
  {
    workspaceId: text().notNull(),
    /** 1, 2, 3 … per workspace, assigned inside the INSERT, so a cursor never skips one. */
    seq: integer().notNull(),
    type: text().notNull(),
    subjectId: text().notNull(),
    inboxId: text(),
    actorKind: text().notNull(),
    actorId: text().notNull(),
    data: text({ mode: "json" }).$type<Record<string, unknown>>().notNull(),
    createdAt: integer().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.workspaceId, t.seq] }),
    index("events_by_inbox").on(t.workspaceId, t.inboxId, t.seq),
    index("events_by_type").on(t.workspaceId, t.type, t.seq),
    index("events_by_inbox_type").on(t.workspaceId, t.inboxId, t.type, t.seq),
    index("events_by_age").on(t.workspaceId, t.createdAt),
  ],
);

/** Who used which key for what: kept 24 hours, written in the batch of the thing itself. */
export const idempotency = sqliteTable(
  "idempotency",
  {
    workspaceId: text().notNull(),
    credentialId: text().notNull(),
    tool: text().notNull(),
    key: text().notNull(),
    /** SHA-256 of the arguments without the key. */
    digest: text().notNull(),
    /** What the first call made: ids from which the same answer can be given again. */
    result: text({ mode: "json" }).$type<Record<string, string>>().notNull(),
    createdAt: integer().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.workspaceId, t.credentialId, t.tool, t.key] }),
    index("idempotency_by_age").on(t.workspaceId, t.createdAt),
  ],
);

/** The call log, without arguments. Kept 90 days. */
export const calls = sqliteTable(
  "calls",
  {
    workspaceId: text().notNull(),
    id: text().notNull(),
    /** tool, resource or prompt */
    kind: text().notNull(),
    name: text().notNull(),
    /** ok, refused, or the failure's code */
    outcome: text().notNull(),
    milliseconds: integer().notNull(),
    credentialId: text().notNull(),
    credentialName: text().notNull(),
    sessionId: text(),
    createdAt: integer().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.workspaceId, t.id] }),
    index("calls_by_session").on(t.workspaceId, t.sessionId, t.id),
    index("calls_by_credential").on(t.workspaceId, t.credentialId, t.id),
  ],
);

/** Calls per day (UTC, as the quotas) and name, so that usage by tool reads a handful of rows. */
export const callCounts = sqliteTable(
  "call_counts",
  {
    workspaceId: text().notNull(),
    day: text().notNull(),
    name: text().notNull(),
    count: integer().notNull(),
  },
  (t) => [primaryKey({ columns: [t.workspaceId, t.day, t.name] })],
);

/**
 * What was counted on a day (in the workspace's time zone) in an inbox for a chatbot, changed in the batch of the
 * change. One row holds all counts as a JSON object by metric, so that a year is about 365 rows to read.
 */
export const dayCounts = sqliteTable(
  "day_counts",
  {
    workspaceId: text().notNull(),
    /** `YYYY-MM-DD` */
    day: text().notNull(),
    /** "" for what belongs to no inbox. */
    inboxId: text().notNull(),
    /** "" where the inbox has no chatbot. */
    chatbotId: text().notNull(),
    /** For example `{"messages_in": 3, "first_reply_seconds<=60": 1}`. */
    counts: text({ mode: "json" }).$type<Record<string, number>>().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.workspaceId, t.day, t.inboxId, t.chatbotId] }),
    index("day_counts_by_inbox").on(t.workspaceId, t.inboxId, t.day),
    index("day_counts_by_chatbot").on(t.workspaceId, t.chatbotId, t.day),
  ],
);

/**
 * No longer used: one row for each metric, before `day_counts` held all of a day in one. A migration copied its
 * rows over; the table stays, since migrations only add.
 */
export const dailyCounts = sqliteTable(
  "daily_counts",
  {
    workspaceId: text().notNull(),
    day: text().notNull(),
    inboxId: text().notNull(),
    chatbotId: text().notNull(),
    metric: text().notNull(),
    value: integer().notNull(),
  },
  (t) => [primaryKey({ columns: [t.workspaceId, t.day, t.inboxId, t.chatbotId, t.metric] })],
);

/**
 * How many there are now, so that counts cost the same whatever the workspace holds.
 * `inboxId` is the inbox that the things belong to, or "" for those of the whole workspace.
 */
export const totals = sqliteTable(
  "totals",
  {
    workspaceId: text().notNull(),
    metric: text().notNull(),
    inboxId: text().notNull(),
    value: integer().notNull(),
  },
  (t) => [primaryKey({ columns: [t.workspaceId, t.metric, t.inboxId] })],
);

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

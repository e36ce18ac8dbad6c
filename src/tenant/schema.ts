import { index, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";

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
 * Daily counters (days in the workspace's time zone), changed in the batch of the change.
 * `metric` is for example `messages_in`, or a histogram bucket such as `first_reply_seconds<=60`.
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

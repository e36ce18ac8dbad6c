import { integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";

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
  // No further index, as each is one more row written for every change: filters look at a bounded number of events.
  (t) => [primaryKey({ columns: [t.workspaceId, t.seq] })],
);

/** Who used which key for what: kept 24 hours, written in the batch of the thing itself. */
export const idempotency = sqliteTable(
  "idempotency",
  {
    workspaceId: text().notNull(),
    /** Days since 1970 (UTC) at which it was written: what is past its time stands first. */
    day: integer().notNull(),
    credentialId: text().notNull(),
    tool: text().notNull(),
    key: text().notNull(),
    /** SHA-256 of the arguments without the key. */
    digest: text().notNull(),
    /** What the first call made: ids from which the same answer can be given again. */
    result: text({ mode: "json" }).$type<Record<string, string>>().notNull(),
    createdAt: integer().notNull(),
  },
  (t) => [primaryKey({ columns: [t.workspaceId, t.day, t.credentialId, t.tool, t.key] })],
);

import { sql } from "drizzle-orm";
import { index, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";

/** One call of the log. Never arguments or results. */
export interface LoggedEntry {
  id: string;
  kind: "tool" | "resource" | "prompt";
  name: string;
  /** ok, refused, or the failure's code */
  outcome: string;
  milliseconds: number;
  createdAt: number;
}

/**
 * The call log. Kept 90 days. A row holds the calls that one credential made within a second, in one session or in
 * none: a row for each call, with its indexes, would cost more than the calls.
 */
export const calls = sqliteTable(
  "calls",
  {
    workspaceId: text().notNull(),
    /** Of its newest call. */
    id: text().notNull(),
    credentialId: text().notNull(),
    credentialName: text().notNull(),
    sessionId: text(),
    /** The newest first. */
    entries: text({ mode: "json" }).$type<LoggedEntry[]>().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.workspaceId, t.id] }),
    index("calls_by_session").on(t.workspaceId, t.sessionId, t.id).where(sql`session_id IS NOT NULL`),
    index("calls_by_credential").on(t.workspaceId, t.credentialId, t.id),
  ],
);

/**
 * Calls per day (UTC, as the quotas), by name in one object, so that a month's usage reads 31 rows at most. Those of
 * credentials limited to inboxes stand there a second time, behind the credential's id: see `countedFor`.
 */
export const callDays = sqliteTable(
  "call_days",
  {
    workspaceId: text().notNull(),
    day: text().notNull(),
    counts: text({ mode: "json" }).$type<Record<string, number>>().notNull(),
  },
  (t) => [primaryKey({ columns: [t.workspaceId, t.day] })],
);

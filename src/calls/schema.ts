import { index, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";

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

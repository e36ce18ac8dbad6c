import { sql } from "drizzle-orm";
import { index, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";

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
    /**
     * How far the responses came that began on the day: `{"reached <flow>/<node>": 3, "answered <flow>/<node>": 1}`.
     * Apart from the counts and last, so that figures are read past them.
     */
    nodes: text({ mode: "json" }).$type<Record<string, number>>().notNull().default({}),
  },
  (t) => [
    primaryKey({ columns: [t.workspaceId, t.inboxId, t.day, t.chatbotId] }),
    index("day_counts_by_chatbot").on(t.workspaceId, t.chatbotId, t.day).where(sql`chatbot_id <> ''`),
  ],
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

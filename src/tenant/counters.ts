import { sql } from "drizzle-orm";
import { dayOf } from "./days.ts";
import { dailyCounts } from "./schema.ts";
import type { Actor, Statement, Tenant } from "./tenant.ts";

/** Durations that are kept as histograms, in seconds. */
export type DurationMetric = "first_reply_seconds" | "first_bot_reply_seconds" | "resolution_seconds";

export type DailyMetric =
  | "conversations_created"
  | "conversations_resolved"
  | "conversations_reopened"
  | "messages_in"
  | "tickets_created"
  | "tickets_resolved"
  | "leads_captured"
  | `messages_out_${Exclude<Actor["kind"], "contact">}`
  | `${DurationMetric}<=${number | "inf"}`;

/**
 * Upper bounds of the histograms, in seconds: about five steps to each power of ten up to an hour, coarser above,
 * 30 days last. Percentiles cannot be added up over days, buckets can.
 */
export const DURATION_BOUNDS = [
  1, 2, 3, 5, 7, 10, 15, 20, 30, 45, 60, 90, 120, 180, 300, 450, 600, 900, 1200, 1800, 2700, 3600, 5400, 7200,
  10_800, 14_400, 21_600, 28_800, 43_200, 86_400, 172_800, 259_200, 604_800, 1_209_600, 2_592_000,
] as const;

/**
 * The histogram bucket of a duration: `first_reply_seconds<=60` counts those above the bound before and up to 60,
 * each duration in one bucket only; `<=inf` those above 30 days.
 * @param milliseconds a negative one (clocks differ) counts as 0
 */
export function durationBucket(metric: DurationMetric, milliseconds: number): DailyMetric {
  const bound = DURATION_BOUNDS.find((seconds) => milliseconds <= seconds * 1000);
  return `${metric}<=${bound ?? "inf"}`;
}

export interface DailyChange {
  /** "" for what belongs to no inbox. */
  inboxId: string;
  /** The chatbot of the inbox at this time; null where it has none. */
  chatbotId: string | null;
  metric: DailyMetric;
  /** 1 where nothing is said. */
  by?: number;
}

/**
 * The statement that counts something on its day in the workspace's time zone; put it in the batch of the change.
 * With `ifChanged` it counts only if the statement directly before it changed a row, and then changes exactly one
 * row itself, so that it can stand between an UPDATE and a `recordEvent` with `ifChanged`.
 */
export function countDaily(
  tenant: Tenant,
  change: DailyChange,
  options: { ifChanged?: boolean; at?: number } = {},
): Statement {
  const day = dayOf(options.at ?? Date.now(), tenant.timeZone);
  // WHERE is needed in any case: without it SQLite takes ON CONFLICT for a join condition of the SELECT.
  const onlyIf = options.ifChanged ? sql`WHERE changes() > 0` : sql`WHERE 1`;
  return tenant.db
    .insert(dailyCounts)
    .select(
      sql`SELECT ${tenant.workspaceId}, ${day}, ${change.inboxId}, ${change.chatbotId ?? ""}, ${change.metric},
        ${change.by ?? 1} ${onlyIf}`,
    )
    .onConflictDoUpdate({
      target: [
        dailyCounts.workspaceId,
        dailyCounts.day,
        dailyCounts.inboxId,
        dailyCounts.chatbotId,
        dailyCounts.metric,
      ],
      set: { value: sql`value + excluded.value` },
    });
}

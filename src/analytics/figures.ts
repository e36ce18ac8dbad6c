import { z } from "zod";
import { visibleInboxes } from "../conversations/filters.ts";
import { type DayRow, DURATION_BOUNDS, type DurationMetric, readDays } from "../figures/day-counts.ts";
import { lastDays } from "../figures/days.ts";
import { CHANNELS, type Channel } from "../inboxes/store.ts";
import type { Tenant } from "../tenant/tenant.ts";

/** What all figures are made of. docs/metrics.md defines each of them. */

/** Counts by metric. One that is not there is 0. */
export type Counts = Readonly<Record<string, number>>;

export function countOf(counts: Counts | undefined, metric: string): number {
  return counts?.[metric] ?? 0;
}

/** `part / whole` to four decimals; null of nothing. */
export function rate(part: number, whole: number): number | null {
  return whole > 0 ? Math.round((part / whole) * 10_000) / 10_000 : null;
}

export const rateOutput = z.number().nullable();

/** How satisfied customers are, by Intercom's formula: ratings of 4 and 5 ÷ all ratings, with how many answered. */
export const csatOutput = z
  .object({
    asked: z.int(),
    rated: z.int(),
    score: rateOutput.describe("Ratings of 4 and 5 of all ratings"),
    responseRate: rateOutput.describe("Rated of asked"),
    byRating: z.object({ 1: z.int(), 2: z.int(), 3: z.int(), 4: z.int(), 5: z.int() }),
  })
  .describe("Of the conversations that began in these days; rates 0 to 1, null of nothing");

export function csatOf(counts: Counts): z.input<typeof csatOutput> {
  const of = (rating: number) => countOf(counts, `csat_rated_${rating}`);
  const byRating = { 1: of(1), 2: of(2), 3: of(3), 4: of(4), 5: of(5) };
  const rated = Object.values(byRating).reduce((sum, count) => sum + count, 0);
  const asked = countOf(counts, "csat_asked");
  return {
    asked,
    rated,
    score: rate(byRating[4] + byRating[5], rated),
    responseRate: rate(rated, asked),
    byRating,
  };
}

function addUp(rows: readonly DayRow[]): Counts {
  const sums: Record<string, number> = {};
  for (const { counts } of rows) {
    for (const [metric, count] of Object.entries(counts)) sums[metric] = (sums[metric] ?? 0) + count;
  }
  return sums;
}

/** The days that figures speak of, and everything that was counted on them. */
export interface Period {
  /** Every day of it, `YYYY-MM-DD`, oldest first. */
  days: string[];
  total: Counts;
  /** Days on which nothing was counted are not there. */
  byDay: ReadonlyMap<string, Counts>;
  /** In the catalogue's order; channels without an inbox that the caller sees are not there. */
  byChannel: readonly { channel: Channel; total: Counts; byDay: ReadonlyMap<string, Counts> }[];
  byChatbot: ReadonlyMap<string, Counts>;
  /** As they were read: one for each day, inbox and chatbot. */
  rows: readonly DayRow[];
}

/**
 * Reads what was counted on the last days, today among them, in the caller's inboxes. Reads a row for each day, inbox
 * and chatbot that had anything, and one for each inbox.
 * @param count 1 to 365
 * @param only.chatbotId what counts for this chatbot
 * @param only.nodes with what was counted of nodes
 */
export async function readPeriod(
  tenant: Tenant,
  count: number,
  only: { chatbotId?: string; nodes?: boolean } = {},
): Promise<Period> {
  const days = lastDays(count, tenant.timeZone);
  const [from = "", to = ""] = [days[0], days.at(-1)];
  const [rows, inboxes] = await Promise.all([
    readDays(tenant, { ...only, from, to }),
    visibleInboxes(tenant),
  ]);
  const channelOf = (row: DayRow) => inboxes.get(row.inboxId)?.channel;
  const used = new Set([...inboxes.values()].map(({ channel }) => channel));
  return {
    days,
    rows,
    total: addUp(rows),
    byDay: sums(rows, ({ day }) => day),
    byChannel: CHANNELS.filter((channel) => used.has(channel)).map((channel) => {
      const own = rows.filter((row) => channelOf(row) === channel);
      return { channel, total: addUp(own), byDay: sums(own, ({ day }) => day) };
    }),
    byChatbot: sums(
      rows.filter((row) => row.chatbotId !== ""),
      (row) => row.chatbotId,
    ),
  };
}

function sums(rows: readonly DayRow[], keyOf: (row: DayRow) => string): Map<string, Counts> {
  return new Map([...Map.groupBy(rows, keyOf)].map(([key, some]) => [key, addUp(some)]));
}

export const daysInput = (byDefault: number) =>
  z.int().min(1).max(365).default(byDefault).describe("Last days, today included");

export const periodOutput = z.object({
  days: z.int(),
  from: z.string(),
  to: z.string().describe("Today"),
  timeZone: z.string(),
});

export function showPeriod(tenant: Tenant, { days }: Period): z.input<typeof periodOutput> {
  return { days: days.length, from: days[0] ?? "", to: days.at(-1) ?? "", timeZone: tenant.timeZone };
}

/** One row for each day, as arrays: a year of objects would repeat its field names 365 times. */
export const trendOutput = z
  .object({
    columns: z.array(z.string()),
    rows: z.array(z.array(z.union([z.string(), z.number()]))),
  })
  .describe("Every day, oldest first; days without anything are 0");

/** @param columns what each column counts, given a day; the first column is the day itself */
export function trendOf(
  { days }: Period,
  columns: Readonly<Record<string, (day: string) => number>>,
): z.input<typeof trendOutput> {
  return {
    columns: ["day", ...Object.keys(columns)],
    rows: days.map((day) => [day, ...Object.values(columns).map((of) => of(day))]),
  };
}

/** The count is exact, median and p90 are estimates within a histogram's buckets. */
export const durationOutput = z.object({
  count: z.int(),
  medianSeconds: z.number().nullable(),
  p90Seconds: z.number().nullable(),
});

/** A duration's count, median and 90th percentile. The median of nothing is null. */
export function durationOf(counts: Counts, metric: DurationMetric): z.input<typeof durationOutput> {
  const buckets = [...DURATION_BOUNDS, "inf" as const].map((bound, i) => ({
    lower: DURATION_BOUNDS[i - 1] ?? 0,
    // Nobody knows how far above 30 days: what is there counts as 30 days.
    upper: bound === "inf" ? (DURATION_BOUNDS.at(-1) ?? 0) : bound,
    count: countOf(counts, `${metric}<=${bound}`),
  }));
  const count = buckets.reduce((sum, bucket) => sum + bucket.count, 0);
  return { count, medianSeconds: quantile(buckets, count, 0.5), p90Seconds: quantile(buckets, count, 0.9) };
}

/** The quantile of a histogram, as if the durations of a bucket lay evenly between its bounds; to a tenth of a second. */
function quantile(
  buckets: readonly { lower: number; upper: number; count: number }[],
  count: number,
  share: number,
): number | null {
  const wanted = share * count;
  let below = 0;
  for (const { lower, upper, count: here } of buckets) {
    if (here > 0 && below + here >= wanted) {
      return Math.round((lower + ((wanted - below) / here) * (upper - lower)) * 10) / 10;
    }
    below += here;
  }
  return null;
}

/** How many durations a histogram holds. */
export function countDurations(counts: Counts, metric: DurationMetric): number {
  return [...DURATION_BOUNDS, "inf"].reduce((sum, bound) => sum + countOf(counts, `${metric}<=${bound}`), 0);
}

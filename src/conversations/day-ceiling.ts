import { between, eq, sql } from "drizzle-orm";
import type { DailyMetric } from "../figures/day-counts.ts";
import { dayOf, rangeEnd } from "../figures/days.ts";
import { dayCounts } from "../figures/schema.ts";
import { Failure } from "../tenant/failure.ts";
import type { Tenant } from "../tenant/tenant.ts";

/** What an inbox takes in on a day: far above what people write, and low enough that a flood fills no shard. */
export const MOST_A_DAY = { messages: 50_000, conversations: 5_000 };

/** What an inbox took in on a day of its workspace's time zone, `YYYY-MM-DD`. */
export interface TakenIn {
  day: string;
  messages: number;
  conversations: number;
}

const DAY = 86_400_000;

/**
 * The query for the days that today may be, whatever the time zone (it is not known before the inbox is): the counts that
 * figures are made of, a row for each day and chatbot.
 */
export function takenInLately(tenant: Tenant, inboxId: string) {
  const sum = (metric: DailyMetric) =>
    sql<number>`coalesce(sum(${dayCounts.counts} ->> ${`$.${metric}`}), 0)`;
  const [first, last] = [dayOf(tenant.now() - DAY, "UTC"), dayOf(tenant.now() + DAY, "UTC")];
  return tenant.db
    .select({
      day: dayCounts.day,
      messages: sum("messages_in").as("messages"),
      conversations: sum("conversations_created").as("conversations"),
    })
    .from(dayCounts)
    .where(tenant.of(dayCounts, eq(dayCounts.inboxId, inboxId), between(dayCounts.day, first, last)))
    .groupBy(dayCounts.day);
}

/**
 * Holds what visitors upload in an inbox to so many bytes on a day.
 * @throws Failure `rate_limited` until the day ends
 */
export async function mustHaveRoomToday(tenant: Tenant, inboxId: string, most: number): Promise<void> {
  const day = dayOf(tenant.now(), tenant.timeZone);
  const [row] = await tenant.db
    .select({ bytes: sql<number>`coalesce(sum(${dayCounts.counts} ->> '$.visitor_file_bytes'), 0)` })
    .from(dayCounts)
    .where(tenant.of(dayCounts, eq(dayCounts.inboxId, inboxId), eq(dayCounts.day, day)));
  if ((row?.bytes ?? 0) >= most)
    throw fullToday(tenant, day, "This chat has taken in as many files as it may in a day.");
}

/**
 * Holds an inbox to {@link MOST_A_DAY}. Who has a conversation may still write when no more are begun.
 * @param lately as {@link takenInLately} answers it
 * @param begins whether this would begin a conversation
 * @throws Failure `rate_limited` until the day ends
 */
export function checkDay(tenant: Tenant, lately: readonly TakenIn[], begins: boolean): void {
  const now = tenant.now();
  const today = lately.find(({ day }) => day === dayOf(now, tenant.timeZone));
  if (!today) return;
  const full = begins && today.conversations >= MOST_A_DAY.conversations;
  if (today.messages < MOST_A_DAY.messages && !full) return;
  throw fullToday(tenant, today.day, "This chat has taken in as much as it may in a day. Try again later.");
}

function fullToday(tenant: Tenant, day: string, message: string): Failure {
  const until = rangeEnd(day, tenant.timeZone);
  return new Failure("rate_limited", message, {
    retryAfterSeconds: Math.max(1, Math.ceil((until - tenant.now()) / 1000)),
  });
}

import { and, desc, gte, sql } from "drizzle-orm";
import { callCounts } from "../calls/schema.ts";
import type { UsageWindow } from "../gate/admission.ts";
import type { Tenant } from "../tenant/tenant.ts";

/** Names to answer at most; the catalogue has fewer. */
const MAX_NAMES = 200;

/**
 * Calls that ran since the first of this month (UTC, as the quotas turn), by tool, resource or prompt, the most
 * used first. It is the whole workspace's usage, whoever asks. Reads at most a row for each name and day.
 */
export function callsThisMonth(tenant: Tenant, now = Date.now()): Promise<{ name: string; count: number }[]> {
  const firstDay = `${new Date(now).toISOString().slice(0, 7)}-01`;
  const count = sql<number>`sum(${callCounts.count})`;
  return tenant.db
    .select({ name: callCounts.name, count })
    .from(callCounts)
    .where(tenant.of(callCounts, and(gte(callCounts.day, firstDay))))
    .groupBy(callCounts.name)
    .orderBy(desc(count), callCounts.name)
    .limit(MAX_NAMES);
}

/** A window as it is shown, its time in ISO 8601. */
export function shownWindow(usage: UsageWindow) {
  return { ...usage, resetsAt: new Date(usage.resetsAt).toISOString() };
}

import { desc, gte, sql } from "drizzle-orm";
import { callDays } from "../calls/schema.ts";
import type { Tenant } from "../tenant/tenant.ts";

/** Names to answer at most; the catalogue has fewer. */
const MAX_NAMES = 200;

/**
 * Calls that ran since the first of this month (UTC, as the quotas turn), by tool, resource or prompt, the most
 * used first. It is the whole workspace's usage, whoever asks. Reads a row for each day at most.
 */
export function callsThisMonth(tenant: Tenant, now = Date.now()): Promise<{ name: string; count: number }[]> {
  const firstDay = `${new Date(now).toISOString().slice(0, 7)}-01`;
  const count = sql<number>`sum(counted.value)`;
  const name = sql<string>`counted.key`;
  return tenant.db
    .select({ name, count })
    .from(sql`${callDays}, json_each(${callDays.counts}) AS counted`)
    .where(tenant.of(callDays, gte(callDays.day, firstDay)))
    .groupBy(name)
    .orderBy(desc(count), name)
    .limit(MAX_NAMES);
}

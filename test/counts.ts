import { type DayRow, readDays } from "../src/figures/day-counts.ts";
import type { Tenant } from "../src/tenant/tenant.ts";

/** Every row of the daily counts that this tenant sees. */
export function allDays(tenant: Tenant): Promise<DayRow[]> {
  return readDays(tenant, { from: "0000-01-01", to: "9999-12-31" });
}

/** The daily counts summed over days, inboxes and chatbots, by metric, without those that come to nothing. */
export async function countsOf(tenant: Tenant): Promise<Record<string, number>> {
  const sums: Record<string, number> = {};
  for (const { counts } of await allDays(tenant)) {
    for (const [metric, count] of Object.entries(counts)) sums[metric] = (sums[metric] ?? 0) + count;
  }
  return Object.fromEntries(Object.entries(sums).filter(([, count]) => count !== 0));
}

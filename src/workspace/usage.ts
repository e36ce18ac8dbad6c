import { desc, gte, sql } from "drizzle-orm";
import { countedFor } from "../calls/call-log.ts";
import { callDays } from "../calls/schema.ts";
import type { Tenant } from "../tenant/tenant.ts";

/** Names to answer at most; the catalogue has fewer. */
const MAX_NAMES = 200;

/**
 * Calls that ran since the first of this month (UTC, as the quotas turn), by tool, resource or prompt, the most
 * used first: the whole workspace's, or a limited caller's own. Reads a row for each day at most.
 */
export function callsThisMonth(tenant: Tenant, now = Date.now()): Promise<{ name: string; count: number }[]> {
  const firstDay = `${new Date(now).toISOString().slice(0, 7)}-01`;
  const count = sql<number>`sum(counted.value)`;
  const own = tenant.inboxes === null ? null : countedFor(tenant.actor.credentialId ?? "", "");
  const name = own === null ? sql<string>`counted.key` : sql<string>`substr(counted.key, ${own.length + 1})`;
  return tenant.db
    .select({ name, count })
    .from(sql`${callDays}, json_each(${callDays.counts}) AS counted`)
    .where(
      tenant.of(
        callDays,
        gte(callDays.day, firstDay),
        own === null ? sql`instr(counted.key, ' ') = 0` : sql`substr(counted.key, 1, ${own.length}) = ${own}`,
      ),
    )
    .groupBy(sql`1`)
    .orderBy(desc(count), sql`1`)
    .limit(MAX_NAMES);
}

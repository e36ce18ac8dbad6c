import { sql } from "drizzle-orm";
import { firstIdAt } from "../tenant/ids.ts";
import type { Kept } from "../tenant/overdue.ts";
import { callDays, calls } from "./schema.ts";

const DAY = 24 * 60 * 60_000;

/** Days that the call log is kept. */
export const CALLS_KEPT_DAYS = 90;

/** Rows that one statement removes at most. */
const FORGOTTEN_AT_ONCE = 1000;

/** The first day of which calls are counted still, in UTC. */
function firstDay(now: number): string {
  return new Date(now - CALLS_KEPT_DAYS * DAY).toISOString().slice(0, 10);
}

/** The call log, and the counts of its days. */
export const keptCalls: readonly Kept[] = [
  {
    name: "calls",
    table: calls,
    oldest: sql`SELECT min(id) FROM calls WHERE workspace_id = of.id`,
    before: (now) => firstIdAt("call", now - CALLS_KEPT_DAYS * DAY),
    forget: (tenant, now) => [
      tenant.db.delete(calls).where(
        tenant.of(
          calls,
          sql`${calls.id} IN (
            SELECT c.id FROM calls c WHERE c.workspace_id = ${tenant.workspaceId}
              AND c.id < ${firstIdAt("call", now - CALLS_KEPT_DAYS * DAY)}
            ORDER BY c.id LIMIT ${FORGOTTEN_AT_ONCE})`,
        ),
      ),
    ],
  },
  {
    name: "counts of calls",
    table: callDays,
    oldest: sql`SELECT min(day) FROM call_days WHERE workspace_id = of.id`,
    before: firstDay,
    forget: (tenant, now) => [
      tenant.db.delete(callDays).where(tenant.of(callDays, sql`${callDays.day} < ${firstDay(now)}`)),
    ],
  },
];

import { sql } from "drizzle-orm";
import { firstIdAt } from "../tenant/ids.ts";
import type { Statement, Tenant } from "../tenant/tenant.ts";
import { callDays, calls } from "./schema.ts";

const DAY = 24 * 60 * 60_000;

/** Days that the call log is kept. */
export const CALLS_KEPT_DAYS = 90;

/** Rows that one run removes at most, so that a run's cost is bounded; the next one goes on. */
const AT_ONCE = 1000;

/**
 * The statements that remove the calls that a workspace has kept past their time.
 * @param tenant of Parley itself, seeing all inboxes
 */
export function forgetPastCalls(tenant: Tenant, now = Date.now()): Statement[] {
  const { workspaceId } = tenant;
  const callsBefore = now - CALLS_KEPT_DAYS * DAY;
  return [
    tenant.db.delete(calls).where(
      tenant.of(
        calls,
        sql`${calls.id} IN (
          SELECT c.id FROM calls c WHERE c.workspace_id = ${workspaceId} AND c.id < ${firstIdAt("call", callsBefore)}
          ORDER BY c.id LIMIT ${AT_ONCE})`,
      ),
    ),
    tenant.db
      .delete(callDays)
      .where(tenant.of(callDays, sql`${callDays.day} < ${new Date(callsBefore).toISOString().slice(0, 10)}`)),
  ];
}

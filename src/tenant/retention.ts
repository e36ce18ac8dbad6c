import { sql } from "drizzle-orm";
import { forgetExpiredKeys } from "./idempotency.ts";
import { firstIdAt } from "./ids.ts";
import { callCounts, calls, events } from "./schema.ts";
import type { Statement, Tenant } from "./tenant.ts";

const DAY = 24 * 60 * 60_000;

/** Days that things are kept. */
export const KEPT_DAYS = { events: 400, calls: 90 } as const;

/** Rows of each table that one run removes at most, so that a run's cost is bounded; the next one goes on. */
const AT_ONCE = 1000;

/**
 * The statements that remove what a workspace has kept past its time. The newest event stays however old it is:
 * the next one's number is counted from it.
 * @param tenant of Parley itself, seeing all inboxes
 */
export function forgetPast(tenant: Tenant, now = Date.now()): Statement[] {
  const { workspaceId } = tenant;
  const eventsBefore = now - KEPT_DAYS.events * DAY;
  const callsBefore = now - KEPT_DAYS.calls * DAY;
  return [
    tenant.db.delete(events).where(
      tenant.of(
        events,
        sql`${events.seq} IN (
          SELECT e.seq FROM events e WHERE e.workspace_id = ${workspaceId} AND e.created_at < ${eventsBefore}
            AND e.seq < (SELECT max(seq) FROM events WHERE workspace_id = ${workspaceId})
          ORDER BY e.created_at LIMIT ${AT_ONCE})`,
      ),
    ),
    tenant.db.delete(calls).where(
      tenant.of(
        calls,
        sql`${calls.id} IN (
          SELECT c.id FROM calls c WHERE c.workspace_id = ${workspaceId} AND c.id < ${firstIdAt("call", callsBefore)}
          ORDER BY c.id LIMIT ${AT_ONCE})`,
      ),
    ),
    tenant.db
      .delete(callCounts)
      .where(
        tenant.of(callCounts, sql`${callCounts.day} < ${new Date(callsBefore).toISOString().slice(0, 10)}`),
      ),
    forgetExpiredKeys(tenant, now),
  ];
}

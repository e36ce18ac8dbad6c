import { sql } from "drizzle-orm";
import { forgetExpiredKeys } from "./idempotency.ts";
import { events } from "./schema.ts";
import type { Statement, Tenant } from "./tenant.ts";

const DAY = 24 * 60 * 60_000;

/** Days that events are kept. */
export const EVENTS_KEPT_DAYS = 400;

/** Rows that one run removes at most, so that a run's cost is bounded; the next one goes on. */
const AT_ONCE = 1000;

/**
 * The statements that remove what a workspace has kept past its time. The newest event stays however old it is:
 * the next one's number is counted from it.
 * @param tenant of Parley itself, seeing all inboxes
 */
export function forgetPast(tenant: Tenant, now = Date.now()): Statement[] {
  const { workspaceId } = tenant;
  const eventsBefore = now - EVENTS_KEPT_DAYS * DAY;
  return [
    tenant.db.delete(events).where(
      tenant.of(
        events,
        sql`${events.seq} IN (
          SELECT oldest.seq FROM (SELECT seq, created_at FROM events WHERE workspace_id = ${workspaceId}
              ORDER BY seq LIMIT ${AT_ONCE}) AS oldest
            WHERE oldest.created_at < ${eventsBefore}
              AND oldest.seq < (SELECT max(seq) FROM events WHERE workspace_id = ${workspaceId}))`,
      ),
    ),
    forgetExpiredKeys(tenant, now),
  ];
}

import { sql } from "drizzle-orm";
import type { Kept } from "./overdue.ts";
import { events } from "./schema.ts";

const DAY = 24 * 60 * 60_000;

/** Days that events are kept. */
export const EVENTS_KEPT_DAYS = 400;

/** Rows that one statement removes at most. */
const FORGOTTEN_AT_ONCE = 1000;

const keptSince = (now: number) => now - EVENTS_KEPT_DAYS * DAY;

/** Events. The newest stays however old it is: the next one's number is counted from it. */
export const keptEvents: Kept = {
  name: "events",
  table: events,
  oldest: sql`SELECT e.created_at FROM events AS e WHERE e.workspace_id = of.id
    AND e.seq < (SELECT max(seq) FROM events WHERE workspace_id = of.id) ORDER BY e.seq LIMIT 1`,
  before: keptSince,
  forget: (tenant, now) => [
    tenant.db.delete(events).where(
      tenant.of(
        events,
        sql`${events.seq} IN (
          SELECT oldest.seq FROM (SELECT seq, created_at FROM events WHERE workspace_id = ${tenant.workspaceId}
              ORDER BY seq LIMIT ${FORGOTTEN_AT_ONCE}) AS oldest
            WHERE oldest.created_at < ${keptSince(now)}
              AND oldest.seq < (SELECT max(seq) FROM events WHERE workspace_id = ${tenant.workspaceId}))`,
      ),
    ),
  ],
};

import { and, asc, gt, type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import type { EventType } from "../tenant/events.ts";
import { type CursorScope, decodeCursor, encodeCursor } from "../tenant/page.ts";
import { events } from "../tenant/schema.ts";
import type { Tenant } from "../tenant/tenant.ts";

export type FeedEvent = Omit<typeof events.$inferSelect, "workspaceId">;

export interface Feed {
  items: FeedEvent[];
  /** Where to go on. Always set: with nothing new it stands where it stood, so that polling can continue. */
  nextCursor: string;
  /** More can be read at once. */
  hasMore: boolean;
}

export interface FeedFilter {
  /** Only these types; none or all of them: any. */
  types?: readonly EventType[];
  /** Only of this inbox, which the caller must be allowed to see. */
  inboxId?: string;
  cursor?: string;
  limit: number;
}

/**
 * The events feed, oldest first, from the cursor on or from the oldest event that is kept (400 days).
 *
 * The cursor is a place in the feed: every event has the next number of its workspace, given in the transaction
 * that writes it, so nothing can appear behind a cursor later. It is valid under any filter, in its workspace.
 *
 * Callers limited to inboxes get the events of those inboxes. Events that belong to no inbox (contacts changed by
 * hand, chatbots, flows, usage) they do not get at all: whether such a contact is theirs may change later, and a
 * feed cannot go back.
 *
 * Costs about `limit` index entries for each inbox and type that is asked for, however long the feed is.
 * @throws Failure `invalid_cursor`
 */
export async function readFeed(tenant: Tenant, filter: FeedFilter): Promise<Feed> {
  const scope: CursorScope = { list: "events", workspaceId: tenant.workspaceId };
  const after =
    filter.cursor === undefined
      ? 0
      : (await decodeCursor(scope, filter.cursor, z.tuple([z.int().min(0)])))[0];
  const inboxIds = filter.inboxId === undefined ? tenant.inboxes : [filter.inboxId];
  const types = filter.types?.length ? filter.types : null;
  const next =
    inboxIds === null && types === null
      ? gt(events.seq, after)
      : amongStreams(tenant, inboxIds, types, after, filter.limit + 1);

  const rows = await tenant.db
    .select()
    .from(events)
    .where(tenant.of(events, next))
    .orderBy(asc(events.seq))
    .limit(filter.limit + 1);
  const items = rows.slice(0, filter.limit).map(({ workspaceId: _, ...event }) => event);
  const last = items.at(-1)?.seq ?? after;
  return { items, hasMore: rows.length > filter.limit, nextCursor: await encodeCursor(scope, [last]) };
}

/**
 * The next `count` events of every inbox, type, or pair of both that is asked for: one short index range each, of
 * which the next `count` of all are among. A plain IN would make SQLite walk the whole feed for a rare type.
 * The ranges travel as JSON because json_each takes its argument from the row before it, which joins do not.
 */
function amongStreams(
  tenant: Tenant,
  inboxIds: readonly string[] | null,
  types: readonly string[] | null,
  after: number,
  count: number,
): SQL {
  const streams = (inboxIds ?? [null]).flatMap((inboxId) => (types ?? [null]).map((type) => [inboxId, type]));
  const inStream = and(
    inboxIds === null ? undefined : sql`inbox_id = stream.value ->> 0`,
    types === null ? undefined : sql`type = stream.value ->> 1`,
  );
  return sql`${events.seq} IN (
    SELECT found.value FROM json_each(${JSON.stringify(streams)}) AS stream, json_each((
      SELECT json_group_array(seq) FROM (
        SELECT seq FROM events WHERE workspace_id = ${tenant.workspaceId} AND ${inStream} AND seq > ${after}
        ORDER BY seq LIMIT ${count}))) AS found)`;
}

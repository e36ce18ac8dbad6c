import { and, asc, desc, inArray, type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import type { EventType } from "../tenant/events.ts";
import { type CursorScope, decodeCursor, encodeCursor, type Page } from "../tenant/page.ts";
import { events } from "../tenant/schema.ts";
import type { Tenant } from "../tenant/tenant.ts";

/** Events that a page looks at, at most. */
const WINDOW = 300;

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
 * Looks at {@link WINDOW} events at most, however long the feed is: with filters that few events pass, a page may be
 * short or empty and have more. The place that a limited caller is given is that of the last event it got, so that what
 * happens in other inboxes moves nothing of its answers, unless {@link WINDOW} of others' stand behind it.
 * @throws Failure `invalid_cursor`
 */
export async function readFeed(tenant: Tenant, filter: FeedFilter): Promise<Feed> {
  const scope: CursorScope = { list: "events", tenant };
  const after =
    filter.cursor === undefined
      ? 0
      : (await decodeCursor(scope, filter.cursor, z.tuple([z.int().min(0)])))[0];
  const limited = tenant.inboxes !== null;
  const [edges, rows] = await tenant.db.batch([
    edgesOf(tenant),
    tenant.db
      .select()
      .from(events)
      .where(
        tenant.of(
          events,
          sql`${events.seq} > ${after} AND ${events.seq} <= max(${after}, coalesce((${oldestOf(tenant)}), 1) - 1) + ${WINDOW}`,
          passing(tenant, filter),
        ),
      )
      .orderBy(asc(events.seq))
      .limit(filter.limit + 1),
  ]);
  const { oldest, newest } = edges[0] ?? { oldest: null, newest: null };
  const items = rows.slice(0, filter.limit).map(({ workspaceId: _, ...event }) => event);
  // Numbers have no gaps above the oldest event that is kept: this is the last one that was looked at.
  const looked = Math.max(after, Math.min(newest ?? 0, Math.max(after, (oldest ?? 1) - 1) + WINDOW));
  const more = rows.length > filter.limit;
  const whole = looked >= (newest ?? 0);
  const last = more || (limited && whole) ? (items.at(-1)?.seq ?? after) : looked;
  return {
    items,
    hasMore: more || !whole,
    nextCursor: await encodeCursor(scope, [last]),
  };
}

/**
 * The events feed from its newest end, or down from the cursor: for looking back, not for following. What happens
 * meanwhile comes above, so nothing is skipped or repeated. Its cursors are its own.
 *
 * Who gets what is as in {@link readFeed}. Looks at {@link WINDOW} events at most, too: what happens in other inboxes
 * moves nothing of a limited caller's answers, unless there are more events than that below the place.
 * @returns `nextCursor` null: there is nothing older
 * @throws Failure `invalid_cursor`
 */
export async function readNewest(tenant: Tenant, filter: FeedFilter): Promise<Page<FeedEvent>> {
  const scope: CursorScope = { list: "events", tenant, filters: "newest" };
  const below =
    filter.cursor === undefined
      ? null
      : (await decodeCursor(scope, filter.cursor, z.tuple([z.int().min(0)])))[0];
  const top = sql`coalesce(${below}, (SELECT max(seq) + 1 FROM events WHERE workspace_id = ${tenant.workspaceId}))`;
  const [edges, rows] = await tenant.db.batch([
    edgesOf(tenant),
    tenant.db
      .select()
      .from(events)
      .where(
        tenant.of(
          events,
          sql`${events.seq} < ${top} AND ${events.seq} >= ${top} - ${WINDOW}`,
          passing(tenant, filter),
        ),
      )
      .orderBy(desc(events.seq))
      .limit(filter.limit + 1),
  ]);
  const { oldest, newest } = edges[0] ?? { oldest: null, newest: null };
  const items = rows.slice(0, filter.limit).map(({ workspaceId: _, ...event }) => event);
  const looked = (below ?? (newest ?? 0) + 1) - WINDOW;
  const whole = looked <= (oldest ?? 0);
  const end = rows.length > filter.limit ? (items.at(-1)?.seq ?? null) : whole ? null : looked;
  return {
    items,
    hasMore: end !== null,
    nextCursor: end === null ? null : await encodeCursor(scope, [end]),
  };
}

/** What a caller gets of the events, under a filter. */
function passing(tenant: Tenant, filter: FeedFilter): SQL | undefined {
  const inboxIds = filter.inboxId === undefined ? tenant.inboxes : [filter.inboxId];
  const types = filter.types?.length ? filter.types : null;
  return and(
    inboxIds === null ? undefined : inArray(events.inboxId, sql`(${listed(inboxIds)})`),
    types === null ? undefined : inArray(events.type, sql`(${listed(types)})`),
  );
}

/** The query for the number of the oldest event that is kept. */
function oldestOf(tenant: Tenant): SQL {
  return sql`SELECT seq FROM events WHERE workspace_id = ${tenant.workspaceId} ORDER BY seq LIMIT 1`;
}

/** The query for the oldest and the newest number: each by itself, as SQLite goes through all rows for both in one. */
function edgesOf(tenant: Tenant) {
  const { workspaceId } = tenant;
  return tenant.db
    .select({
      oldest: sql<number | null>`min(seq)`.as("oldest"),
      newest: sql<number | null>`max(seq)`.as("newest"),
    })
    .from(sql`(SELECT seq FROM (${oldestOf(tenant)})
      UNION ALL SELECT max(seq) FROM events WHERE workspace_id = ${workspaceId})`);
}

/** A list as one parameter. */
function listed(values: readonly string[]): SQL {
  return sql`SELECT value FROM json_each(${JSON.stringify(values)})`;
}

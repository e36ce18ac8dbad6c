import { and, asc, desc, eq, getTableColumns, type SQL, sql } from "drizzle-orm";

import { z } from "zod";
import { identityIdsOf } from "../contacts/identities.ts";
import { contactNameOf } from "../contacts/lookup.ts";
import { firstIdAt } from "../tenant/ids.ts";
import { mergeScans, type Scan } from "../tenant/list.ts";
import { type CursorScope, decodeCursor, encodeCursor, type Page, pageOffset } from "../tenant/page.ts";
import type { Tenant } from "../tenant/tenant.ts";
import { byIdentity, type Conversation } from "./append.ts";
import { cursorFilters, type FilterArguments, type Filters, passes } from "./filters.ts";
import { byLabel, fewOfLabel, labelFor, type Position } from "./list-by-label.ts";
import { CONVERSATION_STATUSES, conversations } from "./schema.ts";

/** Characters of the last message in a list of conversations. */
export const PREVIEW = 200;

/** Streams of which one is hoped to hold most of a page. */
const STREAMS_TRIED = 3;

/**
 * The orders of a list. By creation nothing moves, whatever happens meanwhile: whoever goes through all of it page by
 * page takes one of those. Under `last_activity` what is written in comes to the top, above the pages that follow.
 */
export const CONVERSATION_SORTS = ["newest", "oldest", "last_activity"] as const;
export type ConversationSort = (typeof CONVERSATION_SORTS)[number];

/** Identities of a contact whose conversations are merged by creation; only merging contacts makes many. */
const MOST_IDENTITIES = 200;

/** A conversation as it was listed, with what else a list shows of it where that was read at once. */
export interface ListedConversation extends Conversation {
  contactName?: string | null;
  /** JSON: the beginning of its last public message and who wrote it; null without any. */
  lastMessage?: string | null;
}

/**
 * A page of conversations, by last activity unless sorted otherwise. Under filters that few pass, a page by creation may
 * be short and have more behind it: it looks at a bounded number of conversations.
 * @param options.args what `filters` was resolved from
 */
export async function listConversations(
  tenant: Tenant,
  filters: Filters,
  options: { args: FilterArguments; sort?: ConversationSort; cursor?: string; page?: number; limit: number },
): Promise<Page<ListedConversation>> {
  const { sort = "last_activity" } = options;
  const scope: CursorScope = {
    list: "conversations",
    tenant,
    filters: [sort, cursorFilters(options.args)],
  };
  const skip = pageOffset(options.page, options.limit, options.cursor);
  const key = options.cursor
    ? await decodeCursor(scope, options.cursor, z.tuple([z.number(), z.string()]))
    : null;
  const { scans, most } = await scansOf(tenant, filters, sort);
  const { items, continueBehind } = await mergeScans<ListedConversation, Position>(scans, {
    after: key ? { lastActivityAt: key[0], id: key[1] } : null,
    limit: options.limit,
    skip,
    most,
    // One scan has them in order already.
    before: () => false,
  });
  return {
    items,
    hasMore: continueBehind !== null,
    nextCursor:
      continueBehind && (await encodeCursor(scope, [continueBehind.lastActivityAt, continueBehind.id])),
  };
}

interface Scans {
  scans: Scan<ListedConversation, Position>[];
  /** Rows that are looked at for a page; as lists do where nothing is said. */
  most?: number;
}

/** The way to a list: by a label where one is asked for and no contact, else by the order's own index. */
async function scansOf(tenant: Tenant, filters: Filters, sort: ConversationSort): Promise<Scans> {
  const { contactId, inboxIds, priority } = filters;
  if (inboxIds?.length === 0) return { scans: [] };
  const label = contactId === undefined ? labelFor(filters) : null;
  if (sort !== "last_activity") {
    return {
      scans: label === null ? await byCreation(tenant, filters, sort) : byLabel(tenant, filters, label, sort),
    };
  }
  if (label !== null) {
    const few = await fewOfLabel(tenant, filters, label);
    if (few) return { scans: few };
  }
  const rare = label !== null || priority !== undefined;
  return { scans: byActivity(tenant, filters), ...(rare ? { most: MOST_OF_STREAMS } : {}) };
}

/** Rows that are looked at under last activity where few may fit: each step reads an entry of every stream again. */
const MOST_OF_STREAMS = 100;

/**
 * By creation, which the key itself holds: all of the workspace in its order, and of one contact the conversations of
 * each of its identities. What the key does not know is checked row by row.
 */
async function byCreation(
  tenant: Tenant,
  filters: Filters,
  sort: "newest" | "oldest",
): Promise<Scan<ListedConversation, Position>[]> {
  const { contactId, inboxIds, until } = filters;
  if (inboxIds?.length === 0) return [];
  const identities =
    contactId === undefined ? null : await identityIdsOf(tenant, contactId, MOST_IDENTITIES, inboxIds);
  const newest = sort === "newest";
  const inOrder = newest ? sql`id DESC` : sql`id`;
  const take = (after: Position | null, size: number) => {
    const behind = sql.join(
      [
        // What began later was active later.
        ...(until === undefined ? [] : [sql`id < ${firstIdAt("conversation", until)}`]),
        ...(after === null ? [] : [newest ? sql`id < ${after.id}` : sql`id > ${after.id}`]),
        sql`1`,
      ],
      sql` AND `,
    );
    const ofEach = sql`SELECT id FROM ${byIdentity} WHERE workspace_id = ${tenant.workspaceId}
      AND identity_id = one.value AND ${behind} ORDER BY ${inOrder} LIMIT ${size}`;
    return tenant.db
      .select(columns)
      .from(conversations)
      .where(
        tenant.of(
          conversations,
          identities === null
            ? behind
            : sql`${conversations.id} IN (SELECT found.value FROM json_each(${JSON.stringify(identities)}) AS one,
                json_each((SELECT json_group_array(id) FROM (${ofEach}))) AS found)`,
        ),
      )
      .orderBy(newest ? desc(conversations.id) : asc(conversations.id))
      .limit(size);
  };
  return [{ take, keeps: passes(filters) }];
}

/**
 * Chooses the index: a contact has one of its own; everything else goes by inbox, status and assignee. What the index
 * does not know is checked row by row.
 */
function byActivity(tenant: Tenant, filters: Filters): Scan<ListedConversation, Position>[] {
  if (filters.inboxIds?.length === 0) return [];
  const { contactId, priority, tag } = filters;
  const take = (after: Position | null, size: number) =>
    tenant.db
      // Of a contact's, and where few fit, those that do not pass are read as well.
      .select(
        contactId === undefined && priority === undefined && tag === undefined
          ? { ...columns, ...shownOf(tenant) }
          : columns,
      )
      .from(conversations)
      .where(
        tenant.of(
          conversations,
          contactId === undefined
            ? sql`${conversations.id} IN (${newestOfStreams(tenant, filters, after, size)})`
            : and(eq(conversations.contactId, contactId), between(filters, after)),
        ),
      )
      .orderBy(desc(conversations.lastActivityAt), desc(conversations.id))
      .limit(size);
  return [{ take, keeps: passes(filters) }];
}

const { workspaceId: _, ...columns } = getTableColumns(conversations);

/** What a list shows besides, read with each conversation. */
function shownOf(tenant: Tenant) {
  return {
    contactName: contactNameOf(tenant, sql`conversations.contact_id`),
    lastMessage: sql<string | null>`(SELECT json_array(substr(last.body, 1, ${PREVIEW + 1}), last.sender_kind)
      FROM messages last WHERE last.workspace_id = ${tenant.workspaceId}
        AND last.conversation_id = conversations.id AND last.kind = 'message' ORDER BY last.seq DESC LIMIT 1)`,
  };
}

/** Last activity within the filters' days and below a place in the list. */
function between({ from, until }: Filters, after: Position | null): SQL {
  const conditions = [
    from === undefined ? undefined : sql`last_activity_at >= ${from}`,
    after
      ? sql`(last_activity_at, id) < (${after.lastActivityAt}, ${after.id})`
      : until === undefined
        ? undefined
        : sql`last_activity_at < ${until}`,
  ].filter((condition) => condition !== undefined);
  return conditions.length === 0 ? sql`1` : sql.join(conditions, sql` AND `);
}

/**
 * The ids of the next conversations of all inboxes, statuses and assignees that pass: each such stream is a range of
 * the one index that holds the last activity, with the newest first. Of the streams, only as many as rows are wanted
 * can have one among the next: those whose own newest is newest. So a page reads one entry of each stream, and the
 * wanted rows of few, however many conversations there are.
 *
 * Subqueries see the row before them only through json_each: SQLite knows no lateral joins.
 */
function newestOfStreams(tenant: Tenant, filters: Filters, after: Position | null, size: number): SQL {
  const { inboxes, inboxIds, status, assignee } = filters;
  const ids = inboxIds ?? [...inboxes.keys()];
  const statuses = status === undefined ? CONVERSATION_STATUSES : [status];
  const pairs = ids.flatMap((inboxId) => statuses.map((one) => [inboxId, one]));
  const inPair = sql`workspace_id = ${tenant.workspaceId} AND inbox_id = pair.value ->> 0 AND status = pair.value ->> 1`;
  // The assignees of each inbox and status, one index entry each: from one to the next behind it.
  const assignees = sql`WITH RECURSIVE behind(assignee) AS (
      SELECT (SELECT min(assignee) FROM conversations WHERE ${inPair} AND assignee > '')
      UNION ALL
      SELECT (SELECT min(assignee) FROM conversations WHERE ${inPair} AND assignee > behind.assignee)
      FROM behind WHERE behind.assignee IS NOT NULL)
    SELECT json_group_array(assignee) FROM behind`;
  // The walk ends with NULL, which is the stream of those that nobody has.
  const whose = assignee === undefined ? sql`(${assignees})` : sql`${JSON.stringify([assignee])}`;
  const inStreamOf = (active: SQL) => sql`workspace_id = ${tenant.workspaceId} AND inbox_id = stream.inbox
    AND status = stream.status AND assignee IS stream.assignee AND ${active}`;
  const inStream = inStreamOf(between(filters, after));
  const newestFirst = sql`ORDER BY last_activity_at DESC, id DESC`;
  const streams = sql`SELECT pair.value ->> 0 AS inbox, pair.value ->> 1 AS status, person.value AS assignee
    FROM json_each(${JSON.stringify(pairs)}) AS pair, json_each(${whose}) AS person`;
  const heads = sql`SELECT inbox, status, assignee, (SELECT printf('%016d', last_activity_at) || id FROM conversations
      WHERE ${inStream} ${newestFirst} LIMIT 1) AS newest FROM (${streams}) AS stream
    ORDER BY newest DESC LIMIT ${size}`;
  // Nothing older than `enough` is among the next, as so many rows are newer: one of each of that many streams, or that
  // many of one stream, for which those that were written in last are tried.
  const enough = sql`SELECT max(${filters.from ?? 0},
    iif(count(newest) < ${size}, 0, CAST(substr(min(newest), 1, 16) AS INTEGER)),
    coalesce((SELECT max((SELECT last_activity_at FROM conversations WHERE ${inStream} ${newestFirst}
      LIMIT 1 OFFSET ${size - 1})) FROM (SELECT * FROM heads LIMIT ${STREAMS_TRIED}) AS stream), 0)) AS at FROM heads`;
  // One lower bound alone: of two SQLite would go down to the one that it does not find the index by.
  const inRest = inStreamOf(between({ ...filters, from: undefined }, after));
  return sql`WITH heads AS MATERIALIZED (${heads}), enough AS MATERIALIZED (${enough})
    SELECT substr(place, 17) FROM (
      SELECT found.value AS place FROM heads AS stream, enough, json_each((SELECT json_group_array(place) FROM (
        SELECT printf('%016d', last_activity_at) || id AS place FROM conversations
        WHERE ${inRest} AND last_activity_at >= enough.at ${newestFirst} LIMIT ${size}))) AS found
      WHERE stream.newest IS NOT NULL ORDER BY place DESC LIMIT ${size})`;
}

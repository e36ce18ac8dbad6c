import { desc, getTableColumns, type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import { firstIdAt } from "../tenant/ids.ts";
import { type CursorScope, decodeCursor, encodeCursor, type Page } from "../tenant/page.ts";
import type { Tenant } from "../tenant/tenant.ts";
import type { Message } from "./append.ts";
import type { MessageView } from "./read.ts";
import { conversations, messages } from "./schema.ts";

/** Conversations that one page looks into, at most: that end below the page before, and that go on across its end. */
const BELOW = 20;
export const ACROSS = 200;

/** A place in the list: the time, the number and the id of the last message above it. */
type Position = [at: number, seq: number, id: string];

/**
 * The messages over all conversations of a contact, newest first. Messages have no index by contact: its conversations
 * are merged, of which each holds its messages in order. A page looks into a bounded number of conversations, so that
 * one of a contact that has very many can be short and have more.
 *
 * Where more than {@link ACROSS} of its conversations go on at the place of a page, those that were active last alone are
 * looked into: nothing tells which of the others' messages come next but a look into each of them. The page is
 * `incomplete` then, and whoever needs all reads the conversations.
 *
 * A note that is newer than its conversation's last activity stands at that activity: conversations are found by it.
 */
export async function listContactMessages(
  tenant: Tenant,
  contactId: string,
  options: MessageView & { cursor?: string; limit: number },
): Promise<Page<Message> & { incomplete: boolean }> {
  const { limit } = options;
  const scope: CursorScope = {
    list: "contact_messages",
    tenant,
    filters: [contactId, options.notes],
  };
  const below: Position | null = options.cursor
    ? await decodeCursor(scope, options.cursor, z.tuple([z.number(), z.number(), z.string()]))
    : null;
  // Each has a message at its last activity, so that as many as messages are wanted are enough.
  const most = Math.min(BELOW, limit + 1);
  const ending = endingBelow(tenant, contactId, below, most);
  // Read once: who goes on, one more than are looked into, and how many those are.
  const among = below
    ? sql`WITH gone AS MATERIALIZED (${goingOn(tenant, contactId, below)})
        SELECT id, activity, (SELECT count(*) FROM gone) AS going FROM gone
        UNION ALL SELECT id, activity, (SELECT count(*) FROM gone) FROM (${ending})`
    : sql`SELECT id, activity, 0 AS going FROM (${ending})`;
  const [found, looked] = await tenant.db.batch([
    newestIn(tenant, among, { ...options, below, limit: limit + 1 }),
    tenant.db
      .select({
        last: sql<number | null>`min(activity)`.as("last"),
        count: sql<number>`count(*)`.as("looked"),
      })
      .from(sql`(${ending}) AS c`),
  ]);
  // Below the last conversation that was looked into, nothing is known of those that were not.
  const floor = (looked[0]?.count ?? 0) < most ? null : (looked[0]?.last ?? null);
  const known = found.filter(({ place }) => floor === null || place > floor);
  const items = known.slice(0, limit);
  const last = items.at(-1);
  const end: Position | null =
    known.length > limit && last
      ? [last.place, last.seq, last.id]
      : floor === null
        ? null
        : [floor, Number.MAX_SAFE_INTEGER, ""];
  return {
    items: items.map(({ workspaceId: _, n: __, place: ___, going: ____, ...message }) => message),
    hasMore: end !== null,
    incomplete: (found[0]?.going ?? 0) > ACROSS,
    nextCursor: end && (await encodeCursor(scope, end)),
  };
}

/** The newest conversations of a contact that end below the place, as far as the caller sees them. */
function endingBelow(tenant: Tenant, contactId: string, below: Position | null, most: number): SQL {
  const { workspaceId } = tenant;
  return sql`SELECT id, activity FROM (SELECT id, last_activity_at AS activity
    FROM conversations INDEXED BY conversations_by_contact
    WHERE workspace_id = ${workspaceId} AND contact_id = ${contactId}
      AND ${below ? sql`last_activity_at < ${below[0]}` : sql`1`} AND ${tenant.visible(conversations.inboxId) ?? sql`1`}
    ORDER BY last_activity_at DESC, id DESC LIMIT ${most})`;
}

/** Those that were active above the place and began below it, up to one more than {@link ACROSS}. */
function goingOn(tenant: Tenant, contactId: string, [at]: Position): SQL {
  const { workspaceId } = tenant;
  // The index knows all that is asked, so that those which began later cost one entry each.
  return sql`SELECT id, activity FROM (SELECT id, last_activity_at AS activity
    FROM conversations INDEXED BY conversations_by_contact
    WHERE workspace_id = ${workspaceId} AND contact_id = ${contactId}
      AND last_activity_at >= ${at} AND id < ${firstIdAt("conversation", at + 1)}
    ORDER BY last_activity_at DESC, id DESC LIMIT ${ACROSS + 1})`;
}

/** The newest messages of each of these conversations, and of them the newest. */
function newestIn(
  tenant: Tenant,
  among: SQL,
  { below, notes, limit }: MessageView & { below: Position | null; limit: number },
) {
  // Far down in a long conversation, what was listed of it is not gone through once more.
  const listed = below
    ? sql`AND m.seq < iif(c.id = (SELECT l.conversation_id FROM messages l
        WHERE l.workspace_id = ${tenant.workspaceId} AND l.id = ${below[2]}), ${below[1]}, ${Number.MAX_SAFE_INTEGER})`
    : sql``;
  const inEach = sql`SELECT json_group_array(n) FROM (
    SELECT m.n FROM messages m WHERE m.workspace_id = ${tenant.workspaceId} AND m.conversation_id = c.id
      ${listed} ${notes ? sql`` : sql`AND m.kind <> 'note'`}
      ${below ? sql`AND (min(m.created_at, c.activity), m.seq, m.id) < (${below[0]}, ${below[1]}, ${below[2]})` : sql``}
    ORDER BY m.seq DESC LIMIT ${limit})`;
  const place = sql<number>`min(${messages.createdAt}, activity)`;
  return tenant.db
    .select({ ...getTableColumns(messages), place: place.as("place"), going: sql<number>`going`.as("going") })
    .from(
      sql`(SELECT c.activity, c.going, found.value AS wanted FROM (${among}) AS c, json_each((${inEach})) AS found)`,
    )
    .crossJoin(messages)
    .where(tenant.of(messages, sql`${messages.n} = wanted`, tenant.visible(messages.inboxId)))
    .orderBy(desc(place), desc(messages.seq), desc(messages.id))
    .limit(limit);
}

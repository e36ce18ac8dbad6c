import { desc, eq, getTableColumns, gte, isNull, lt, type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import { visibleContact } from "../contacts/visibility.ts";
import { rangeEnd, rangeStart } from "../figures/days.ts";
import { phrase, queryTerms, workspaceTerm } from "../search/full-text.ts";
import { Failure } from "../tenant/failure.ts";
import { bareId } from "../tenant/ids.ts";
import { type CursorScope, decodeCursor, encodeCursor, type Page } from "../tenant/page.ts";
import type { Tenant } from "../tenant/tenant.ts";
import { mergeWalks, type Walk } from "../tenant/walk.ts";
import { asLead, type Lead, NO_INBOX } from "./record.ts";
import { leads } from "./schema.ts";

/** Up to so many inboxes are walked one by one; above, the workspace's own order is walked and the rest left out. */
const MAX_WALKS = 50;

export interface LeadFilters {
  chatbotId?: string;
  /** Days in the workspace's time zone, or times. */
  startDate?: string;
  endDate?: string;
  /** Words of the name, email or phone. */
  query?: string;
}

interface Position {
  capturedAt: number;
  n: number;
}

type Stored = typeof leads.$inferSelect;
/** `seen` is 1 for a lead that the caller may see. */
type Row = Stored & { seen: number };
/** Filters with the range in milliseconds: from the first to before the second. */
type Resolved = Pick<LeadFilters, "chatbotId"> & { from?: number; until?: number };

/**
 * Leads, the last captured first; those that match a query in the order they were recorded, which is the same unless
 * they were imported. Reads about `limit` rows for each inbox that is walked, whatever the workspace holds; with a
 * query, and further filters that few matches pass, it looks at no more than 1,000 and can be short and have more.
 * @throws Failure `invalid_input` when endDate is before startDate, or the query has no word
 */
export async function listLeads(
  tenant: Tenant,
  filters: LeadFilters,
  options: { cursor?: string; limit: number },
): Promise<Page<Lead>> {
  const { chatbotId, startDate, endDate, query } = filters;
  const scope: CursorScope = {
    list: "leads",
    workspaceId: tenant.workspaceId,
    filters: [chatbotId ?? null, startDate ?? null, endDate ?? null, query ?? null, tenant.inboxes],
  };
  const key = options.cursor && (await decodeCursor(scope, options.cursor, z.tuple([z.int(), z.int()])));
  const resolved = {
    chatbotId,
    from: startDate === undefined ? undefined : rangeStart(startDate, tenant.timeZone),
    until: endDate === undefined ? undefined : rangeEnd(endDate, tenant.timeZone),
  };
  if (resolved.from !== undefined && resolved.until !== undefined && resolved.until <= resolved.from) {
    throw new Failure("invalid_input", "endDate is before startDate.");
  }
  const walks = query === undefined ? walksFor(tenant, resolved) : [matches(tenant, resolved, query)];
  const { items, continueBelow } = await mergeWalks<Row, Position>(walks, {
    after: key ? { capturedAt: key[0], n: key[1] } : null,
    limit: options.limit,
    newer:
      query === undefined
        ? (a, b) => a.capturedAt > b.capturedAt || (a.capturedAt === b.capturedAt && a.n > b.n)
        : (a, b) => a.n > b.n,
  });
  return {
    items: items.map(({ seen: _, ...lead }) => asLead(lead)),
    hasMore: continueBelow !== null,
    nextCursor: continueBelow && (await encodeCursor(scope, [continueBelow.capturedAt, continueBelow.n])),
  };
}

/** A limited caller sees the leads of its inboxes, and those without one of contacts that it may see. */
function seen(tenant: Tenant): SQL<number> {
  const inInbox = tenant.visible(leads.inboxId);
  const ofContact = visibleContact(tenant, leads.contactId);
  if (inInbox === undefined || ofContact === undefined) return sql<number>`1`;
  return sql<number>`iif(${leads.inboxId} IS NULL, ${ofContact}, ${inInbox})`;
}

function walksFor(tenant: Tenant, filters: Resolved): Walk<Row, Position>[] {
  const { inboxes } = tenant;
  if (inboxes !== null && inboxes.length <= MAX_WALKS) {
    return [
      ...inboxes.map((id) => walk(tenant, filters, eq(leads.inboxId, id))),
      walk(tenant, filters, isNull(leads.inboxId)),
    ];
  }
  const { chatbotId } = filters;
  return [walk(tenant, filters, chatbotId === undefined ? undefined : eq(leads.chatbotId, chatbotId))];
}

/** One walk down an index whose leading columns `fixed` names; its order is that of capture. */
function walk(tenant: Tenant, filters: Resolved, fixed: SQL | undefined): Walk<Row, Position> {
  const { from, until } = filters;
  return {
    take: (after, size) =>
      tenant.db
        .select({ ...getTableColumns(leads), seen: sql<number>`(${seen(tenant)})`.as("seen") })
        .from(leads)
        .where(
          tenant.of(
            leads,
            fixed,
            from === undefined ? undefined : gte(leads.capturedAt, from),
            until === undefined || after ? undefined : lt(leads.capturedAt, until),
            after ? sql`(${leads.capturedAt}, ${leads.n}) < (${after.capturedAt}, ${after.n})` : undefined,
          ),
        )
        .orderBy(desc(leads.capturedAt), desc(leads.n))
        .limit(size),
    keeps: passes(filters),
  };
}

/** A walk down what a full-text MATCH finds, newest first; it never ranks, which would read every match. */
function matches(tenant: Tenant, filters: Resolved, query: string): Walk<Row, Position> {
  const terms = queryTerms(query);
  if (terms.length === 0) {
    throw new Failure("invalid_input", "The query has no word to search for.", {
      hint: "Search for a name, an email or a phone number.",
    });
  }
  const inboxes = tenant.inboxes?.map((id) => phrase(bareId(id)));
  const match = [
    workspaceTerm(tenant.workspaceId),
    ...(inboxes ? [`inbox_id : (${[...inboxes, phrase(NO_INBOX)].join(" OR ")})`] : []),
    `{name email phone} : (${terms.join(" AND ")})`,
  ]
    .map((term) => `(${term})`)
    .join(" AND ");
  return {
    take: (after, size) => {
      const found = tenant.db
        .select({ n: sql<number>`rowid`.as("found") })
        .from(sql`leads_search`)
        .where(sql`leads_search MATCH ${match} ${after ? sql`AND rowid < ${after.n}` : sql``}`)
        .orderBy(sql`rowid DESC`)
        .limit(size)
        .as("matches");
      return (
        tenant.db
          .select({ ...getTableColumns(leads), seen: sql<number>`(${seen(tenant)})`.as("seen") })
          .from(found)
          // A cross join is made in this order: SQLite would else walk the workspace's leads.
          .crossJoin(leads)
          .where(tenant.of(leads, eq(leads.n, found.n)))
          .orderBy(desc(leads.n))
      );
    },
    keeps: passes(filters),
  };
}

function passes({ chatbotId, from, until }: Resolved): (row: Row) => boolean {
  return (row) =>
    row.seen === 1 &&
    (chatbotId === undefined || row.chatbotId === chatbotId) &&
    (from === undefined || row.capturedAt >= from) &&
    (until === undefined || row.capturedAt < until);
}

import { desc, eq, getTableColumns, gte, isNull, lt, type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import { queryAlternatives } from "../contacts/phones.ts";
import { findableContact } from "../contacts/search-index.ts";
import { viewersOf, visibleContact } from "../contacts/visibility.ts";
import { rangeEnd, rangeStart } from "../figures/days.ts";
import { type Alternative, fits } from "../search/beginnings.ts";
import { rarestTerms, rowsWithTerms } from "../search/term-rows.ts";
import { Failure } from "../tenant/failure.ts";
import { mergeScans, type Scan } from "../tenant/list.ts";
import { type CursorScope, decodeCursor, encodeCursor, type Page } from "../tenant/page.ts";
import type { Tenant } from "../tenant/tenant.ts";
import { asLead, type Lead, noInbox } from "./record.ts";
import { leads } from "./schema.ts";

/** Up to so many inboxes are scanned one by one; above, the workspace's own order is, and the rest left out. */
const MAX_SCANS = 50;

export interface LeadFilters {
  chatbotId?: string;
  /** Days in the workspace's time zone, or times. */
  startDate?: string;
  endDate?: string;
  /** Words of the name, email or phone. */
  query?: string;
}

interface RowKey {
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
 * they were imported. Reads about `limit` rows for each inbox that is scanned, whatever the workspace holds; with a
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
    tenant,
    filters: [chatbotId, startDate, endDate, query, viewersOf(tenant)],
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
  const scans = query === undefined ? scansFor(tenant, resolved) : await matchScans(tenant, resolved, query);
  const { items, continueBehind } = await mergeScans<Row, RowKey>(scans, {
    after: key ? { capturedAt: key[0], n: key[1] } : null,
    limit: options.limit,
    before:
      query === undefined
        ? (a, b) => a.capturedAt > b.capturedAt || (a.capturedAt === b.capturedAt && a.n > b.n)
        : (a, b) => a.n > b.n,
  });
  return {
    items: items.map(({ seen: _, ...lead }) => asLead(lead)),
    hasMore: continueBehind !== null,
    nextCursor: continueBehind && (await encodeCursor(scope, [continueBehind.capturedAt, continueBehind.n])),
  };
}

/** A limited caller sees the leads of its inboxes, and those without one of contacts that it may see. */
function seen(tenant: Tenant): SQL<number> {
  const inInbox = tenant.visible(leads.inboxId);
  const ofContact = visibleContact(tenant, leads.contactId);
  if (inInbox === undefined || ofContact === undefined) return sql<number>`1`;
  return sql<number>`iif(${leads.inboxId} IS NULL, ${ofContact}, ${inInbox})`;
}

function scansFor(tenant: Tenant, filters: Resolved): Scan<Row, RowKey>[] {
  const { inboxes } = tenant;
  if (inboxes !== null && inboxes.length <= MAX_SCANS) {
    return [
      ...inboxes.map((id) => scan(tenant, filters, "leads_by_inbox", eq(leads.inboxId, id))),
      scan(tenant, filters, "leads_by_inbox", isNull(leads.inboxId)),
    ];
  }
  const { chatbotId } = filters;
  return [
    chatbotId === undefined
      ? scan(tenant, filters, "leads_by_time")
      : scan(tenant, filters, "leads_by_chatbot", eq(leads.chatbotId, chatbotId)),
  ];
}

/** One scan down an index whose leading columns `fixed` names; its order is that of capture. */
function scan(
  tenant: Tenant,
  filters: Resolved,
  index: "leads_by_inbox" | "leads_by_chatbot" | "leads_by_time",
  fixed?: SQL,
): Scan<Row, RowKey> {
  const { from, until } = filters;
  return {
    take(after, size) {
      const among = tenant.of(
        leads,
        fixed,
        from === undefined ? undefined : gte(leads.capturedAt, from),
        until === undefined || after ? undefined : lt(leads.capturedAt, until),
        after ? sql`(${leads.capturedAt}, ${leads.n}) < (${after.capturedAt}, ${after.n})` : undefined,
      );
      // Left to itself SQLite would, between two times, go through the leads of all inboxes.
      const next = sql`SELECT n FROM ${leads} INDEXED BY ${sql.raw(index)} WHERE ${among}
        ORDER BY captured_at DESC, n DESC LIMIT ${size}`;
      return tenant.db
        .select({ ...getTableColumns(leads), seen: sql<number>`(${seen(tenant)})`.as("seen") })
        .from(sql`(${next}) AS next`)
        .crossJoin(leads)
        .where(tenant.of(leads, sql`${leads.n} = next.n`))
        .orderBy(desc(leads.capturedAt), desc(leads.n));
    },
    keeps: passes(filters),
  };
}

/** What a query finds in one scope (the workspace, an inbox, or no inbox), newest first. */
function matchScan(
  tenant: Tenant,
  filters: Resolved,
  scopeId: string,
  terms: readonly string[],
  alternatives: readonly Alternative[],
): Scan<Row, RowKey> {
  const passesFilters = passes(filters);
  return {
    async take(after, size) {
      const options = { newest: true, after: after?.n ?? null, size };
      const numbers = await rowsWithTerms(tenant, "leads_search", scopeId, terms, options);
      return (
        tenant.db
          .select({ ...getTableColumns(leads), seen: sql<number>`(${seen(tenant)})`.as("seen") })
          // A cross join is made in this order: SQLite would else read all of the workspace's leads.
          .from(sql`json_each(${JSON.stringify(numbers)}) AS given`)
          .crossJoin(leads)
          .where(tenant.of(leads, sql`${leads.n} = given.value`))
          .orderBy(desc(leads.n))
      );
    },
    keeps: (row) => passesFilters(row) && fits(findableContact(row, tenant.phoneCountry), alternatives),
  };
}

/** One scan for each scope that a query goes through. @throws Failure `invalid_input` for a query without any word */
async function matchScans(tenant: Tenant, filters: Resolved, query: string): Promise<Scan<Row, RowKey>[]> {
  const alternatives = queryAlternatives(query, tenant.phoneCountry);
  if (alternatives.length === 0) {
    throw new Failure("invalid_input", "The query has no word to search for.", {
      hint: "Search for a name, an email or a phone number.",
    });
  }
  const { inboxes, workspaceId } = tenant;
  const scopes =
    inboxes !== null && inboxes.length <= MAX_SCANS ? [...inboxes, noInbox(workspaceId)] : [workspaceId];
  const terms = await rarestTerms(tenant, "leads_search", alternatives);
  return scopes.map((scopeId) => matchScan(tenant, filters, scopeId, terms, alternatives));
}

function passes({ chatbotId, from, until }: Resolved): (row: Row) => boolean {
  return (row) =>
    row.seen === 1 &&
    (chatbotId === undefined || row.chatbotId === chatbotId) &&
    (from === undefined || row.capturedAt >= from) &&
    (until === undefined || row.capturedAt < until);
}

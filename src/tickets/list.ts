import { and, asc, desc, eq, getTableColumns, gt, isNull, lt, type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import { fold } from "../tenant/fold.ts";
import { MOST_LOOKED_AT, mergeScans, type Scan } from "../tenant/list.ts";
import { type CursorScope, decodeCursor, encodeCursor, type Page, pageOffset } from "../tenant/page.ts";
import type { Tenant } from "../tenant/tenant.ts";
import { type Ticket, visibleTicket } from "./read.ts";
import {
  TICKET_PRIORITIES,
  TICKET_STATUSES,
  type TicketPriority,
  type TicketStatus,
  tickets,
} from "./schema.ts";

/** Up to so many inboxes are scanned one by one; above, the workspace's own order is, and the rest left out. */
const MAX_SCANS = 50;

/** Rows that one page looks at where it merges several scans: each gets its part, and a page's length at least. */
const MOST_IN_ALL = 3000;

/** newest and oldest by when they were made; priority: the most urgent first, and the newest of each. */
export const TICKET_SORTS = ["newest", "oldest", "priority"] as const;
type Sort = (typeof TICKET_SORTS)[number];

export interface TicketFilters {
  chatbotId?: string;
  /** Any of these; undefined: all. */
  statuses?: readonly TicketStatus[];
  priorities?: readonly TicketPriority[];
  /** A member's or bot's id; null: nobody's. */
  assignee?: string | null;
  contactId?: string;
  /** Words that the subject has, or that its words begin with. */
  query?: string;
}

type RowKey = Pick<Ticket, "number" | "priority">;
/** `seen` is 1 for a ticket that the caller may see. */
type Row = Ticket & { seen: number };

/** How urgent, the most urgent highest. */
const rankOf = (priority: TicketPriority) => TICKET_PRIORITIES.indexOf(priority);

/**
 * Tickets, newest first unless sorted otherwise. Reads about `limit` rows for each value of the columns that an index
 * begins with, whatever the workspace holds. Where filters have no index together (words of the subject, chatbot and
 * priority, a limited caller's priority), a page looks at a bounded number of tickets: it can be short and have more.
 */
export async function listTickets(
  tenant: Tenant,
  filters: TicketFilters,
  options: { sort?: Sort; cursor?: string; page?: number; limit: number },
): Promise<Page<Ticket>> {
  const { chatbotId, assignee, contactId, query } = filters;
  const { sort = "newest", limit } = options;
  const statuses = filters.statuses && TICKET_STATUSES.filter((one) => filters.statuses?.includes(one));
  const priorities = filters.priorities && TICKET_PRIORITIES.filter((p) => filters.priorities?.includes(p));
  const wanted = { ...filters, statuses, priorities };
  const scope: CursorScope = {
    list: "tickets",
    tenant,
    filters: [chatbotId, statuses, priorities, assignee ?? String(assignee), contactId, query, sort].map(
      (one) => one ?? null,
    ),
  };
  const skip = pageOffset(options.page, limit, options.cursor);
  const place = z.tuple([z.int(), z.enum(TICKET_PRIORITIES)]);
  const key = options.cursor && (await decodeCursor(scope, options.cursor, place));
  const scans = scansFor(tenant, wanted, sort);
  const most = Math.max(skip + limit + 1, Math.floor(MOST_IN_ALL / Math.max(scans.length, 1)));
  const { items, continueBehind } = await mergeScans<Row, RowKey>(scans, {
    after: key ? { number: key[0], priority: key[1] } : null,
    limit,
    skip,
    most: Math.min(most, MOST_LOOKED_AT),
    before: (a, b) => comesBefore(sort, a, b),
  });
  return {
    items: items.map(({ seen: _, ...ticket }) => ticket),
    hasMore: continueBehind !== null,
    nextCursor:
      continueBehind && (await encodeCursor(scope, [continueBehind.number, continueBehind.priority])),
  };
}

function comesBefore(sort: Sort, a: RowKey, b: RowKey): boolean {
  if (sort === "oldest") return a.number < b.number;
  if (sort === "newest" || a.priority === b.priority) return a.number > b.number;
  return rankOf(a.priority) > rankOf(b.priority);
}

/** Which tickets one scan goes through: the leading columns of an index, whose order is then that of the numbers. */
interface Branch {
  fixed?: SQL;
  /** Set where the index has the priority: its rows have this one. */
  priority?: TicketPriority;
}

/** One scan for each value of the columns that an index begins with; what it does not know is checked row by row. */
function scansFor(tenant: Tenant, filters: TicketFilters, sort: Sort): Scan<Row, RowKey>[] {
  return branchesFor(tenant, filters, sort).map((branch) => scan(tenant, filters, sort, branch));
}

function branchesFor(tenant: Tenant, filters: TicketFilters, sort: Sort): Branch[] {
  const { chatbotId, statuses, priorities, assignee, contactId } = filters;
  const { inboxes } = tenant;
  const byPriority = (before: SQL | undefined, after?: SQL): Branch[] =>
    (priorities ?? TICKET_PRIORITIES).map((priority) => ({
      fixed: and(before, eq(tickets.priority, priority), after),
      priority,
    }));
  if (contactId !== undefined) return byPriority(eq(tickets.contactId, contactId));
  if (assignee !== undefined) {
    return byPriority(assignee === null ? isNull(tickets.assignee) : eq(tickets.assignee, assignee));
  }
  // The index by priority goes by status before the number, so that all statuses are scanned when none is asked for.
  const all = statuses ?? TICKET_STATUSES;
  if (sort === "priority") return all.flatMap((status) => byPriority(undefined, eq(tickets.status, status)));
  const each = (fixed: SQL | undefined): Branch[] =>
    (statuses ?? [undefined]).map((status) => ({
      fixed: and(fixed, status === undefined ? undefined : eq(tickets.status, status)),
    }));
  if (inboxes !== null && inboxes.length <= MAX_SCANS) {
    const branches = [
      ...inboxes.map((id) => eq(tickets.inboxId, id)),
      // Only a conversation gives a ticket its chatbot, and it gives it an inbox as well.
      ...(chatbotId === undefined ? [isNull(tickets.inboxId)] : []),
    ];
    return branches.flatMap(each);
  }
  if (chatbotId !== undefined) {
    const own = eq(tickets.chatbotId, chatbotId);
    return all.map((status) => ({ fixed: and(own, eq(tickets.status, status)) }));
  }
  if (priorities !== undefined)
    return all.flatMap((status) => byPriority(undefined, eq(tickets.status, status)));
  return each(undefined);
}

/** One scan down an index whose leading columns the branch names. */
function scan(tenant: Tenant, filters: TicketFilters, sort: Sort, branch: Branch): Scan<Row, RowKey> {
  const { workspaceId: _, ...columns } = getTableColumns(tickets);
  const seen = visibleTicket(tenant);
  return {
    take(after, size) {
      const behind = behindIn(sort, branch, after);
      if (behind === "all") return Promise.resolve([]);
      return tenant.db
        .select({ ...columns, seen: (seen ? sql<number>`(${seen})` : sql<number>`1`).as("seen") })
        .from(tickets)
        .where(tenant.of(tickets, branch.fixed, behind))
        .orderBy(sort === "oldest" ? asc(tickets.number) : desc(tickets.number))
        .limit(size);
    },
    keeps: keeps(filters, tenant.inboxes === null),
  };
}

/** What of a branch stands behind a place in the list; `all`: the place is behind all of it. */
function behindIn(sort: Sort, { priority }: Branch, after: RowKey | null): SQL | undefined | "all" {
  if (after === null) return undefined;
  if (sort === "oldest") return gt(tickets.number, after.number);
  if (sort === "priority" && priority !== undefined && priority !== after.priority) {
    return rankOf(priority) > rankOf(after.priority) ? "all" : undefined;
  }
  return lt(tickets.number, after.number);
}

/** What no index knows, row by row. @param numbered false for callers limited to inboxes, who are told no numbers */
function keeps(filters: TicketFilters, numbered: boolean): (row: Row) => boolean {
  const { chatbotId, statuses, priorities, assignee, contactId, query } = filters;
  const words = wordsOf(query ?? "");
  return (row) =>
    row.seen === 1 &&
    (chatbotId === undefined || row.chatbotId === chatbotId) &&
    (statuses === undefined || statuses.includes(row.status)) &&
    (priorities === undefined || priorities.includes(row.priority)) &&
    (assignee === undefined || row.assignee === assignee) &&
    (contactId === undefined || row.contactId === contactId) &&
    (words.length === 0 || hasWords(row, words, numbered));
}

function wordsOf(text: string): string[] {
  return fold(text)
    .split(/[^\p{L}\p{N}\p{M}]+/u)
    .filter((word) => word !== "");
}

/** Whether each word begins one of the subject's, or the ticket's number for who is told it. */
function hasWords({ subject, number }: Row, words: readonly string[], numbered: boolean): boolean {
  const own = [...wordsOf(subject), ...(numbered ? [String(number)] : [])];
  return words.every((word) => own.some((one) => one.startsWith(word)));
}

import { and, desc, eq, getTableColumns, isNull, lt, type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import { viewersOf } from "../contacts/visibility.ts";
import { mergeScans, type Scan } from "../tenant/list.ts";
import { type CursorScope, decodeCursor, encodeCursor, type Page, pageOffset } from "../tenant/page.ts";
import type { Tenant } from "../tenant/tenant.ts";
import { type Ticket, visibleTicket } from "./read.ts";
import { TICKET_STATUSES, type TicketPriority, type TicketStatus, tickets } from "./schema.ts";

/** Up to so many inboxes are scanned one by one; above, the workspace's own order is, and the rest left out. */
const MAX_SCANS = 50;

export interface TicketFilters {
  chatbotId?: string;
  /** Any of these; undefined: all. */
  statuses?: readonly TicketStatus[];
  priority?: TicketPriority;
}

type RowKey = Pick<Ticket, "number">;
/** `seen` is 1 for a ticket that the caller may see. */
type Row = Ticket & { seen: number };

/**
 * Tickets, newest first. Reads about `limit` rows for each inbox and status that is scanned, whatever the workspace
 * holds. Where filters have no index together (chatbot and priority, or a limited caller's priority), or few tickets
 * without an inbox are the limited caller's, a page looks at no more than 1,000 tickets: it can be short and have more.
 */
export async function listTickets(
  tenant: Tenant,
  filters: TicketFilters,
  options: { cursor?: string; page?: number; limit: number },
): Promise<Page<Ticket>> {
  const { chatbotId, priority } = filters;
  const statuses = filters.statuses && TICKET_STATUSES.filter((status) => filters.statuses?.includes(status));
  const scope: CursorScope = {
    list: "tickets",
    tenant,
    filters: [chatbotId, statuses, priority, viewersOf(tenant)],
  };
  const skip = pageOffset(options.page, options.limit, options.cursor);
  const key = options.cursor && (await decodeCursor(scope, options.cursor, z.tuple([z.int()])));
  const { items, continueBehind } = await mergeScans<Row, RowKey>(
    scansFor(tenant, { chatbotId, statuses, priority }),
    {
      after: key ? { number: key[0] } : null,
      limit: options.limit,
      skip,
      before: (a, b) => a.number > b.number,
    },
  );
  return {
    items: items.map(({ seen: _, ...ticket }) => ticket),
    hasMore: continueBehind !== null,
    nextCursor: continueBehind && (await encodeCursor(scope, [continueBehind.number])),
  };
}

/** One scan for each value of the columns that an index begins with; what it does not know is checked row by row. */
function scansFor(tenant: Tenant, filters: TicketFilters): Scan<Row, RowKey>[] {
  const { chatbotId, statuses, priority } = filters;
  const { inboxes } = tenant;
  if (inboxes !== null && inboxes.length <= MAX_SCANS) {
    const branches = [
      ...inboxes.map((id) => eq(tickets.inboxId, id)),
      // Only a conversation gives a ticket its chatbot, and it gives it an inbox as well.
      ...(chatbotId === undefined ? [isNull(tickets.inboxId)] : []),
    ];
    return branches.flatMap((branch) =>
      (statuses ?? [undefined]).map((status) => scan(tenant, filters, and(branch, withStatus(status)))),
    );
  }
  // These indexes go by status before the number, so that all statuses are scanned when none is asked for.
  if (chatbotId !== undefined || priority !== undefined) {
    const branch =
      chatbotId === undefined ? sql`${tickets.priority} = ${priority}` : eq(tickets.chatbotId, chatbotId);
    return (statuses ?? TICKET_STATUSES).map((status) =>
      scan(tenant, filters, and(branch, withStatus(status))),
    );
  }
  return (statuses ?? [undefined]).map((status) => scan(tenant, filters, withStatus(status)));
}

function withStatus(status: TicketStatus | undefined): SQL | undefined {
  return status === undefined ? undefined : eq(tickets.status, status);
}

/** One scan down an index whose leading columns `fixed` names; its order is that of the numbers. */
function scan(tenant: Tenant, filters: TicketFilters, fixed: SQL | undefined): Scan<Row, RowKey> {
  const { workspaceId: _, ...columns } = getTableColumns(tickets);
  const seen = visibleTicket(tenant);
  return {
    take: (after, size) =>
      tenant.db
        .select({ ...columns, seen: (seen ? sql<number>`(${seen})` : sql<number>`1`).as("seen") })
        .from(tickets)
        .where(tenant.of(tickets, fixed, after ? lt(tickets.number, after.number) : undefined))
        .orderBy(desc(tickets.number))
        .limit(size),
    keeps: (row) =>
      row.seen === 1 &&
      (filters.chatbotId === undefined || row.chatbotId === filters.chatbotId) &&
      (filters.priority === undefined || row.priority === filters.priority),
  };
}

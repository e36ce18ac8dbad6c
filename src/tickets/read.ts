import { and, desc, eq, gt, isNull, ne, or, type SQL, sql } from "drizzle-orm";
import { visibleContact } from "../contacts/visibility.ts";
import { notFound } from "../tenant/failure.ts";
import type { Tenant } from "../tenant/tenant.ts";
import { ticketEntries, tickets } from "./schema.ts";

export type Ticket = Omit<typeof tickets.$inferSelect, "workspaceId">;
export type TicketEntry = Omit<typeof ticketEntries.$inferSelect, "workspaceId" | "ticketId">;

/** Entries of a ticket that are shown, the newest of them; only a machine writes more. */
export const ENTRIES_SHOWN = 100;
/** Entries among which those that are shown are looked for. */
const ENTRIES_LOOKED_AT = 1000;

/**
 * "The caller may see this ticket" as a condition; undefined when it sees all. A limited caller sees the tickets of
 * its inboxes; one without an inbox it sees if it made it, or if it is about a contact that the caller may see.
 */
export function visibleTicket(tenant: Tenant): SQL | undefined {
  if (tenant.inboxes === null) return undefined;
  const { credentialId } = tenant.actor;
  return or(
    tenant.visible(tickets.inboxId),
    and(
      isNull(tickets.inboxId),
      or(
        credentialId === null ? undefined : eq(tickets.createdBy, credentialId),
        visibleContact(tenant, tickets.contactId),
      ),
    ),
  );
}

/** @throws Failure `not_found`, also for a ticket that the caller may not see */
export async function getTicket(tenant: Tenant, id: string): Promise<Ticket> {
  const [row] = await tenant.db
    .select()
    .from(tickets)
    .where(tenant.of(tickets, eq(tickets.id, id), visibleTicket(tenant)));
  if (!row) throw notFound("ticket", id);
  const { workspaceId: _, ...ticket } = row;
  return ticket;
}

/** The id of a contact's newest ticket; null where there is none, or the caller may not see it. */
export async function newestTicketOf(tenant: Tenant, contactId: string): Promise<string | null> {
  // By its name: SQLite would take the primary key, and go through the workspace.
  const newest = sql`(SELECT id FROM tickets INDEXED BY tickets_by_contact
    WHERE workspace_id = ${tenant.workspaceId} AND contact_id = ${contactId} ORDER BY number DESC LIMIT 1)`;
  const [row] = await tenant.db
    .select({ id: tickets.id })
    .from(tickets)
    .where(tenant.of(tickets, eq(tickets.id, newest), visibleTicket(tenant)));
  return row?.id ?? null;
}

/** Characters of what a list shows of a ticket's text. */
export const EXCERPT = 200;

/** The beginning of what each of these tickets began with, by id; those without any text are left out. */
export async function ticketExcerpts(tenant: Tenant, ids: readonly string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map();
  const { workspaceId } = tenant;
  const rows = await tenant.db.all<{ id: string; text: string | null }>(
    sql`SELECT wanted.value AS id, (SELECT substr(said.text, 1, ${EXCERPT + 1}) FROM ticket_entries said
        INDEXED BY ticket_entries_by_kind
        WHERE said.workspace_id = ${workspaceId} AND said.ticket_id = wanted.value AND said.kind = 'text'
        ORDER BY said.seq LIMIT 1) AS text
      FROM json_each(${JSON.stringify(ids)}) AS wanted`,
  );
  return new Map(rows.flatMap(({ id, text }) => (text === null ? [] : [[id, text]])));
}

export interface TicketHistory {
  /** Everything but changes of status, oldest first. */
  thread: TicketEntry[];
  /** Changes of status, oldest first. */
  statusHistory: TicketEntry[];
  /** True when there are older ones than the {@link ENTRIES_SHOWN} of either. */
  cut: boolean;
}

/**
 * What was said in and done to a ticket, of its newest {@link ENTRIES_LOOKED_AT} entries. The caller has been found to
 * see it.
 */
export async function ticketHistory(tenant: Tenant, ticketId: string): Promise<TicketHistory> {
  const own = tenant.of(ticketEntries, eq(ticketEntries.ticketId, ticketId));
  const newest = (kinds: SQL) =>
    tenant.db
      .select({
        seq: ticketEntries.seq,
        kind: ticketEntries.kind,
        text: ticketEntries.text,
        fromValue: ticketEntries.fromValue,
        toValue: ticketEntries.toValue,
        actorKind: ticketEntries.actorKind,
        actorId: ticketEntries.actorId,
        actorName: ticketEntries.actorName,
        createdAt: ticketEntries.createdAt,
      })
      .from(ticketEntries)
      .where(
        tenant.of(
          ticketEntries,
          eq(ticketEntries.ticketId, ticketId),
          gt(
            ticketEntries.seq,
            sql`(SELECT max(seq) FROM ${ticketEntries} WHERE ${own}) - ${ENTRIES_LOOKED_AT}`,
          ),
          kinds,
        ),
      )
      .orderBy(desc(ticketEntries.seq))
      .limit(ENTRIES_SHOWN + 1);
  const [said, changes] = await Promise.all([
    newest(ne(ticketEntries.kind, "status")),
    newest(eq(ticketEntries.kind, "status")),
  ]);
  return {
    thread: said.slice(0, ENTRIES_SHOWN).reverse(),
    statusHistory: changes.slice(0, ENTRIES_SHOWN).reverse(),
    // Entries are numbered from 1.
    cut: [said, changes].some(
      (entries) => entries.length > ENTRIES_SHOWN || (entries[0]?.seq ?? 0) > ENTRIES_LOOKED_AT,
    ),
  };
}

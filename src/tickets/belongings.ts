import { asc, sql } from "drizzle-orm";
import { type Belonging, NOTHING } from "../contacts/belongings.ts";
import { adjustTotal } from "../figures/totals.ts";
import type { Tenant } from "../tenant/tenant.ts";
import { ticketEntries, tickets } from "./schema.ts";
import { OPEN_STATUSES } from "./store.ts";

/** Tickets that one step erases, and entries of theirs. */
const TICKETS = 20;
const ENTRIES = 500;
/** Entries of a ticket that an export answers. */
const MOST_ENTRIES = 1000;

/** By the index: SQLite would take the primary key of a table WITHOUT ROWID, and go through the workspace. */
const idsOf = (tenant: Tenant, contactId: string, after: string | null, size: number) =>
  sql`SELECT id FROM tickets INDEXED BY tickets_by_contact
    WHERE workspace_id = ${tenant.workspaceId} AND contact_id = ${contactId}
      AND id > ${after ?? ""} ORDER BY id LIMIT ${size}`;

/** A contact's tickets with what was said in them. */
export const ticketBelonging: Belonging = {
  kind: "ticket",
  scope: "tickets:read",
  async page(tenant, contactId, after, size) {
    const rows = await tenant.db
      .select()
      .from(tickets)
      .where(
        tenant.of(
          tickets,
          sql`${tickets.id} IN (${idsOf(tenant, contactId, after, Math.min(size, TICKETS))})`,
        ),
      )
      .orderBy(asc(tickets.id));
    const seen = rows.filter(({ inboxId }) => tenant.inboxes === null || tenant.sees(inboxId ?? ""));
    const items = await Promise.all(
      seen.map(async ({ workspaceId: _, ...ticket }) => {
        const said = await tenant.db
          .select()
          .from(ticketEntries)
          .where(tenant.of(ticketEntries, sql`${ticketEntries.ticketId} = ${ticket.id}`))
          .orderBy(asc(ticketEntries.seq))
          .limit(MOST_ENTRIES);
        return { ...ticket, entries: said.map(({ workspaceId: __, ticketId: ___, ...entry }) => entry) };
      }),
    );
    return { items, after: rows.length === Math.min(size, TICKETS) ? (rows.at(-1)?.id ?? null) : null };
  },
  erase: {
    async step(tenant, contactId) {
      const { id, inboxId, status } = tickets;
      const rows = await tenant.db
        .select({ id, inboxId, status })
        .from(tickets)
        .where(tenant.of(tickets, sql`${id} IN (${idsOf(tenant, contactId, null, TICKETS)})`));
      if (rows.length === 0) return NOTHING;
      const ids = JSON.stringify(rows.map((row) => row.id));
      const { workspaceId } = tenant;
      const entries = await tenant.db.all<{ ticket: string; seq: number }>(
        sql`SELECT e.ticket_id AS ticket, e.seq AS seq FROM json_each(${ids}) AS wanted CROSS JOIN ticket_entries AS e
          WHERE e.workspace_id = ${workspaceId} AND e.ticket_id = wanted.value LIMIT ${ENTRIES}`,
      );
      const whole = entries.length < ENTRIES;
      const open = Map.groupBy(
        rows.filter((row) => OPEN_STATUSES.includes(row.status)),
        (row) => row.inboxId,
      );
      const given = JSON.stringify(entries.map(({ ticket, seq }) => [ticket, seq]));
      const facts = JSON.stringify(rows.map((row) => ({ id: row.id, status: row.status })));
      return {
        statements: [
          tenant.db.delete(ticketEntries).where(
            tenant.of(
              ticketEntries,
              sql`(${ticketEntries.ticketId}, ${ticketEntries.seq}) IN (
                SELECT value ->> 0, value ->> 1 FROM json_each(${given}))`,
            ),
          ),
          ...(whole
            ? [
                tenant.assertThat(sql`${rows.length} = (SELECT count(*) FROM json_each(${facts}) AS given
                  CROSS JOIN tickets AS t WHERE t.workspace_id = ${workspaceId} AND t.id = given.value ->> 'id'
                    AND t.status = given.value ->> 'status')`),
                ...[...open].map(([inbox, all]) =>
                  adjustTotal(tenant, { metric: "tickets_open", inboxId: inbox, by: -all.length }),
                ),
                tenant.db
                  .delete(tickets)
                  .where(tenant.of(tickets, sql`${id} IN (SELECT value FROM json_each(${ids}))`)),
              ]
            : []),
        ],
        removed: whole ? { tickets: rows.length } : { ticketEntries: entries.length },
      };
    },
  },
};

import { desc, eq } from "drizzle-orm";
import type { NameLookup } from "../calls/references.ts";
import type { NamedThing } from "../tenant/failure.ts";
import type { Tenant } from "../tenant/tenant.ts";
import { visibleTicket } from "./read.ts";
import { tickets } from "./schema.ts";

/** Newest tickets among which one is looked for by its subject. */
const LOOKED_AT = 200;

/**
 * The newest tickets that the caller may see, by number and subject; `number`: that one alone. Callers limited to inboxes
 * are told no numbers, and find none by it: see `TicketNames`.
 */
async function ticketsNamed(tenant: Tenant, number?: number): Promise<NamedThing[]> {
  const { id, subject } = tickets;
  const rows = await tenant.db
    .select({ id, number: tickets.number, subject })
    .from(tickets)
    .where(
      tenant.of(
        tickets,
        number === undefined ? undefined : eq(tickets.number, number),
        visibleTicket(tenant),
      ),
    )
    .orderBy(desc(tickets.number))
    .limit(LOOKED_AT);
  return rows.map((row) => ({
    id: row.id,
    name: tenant.inboxes === null ? `#${row.number} ${row.subject}` : row.subject,
  }));
}

/** Tickets, by the number that people call them by ("17", "#17", "ticket 17"). A subject is answered with candidates. */
export const ticketNames: NameLookup = {
  kind: "ticket",
  noun: "ticket",
  list: "list_tickets",
  scope: "tickets:read",
  async called({ tenant }, name) {
    const number = /^(?:ticket ?)?(?:#|№|no\.)? ?(\d{1,9})$/i.exec(name.trim())?.[1];
    return number === undefined || tenant.inboxes !== null ? [] : ticketsNamed(tenant, Number(number));
  },
  near: ({ tenant }) => ticketsNamed(tenant),
};

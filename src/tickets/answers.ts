import { z } from "zod";
import type { Call } from "../calls/define.ts";
import { type ContactBrief, contactBriefs } from "../contacts/lookup.ts";
import { namesOf } from "../tenant/names-of.ts";
import { time } from "../tenant/time.ts";
import { EXCERPT, type Ticket, type TicketEntry, type TicketHistory } from "./read.ts";
import { TICKET_PRIORITIES, TICKET_STATUSES } from "./schema.ts";

/** How tickets look in answers. */

/** Fields that a customer may have written: a flow opens tickets with the visitor's own words. */
export const TICKET_UNTRUSTED = ["subject", "name"] as const;
export const LISTED_UNTRUSTED = [...TICKET_UNTRUSTED, "excerpt"] as const;
export const DETAILS_UNTRUSTED = [...TICKET_UNTRUSTED, "text", "email", "phone"] as const;

export const ticketRow = z.object({
  id: z.string(),
  number: z
    .int()
    .nullable()
    .describe("What people call it by; null for callers limited to inboxes, who see some numbers only"),
  subject: z.string(),
  status: z.enum(TICKET_STATUSES),
  priority: z.enum(TICKET_PRIORITIES),
  assignee: z.string().nullable().describe("Member or bot id; null when unassigned"),
  assigneeName: z.string().nullable(),
  contact: z.object({ id: z.string(), name: z.string().nullable() }).nullable(),
  conversationId: z.string().nullable(),
  inboxId: z.string().nullable(),
  inboxName: z.string().nullable(),
  chatbotId: z.string().nullable(),
  chatbotName: z.string().nullable(),
  resolvedAt: time.nullable(),
  createdAt: time,
  updatedAt: time,
});

/** A ticket in a list. */
export const listedTicket = ticketRow.extend({
  excerpt: z.string().nullable().describe(`What it began with, at most ${EXCERPT} characters`),
});

const by = z.object({ kind: z.string(), id: z.string(), name: z.string() });

export const ticketDetails = z.object({
  ticket: ticketRow,
  assigneeName: z.string().nullable(),
  contact: z
    .object({
      id: z.string(),
      name: z.string().nullable(),
      email: z.string().nullable(),
      phone: z.string().nullable(),
    })
    .nullable(),
  conversation: z
    .object({
      id: z.string(),
      inboxId: z.string(),
      status: z.string(),
      assignee: z.string().nullable(),
      messageCount: z.int(),
      lastActivityAt: time,
    })
    .nullable(),
  thread: z
    .array(
      z.object({
        seq: z.int(),
        kind: z.enum(["text", "note", "assignee", "priority"]).describe("The last two are changes"),
        text: z.string().nullable(),
        from: z.string().nullable(),
        to: z.string().nullable(),
        by,
        at: time,
      }),
    )
    .describe("Oldest first"),
  statusHistory: z
    .array(z.object({ from: z.enum(TICKET_STATUSES), to: z.enum(TICKET_STATUSES), by, at: time }))
    .describe("Oldest first; every ticket begins as new"),
  historyCut: z.boolean().describe("There are older entries than those shown"),
});

/** Who and what tickets are about, by id. */
export interface TicketNames {
  contacts: ReadonlyMap<string, ContactBrief>;
  /** Of inboxes, chatbots, members and bots. */
  names: ReadonlyMap<string | null, string>;
  /**
   * Whether the caller is told numbers: they run over the whole workspace, so that their gaps would tell a caller
   * limited to inboxes how much happens in others.
   */
  numbered: boolean;
}

/** What these tickets name, each asked at the same time. */
export async function namesOfTickets(
  { tenant, workspace }: Pick<Call, "tenant" | "workspace">,
  list: readonly Ticket[],
): Promise<TicketNames> {
  const [contacts, names, people] = await Promise.all([
    contactBriefs(
      tenant,
      list.flatMap(({ contactId }) => contactId ?? []),
    ),
    namesOf(
      tenant,
      list.flatMap(({ inboxId, chatbotId }) => [inboxId, chatbotId]),
    ),
    list.some(({ assignee }) => assignee !== null) ? workspace.members() : [],
  ]);
  return {
    contacts,
    numbered: tenant.inboxes === null,
    names: new Map([...names, ...people.map(({ id, name }): [string, string] => [id, name])]),
  };
}

/** A ticket for {@link ticketRow}. */
export function showTicket(
  ticket: Ticket,
  { contacts, names, numbered }: TicketNames,
): z.input<typeof ticketRow> {
  const { contactId, assignee, inboxId, chatbotId } = ticket;
  const contact = contactId === null ? null : { id: contactId, name: contacts.get(contactId)?.name ?? null };
  const nameOf = (id: string | null) => names.get(id) ?? null;
  return {
    ...ticket,
    number: numbered ? ticket.number : null,
    contact,
    ...{ assigneeName: nameOf(assignee), inboxName: nameOf(inboxId), chatbotName: nameOf(chatbotId) },
  };
}

function actorOf(entry: TicketEntry) {
  return { kind: entry.actorKind, id: entry.actorId, name: entry.actorName };
}

export function showHistory(
  history: TicketHistory,
): Pick<z.input<typeof ticketDetails>, "thread" | "statusHistory" | "historyCut"> {
  const status = z.enum(TICKET_STATUSES);
  return {
    thread: history.thread.flatMap((entry) =>
      entry.kind === "status"
        ? []
        : [
            {
              seq: entry.seq,
              kind: entry.kind,
              text: entry.text,
              from: entry.fromValue,
              to: entry.toValue,
              by: actorOf(entry),
              at: entry.createdAt,
            },
          ],
    ),
    statusHistory: history.statusHistory.map((entry) => ({
      from: status.parse(entry.fromValue),
      to: status.parse(entry.toValue),
      by: actorOf(entry),
      at: entry.createdAt,
    })),
    historyCut: history.cut,
  };
}

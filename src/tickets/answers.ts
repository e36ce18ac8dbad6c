import { z } from "zod";
import type { ContactBrief } from "../contacts/lookup.ts";
import { time } from "../tenant/time.ts";
import type { Ticket, TicketEntry, TicketHistory } from "./read.ts";
import { TICKET_PRIORITIES, TICKET_STATUSES } from "./schema.ts";

/** How tickets look in answers. */

/** Fields that a customer may have written: a flow opens tickets with the visitor's own words. */
export const TICKET_UNTRUSTED = ["subject", "name"] as const;
export const DETAILS_UNTRUSTED = [...TICKET_UNTRUSTED, "text", "email", "phone"] as const;

export const ticketRow = z.object({
  id: z.string(),
  number: z.int().describe("What people call it by"),
  subject: z.string(),
  status: z.enum(TICKET_STATUSES),
  priority: z.enum(TICKET_PRIORITIES),
  assignee: z.string().nullable().describe("Member or bot id; null when unassigned"),
  contact: z.object({ id: z.string(), name: z.string().nullable() }).nullable(),
  conversationId: z.string().nullable(),
  inboxId: z.string().nullable(),
  chatbotId: z.string().nullable(),
  resolvedAt: time.nullable(),
  createdAt: time,
  updatedAt: time,
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

/** A ticket for {@link ticketRow}. @param contacts the one that it is about, if it is about one */
export function showTicket(
  ticket: Ticket,
  contacts: ReadonlyMap<string, ContactBrief>,
): z.input<typeof ticketRow> {
  const { contactId } = ticket;
  const contact = contactId === null ? null : { id: contactId, name: contacts.get(contactId)?.name ?? null };
  return { ...ticket, contact };
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

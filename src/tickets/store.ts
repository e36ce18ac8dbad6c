import { eq, sql } from "drizzle-orm";
import { resolveContact } from "../contacts/lookup.ts";
import type { ContactMover } from "../contacts/merge.ts";
import { getConversation } from "../conversations/read.ts";
import { countDaily } from "../figures/day-counts.ts";
import { adjustTotal } from "../figures/totals.ts";
import { getInbox } from "../inboxes/store.ts";
import { recordEvent } from "../tenant/events.ts";
import { Failure } from "../tenant/failure.ts";
import { newId } from "../tenant/ids.ts";
import { retryOnConflict } from "../tenant/retry.ts";
import type { Statement, Tenant } from "../tenant/tenant.ts";
import { storableText } from "../tenant/typed-text.ts";
import { insertFrom, mustChange } from "../tenant/writes.ts";
import { getTicket, type Ticket } from "./read.ts";
import { type EntryKind, type TicketPriority, type TicketStatus, ticketEntries, tickets } from "./schema.ts";

/** What the filter `open` stands for, and what the total `tickets_open` counts. */
export const OPEN_STATUSES: readonly TicketStatus[] = ["new", "in_progress", "pending"];

function isOpen(status: TicketStatus): boolean {
  return OPEN_STATUSES.includes(status);
}

export interface NewTicket {
  /** 1 to 200 characters. */
  subject: string;
  /** The conversation that it came out of: gives the ticket its inbox, chatbot and contact. */
  conversationId?: string;
  /** Id, `email:…` or `phone:…`. */
  contactId?: string;
  /** What the ticket begins with. */
  text?: string;
  priority?: TicketPriority;
  /** A member's or a bot's id, which the caller has checked; null: nobody. */
  assignee?: string | null;
}

/** What a ticket is about, from the conversation and the contact that the caller named. */
type TicketSubject = Pick<Ticket, "conversationId" | "contactId" | "inboxId" | "chatbotId">;

async function subjectOf(tenant: Tenant, input: NewTicket): Promise<TicketSubject> {
  const contact = input.contactId === undefined ? null : await resolveContact(tenant, input.contactId);
  if (input.conversationId === undefined) {
    return { conversationId: null, contactId: contact?.id ?? null, inboxId: null, chatbotId: null };
  }
  const conversation = await getConversation(tenant, input.conversationId);
  if (contact && contact.id !== conversation.contactId) {
    throw new Failure("invalid_input", "The conversation is another contact's.", {
      hint: "Leave contactId out: the ticket is about the conversation's contact.",
    });
  }
  const { chatbotId } = await getInbox(tenant, conversation.inboxId);
  const { id: conversationId, contactId, inboxId } = conversation;
  return { conversationId, contactId, inboxId, chatbotId };
}

/** What a ticket is made of; {@link createTicket} finds out where it belongs. */
export interface TicketContent {
  subject: string;
  text?: string;
  priority?: TicketPriority;
  assignee?: string | null;
}

/**
 * The statements that make a ticket, status `new` and assigned to nobody unless said, for the batch of whatever makes it (a flow's
 * step, say). Tickets that are made at the same time get different numbers.
 */
export function ticketStatements(
  tenant: Tenant,
  about: TicketSubject,
  { subject, text, priority = "normal", assignee = null }: TicketContent,
  at = tenant.now(),
): { id: string; statements: Statement[] } {
  const { conversationId, contactId, inboxId, chatbotId } = about;
  const id = newId("ticket", at);
  const statements = [
    insertFrom(
      tenant,
      tickets,
      {
        id,
        number: sql`(SELECT coalesce(max(number), 0) + 1 FROM tickets WHERE workspace_id = ${tenant.workspaceId})`,
        subject: storableText(subject),
        status: "new",
        priority,
        ...{ conversationId, contactId, inboxId, chatbotId },
        assignee,
        createdBy: tenant.actor.credentialId,
        resolvedAt: null,
        createdAt: at,
        updatedAt: at,
      },
      sql`WHERE 1`,
    ),
    ...(text === undefined ? [] : [addEntry(tenant, id, { kind: "text", text }, at)]),
    recordEvent(
      tenant,
      {
        type: "ticket.created",
        subjectId: id,
        inboxId,
        data: { status: "new", conversationId, contactId },
      },
      { at },
    ),
    adjustTotal(tenant, { metric: "tickets_open", inboxId, by: 1 }),
    count(tenant, about, "tickets_created", at),
  ];
  return { id, statements };
}

/**
 * Makes a ticket: status `new`, priority `normal` and assigned to nobody unless said.
 * @throws Failure `not_found` for the conversation or contact; `invalid_input` when they do not belong together
 */
export async function createTicket(tenant: Tenant, input: NewTicket): Promise<Ticket> {
  const { id, statements } = ticketStatements(tenant, await subjectOf(tenant, input), input);
  await tenant.batch(statements);
  return getTicket(tenant, id);
}

function count(
  tenant: Tenant,
  { inboxId, chatbotId }: Pick<TicketSubject, "inboxId" | "chatbotId">,
  metric: "tickets_created" | "tickets_resolved",
  at: number,
): Statement {
  return countDaily(tenant, { inboxId: inboxId ?? "", chatbotId, metric }, { at });
}

interface NewEntry {
  kind: EntryKind;
  text?: string;
  from?: string | null;
  to?: string | null;
}

/** The statement that puts an entry, by the caller, at the end of a ticket. */
function addEntry(tenant: Tenant, ticketId: string, entry: NewEntry, at: number): Statement {
  const { actor, workspaceId } = tenant;
  return insertFrom(
    tenant,
    ticketEntries,
    {
      ticketId,
      seq: sql`(SELECT coalesce(max(seq), 0) + 1 FROM ticket_entries
        WHERE workspace_id = ${workspaceId} AND ticket_id = ${ticketId})`,
      kind: entry.kind,
      text: entry.text === undefined ? null : storableText(entry.text),
      fromValue: entry.from ?? null,
      toValue: entry.to ?? null,
      actorKind: actor.kind,
      actorId: actor.id,
      actorName: actor.name,
      createdAt: at,
    },
    sql`WHERE 1`,
  );
}

export interface TicketChanges {
  status?: TicketStatus;
  /** A member's or bot's id, which the caller has checked; null: nobody. */
  assignee?: string | null;
  priority?: TicketPriority;
  /** Added to the thread, for the team. */
  note?: string;
}

/**
 * Changes the named fields and adds the note, in one batch; what is so already is not changed, and writes neither an
 * entry nor an event. Several callers at the same time: each change is made, one after the other.
 * @throws Failure `not_found`
 */
export async function updateTicket(tenant: Tenant, id: string, changes: TicketChanges): Promise<Ticket> {
  await retryOnConflict(async () => {
    const before = await getTicket(tenant, id);
    const after = {
      status: changes.status ?? before.status,
      assignee: changes.assignee === undefined ? before.assignee : changes.assignee,
      priority: changes.priority ?? before.priority,
    };
    const entries: NewEntry[] = [
      ...(["status", "assignee", "priority"] as const)
        .filter((field) => after[field] !== before[field])
        .map((field) => ({ kind: field, from: before[field], to: after[field] })),
      ...(changes.note === undefined ? [] : [{ kind: "note" as const, text: changes.note }]),
    ];
    if (entries.length === 0) return;
    const at = tenant.now();
    await tenant.batch([
      ...mustChange(
        tenant,
        tenant.db
          .update(tickets)
          .set({ ...after, resolvedAt: resolvedAt(before, after.status, at), updatedAt: at })
          .where(
            tenant.of(
              tickets,
              eq(tickets.id, id),
              eq(tickets.status, before.status),
              eq(tickets.priority, before.priority),
              sql`${tickets.assignee} IS ${before.assignee}`,
            ),
          ),
      ),
      ...entries.map((entry) => addEntry(tenant, id, entry, at)),
      ...statusStatements(tenant, before, after.status, at),
    ]);
  });
  return getTicket(tenant, id);
}

function resolvedAt(before: Ticket, status: TicketStatus, at: number): number | null {
  if (isOpen(status)) return null;
  return isOpen(before.status) ? at : before.resolvedAt;
}

/** The event and counts of a change of status; none when it is as it was. */
function statusStatements(tenant: Tenant, before: Ticket, to: TicketStatus, at: number): Statement[] {
  if (to === before.status) return [];
  const { inboxId } = before;
  const opened = Number(isOpen(to)) - Number(isOpen(before.status));
  return [
    recordEvent(
      tenant,
      { type: "ticket.status_changed", subjectId: before.id, inboxId, data: { from: before.status, to } },
      { at },
    ),
    ...(opened === 0 ? [] : [adjustTotal(tenant, { metric: "tickets_open", inboxId, by: opened })]),
    ...(opened < 0 ? [count(tenant, before, "tickets_resolved", at)] : []),
  ];
}

/** Gives a merged contact's tickets to the contact that stays. */
export const ticketContactMover: ContactMover = (tenant, fromContactId, toContactId) => [
  tenant.db
    .update(tickets)
    .set({ contactId: toContactId })
    .where(
      tenant.of(
        tickets,
        // By the index: SQLite would take the primary key of a table WITHOUT ROWID, and go through the workspace.
        sql`${tickets.id} IN (SELECT id FROM tickets INDEXED BY tickets_by_contact
          WHERE workspace_id = ${tenant.workspaceId} AND contact_id = ${fromContactId})`,
      ),
    ),
];

import { z } from "zod";
import { type Call, defineTool, HINTS, type Tool } from "../calls/define.ts";
import { contactReference } from "../contacts/answers.ts";
import { contactBriefs } from "../contacts/lookup.ts";
import { MAX_TEXT } from "../conversations/append.ts";
import { idInput } from "../conversations/filters.ts";
import { getConversation } from "../conversations/read.ts";
import { assignable } from "../conversations/tools/state.ts";
import { isId } from "../tenant/ids.ts";
import { cursorInput, limitInput, pageInput, pageOutput } from "../tenant/page.ts";
import { typedText } from "../tenant/typed-text.ts";
import {
  DETAILS_UNTRUSTED,
  showHistory,
  showTicket,
  TICKET_UNTRUSTED,
  ticketDetails,
  ticketRow,
} from "./answers.ts";
import { listTickets } from "./list.ts";
import { getTicket, type Ticket, ticketHistory } from "./read.ts";
import { TICKET_PRIORITIES, TICKET_STATUSES, type TicketStatus } from "./schema.ts";
import { createTicket, OPEN_STATUSES, updateTicket } from "./store.ts";

/** Statuses as an argument: `in-progress` is another spelling. */
const STATUS_WORDS = [...TICKET_STATUSES, "in-progress"] as const;
const FILTER_WORDS = [...STATUS_WORDS, "open"] as const;

function statusOf(word: (typeof STATUS_WORDS)[number]): TicketStatus {
  return word === "in-progress" ? "in_progress" : word;
}

function statusesOf(words: readonly (typeof FILTER_WORDS)[number][]): TicketStatus[] {
  return [...new Set(words.flatMap((word) => (word === "open" ? OPEN_STATUSES : [statusOf(word)])))];
}

async function shown(call: Call, ticket: Ticket) {
  const contacts = await contactBriefs(call.tenant, ticket.contactId === null ? [] : [ticket.contactId]);
  return { ticket: showTicket(ticket, contacts) };
}

const facts = { toolset: "tickets", untrusted: TICKET_UNTRUSTED } as const;

/** Tickets, first half of the tickets toolset. */
export const ticketTools: readonly Tool[] = [
  defineTool({
    ...facts,
    name: "list_tickets",
    title: "List tickets",
    description:
      "Lists tickets, newest first. Status open means everything that is neither resolved nor closed.",
    phrases:
      "any cases still in progress, urgent issues, unsolved problems, overdue support requests, all " +
      "tickets, urgent cases, ticket queue, unresolved cases, high priority tickets, backlog, which " +
      "problems are unsolved, tickets overview, escalated tickets, top tickets",
    scope: "tickets:read",
    hints: HINTS.R,
    example: { status: "open", priority: "high" },
    input: () =>
      z.strictObject({
        chatbotId: idInput
          .refine((id) => isId("chatbot", id), { error: "is no chatbot id" })
          .optional()
          .describe("Only tickets of this chatbot's conversations"),
        status: z
          .union([z.enum(FILTER_WORDS), z.array(z.enum(FILTER_WORDS)).min(1).max(FILTER_WORDS.length)])
          .optional()
          .describe("One or several"),
        priority: z.enum(TICKET_PRIORITIES).optional(),
        cursor: cursorInput,
        limit: limitInput(50),
        page: pageInput,
      }),
    output: () => pageOutput(ticketRow),
    async run({ tenant }, { cursor, limit, page, chatbotId, status, priority }) {
      const statuses = status === undefined ? undefined : statusesOf([status].flat());
      const found = await listTickets(tenant, { chatbotId, statuses, priority }, { cursor, limit, page });
      const contacts = await contactBriefs(
        tenant,
        found.items.flatMap(({ contactId }) => contactId ?? []),
      );
      return { ...found, items: found.items.map((ticket) => showTicket(ticket, contacts)) };
    },
  }),
  defineTool({
    ...facts,
    untrusted: DETAILS_UNTRUSTED,
    name: "get_ticket",
    title: "Get ticket",
    description:
      "Answers one ticket: thread of texts and notes, status history, assignee, contact, conversation.",
    phrases:
      "what happened with this case, state of a support request, show a ticket, read the ticket, who works " +
      "on this ticket, details of a case, progress of a ticket",
    scope: "tickets:read",
    hints: HINTS.R,
    example: { ticketId: "tk_01kajq3v7e8m2n4p6r8t0v" },
    input: () => z.strictObject({ ticketId: idInput }),
    output: () => ticketDetails,
    async run(call, { ticketId }) {
      const { tenant } = call;
      const ticket = await getTicket(tenant, ticketId);
      const { assignee, contactId, conversationId } = ticket;
      const [history, contacts, conversation, members] = await Promise.all([
        ticketHistory(tenant, ticket.id),
        contactBriefs(tenant, contactId === null ? [] : [contactId]),
        conversationId === null ? null : getConversation(tenant, conversationId),
        assignee === null ? [] : call.workspace.members(),
      ]);
      return {
        ticket: showTicket(ticket, contacts),
        assigneeName: members.find(({ id }) => id === assignee)?.name ?? null,
        contact: contactId === null ? null : (contacts.get(contactId) ?? null),
        conversation,
        ...showHistory(history),
      };
    },
  }),
  defineTool({
    ...facts,
    name: "create_ticket",
    title: "Create ticket",
    description:
      "Opens a ticket, about a conversation or a contact where one is given. Nothing is sent to the customer.",
    phrases:
      "open a case for a broken parcel, report a bug for a customer, follow up later, new case, log an " +
      "issue, escalate a chat into a ticket, file a complaint, report a problem, customer has a defect, " +
      "register a support request, track this problem",
    scope: "tickets:write",
    hints: HINTS.W,
    example: {
      conversationId: "cv_01kajq3v7e8m2n4p6r8t0v",
      subject: "Parcel 10234 is lost",
      text: "Customer wants a replacement.",
    },
    input: () =>
      z.strictObject({
        conversationId: idInput.optional().describe("Also gives the ticket its contact and inbox"),
        contactId: contactReference.optional(),
        subject: typedText(200),
        text: typedText(MAX_TEXT).optional().describe("First entry of the thread"),
      }),
    output: () => z.object({ ticket: ticketRow }),
    async run(call, input) {
      return shown(call, await createTicket(call.tenant, input));
    },
  }),
  defineTool({
    ...facts,
    name: "update_ticket",
    title: "Update ticket",
    description:
      "Changes a ticket's status, assignee or priority, and adds a note for the team. Nothing is sent to the customer.",
    phrases:
      "set to high priority, close the case, give the case to somebody, solved, add a note to the case, " +
      "resolve ticket, assign the ticket to, internal note on a ticket, raise priority, reopen the ticket, " +
      "give ticket to a colleague, comment on a case, ticket is urgent",
    scope: "tickets:write",
    hints: HINTS.W,
    example: {
      ticketId: "tk_01kajq3v7e8m2n4p6r8t0v",
      status: "in_progress",
      priority: "high",
      note: "Asked the carrier.",
    },
    input: () =>
      z.strictObject({
        ticketId: idInput,
        status: z.enum(STATUS_WORDS).optional(),
        assignee: idInput.optional().describe("Member or bot id (see list_members), or none"),
        priority: z.enum(TICKET_PRIORITIES).optional(),
        note: typedText(MAX_TEXT).optional(),
      }),
    output: () => z.object({ ticket: ticketRow }),
    async run(call, { ticketId, status, assignee, priority, note }) {
      const wanted = assignee === "none" ? null : assignee && (await assignable(call, assignee));
      const ticket = await updateTicket(call.tenant, ticketId, {
        status: status && statusOf(status),
        assignee: wanted,
        priority,
        note,
      });
      return shown(call, ticket);
    },
  }),
];

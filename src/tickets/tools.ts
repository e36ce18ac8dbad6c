import { z } from "zod";
import { type Call, defineTool, HINTS, type Tool } from "../calls/define.ts";
import { reference } from "../calls/references.ts";
import { contactReference } from "../contacts/answers.ts";
import { resolveContact } from "../contacts/lookup.ts";
import { MAX_TEXT } from "../conversations/append.ts";
import { getConversation } from "../conversations/read.ts";
import { assignable } from "../conversations/tools/state.ts";
import { cutText } from "../tenant/cut-text.ts";
import { cursorInput, limitInput, pageInput, pageOutput } from "../tenant/page.ts";
import { typedText } from "../tenant/typed-text.ts";
import {
  DETAILS_UNTRUSTED,
  LISTED_UNTRUSTED,
  listedTicket,
  namesOfTickets,
  showHistory,
  showTicket,
  TICKET_UNTRUSTED,
  ticketDetails,
  ticketRow,
} from "./answers.ts";
import { listTickets, TICKET_SORTS } from "./list.ts";
import { EXCERPT, getTicket, type Ticket, ticketExcerpts, ticketHistory } from "./read.ts";
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
  return { ticket: showTicket(ticket, await namesOfTickets(call, [ticket])) };
}

/** Words of one list, or several of them. */
function oneOrSeveral<T extends readonly [string, ...string[]]>(words: T) {
  const word = z.enum(words);
  return z
    .union([word, z.array(word).min(1).max(words.length)], {
      error: `one or several of ${words.join(", ")}`,
    })
    .describe("One or several");
}

/** Who a ticket is given to: null for nobody, undefined where nothing was said. */
async function wantedAssignee(call: Call, assignee: string | undefined): Promise<string | null | undefined> {
  return assignee === "none" ? null : assignee && (await assignable(call, assignee));
}

const facts = { toolset: "tickets", untrusted: TICKET_UNTRUSTED } as const;

/** Tickets, first half of the tickets toolset. */
export const ticketTools: readonly Tool[] = [
  defineTool({
    ...facts,
    untrusted: LISTED_UNTRUSTED,
    name: "list_tickets",
    title: "List tickets",
    description:
      "Lists tickets with an excerpt, newest first unless sorted otherwise. Status open means everything that is neither resolved nor closed.",
    phrases:
      "any cases still in progress, urgent issues, unsolved problems, overdue support requests, all " +
      "tickets, urgent cases, ticket queue, unresolved cases, high priority tickets, backlog, which " +
      "problems are unsolved, tickets overview, escalated tickets, top tickets",
    scope: "tickets:read",
    hints: HINTS.R,
    example: { status: "open", priority: "high" },
    input: () =>
      z.strictObject({
        chatbotId: reference("chatbot").optional().describe("Only tickets of this chatbot's conversations"),
        status: oneOrSeveral(FILTER_WORDS).optional(),
        priority: oneOrSeveral(TICKET_PRIORITIES).optional(),
        assignee: reference("assignee").optional().describe("Member, bot, me, or none for unassigned"),
        contactId: contactReference.optional(),
        query: z.string().min(1).max(200).optional().describe("Words of the subject, or their beginnings"),
        sort: z
          .enum(TICKET_SORTS)
          .default("newest")
          .describe("Under priority tickets move as theirs changes"),
        cursor: cursorInput,
        limit: limitInput(50),
        page: pageInput,
      }),
    output: () => pageOutput(listedTicket),
    async run(call, { cursor, limit, page, sort, status, priority, assignee, contactId, ...filters }) {
      const { tenant } = call;
      const contact = contactId === undefined ? undefined : await resolveContact(tenant, contactId);
      const found = await listTickets(
        tenant,
        {
          ...filters,
          statuses: status === undefined ? undefined : statusesOf([status].flat()),
          priorities: priority === undefined ? undefined : [priority].flat(),
          assignee: assignee === "none" ? null : assignee,
          contactId: contact?.id,
        },
        { sort, cursor, limit, page },
      );
      const [names, excerpts] = await Promise.all([
        namesOfTickets(call, found.items),
        ticketExcerpts(
          tenant,
          found.items.map(({ id }) => id),
        ),
      ]);
      const items = found.items.map((ticket) => {
        const text = excerpts.get(ticket.id);
        const excerpt = text === undefined ? null : cutText(text, EXCERPT).text;
        return { ...showTicket(ticket, names), excerpt };
      });
      return { ...found, items };
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
    input: () => z.strictObject({ ticketId: reference("ticket") }),
    output: () => ticketDetails,
    async run(call, { ticketId }) {
      const { tenant } = call;
      const ticket = await getTicket(tenant, ticketId);
      const { contactId, conversationId } = ticket;
      const [history, names, conversation] = await Promise.all([
        ticketHistory(tenant, ticket.id),
        namesOfTickets(call, [ticket]),
        conversationId === null ? null : getConversation(tenant, conversationId),
      ]);
      const shown = showTicket(ticket, names);
      return {
        ticket: shown,
        assigneeName: shown.assigneeName,
        contact: contactId === null ? null : (names.contacts.get(contactId) ?? null),
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
        conversationId: reference("conversation")
          .optional()
          .describe("Also gives the ticket its contact and inbox"),
        contactId: contactReference.optional(),
        subject: typedText(200),
        text: typedText(MAX_TEXT).optional().describe("First entry of the thread"),
        priority: z.enum(TICKET_PRIORITIES).optional(),
        assignee: reference("assignee").optional().describe("Member, bot or me"),
      }),
    output: () => z.object({ ticket: ticketRow }),
    async run(call, { assignee, ...input }) {
      const wanted = await wantedAssignee(call, assignee);
      return shown(call, await createTicket(call.tenant, { ...input, assignee: wanted ?? null }));
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
        ticketId: reference("ticket"),
        status: z.enum(STATUS_WORDS).optional(),
        assignee: reference("assignee").optional().describe("Member, bot, me, or none"),
        priority: z.enum(TICKET_PRIORITIES).optional(),
        note: typedText(MAX_TEXT).optional(),
      }),
    output: () => z.object({ ticket: ticketRow }),
    async run(call, { ticketId, status, assignee, priority, note }) {
      const wanted = await wantedAssignee(call, assignee);
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

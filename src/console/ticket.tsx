import { z } from "zod";
import { detailPage } from "./detail.tsx";
import { assigneeOptions } from "./inbox.tsx";
import { Said, Time } from "./layout.tsx";
import { valued } from "./list-filters.ts";
import { Plain } from "./listing.tsx";
import { linkTo, param } from "./visit.ts";

const STATUSES = ["new", "in_progress", "pending", "resolved", "closed"] as const;
const PRIORITIES = ["urgent", "high", "normal", "low"] as const;
const maybe = z.string().nullable();

/** `/tickets/<ticket>`: what it is about, what was done, and the next step. */
export const ticketPage = detailPage({
  path: "/tickets/:ticket",
  at: "/tickets",
  needs: "tickets:read",
  tool: "get_ticket",
  args: (visit) => ({ ticketId: param(visit, "ticket") }),
  answer: z.object({
    ticket: z.object({
      number: z.number().nullable(),
      subject: z.string(),
      status: z.enum(STATUSES),
      priority: z.enum(PRIORITIES),
      assignee: maybe,
      assigneeName: maybe,
      conversationId: maybe,
      inboxName: maybe,
      createdAt: z.string(),
    }),
    contact: z.object({ id: z.string(), name: maybe }).nullable(),
    thread: z.array(
      z.object({
        kind: z.string(),
        text: maybe,
        from: maybe,
        to: maybe,
        by: z.object({ name: z.string() }),
        at: z.string(),
      }),
    ),
  }),
  title: ({ ticket }) => (ticket.number === null ? ticket.subject : `${ticket.number} · ${ticket.subject}`),
  facts: ({ ticket, contact }, visit) => [
    ["status", <span class="tag">{valued(visit, ticket.status)}</span>],
    ["priority", valued(visit, ticket.priority)],
    ["assignee", <Plain text={ticket.assigneeName} />],
    [
      "contact",
      contact ? (
        <a href={linkTo(visit, `/contacts/${contact.id}`)}>
          <Said text={contact.name ?? visit.words.unnamed} />
        </a>
      ) : (
        "–"
      ),
    ],
    [
      "conversation",
      ticket.conversationId ? (
        <a href={linkTo(visit, `/inbox/${ticket.conversationId}`)}>{ticket.inboxName}</a>
      ) : (
        "–"
      ),
    ],
    ["created", <Time visit={visit} at={ticket.createdAt} />],
  ],
  async body({ thread }, visit) {
    const people = new Map(await assigneeOptions(visit));
    // Of assignees the thread knows ids, of priorities the value.
    const named = (value: string | null) =>
      value === null ? "–" : (people.get(value) ?? valued(visit, value));
    return (
      <ol class="messages" tabindex={0}>
        {thread.map((entry) => (
          <li class={entry.text === null ? "activity" : "note"}>
            <p class="meta">
              <strong>
                <Said text={entry.by.name} />
              </strong>{" "}
              <Time visit={visit} at={entry.at} />
            </p>
            <p class="text">
              <Said text={entry.text ?? `${named(entry.from)} → ${named(entry.to)}`} />
            </p>
          </li>
        ))}
      </ol>
    );
  },
  forms: {
    save: {
      heading: "save",
      tool: "update_ticket",
      needs: "tickets:write",
      fields: [
        {
          name: "status",
          label: "status",
          kind: "choice",
          options: (visit) => STATUSES.map((one) => [one, valued(visit, one)]),
        },
        {
          name: "priority",
          label: "priority",
          kind: "choice",
          options: (visit) => PRIORITIES.map((one) => [one, valued(visit, one)]),
        },
        {
          name: "assignee",
          label: "assignee",
          kind: "choice",
          options: async (visit) => [["none", visit.words.nobody], ...(await assigneeOptions(visit))],
        },
        { name: "note", label: "note", kind: "long", max: 10_000 },
      ],
      args: (visit) => ({ ticketId: param(visit, "ticket") }),
      to: (visit) => `/tickets/${param(visit, "ticket")}`,
      values: ({ ticket }) => ({
        status: ticket.status,
        priority: ticket.priority,
        assignee: ticket.assignee ?? "none",
      }),
    },
  },
});

import { z } from "zod";
import { CHANNELS } from "../inboxes/store.ts";
import { Time } from "./layout.tsx";
import { choice, ofChatbot, valued } from "./list-filters.ts";
import { listPage, Plain } from "./listing.tsx";
import type { Page } from "./page.ts";
import { linkTo, may } from "./visit.ts";

const id = z.string();
const maybe = z.string().nullable();

const contacts = listPage({
  path: "/contacts",
  label: "contacts",
  needs: "contacts:read",
  tool: "list_contacts",
  row: z.object({
    id,
    name: maybe,
    email: maybe,
    phone: maybe,
    tags: z.array(z.string()),
    lastActivityAt: z.string(),
  }),
  filters: [
    { name: "query", label: "search", kind: "search" },
    { name: "tag", label: "tag", kind: "search" },
    choice("channel", "channel", CHANNELS),
    choice("sort", "order", ["newest", "oldest", "name", "last_activity"]),
  ],
  columns: [
    { label: "name", cell: (row, { words }) => <Plain text={row.name ?? words.unnamed} /> },
    { label: "email", cell: (row) => <Plain text={row.email} /> },
    { label: "phone", cell: (row) => <Plain text={row.phone} /> },
    { label: "tags", cell: (row) => <Plain text={row.tags.join(", ")} /> },
    { label: "lastActivity", cell: (row, visit) => <Time visit={visit} at={row.lastActivityAt} /> },
  ],
  above: (visit) => (
    <p class="links">
      {may(visit, "contacts:write") && (
        <a href={linkTo(visit, "/contacts/import")}>{visit.words.contactImport.title}</a>
      )}
      <a href={linkTo(visit, "/contacts.csv", Object.fromEntries(visit.query))}>
        {visit.words.contactImport.asCsv}
      </a>
    </p>
  ),
  opens: (row) => `/contacts/${row.id}`,
  empty: "contacts",
  emptyLeadsTo: "/settings/inboxes",
  forms: {
    make: {
      heading: "makeContact",
      tool: "create_contact",
      needs: "contacts:write",
      fields: [
        { name: "name", label: "name", kind: "text", max: 200 },
        { name: "email", label: "email", kind: "text", max: 254 },
        { name: "phone", label: "phone", kind: "text", max: 40 },
      ],
      to: (_, answer) => `/contacts/${z.object({ id }).parse(answer).id}`,
    },
  },
});

const tickets = listPage({
  path: "/tickets",
  label: "tickets",
  needs: "tickets:read",
  tool: "list_tickets",
  row: z.object({
    id,
    number: z.number().nullable(),
    subject: z.string(),
    status: z.string(),
    priority: z.string(),
    assigneeName: maybe,
    conversationId: maybe,
    contact: z.object({ id, name: maybe }).nullable(),
    createdAt: z.string(),
  }),
  filters: [
    { name: "query", label: "search", kind: "search" },
    choice("status", "status", ["new", "in_progress", "pending", "resolved", "closed"]),
    choice("priority", "priority", ["urgent", "high", "normal", "low"]),
    ofChatbot,
  ],
  columns: [
    { label: "subject", cell: (row) => <Plain text={row.subject} /> },
    { label: "number", cell: (row) => <>{row.number ?? "–"}</> },
    { label: "status", cell: (row, visit) => <span class="tag">{valued(visit, row.status)}</span> },
    { label: "priority", cell: (row, visit) => <>{valued(visit, row.priority)}</> },
    { label: "assignee", cell: (row) => <Plain text={row.assigneeName} /> },
    {
      label: "contact",
      cell: (row, visit) =>
        row.contact ? (
          <a href={linkTo(visit, `/contacts/${row.contact.id}`)}>
            <Plain text={row.contact.name ?? visit.words.unnamed} />
          </a>
        ) : (
          "–"
        ),
    },
    { label: "created", cell: (row, visit) => <Time visit={visit} at={row.createdAt} /> },
  ],
  opens: (row) => `/tickets/${row.id}`,
  empty: "tickets",
});

const leads = listPage({
  path: "/leads",
  label: "leads",
  needs: "leads:read",
  tool: "list_leads",
  row: z.object({
    id,
    name: maybe,
    email: maybe,
    phone: maybe,
    chatbotName: maybe,
    conversationId: maybe,
    capturedAt: z.string(),
  }),
  filters: [
    { name: "query", label: "search", kind: "search" },
    ofChatbot,
    { name: "startDate", label: "from", kind: "date" },
    { name: "endDate", label: "until", kind: "date" },
  ],
  columns: [
    { label: "name", cell: (row, { words }) => <Plain text={row.name ?? words.unnamed} /> },
    { label: "email", cell: (row) => <Plain text={row.email} /> },
    { label: "phone", cell: (row) => <Plain text={row.phone} /> },
    { label: "chatbot", cell: (row) => <Plain text={row.chatbotName} /> },
    {
      label: "conversation",
      cell: (row, visit) =>
        row.conversationId ? (
          <a href={linkTo(visit, `/inbox/${row.conversationId}`)}>{visit.words.open}</a>
        ) : (
          "–"
        ),
    },
    { label: "created", cell: (row, visit) => <Time visit={visit} at={row.capturedAt} /> },
  ],
  empty: "leads",
});

export const PEOPLE_LISTS: readonly Page[] = [contacts, tickets, leads];

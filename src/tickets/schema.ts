import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";

export const TICKET_STATUSES = ["new", "in_progress", "pending", "resolved", "closed"] as const;
export type TicketStatus = (typeof TICKET_STATUSES)[number];

export const TICKET_PRIORITIES = ["low", "normal", "high", "urgent"] as const;
export type TicketPriority = (typeof TICKET_PRIORITIES)[number];

export const tickets = sqliteTable(
  "tickets",
  {
    workspaceId: text().notNull(),
    id: text().notNull(),
    /** 1, 2, 3 … per workspace, assigned inside the INSERT: what people call it by, and the order of lists. */
    number: integer().notNull(),
    subject: text().notNull(),
    status: text({ enum: TICKET_STATUSES }).notNull(),
    priority: text({ enum: TICKET_PRIORITIES }).notNull(),
    conversationId: text(),
    contactId: text(),
    /** The conversation's inbox, which decides who sees the ticket; null without a conversation. */
    inboxId: text(),
    /** The chatbot that the inbox had when the ticket was made. */
    chatbotId: text(),
    /** A member's or a bot token's id. */
    assignee: text(),
    /** The credential that made it: without an inbox, a limited caller sees its own tickets. */
    createdBy: text(),
    /** When it was last resolved or closed; null while it is open. */
    resolvedAt: integer(),
    createdAt: integer().notNull(),
    updatedAt: integer().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.workspaceId, t.id] }),
    uniqueIndex("tickets_by_number").on(t.workspaceId, t.number),
    index("tickets_by_status").on(t.workspaceId, t.status, t.number),
    index("tickets_by_priority").on(t.workspaceId, t.priority, t.status, t.number),
    index("tickets_by_chatbot").on(t.workspaceId, t.chatbotId, t.status, t.number),
    index("tickets_by_inbox").on(t.workspaceId, t.inboxId, t.number),
    index("tickets_by_inbox_status").on(t.workspaceId, t.inboxId, t.status, t.number),
    index("tickets_by_contact").on(t.workspaceId, t.contactId),
    index("tickets_by_contact_priority").on(t.workspaceId, t.contactId, t.priority, t.number),
    index("tickets_by_assignee").on(t.workspaceId, t.assignee, t.priority, t.number),
  ],
);

/** text: said in the ticket; note: of the team; the others: what changed. */
export const ENTRY_KINDS = ["text", "note", "status", "assignee", "priority"] as const;
export type EntryKind = (typeof ENTRY_KINDS)[number];

/** Everything that was said in and done to a ticket, and by whom. */
export const ticketEntries = sqliteTable(
  "ticket_entries",
  {
    workspaceId: text().notNull(),
    ticketId: text().notNull(),
    /** 1, 2, 3 … in the ticket, assigned inside the INSERT. */
    seq: integer().notNull(),
    kind: text({ enum: ENTRY_KINDS }).notNull(),
    /** Of texts and notes; null otherwise. */
    text: text(),
    /** Of changes: the value before (null: none) and after. */
    fromValue: text(),
    toValue: text(),
    actorKind: text().notNull(),
    actorId: text().notNull(),
    actorName: text().notNull(),
    createdAt: integer().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.workspaceId, t.ticketId, t.seq] }),
    index("ticket_entries_by_kind").on(t.workspaceId, t.ticketId, t.kind, t.seq),
  ],
);

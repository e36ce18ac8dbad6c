import { sql } from "drizzle-orm";
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";

export const CONVERSATION_STATUSES = ["open", "pending", "snoozed", "resolved"] as const;
export type ConversationStatus = (typeof CONVERSATION_STATUSES)[number];

/** What a visitor's page said of itself. All of it comes from outside. */
export interface VisitorMetadata {
  page?: string;
  referrer?: string;
  locale?: string;
  device?: string;
  country?: string;
}

export const conversations = sqliteTable(
  "conversations",
  {
    workspaceId: text().notNull(),
    id: text().notNull(),
    inboxId: text().notNull(),
    contactId: text().notNull(),
    /** The identity in the inbox that messages go to. */
    identityId: text().notNull(),
    status: text({ enum: CONVERSATION_STATUSES }).notNull(),
    snoozedUntil: integer(),
    /** A member's or a bot token's id. */
    assignee: text(),
    visitor: text({ mode: "json" }).$type<VisitorMetadata>().notNull(),
    /** Public messages (no notes, no activity). */
    messageCount: integer().notNull(),
    /** The sequence number of its newest message of any kind. */
    lastSeq: integer().notNull(),
    firstInboundAt: integer(),
    /** First public reply by a person (member, bot token or API key), and by the chatbot. */
    firstReplyAt: integer(),
    firstBotReplyAt: integer(),
    /** Since when a customer's message waits for an answer; null when none does. */
    waitingSince: integer(),
    resolvedAt: integer(),
    /** When it was made or last reopened: what the time to a resolution runs from. */
    openedAt: integer().notNull(),
    reopenedCount: integer().notNull(),
    lastActivityAt: integer().notNull(),
    createdAt: integer().notNull(),
    /**
     * The day that it began and the chatbot that its inbox had then: where its figures are counted, whatever becomes
     * of zone and inbox. The day is null in conversations from before figures were kept by the day of the beginning.
     */
    startDay: text(),
    startChatbotId: text(),
    firstResolvedAt: integer(),
  },
  (t) => [
    primaryKey({ columns: [t.workspaceId, t.id] }),
    index("conversations_by_activity").on(t.workspaceId, t.lastActivityAt, t.id),
    index("conversations_by_status").on(t.workspaceId, t.status, t.lastActivityAt, t.id),
    index("conversations_by_inbox").on(t.workspaceId, t.inboxId, t.lastActivityAt, t.id),
    index("conversations_by_inbox_status").on(t.workspaceId, t.inboxId, t.status, t.lastActivityAt, t.id),
    index("conversations_by_assignee").on(t.workspaceId, t.assignee, t.status, t.lastActivityAt, t.id),
    index("conversations_by_contact").on(t.workspaceId, t.contactId, t.lastActivityAt, t.id),
    index("conversations_by_identity").on(t.workspaceId, t.identityId, t.id),
    // Holds snoozed ones only, so that housekeeping finds those that are due in all workspaces at little cost.
    index("conversations_by_snooze").on(t.workspaceId, t.snoozedUntil).where(sql`snoozed_until IS NOT NULL`),
  ],
);

export const MESSAGE_KINDS = ["message", "note", "activity"] as const;
export const SENDER_KINDS = ["contact", "member", "bot", "api_key", "ai", "flow", "system"] as const;
export type SenderKind = (typeof SENDER_KINDS)[number];

export interface MessageTemplate {
  name: string;
  language: string;
  variables?: Record<string, string>;
}

export const messages = sqliteTable(
  "messages",
  {
    /** Storage number: the rowid of its search row and the order over all conversations. Never shown. */
    n: integer().primaryKey({ autoIncrement: true }),
    workspaceId: text().notNull(),
    id: text().notNull(),
    conversationId: text().notNull(),
    inboxId: text().notNull(),
    contactId: text().notNull(),
    /**
     * Rises over all conversations of one identity (1, 2, 3 … in its first one), assigned inside the INSERT: a
     * visitor reads on with one number, whichever conversation the next message is in.
     */
    seq: integer().notNull(),
    kind: text({ enum: MESSAGE_KINDS }).notNull(),
    direction: text({ enum: ["in", "out"] }).notNull(),
    senderKind: text({ enum: SENDER_KINDS }).notNull(),
    senderId: text().notNull(),
    senderName: text().notNull(),
    body: text().notNull(),
    template: text({ mode: "json" }).$type<MessageTemplate>(),
    /** sent, delivered, read or failed; moves forward only. */
    status: text({ enum: ["sent", "delivered", "read", "failed"] }).notNull(),
    /** The channel's own id of the message, for deduplication. */
    sourceId: text(),
    createdAt: integer().notNull(),
  },
  (t) => [
    uniqueIndex("messages_by_id").on(t.workspaceId, t.id),
    uniqueIndex("messages_by_conversation").on(t.workspaceId, t.conversationId, t.seq),
    uniqueIndex("messages_by_source")
      .on(t.workspaceId, t.inboxId, t.sourceId)
      .where(sql`source_id IS NOT NULL`),
    index("messages_by_contact").on(t.workspaceId, t.contactId, t.n),
  ],
);

export const DRAFT_STATUSES = ["pending", "approved", "sent", "discarded"] as const;

export const drafts = sqliteTable(
  "drafts",
  {
    workspaceId: text().notNull(),
    id: text().notNull(),
    conversationId: text().notNull(),
    inboxId: text().notNull(),
    text: text().notNull(),
    status: text({ enum: DRAFT_STATUSES }).notNull(),
    authorKind: text({ enum: SENDER_KINDS }).notNull(),
    authorId: text().notNull(),
    authorName: text().notNull(),
    /** The person who sent or discarded it. */
    reviewer: text(),
    sentMessageId: text(),
    createdAt: integer().notNull(),
    updatedAt: integer().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.workspaceId, t.id] }),
    index("drafts_by_conversation").on(t.workspaceId, t.conversationId, t.id),
    index("drafts_by_status").on(t.workspaceId, t.status, t.id),
    index("drafts_by_inbox").on(t.workspaceId, t.inboxId, t.status, t.id),
  ],
);

import { sql } from "drizzle-orm";
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import type { Held } from "../attachments/said.ts";
import type { StoredFile } from "../attachments/store.ts";

export const CONVERSATION_STATUSES = ["open", "pending", "snoozed", "resolved"] as const;
export type ConversationStatus = (typeof CONVERSATION_STATUSES)[number];

export const CONVERSATION_PRIORITIES = ["low", "normal", "high", "urgent", "none"] as const;
export type ConversationPriority = (typeof CONVERSATION_PRIORITIES)[number];

/** What a visitor's page said of itself. All of it comes from outside. */
export interface VisitorMetadata {
  page?: string;
  referrer?: string;
  locale?: string;
  device?: string;
  country?: string;
}

/** What keeps the mails of a conversation together in their readers' programs. */
export interface MailThread {
  subject: string;
  /** Of the customer's latest mail, with its angle brackets; null: they have written none, or one without. */
  messageId: string | null;
  /** The mails that it answers, the first one first. */
  references: string[];
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
    priority: text({ enum: CONVERSATION_PRIORITIES }).notNull().default("normal"),
    /** Ids, each once; those of tags that were deleted since name nothing. */
    tags: text({ mode: "json" }).$type<string[]>().notNull().default([]),
    visitor: text({ mode: "json" }).$type<VisitorMetadata>().notNull(),
    /** Of a conversation by mail; null elsewhere. */
    thread: text({ mode: "json" }).$type<MailThread>(),
    /** Public messages (no notes, no activity). */
    messageCount: integer().notNull(),
    /** The sequence number of its newest message of any kind. */
    lastSeq: integer().notNull(),
    firstInboundAt: integer(),
    /** When the customer last wrote: the reply windows of channels run from here. */
    lastInboundAt: integer(),
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
    /** When the customer was asked for a rating, once; null: it was not. See rating.ts. */
    ratingAskedAt: integer(),
    /** 1 to 5, and what was said with it. */
    rating: integer(),
    ratingComment: text(),
    ratedAt: integer(),
  },
  (t) => [
    primaryKey({ columns: [t.workspaceId, t.id] }),
    // The one index that serves lists of the workspace: inbox, status and assignee are each scanned apart and merged, as
    // every index that holds the last activity is one more row written for every message.
    index("conversations_by_activity").on(
      t.workspaceId,
      t.inboxId,
      t.status,
      t.assignee,
      t.lastActivityAt,
      t.id,
    ),
    index("conversations_by_contact").on(t.workspaceId, t.contactId, t.lastActivityAt, t.id),
    index("conversations_by_identity").on(t.workspaceId, t.identityId, t.id),
    // Holds snoozed ones only, so that housekeeping finds those that are due in all workspaces at little cost.
    index("conversations_by_snooze").on(t.workspaceId, t.snoozedUntil).where(sql`snoozed_until IS NOT NULL`),
  ],
);

/**
 * What few conversations have, to find them by: the ids of their tags, and priorities but the usual one. Says nothing of
 * its own; `tags` and `priority` of the conversation do. Conversations' ids are in the order of their beginning.
 */
export const conversationLabels = sqliteTable(
  "conversation_labels",
  {
    workspaceId: text().notNull(),
    label: text().notNull(),
    conversationId: text().notNull(),
  },
  (t) => [primaryKey({ columns: [t.workspaceId, t.label, t.conversationId] })],
);

export type Conversation = Omit<typeof conversations.$inferSelect, "workspaceId">;

export const MESSAGE_KINDS = ["message", "note", "activity"] as const;
export const SENDER_KINDS = ["contact", "member", "bot", "api_key", "ai", "flow", "system"] as const;
export type SenderKind = (typeof SENDER_KINDS)[number];

/** A template that the channel has approved, with what is put into it. */
export interface MessageTemplate {
  name: string;
  language: string;
  variables?: Record<string, string>;
}

/** What a message holds beside its text, which says the same to channels and readers that know text alone. */
export interface MessageContent {
  /** Answers that are offered as buttons. */
  choices?: { id: string; label: string }[];
  /** Several of the choices may be taken. */
  multiple?: boolean;
  /** What kind of answer is asked for, so that a widget can show a fitting field. */
  question?: "text" | "number" | "email" | "phone" | "url" | "date" | "rating" | "file";
  /** Details of the contact that this question and those directly behind it ask for: a widget may ask in one form. */
  fields?: ("name" | "email" | "phone")[];
  /** Of a rating: its numbers, and what its ends mean. */
  scale?: { min: number; max: number; minLabel?: string; maxLabel?: string };
  links?: { label: string; url: string }[];
  products?: { name: string; price?: string; url?: string; imageUrl?: string }[];
  /** Files of ours, and media elsewhere that flows show. */
  attachments?: Held[];
  template?: MessageTemplate;
  /** Of a mail: all of its text, where the message is without what is quoted and the signature. Visitors never see it. */
  original?: string;
}

/** How an answer of the AI came about. */
export interface AnswerRecord {
  /** It answered, asked back (or returned a greeting), gave the conversation to people, or found nothing. */
  action: "answer" | "clarify" | "handoff" | "none";
  /** The model whose words these are; null: they are the team's own, as they were written. */
  model: string | null;
  /** From 0 to 1: how well what was found fits the question. */
  confidence: number;
  /** What was found, the best first, and whether the answer rests on it. */
  passages: { articleId: string; title: string; heading: string; cited: boolean }[];
  products: { productId: string; name: string; cited: boolean }[];
  handedOver: boolean;
  /** Why it is no answer of the model's; null where it is one. */
  reason: string | null;
}

/** How far a message has come, in order; `failed` is an end. delivery.ts moves it, forward only. */
export const DELIVERY_STATES = ["queued", "sent", "delivered", "read", "failed"] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];

export const messages = sqliteTable(
  "messages",
  {
    /** Storage number: the rowid of its search row and the order over all conversations. Never shown. */
    n: integer().primaryKey(),
    workspaceId: text().notNull(),
    /** May be made from the channel's own id of the message, so that the same one again is refused: see message-id.ts. */
    id: text().notNull(),
    conversationId: text().notNull(),
    inboxId: text().notNull(),
    /**
     * Rises over all conversations of one identity, assigned inside the INSERT: a
     * visitor reads on with one number, whichever conversation the next message is in. Messages have full steps, notes
     * what is between: see append.ts.
     */
    seq: integer().notNull(),
    kind: text({ enum: MESSAGE_KINDS }).notNull(),
    direction: text({ enum: ["in", "out"] }).notNull(),
    senderKind: text({ enum: SENDER_KINDS }).notNull(),
    senderId: text().notNull(),
    senderName: text().notNull(),
    body: text().notNull(),
    content: text({ mode: "json" }).$type<MessageContent>(),
    /** Of what the AI said. For the team alone: visitors are never shown it. */
    answer: text({ mode: "json" }).$type<AnswerRecord>(),
    status: text({ enum: DELIVERY_STATES }).notNull(),
    /** Why it failed, as the channel says it. */
    failure: text(),
    /** The id that the channel gave a message that went out: what its reports of delivery name. */
    sourceId: text(),
    createdAt: integer().notNull(),
  },
  (t) => [
    uniqueIndex("messages_by_id").on(t.workspaceId, t.id),
    uniqueIndex("messages_by_conversation").on(t.workspaceId, t.conversationId, t.seq),
    uniqueIndex("messages_by_source")
      .on(t.workspaceId, t.inboxId, t.sourceId)
      .where(sql`source_id IS NOT NULL`),
    // Holds what waits to go out alone, in its order: an inbox's outbox, and housekeeping.
    index("messages_queued").on(t.workspaceId, t.inboxId, t.n).where(sql`status = 'queued'`),
  ],
);

export type Message = Omit<typeof messages.$inferSelect, "workspaceId" | "n">;

export const DRAFT_STATUSES = ["pending", "approved", "sent", "discarded"] as const;

export const drafts = sqliteTable(
  "drafts",
  {
    workspaceId: text().notNull(),
    id: text().notNull(),
    conversationId: text().notNull(),
    inboxId: text().notNull(),
    text: text().notNull(),
    /** Files that go out with it; null: none. */
    attachments: text({ mode: "json" }).$type<StoredFile[]>(),
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

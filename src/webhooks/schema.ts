import { sql } from "drizzle-orm";
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";

/** `disabled` is Parley's doing, `paused` a person's; neither gets events until it is set active again. */
export const WEBHOOK_STATUSES = ["active", "paused", "disabled"] as const;
export type WebhookStatus = (typeof WEBHOOK_STATUSES)[number];

export const webhooks = sqliteTable(
  "webhooks",
  {
    workspaceId: text().notNull(),
    id: text().notNull(),
    /** Only events of this chatbot; null: of all, and of none. */
    chatbotId: text(),
    /** Only events of these inboxes: those of the caller who made it. Null: of all, and of none. */
    inboxIds: text({ mode: "json" }).$type<string[]>(),
    url: text().notNull(),
    description: text().notNull(),
    /** Event types, or `*` alone for all. */
    events: text({ mode: "json" }).$type<string[]>().notNull(),
    status: text({ enum: WEBHOOK_STATUSES }).notNull(),
    disabledReason: text(),
    /** Sealed, see signing.ts. */
    secret: text().notNull(),
    /** The one before, which signs as well until then. */
    oldSecret: text(),
    oldSecretUntil: integer(),
    /** Events up to this number are told, waiting in the log, or not its own. Null: it begins at the newest there is. */
    cursor: integer(),
    /** Counts changes, so that none is lost to another at the same time. */
    revision: integer().notNull(),
    createdAt: integer().notNull(),
    updatedAt: integer().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.workspaceId, t.id] }),
    index("webhooks_by_chatbot").on(t.workspaceId, t.chatbotId, t.id),
    index("webhooks_active").on(t.workspaceId, t.id).where(sql`status = 'active'`),
  ],
);

/** A webhook with its sealed secrets. Times are milliseconds, UTC. */
export type Webhook = Omit<typeof webhooks.$inferSelect, "workspaceId">;

/**
 * pending: under way, waiting behind an earlier event of its conversation (attempt 0), or cut off. failed: another attempt follows if nextAttemptAt is set. exhausted: it was the last.
 * cancelled: the attempt that was to follow was called off, since the webhook was paused or disabled.
 */
export const ATTEMPT_STATES = ["pending", "succeeded", "failed", "exhausted", "cancelled"] as const;
export type AttemptState = (typeof ATTEMPT_STATES)[number];

/** What makes an attempt: the event itself, a person who repeats it, or a person who tries the webhook out. */
export const DELIVERY_TRIGGERS = ["auto", "manual", "test"] as const;
export type DeliveryTrigger = (typeof DELIVERY_TRIGGERS)[number];

/** Why an attempt failed. */
export const ERROR_KINDS = [
  "blocked_url",
  "dns",
  "tls",
  "network",
  "timeout",
  "redirect",
  "non_2xx",
  "no_secret",
] as const;
export type ErrorKind = (typeof ERROR_KINDS)[number];

/** One row for each attempt but those of {@link webhookDelivered}. Kept 30 days. */
export const webhookDeliveries = sqliteTable(
  "webhook_deliveries",
  {
    workspaceId: text().notNull(),
    id: text().notNull(),
    webhookId: text().notNull(),
    /** The header webhook-id: the same in all attempts to deliver one event. */
    messageId: text().notNull(),
    /** Null for a test. */
    eventSeq: integer(),
    eventType: text().notNull(),
    /** 1, 2, 3 … for each message. */
    attempt: integer().notNull(),
    trigger: text({ enum: DELIVERY_TRIGGERS }).notNull(),
    state: text({ enum: ATTEMPT_STATES }).notNull(),
    statusCode: integer(),
    errorKind: text({ enum: ERROR_KINDS }),
    durationMs: integer(),
    requestBody: text().notNull(),
    /** The beginning of the answer, whatever it is: third-party text. */
    responseExcerpt: text(),
    nextAttemptAt: integer(),
    /** What it is told in order with, see lanes.ts; null for attempts by hand that took over nothing. */
    lane: text(),
    /** 1 for the message's newest attempt, which says how the message stands; 0 for the ones before. */
    latest: integer({ mode: "boolean" }).notNull(),
    createdAt: integer().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.workspaceId, t.id] }),
    uniqueIndex("webhook_deliveries_by_message").on(t.workspaceId, t.webhookId, t.messageId, t.attempt),
    index("webhook_deliveries_by_webhook").on(t.workspaceId, t.webhookId, t.id),
    index("webhook_deliveries_by_state").on(t.workspaceId, t.webhookId, t.state, t.id),
    index("webhook_deliveries_standing")
      .on(t.workspaceId, t.webhookId, t.state, t.id)
      .where(sql`latest = 1 AND event_seq IS NOT NULL`),
    index("webhook_deliveries_due")
      .on(t.workspaceId, t.webhookId, t.nextAttemptAt)
      .where(sql`next_attempt_at IS NOT NULL`),
    index("webhook_deliveries_by_hand").on(t.workspaceId, t.id).where(sql`"trigger" <> 'auto'`),
  ],
);

/**
 * Events that arrived at their first attempt, nearly all there are: one row written for each, without any index beside
 * the key. Kept 30 days.
 */
export const webhookDelivered = sqliteTable(
  "webhook_delivered",
  {
    workspaceId: text().notNull(),
    webhookId: text().notNull(),
    id: text().notNull(),
    messageId: text().notNull(),
    eventSeq: integer().notNull(),
    eventType: text().notNull(),
    statusCode: integer(),
    durationMs: integer(),
    requestBody: text().notNull(),
    responseExcerpt: text(),
    createdAt: integer().notNull(),
  },
  (t) => [primaryKey({ columns: [t.workspaceId, t.webhookId, t.id] })],
);

/** An attempt. Times are milliseconds, UTC. */
export type WebhookDelivery = Omit<typeof webhookDeliveries.$inferSelect, "workspaceId" | "lane">;

import { sql } from "drizzle-orm";
import { index, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";

export const CHANNELS = ["web", "email", "telegram", "whatsapp", "messenger", "instagram", "api"] as const;
export type Channel = (typeof CHANNELS)[number];

/**
 * not_connected: its channel needs credentials that it does not have; failing: the channel's service refused us last;
 * disabled: switched off by a person.
 */
export const INBOX_STATES = ["not_connected", "active", "failing", "disabled"] as const;
export type InboxState = (typeof INBOX_STATES)[number];

/** An inbox: where conversations of one channel arrive. `channelId` and `inboxId` are the same id. */
export const inboxes = sqliteTable(
  "inboxes",
  {
    workspaceId: text().notNull(),
    id: text().notNull(),
    channel: text({ enum: CHANNELS }).notNull(),
    name: text().notNull(),
    /** Anything comes in or goes out in an active and a failing one alone. */
    state: text({ enum: INBOX_STATES }).notNull(),
    /** Why it is failing, as the channel says it. */
    stateReason: text(),
    /** What the channel's own service wants to know of us, sealed: see channels/credentials.ts. Never answered. */
    credentials: text(),
    /** What it is connected to, in words that may be shown: a callback address, the name of a bot. Null: to nothing. */
    connection: text({ mode: "json" }).$type<Record<string, string>>(),
    chatbotId: text(),
    /** What a widget names it by: `pub_<workspace>_<random>`. Not a secret. */
    publicKey: text().notNull(),
    /** Origins whose pages may open a session; empty: any. */
    allowedDomains: text({ mode: "json" }).$type<string[]>().notNull(),
    /** Settings that may be shown. Credentials of a channel never go here. */
    settings: text({ mode: "json" }).$type<Record<string, unknown>>().notNull(),
    createdAt: integer().notNull(),
    updatedAt: integer().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.workspaceId, t.id] }),
    index("inboxes_by_chatbot").on(t.workspaceId, t.chatbotId, t.id),
    index("inboxes_by_name").on(t.workspaceId, sql`${t.name} COLLATE NOCASE`),
  ],
);

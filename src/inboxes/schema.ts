import { index, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";

export const CHANNELS = ["web", "telegram", "whatsapp", "messenger", "api"] as const;
export type Channel = (typeof CHANNELS)[number];

/** An inbox: where conversations of one channel arrive. `channelId` and `inboxId` are the same id. */
export const inboxes = sqliteTable(
  "inboxes",
  {
    workspaceId: text().notNull(),
    id: text().notNull(),
    channel: text({ enum: CHANNELS }).notNull(),
    name: text().notNull(),
    /** active, or disabled: nothing comes in or goes out. */
    state: text({ enum: ["active", "disabled"] }).notNull(),
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
  ],
);

import { sql } from "drizzle-orm";
import { index, integer, primaryKey, real, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import type { AiSettings } from "./settings.ts";
import type { WidgetSettings, WidgetTexts } from "./widget.ts";

/** A chatbot: what answers first in the inboxes that point at it. Its flow is the flows' own. */
export const chatbots = sqliteTable(
  "chatbots",
  {
    workspaceId: text().notNull(),
    id: text().notNull(),
    name: text().notNull(),
    /** What completion compares of the name. */
    nameKey: text().notNull(),
    description: text().notNull(),
    /** Answers nothing while set. */
    disabled: integer({ mode: "boolean" }).notNull(),
    /** The workspace's main chatbot: at most one is. Not `primary`, which SQL keeps for itself. */
    isPrimary: integer({ mode: "boolean" }).notNull(),
    /** BCP 47, or `auto`: the visitor's. */
    language: text().notNull(),
    model: text().notNull(),
    temperature: real().notNull(),
    strictness: integer().notNull(),
    widgetEnabled: integer({ mode: "boolean" }).notNull(),
    /** 1, 2, 3 …: goes up with each change, which is how two changes at the same time notice each other. */
    revision: integer().notNull(),
    createdAt: integer().notNull(),
    updatedAt: integer().notNull(),
    // What is long stands last: lists read past it without loading it.
    ai: text({ mode: "json" }).$type<AiSettings>().notNull(),
    widgetTexts: text({ mode: "json" }).$type<WidgetTexts>().notNull(),
    widget: text({ mode: "json" }).$type<WidgetSettings>().notNull(),
    instructions: text().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.workspaceId, t.id] }),
    uniqueIndex("chatbots_primary").on(t.workspaceId).where(sql`is_primary = 1`),
    index("chatbots_by_name").on(t.workspaceId, t.nameKey, t.id),
  ],
);

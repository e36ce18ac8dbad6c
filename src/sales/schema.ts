import { sql } from "drizzle-orm";
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import { z } from "zod";
import { typedText } from "../tenant/typed-text.ts";

/** What makes the chat widget say a rule's message. */
export const salesTrigger = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("page_url"),
    contains: typedText(500).describe("Part of the page's address"),
  }),
  z.strictObject({ kind: z.literal("time_on_page"), seconds: z.int().min(1).max(3600) }),
  z.strictObject({ kind: z.literal("exit_intent") }),
  z.strictObject({
    kind: z.literal("scroll"),
    percent: z.int().min(1).max(100).describe("How far down the page"),
  }),
  z.strictObject({ kind: z.literal("returning_visitor") }),
  z.strictObject({
    kind: z.literal("cart_value"),
    minimum: z.number().positive().max(1e9).describe("In the shop's currency"),
  }),
]);
export type SalesTrigger = z.output<typeof salesTrigger>;

/** Every kind of trigger. */
export const TRIGGER_KINDS = salesTrigger.options.map(({ shape }) => shape.kind.value);

export const salesRules = sqliteTable(
  "sales_rules",
  {
    workspaceId: text().notNull(),
    id: text().notNull(),
    chatbotId: text().notNull(),
    name: text().notNull(),
    trigger: text({ mode: "json" }).$type<SalesTrigger>().notNull(),
    message: text().notNull(),
    active: integer({ mode: "boolean" }).notNull(),
    /** 1, 2, 3 … per chatbot in the order they were made: of several that fire at once, the first one speaks. */
    priority: integer().notNull(),
    createdAt: integer().notNull(),
    updatedAt: integer().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.workspaceId, t.id] }),
    uniqueIndex("sales_rules_by_chatbot").on(t.workspaceId, t.chatbotId, t.priority),
    index("sales_rules_by_active").on(t.workspaceId, t.active, t.chatbotId, t.priority),
    index("sales_rules_by_name").on(t.workspaceId, sql`${t.name} COLLATE NOCASE`),
  ],
);

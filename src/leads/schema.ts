import { sql } from "drizzle-orm";
import { index, integer, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";

/** Where a lead was captured: page, referrer, flow and node and the like, as the visitor's side said. */
export type LeadSource = Record<string, string>;

/** Each time that a visitor left contact data: an event that points at the contact. Never changed. */
export const leads = sqliteTable(
  "leads",
  {
    /** Storage number: the rowid of its search row. Never shown. */
    n: integer().primaryKey(),
    workspaceId: text().notNull(),
    id: text().notNull(),
    contactId: text().notNull(),
    conversationId: text(),
    inboxId: text(),
    chatbotId: text(),
    /** As they were given then; the contact may have others by now. */
    name: text(),
    email: text(),
    phone: text(),
    source: text({ mode: "json" }).$type<LeadSource>().notNull(),
    /** What else was asked, by name; null: nothing. */
    details: text({ mode: "json" }).$type<Record<string, string>>(),
    /** What the capturer calls this capture: the same one again is the same lead. */
    captureKey: text(),
    capturedAt: integer().notNull(),
  },
  (t) => [
    uniqueIndex("leads_by_id").on(t.workspaceId, t.id),
    uniqueIndex("leads_by_capture").on(t.workspaceId, t.captureKey).where(sql`capture_key IS NOT NULL`),
    index("leads_by_time").on(t.workspaceId, t.capturedAt, t.n),
    index("leads_by_chatbot").on(t.workspaceId, t.chatbotId, t.capturedAt, t.n),
    index("leads_by_inbox").on(t.workspaceId, t.inboxId, t.capturedAt, t.n),
    index("leads_by_contact").on(t.workspaceId, t.contactId),
  ],
);

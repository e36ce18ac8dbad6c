import { sql } from "drizzle-orm";
import { index, integer, primaryKey, real, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";

export const contacts = sqliteTable(
  "contacts",
  {
    /** Storage number: the rowid of its search row and the order of creation. Never shown. */
    n: integer().primaryKey(),
    workspaceId: text().notNull(),
    id: text().notNull(),
    name: text(),
    email: text(),
    /**
     * What duplicates and look-ups compare of the email. Null also where only the contact itself said it: it is shown
     * then, but nobody is found by it until a person, an import or a program of the workspace confirms it.
     */
    emailKey: text(),
    /** As it was typed. */
    phone: text(),
    /**
     * The digits of its E.164 form where that is known (typed with its country code, or of the workspace's country),
     * else the digits that were typed: what duplicates and look-ups compare. Null also where nobody confirmed it.
     */
    phoneKey: text(),
    externalId: text(),
    /** What name order compares: the name, email or phone, folded, so that unnamed contacts have a place. */
    sortKey: text().notNull(),
    /** The credential that made it through a tool: such a contact stays visible to it. */
    createdBy: text(),
    /** Since when nothing of it is taken in; null: it may write. */
    blockedAt: integer(),
    /** Its messages that were dropped since it was blocked last. */
    droppedMessages: integer().notNull().default(0),
    /** Moves at most once an hour: the list by activity goes by it, and each move writes an index row. */
    lastActivityAt: integer().notNull(),
    createdAt: integer().notNull(),
    updatedAt: integer().notNull(),
  },
  (t) => [
    uniqueIndex("contacts_by_id").on(t.workspaceId, t.id),
    uniqueIndex("contacts_by_email").on(t.workspaceId, t.emailKey).where(sql`email_key IS NOT NULL`),
    uniqueIndex("contacts_by_phone").on(t.workspaceId, t.phoneKey).where(sql`phone_key IS NOT NULL`),
    uniqueIndex("contacts_by_external_id")
      .on(t.workspaceId, t.externalId)
      .where(sql`external_id IS NOT NULL`),
    index("contacts_by_creation").on(t.workspaceId, t.n),
    index("contacts_by_activity").on(t.workspaceId, t.lastActivityAt, t.n),
    index("contacts_by_name").on(t.workspaceId, t.sortKey, t.n),
  ],
);

/**
 * Emails, phones and external ids of contacts that were merged into others which have another one: see aliases.ts.
 * `key` is what contacts compare of it.
 */
export const contactAliases = sqliteTable(
  "contact_aliases",
  {
    workspaceId: text().notNull(),
    kind: text({ enum: ["email", "phone", "externalId"] }).notNull(),
    key: text().notNull(),
    contactId: text().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.workspaceId, t.kind, t.key] }),
    index("contact_aliases_by_contact").on(t.workspaceId, t.contactId),
  ],
);

/** Who a contact is in an inbox: a visitor id, a Telegram chat, a WhatsApp number. */
export const contactIdentities = sqliteTable(
  "contact_identities",
  {
    workspaceId: text().notNull(),
    id: text().notNull(),
    inboxId: text().notNull(),
    channel: text().notNull(),
    sourceId: text().notNull(),
    contactId: text().notNull(),
    /** When it last wrote, to the hour; its conversations know it exactly. */
    lastInboundAt: integer(),
    /** Why nothing reaches it, as the channel says it: it has blocked us, say. Null: it can be reached. */
    unreachable: text(),
    createdAt: integer().notNull(),
  },
  (t) => [
    // By contact first: whoever asks for an identity knows whose it is, and a contact's are read in their order.
    primaryKey({ columns: [t.workspaceId, t.contactId, t.id] }),
    uniqueIndex("contact_identities_by_source").on(t.workspaceId, t.inboxId, t.sourceId),
  ],
);

/**
 * Which limited callers see which contacts: `viewer` is an inbox id (the contact has an identity or a
 * conversation there) or a credential id (it made the contact). Lists of limited callers go by this table,
 * so that they cost about as many rows as they answer.
 */
export const contactViewers = sqliteTable(
  "contact_viewers",
  {
    workspaceId: text().notNull(),
    viewer: text().notNull(),
    contactId: text().notNull(),
    /** contacts.n, for newest-first lists. */
    contactN: integer().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.workspaceId, t.contactId, t.viewer] }),
    index("contact_viewers_by_creation").on(t.workspaceId, t.viewer, t.contactN),
  ],
);

/** That a person was erased, when and by whom: all that is kept of them. */
export const contactErasures = sqliteTable(
  "contact_erasures",
  {
    workspaceId: text().notNull(),
    contactId: text().notNull(),
    requestedByKind: text().notNull(),
    requestedBy: text().notNull(),
    requestedAt: integer().notNull(),
    /** Null while it goes on. */
    finishedAt: integer(),
    /** How many of what went so far: `{"messages": 12}`. */
    removed: text({ mode: "json" }).$type<Record<string, number>>().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.workspaceId, t.contactId] }),
    index("contact_erasures_unfinished").on(t.workspaceId).where(sql`finished_at IS NULL`),
  ],
);

export const tags = sqliteTable(
  "tags",
  {
    workspaceId: text().notNull(),
    id: text().notNull(),
    name: text().notNull(),
    /** Lower-case name: names are unique without regard to case. */
    nameKey: text().notNull(),
    color: text(),
    createdAt: integer().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.workspaceId, t.id] }),
    uniqueIndex("tags_by_name").on(t.workspaceId, t.nameKey),
  ],
);

export const contactTags = sqliteTable(
  "contact_tags",
  {
    workspaceId: text().notNull(),
    contactId: text().notNull(),
    tagId: text().notNull(),
    contactN: integer().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.workspaceId, t.contactId, t.tagId] }),
    index("contact_tags_by_tag").on(t.workspaceId, t.tagId, t.contactN),
  ],
);

export const CUSTOM_FIELD_TYPES = ["text", "number", "date", "datetime", "boolean", "select"] as const;
export type CustomFieldType = (typeof CUSTOM_FIELD_TYPES)[number];

export const customFields = sqliteTable(
  "custom_fields",
  {
    workspaceId: text().notNull(),
    id: text().notNull(),
    key: text().notNull(),
    label: text().notNull(),
    type: text({ enum: CUSTOM_FIELD_TYPES }).notNull(),
    options: text({ mode: "json" }).$type<string[]>(),
    createdAt: integer().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.workspaceId, t.id] }),
    uniqueIndex("custom_fields_by_key").on(t.workspaceId, t.key),
  ],
);

export const contactFieldValues = sqliteTable(
  "contact_field_values",
  {
    workspaceId: text().notNull(),
    contactId: text().notNull(),
    fieldId: text().notNull(),
    contactN: integer().notNull(),
    /** Every value as text (booleans as true/false, dates as ISO 8601): what filters compare. */
    textValue: text().notNull(),
    /** The same as a number, for numbers and times. */
    numberValue: real(),
    updatedAt: integer().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.workspaceId, t.contactId, t.fieldId] }),
    index("contact_field_values_by_value").on(t.workspaceId, t.fieldId, t.textValue, t.contactN),
  ],
);

import { index, integer, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";

export const AVAILABILITIES = ["in_stock", "out_of_stock", "preorder", "discontinued"] as const;
export type Availability = (typeof AVAILABILITIES)[number];

/** Further facts of a product by name: brand, colour, size. */
export type ProductAttributes = Record<string, string | number | boolean | string[]>;

export const products = sqliteTable(
  "products",
  {
    /** Storage number: the rowid of its search rows and the order of lists. Never shown. */
    n: integer().primaryKey({ autoIncrement: true }),
    workspaceId: text().notNull(),
    id: text().notNull(),
    /** The shop's own id, by which an import finds it again. */
    externalId: text().notNull(),
    /** The chatbot that alone offers it; null: all of the workspace. */
    chatbotId: text(),
    title: text().notNull(),
    description: text().notNull(),
    /** In the currency's smallest unit (cents); null when it is not known. Set together with the currency. */
    priceMinor: integer(),
    /** ISO 4217. */
    currency: text(),
    availability: text({ enum: AVAILABILITIES }).notNull(),
    url: text(),
    imageUrl: text(),
    attributes: text({ mode: "json" }).$type<ProductAttributes>().notNull(),
    /** Of everything above: an import writes only what has another one. */
    digest: text().notNull(),
    /** The import that saw it last, of those that remove what they do not see. */
    syncToken: text(),
    createdAt: integer().notNull(),
    updatedAt: integer().notNull(),
  },
  (t) => [
    uniqueIndex("products_by_id").on(t.workspaceId, t.id),
    uniqueIndex("products_by_external_id").on(t.workspaceId, t.externalId),
    index("products_by_number").on(t.workspaceId, t.n),
    index("products_by_availability").on(t.workspaceId, t.availability, t.n),
    index("products_by_chatbot").on(t.workspaceId, t.chatbotId, t.n),
    index("products_by_chatbot_availability").on(t.workspaceId, t.chatbotId, t.availability, t.n),
  ],
);

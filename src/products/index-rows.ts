import { defineCorpus, type IndexedRow } from "../tenant/hybrid.ts";
import { bareId } from "../tenant/ids.ts";
import { type ProductAttributes, products } from "./schema.ts";

/** How products stand in the search index. */

/** The scope of products that belong to no chatbot. */
const SHARED = "shared";
/** Characters of the text in which typos are forgiven, and of what is embedded of a description. */
const MAX_FUZZY = 400;

/** A match in the title says most, the shop's id next (people search for it by number), the description least. */
export const productCorpus = defineCorpus({
  table: products,
  number: products.n,
  key: products.externalId,
  words: "products_search",
  weights: { title: 10, external_id: 6, attributes: 4, description: 1 },
  trigrams: "products_trigrams",
});

interface Indexed {
  id: string;
  externalId: string;
  chatbotId: string | null;
  title: string;
  description: string;
  attributes: ProductAttributes;
}

function scopeOf(chatbotId: string | null): string {
  return chatbotId === null ? SHARED : bareId(chatbotId);
}

/** The scopes of what a chatbot offers: its own products and everybody's. */
export function scopesOf(chatbotId: string): string[] {
  return [SHARED, bareId(chatbotId)];
}

function attributesText(attributes: ProductAttributes): string {
  return Object.values(attributes)
    .flat()
    .filter((value) => typeof value !== "boolean")
    .join(" ");
}

/** The text in which typos are forgiven: title and attributes. */
export function fuzzyText({ title, attributes }: Pick<Indexed, "title" | "attributes">): string {
  return `${title} ${attributesText(attributes)}`.slice(0, MAX_FUZZY);
}

export function indexedRow(product: Indexed): IndexedRow {
  const { title, externalId, description } = product;
  return {
    key: externalId,
    scope: scopeOf(product.chatbotId),
    fields: [title, externalId, attributesText(product.attributes), description],
    fuzzy: fuzzyText(product),
  };
}

/** What a vector is made from. */
export function embeddedRow(product: Indexed): { id: string; scope: string; text: string } {
  const { id, title, attributes, description } = product;
  return {
    id,
    scope: scopeOf(product.chatbotId),
    text: [title, attributesText(attributes), description].filter(Boolean).join("\n"),
  };
}

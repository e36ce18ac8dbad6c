import { defineCorpus, type EmbeddedRow, type IndexedRow, SHARED, scopeOf } from "../search/corpus.ts";
import { comparableWords } from "../search/typos.ts";
import { type ProductAttributes, products } from "./schema.ts";

/** How products stand in the search index. */

/** Characters of the text in which typos are forgiven, and of the description that it takes words from. */
const MAX_FUZZY = 600;
const FUZZY_DESCRIPTION = 1200;

/** A match in the title says most, the shop's id next (people search for it by number), the description least. */
export const productCorpus = defineCorpus({
  table: products,
  number: products.n,
  key: products.externalId,
  index: "products_search",
  weights: { title: 10, external_id: 6, attributes: 4, description: 1 },
});

interface Indexed {
  id: string;
  externalId: string;
  chatbotId: string | null;
  title: string;
  description: string;
  attributes: ProductAttributes;
}

/** The scopes of what a chatbot offers: its own products and everybody's. */
export function scopesOf(chatbotId: string): string[] {
  return [SHARED, scopeOf(chatbotId)];
}

function attributesText(attributes: ProductAttributes): string {
  return Object.values(attributes)
    .flat()
    .filter((value) => typeof value !== "boolean")
    .join(" ");
}

/**
 * The text in which typos are forgiven: title, the shop's id, attributes, and the longer words of the description as
 * far as they fit.
 */
function fuzzyText({
  title,
  externalId,
  attributes,
  description,
}: Pick<Indexed, "title" | "externalId" | "attributes" | "description">): string {
  const words = comparableWords(description.slice(0, FUZZY_DESCRIPTION));
  return [title, externalId, attributesText(attributes), ...words]
    .join(" ")
    .slice(0, MAX_FUZZY)
    .toWellFormed();
}

/** A product as search compares it with a query. */
export function indexedProduct(product: Omit<Indexed, "id">): IndexedRow {
  const { title, externalId, description } = product;
  return {
    key: externalId,
    scope: scopeOf(product.chatbotId),
    fields: [title, externalId, attributesText(product.attributes), description],
    fuzzy: fuzzyText(product),
  };
}

/** What a vector is made from. */
export function embeddedProduct(product: Indexed): EmbeddedRow {
  const { id, title, attributes, description } = product;
  return {
    id,
    scope: scopeOf(product.chatbotId),
    text: [title, attributesText(attributes), description].filter(Boolean).join("\n"),
  };
}

import { minorDigits } from "../../src/products/price.ts";
import { AMBIGUOUS_NUMBER, readDecimal } from "../../src/tenant/typed-numbers.ts";
import { BadEntry, type Item } from "./entry.ts";

/** What shops' formats have in common. */

export const PRODUCT_FORMATS = ["auto", "shopify-json", "shopify-csv", "woocommerce-csv", "jsonl"] as const;
export type ProductFormat = (typeof PRODUCT_FORMATS)[number];

export interface ProductOptions {
  /** ISO 4217: shops' files do not say it. */
  currency: string;
  /** The shop's own address, for links to products. */
  shopUrl?: string;
}

export type Availability = "in_stock" | "out_of_stock" | "preorder" | "discontinued";

/** One choice of a product, as far as price and stock go. */
export interface Variant {
  /** As written; "" when it has none. */
  price: string;
  availability: Availability;
  line?: number;
}

/** Characters of a price, and the server's limits on attributes. What is longer of those is cut: a shop's tags are no reason to refuse a product. */
const MAX = { price: 40, name: 60, text: 500, entries: 100, entry: 200, attributes: 50 };

/** What stands beside the number of a price: a currency's sign or its code. */
const CURRENCY = /^(?:\p{Sc}|[A-Z]{3}\b)\s*|\s*(?:\p{Sc}|\b[A-Z]{3})$/gu;

/**
 * A price as decimal text, however the shop's language writes it: `19,90`, `1,234.56` and `$19.99` are read.
 * @param currency ISO 4217: `1.234` is a price of those with three digits behind the point
 * @throws BadEntry for what is no number, and for `1,234`, which could mean two things
 */
export function decimalPrice(price: string, currency: string, line?: number): string {
  const number = price.length > MAX.price ? "" : price.replace(CURRENCY, "");
  const decimal = /^\d+\.\d{3}$/.test(number) && minorDigits(currency) === 3 ? number : readDecimal(number);
  if (decimal !== null && decimal !== "ambiguous" && !decimal.startsWith("-")) return decimal;
  const why = decimal === "ambiguous" ? AMBIGUOUS_NUMBER : "is not a decimal number such as 19.90";
  throw new BadEntry(`price: ${JSON.stringify(price.slice(0, MAX.price))} ${why}`, line);
}

/** Compares decimal texts exactly. */
export function comparePrices(a: string, b: string): number {
  const [wholeA = "", fractionA = ""] = a.split(".");
  const [wholeB = "", fractionB = ""] = b.split(".");
  const digits = Math.max(fractionA.length, fractionB.length);
  const left = BigInt(wholeA + fractionA.padEnd(digits, "0"));
  const right = BigInt(wholeB + fractionB.padEnd(digits, "0"));
  return left < right ? -1 : left > right ? 1 : 0;
}

/**
 * What a product costs and whether it can be had: the price of the cheapest variant that can be bought, or else of
 * the cheapest; `priceTo` when a dearer one can be bought too.
 */
export function offerOf(
  variants: readonly Variant[],
  currency: string,
): {
  price: string | null;
  priceTo: string | null;
  availability: Availability;
} {
  const availability =
    (["in_stock", "preorder", "out_of_stock", "discontinued"] as const).find((one) =>
      variants.some((variant) => variant.availability === one),
    ) ?? "in_stock";
  const offered = variants.filter((variant) => variant.availability === availability);
  const prices = offered
    .filter(({ price }) => price !== "")
    .map(({ price, line }) => decimalPrice(price, currency, line))
    .sort(comparePrices);
  // A price that cannot be read is one to report, even of a variant that is sold out.
  for (const { price, line } of variants) if (price !== "") decimalPrice(price, currency, line);
  const [lowest = null] = prices;
  const highest = prices.at(-1) ?? null;
  const differ = lowest !== null && highest !== null && comparePrices(lowest, highest) !== 0;
  return { price: lowest, priceTo: differ ? highest : null, availability };
}

/** Attributes by name: empty ones left out, lists without repetition, everything within the server's limits. */
export function attributesOf(given: Record<string, string | readonly string[] | null>): Item {
  const attributes: Item = {};
  for (const [name, value] of Object.entries(given)) {
    const key = name.trim().slice(0, MAX.name);
    if (key === "" || Object.keys(attributes).length >= MAX.attributes) continue;
    if (value === null || typeof value === "string") {
      if (value?.trim()) attributes[key] = value.trim().slice(0, MAX.text);
      continue;
    }
    const entries = [...new Set(value.map((one) => one.trim().slice(0, MAX.entry)).filter(Boolean))];
    const [only] = entries;
    if (entries.length === 1) attributes[key] = only;
    else if (entries.length > 1) attributes[key] = entries.slice(0, MAX.entries);
  }
  return attributes;
}

/** A link to a product of the shop; null when its address is not known. */
export function shopLink(shopUrl: string | undefined, path: string): string | null {
  return shopUrl === undefined ? null : `${shopUrl.replace(/\/+$/, "")}${path}`;
}

/** An address on the web; null for what is none, such as the mere name of a picture's file. */
export function webAddress(text: string): string | null {
  const address = URL.parse(text.startsWith("//") ? `https:${text}` : text);
  return address && /^https?:$/.test(address.protocol) && address.href.length <= 2000 ? address.href : null;
}

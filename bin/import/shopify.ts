import { z } from "zod";
import { type CsvRow, type CsvTable, headingKey } from "./csv.ts";
import { BadEntry, type Entry, type Item } from "./entry.ts";
import { htmlToText } from "./html.ts";
import { elementLines } from "./json.ts";
import {
  type Availability,
  attributesOf,
  offerOf,
  type ProductOptions,
  shopLink,
  type Variant,
  webAddress,
} from "./product.ts";

/**
 * Shopify's products, from a product export (CSV, in its old and its new headings) or from `products.json`, which
 * each shop serves and which the admin API answers. Both know a product by its handle, so that either can follow on
 * the other.
 */

/** What Shopify calls the only option of a product without options. */
const NO_OPTION = "title";

interface ShopifyProduct {
  handle: string;
  title: string;
  html: string;
  vendor: string;
  type: string;
  category: string;
  tags: readonly string[];
  status: string;
  /** Its address; "" without one. */
  image: string;
  /** Name and values of each. */
  options: readonly { name: string; values: readonly string[] }[];
  skus: readonly string[];
  variants: readonly Variant[];
}

function itemOf(product: ShopifyProduct, { currency, shopUrl }: ProductOptions): Item {
  const { price, priceTo, availability } = offerOf(product.variants, currency);
  const options = product.options.filter(({ name }) => headingKey(name) !== NO_OPTION);
  return {
    externalId: product.handle,
    title: product.title,
    description: htmlToText(product.html),
    price,
    currency: price === null ? null : currency,
    availability: product.status === "archived" ? "discontinued" : availability,
    url: shopLink(shopUrl, `/products/${encodeURIComponent(product.handle)}`),
    imageUrl: webAddress(product.image),
    attributes: attributesOf({
      ...Object.fromEntries(options.map(({ name, values }) => [name, values])),
      brand: product.vendor,
      type: product.type,
      category: product.category,
      tags: product.tags,
      sku: product.skus,
      priceTo,
    }),
  };
}

function list(text: string): string[] {
  return text.split(",").map((one) => one.trim());
}

/** True when these headings are those of a Shopify product export. */
export function isShopifyCsv(headings: readonly string[]): boolean {
  const keys = headings.map(headingKey);
  const has = (...names: string[]) => names.some((name) => keys.includes(name));
  return has("handle", "url handle") && has("title") && has("variant price", "price", "option1 name");
}

function csvAvailability(row: CsvRow): Availability {
  // Shops with several locations export no quantities: then, and when stock is not tracked, it can be bought.
  const quantity = row.cell("Variant Inventory Qty", "Inventory quantity");
  const policy = row.cell("Variant Inventory Policy", "Continue selling when out of stock").toLowerCase();
  const tracked = row.cell("Variant Inventory Tracker", "Inventory tracker") !== "";
  const sellsOn = ["continue", "true", "yes"].includes(policy);
  return tracked && !sellsOn && quantity !== "" && Number(quantity) <= 0 ? "out_of_stock" : "in_stock";
}

function csvProduct(handle: string, rows: readonly CsvRow[], options: ProductOptions): Entry {
  const [first] = rows;
  if (!first) throw new Error("unreachable: a product has a row");
  const { line } = first;
  const published = first.cell("Published", "Published on online store").toLowerCase();
  const status = first.cell("Status").toLowerCase();
  if (status === "draft" || published === "false") return { line, skipped: true };
  // Rows beyond the variants hold nothing but further images.
  const variants = rows.filter(
    (row) => row === first || row.cell("Variant Price", "Price", "Option1 Value") !== "",
  );
  const images = rows
    .map((row) => ({
      src: row.cell("Image Src", "Product image URL", "Image source"),
      position: Number(row.cell("Image Position") || Number.MAX_SAFE_INTEGER),
    }))
    .filter(({ src }) => src !== "")
    .sort((a, b) => a.position - b.position);
  const item = itemOf(
    {
      handle,
      title: first.cell("Title"),
      html: first.cell("Body (HTML)", "Description"),
      vendor: first.cell("Vendor"),
      type: first.cell("Type"),
      category: first.cell("Product Category"),
      tags: list(first.cell("Tags")),
      status,
      image: images[0]?.src ?? "",
      options: [1, 2, 3].map((n) => ({
        name: first.cell(`Option${n} Name`),
        values: variants.map((row) => row.cell(`Option${n} Value`)),
      })),
      skus: variants.map((row) => row.cell("Variant SKU", "SKU")),
      variants: variants.map((row) => ({
        price: row.cell("Variant Price", "Price"),
        availability: csvAvailability(row),
        line: row.line,
      })),
    },
    options,
  );
  return { line, item };
}

/** The products of an export: one for each handle, whose rows stand together. */
export function* shopifyCsv({ rows }: CsvTable, options: ProductOptions): Generator<Entry> {
  let handle = "";
  let group: CsvRow[] = [];
  const product = (): Entry[] => {
    if (group.length === 0) return [];
    try {
      return [csvProduct(handle, group, options)];
    } catch (error) {
      if (!(error instanceof BadEntry)) throw error;
      return [{ line: error.line ?? group[0]?.line ?? 0, problem: error.message, keep: [handle] }];
    }
  };
  for (const row of rows) {
    if ("problem" in row) {
      // It may be a line of the product before it, or of the one behind.
      yield row;
      continue;
    }
    const named = row.cell("Handle", "URL handle");
    if (named === "" || named !== handle) {
      yield* product();
      [handle, group] = [named, []];
    }
    if (named === "") yield { line: row.line, problem: "has no Handle", keep: [] };
    else group.push(row);
  }
  yield* product();
}

const text = z
  .string()
  .nullish()
  .transform((value) => value ?? "");
const jsonVariant = z.looseObject({
  title: text,
  sku: text,
  price: z.union([z.string(), z.number()]).nullish(),
  /** What shops serve. */
  available: z.boolean().nullish(),
  /** What the admin API answers. */
  inventory_quantity: z.number().nullish(),
  inventory_management: z.string().nullish(),
  inventory_policy: z.string().nullish(),
  option1: text,
  option2: text,
  option3: text,
});
const jsonProduct = z.looseObject({
  handle: z.string().min(1),
  title: text,
  body_html: text,
  vendor: text,
  product_type: text,
  /** A list from shops, text from the admin API. */
  tags: z
    .union([z.array(z.string()), z.string()])
    .nullish()
    .transform((tags) => (typeof tags === "string" ? list(tags) : (tags ?? []))),
  status: text,
  published_at: z.string().nullish(),
  variants: z.array(jsonVariant).default([]),
  images: z.array(z.looseObject({ src: z.string() })).default([]),
  options: z
    .array(z.union([z.string().transform((name) => ({ name })), z.looseObject({ name: z.string() })]))
    .default([]),
});

function jsonAvailability(variant: z.output<typeof jsonVariant>): Availability {
  if (typeof variant.available === "boolean") return variant.available ? "in_stock" : "out_of_stock";
  const tracked = Boolean(variant.inventory_management);
  const sellsOn = variant.inventory_policy === "continue";
  return tracked && !sellsOn && (variant.inventory_quantity ?? 1) <= 0 ? "out_of_stock" : "in_stock";
}

function jsonEntry(given: unknown, line: number, options: ProductOptions): Entry {
  const parsed = jsonProduct.safeParse(given);
  const handle = z.looseObject({ handle: z.string() }).safeParse(given).data?.handle;
  const kept = handle === undefined ? {} : { keep: [handle] };
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return { line, problem: `${issue?.path.join(".") || "product"}: ${issue?.message}`, ...kept };
  }
  const product = parsed.data;
  if (product.status === "draft" || product.published_at === null) return { line, skipped: true };
  try {
    const item = itemOf(
      {
        ...product,
        html: product.body_html,
        type: product.product_type,
        category: "",
        image: product.images[0]?.src ?? "",
        options: product.options.map(({ name }, i) => ({
          name,
          values: product.variants.map((one) => [one.option1, one.option2, one.option3][i] ?? ""),
        })),
        skus: product.variants.map(({ sku }) => sku),
        variants: product.variants.map((one) => ({
          price: String(one.price ?? ""),
          availability: jsonAvailability(one),
        })),
      },
      options,
    );
    return { line, item };
  } catch (error) {
    if (!(error instanceof BadEntry)) throw error;
    return { line, problem: error.message, ...kept };
  }
}

/** The products of a parsed `products.json`, or null when it is none. @param source the file's text, for the lines */
export function shopifyJson(parsed: unknown, source: string, options: ProductOptions): Entry[] | null {
  const shaped = z.union([
    z.array(z.unknown()),
    z.looseObject({ products: z.array(z.unknown()) }),
    // The admin API's answer for a single one.
    z.looseObject({ product: z.looseObject({ handle: z.string() }) }).transform(({ product }) => [product]),
  ]);
  const products = shaped.safeParse(parsed).data;
  if (products === undefined) return null;
  const elements = Array.isArray(products) ? products : products.products;
  const lines = elementLines(source, Array.isArray(products) ? null : "products");
  return elements.map((product, i) => jsonEntry(product, lines[i] ?? 1, options));
}

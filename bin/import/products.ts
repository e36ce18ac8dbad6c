import { extname } from "node:path";
import type { Fields, OperatorClient, Row } from "../operator-client.ts";
import { Refused } from "../refused.ts";
import { Checkpoint, contentDigest } from "./checkpoint.ts";
import { csvTable, headingKey } from "./csv.ts";
import type { Entry, Item } from "./entry.ts";
import { jsonLines } from "./json.ts";
import type { ProductFormat, ProductOptions } from "./product.ts";
import { runImport } from "./run.ts";
import { isShopifyCsv, shopifyCsv, shopifyJson } from "./shopify.ts";
import { readUtf8, shownFile } from "./source.ts";
import { isWooCommerceCsv, wooCommerceCsv } from "./woocommerce.ts";

/** Products of one request; the server takes as many. */
const BATCH = 500;

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The format of a file, by its ending and what is in it. @throws Refused when it is none of them */
function detect(file: string, bytes: Buffer): Exclude<ProductFormat, "auto"> {
  const ending = extname(file).toLowerCase();
  if (ending === ".jsonl" || ending === ".ndjson") return "jsonl";
  const [start = ""] = /^\s*[[{]/.exec(bytes.subarray(0, 1000).toString()) ?? [];
  if (start !== "") {
    const source = bytes.toString();
    const whole = parsed(source);
    if (whole !== undefined)
      return shopifyJson(whole, source, { currency: "" }) === null ? "jsonl" : "shopify-json";
    if (ending !== ".json" || parsed(source.slice(0, source.indexOf("\n"))) !== undefined) return "jsonl";
    throw new Refused(`${shownFile(file)} is not JSON.`);
  }
  const { headings } = csvTable(bytes);
  if (isShopifyCsv(headings)) return "shopify-csv";
  if (isWooCommerceCsv(headings)) return "woocommerce-csv";
  throw new Refused(
    `${shownFile(file)} is neither a product export of Shopify (Handle, Title, Variant Price …) nor of WooCommerce in English (Type, SKU, Name, Regular price …), nor JSON: its headings are ${headings.slice(0, 8).join(", ")}.`,
  );
}

export interface ReadOptions {
  format: ProductFormat;
  currency?: string;
  shopUrl?: string;
  /** Milliseconds: sales may have an end. */
  now: number;
}

/** What a JSON line leaves to the command, and prices as text where they are numbers. */
function completed(item: Item, currency: string | undefined): Item {
  const price = typeof item.price === "number" ? String(item.price) : item.price;
  const needsCurrency = price !== undefined && price !== null && item.currency === undefined;
  return {
    ...item,
    ...(price === undefined ? {} : { price }),
    ...(needsCurrency && currency !== undefined ? { currency } : {}),
  };
}

/**
 * The products of a file.
 * @throws Refused when the file as a whole cannot be read so, or a shop's prices need a currency
 */
export function readProducts(file: string, bytes: Buffer<ArrayBuffer>, options: ReadOptions): Entry[] {
  const format = options.format === "auto" ? detect(file, bytes) : options.format;
  const source = bytes.toString();
  if (format === "jsonl") return [...jsonLines(source, (item) => completed(item, options.currency))];
  if (options.currency === undefined) {
    throw new Refused("Shops' files do not say their currency: name it, with --currency EUR for example.");
  }
  const shop: ProductOptions = { currency: options.currency, shopUrl: options.shopUrl };
  if (format === "shopify-json") {
    const entries = shopifyJson(parsed(source), source, shop);
    if (entries) return entries;
    throw new Refused(`${shownFile(file)} is no products.json: {"products": […]}.`);
  }
  const table = csvTable(bytes);
  const [fits, read] =
    format === "shopify-csv"
      ? [isShopifyCsv(table.headings), shopifyCsv(table, shop)]
      : [isWooCommerceCsv(table.headings), wooCommerceCsv(table, shop, options.now)];
  if (!fits) {
    const headings = table.headings.slice(0, 8).map(headingKey).join(", ");
    throw new Refused(`${shownFile(file)} is no ${format}: its headings are ${headings}.`);
  }
  return [...read];
}

export interface ProductImport {
  client: OperatorClient;
  files: string[];
  workspacePath: string;
  flags: Fields & ReadOptions & { chatbot?: string; sync?: boolean; allowEmpty?: boolean };
  quiet: boolean;
}

/** Imports products from files, which together are the source. */
export async function importProducts({
  client,
  files,
  workspacePath,
  flags,
  quiet,
}: ProductImport): Promise<Row> {
  const read = files.map((file) => ({ file, bytes: readUtf8(file) }));
  const entries = read.flatMap(({ file, bytes }) =>
    readProducts(file, bytes, flags).map((entry) => ({
      ...entry,
      ...(files.length > 1 ? { file: shownFile(file) } : {}),
    })),
  );
  const { now: _, sync = false, allowEmpty, ...options } = flags;
  const digest = contentDigest(read.map(({ bytes }) => bytes));
  return runImport({
    client,
    path: `${workspacePath}/imports/products`,
    fields: { chatbotId: flags.chatbot ?? null },
    entries: entries.map((entry, i) => ({ ...entry, at: i })),
    total: entries.length,
    batch: BATCH,
    noun: "products",
    sync,
    allowEmpty,
    distinct: true,
    checkpoint: new Checkpoint(
      { kind: "products", server: client.url, workspace: workspacePath, options: options, source: digest },
      !sync,
    ),
    quiet,
  });
}

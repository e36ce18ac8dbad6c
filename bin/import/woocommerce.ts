import { type CsvRow, type CsvTable, headingKey, plainCell } from "./csv.ts";
import { BadEntry, type Entry } from "./entry.ts";
import { htmlToText } from "./html.ts";
import {
  type Availability,
  attributesOf,
  comparePrices,
  decimalPrice,
  offerOf,
  type ProductOptions,
  shopLink,
  webAddress,
} from "./product.ts";

/**
 * WooCommerce's product export: products and, for those with choices, their variations as rows of their own, which
 * name their parent as `id:44` or by its SKU. Only exports with English headings can be told apart and read.
 */

/** Attributes that are read of a product. */
const MAX_ATTRIBUTES = 50;

/** True when these headings are those of WooCommerce's export. */
export function isWooCommerceCsv(headings: readonly string[]): boolean {
  const keys = new Set(headings.map(headingKey));
  return ["type", "sku", "name", "regular price"].every((name) => keys.has(name));
}

function value(row: CsvRow, heading: string): string {
  return plainCell(row.cell(heading));
}

/** A cell with several values: commas between them, `\,` within one. */
function list(cell: string): string[] {
  return cell
    .split(/(?<!\\),/)
    .map((one) => one.replaceAll("\\,", ",").trim())
    .filter(Boolean);
}

/** Line breaks are exported as `\n`, and a backslash before an n as `\\n`. */
function description(row: CsvRow): string {
  const broken = (cell: string) =>
    cell
      .split("\\\\n")
      .map((part) => part.replaceAll("\\n", "\n"))
      .join("\\n");
  const texts = [row.cell("Short description"), row.cell("Description")].map((cell) =>
    htmlToText(broken(cell)),
  );
  const [short = "", long = ""] = texts;
  return long.startsWith(short) ? long : texts.filter(Boolean).join("\n\n");
}

/** What is paid now: the sale price within its days, else the regular one. */
function priceOf(row: CsvRow, currency: string, now: number): string {
  const sale = value(row, "Sale price");
  const bound = (heading: string) => Date.parse(row.cell(heading));
  const [starts, ends] = [bound("Date sale price starts"), bound("Date sale price ends")];
  // A date without a time is the whole day.
  const lasts = /^\d{4}-\d{2}-\d{2}$/.test(row.cell("Date sale price ends")) ? ends + 86_400_000 : ends;
  const over = now < starts || now >= lasts;
  const regular = value(row, "Regular price");
  // As WooCommerce sells it: no sale raises a price.
  const lower =
    regular === "" ||
    (sale !== "" && comparePrices(decimalPrice(sale, currency), decimalPrice(regular, currency)) < 0);
  return sale !== "" && lower && !over ? sale : regular;
}

function availabilityOf(row: CsvRow): Availability {
  const stock = row.cell("In stock?").toLowerCase();
  if (stock === "0" || stock === "no") return "out_of_stock";
  return stock === "backorder" || stock === "onbackorder" ? "preorder" : "in_stock";
}

function types(row: CsvRow): string[] {
  return row
    .cell("Type")
    .toLowerCase()
    .split(",")
    .map((one) => one.trim());
}

function idOf(row: CsvRow): string {
  return row.cell("ID") || value(row, "SKU");
}

function entryOf(row: CsvRow, variations: readonly CsvRow[], options: ProductOptions, now: number): Entry {
  const { line } = row;
  const published = value(row, "Published");
  const hidden = row.cell("Visibility in catalog").toLowerCase() === "hidden";
  if (hidden || (published !== "" && published !== "1")) return { line, skipped: true };
  const offered = variations.filter((one) => ["", "1"].includes(value(one, "Published")));
  const rows = offered.length > 0 ? offered : [row];
  const { price, priceTo, availability } = offerOf(
    rows.map((one) => ({
      price: priceOf(one, options.currency, now),
      availability: availabilityOf(one),
      line: one.line,
    })),
    options.currency,
  );
  const named = Array.from({ length: MAX_ATTRIBUTES }, (_, i) => i + 1)
    .map((n) => [value(row, `Attribute ${n} name`), list(value(row, `Attribute ${n} value(s)`))] as const)
    .filter(([name]) => name !== "");
  const images = list(row.cell("Images"));
  const id = row.cell("ID");
  return {
    line,
    item: {
      externalId: idOf(row),
      title: value(row, "Name"),
      description: description(row),
      price,
      currency: price === null ? null : options.currency,
      availability,
      url:
        webAddress(row.cell("External URL")) ?? (id === "" ? null : shopLink(options.shopUrl, `/?p=${id}`)),
      imageUrl: webAddress(images[0] ?? ""),
      attributes: attributesOf({
        ...Object.fromEntries(named),
        brand: list(row.cell("Brands")),
        category: list(value(row, "Categories")),
        tags: list(value(row, "Tags")),
        sku: [row, ...(types(row).includes("grouped") ? [] : offered)].map((one) => value(one, "SKU")),
        priceTo,
      }),
    },
  };
}

/** The products of an export, variations with their parents. @param now milliseconds, for sales with an end */
export function* wooCommerceCsv({ rows }: CsvTable, options: ProductOptions, now: number): Generator<Entry> {
  const products: CsvRow[] = [];
  const variations = new Map<string, CsvRow[]>();
  const orphans: CsvRow[] = [];
  for (const row of rows) {
    if ("problem" in row) yield row;
    else if (!types(row).includes("variation")) products.push(row);
    else if (value(row, "Parent") === "") orphans.push(row);
    else variations.set(value(row, "Parent"), [...(variations.get(value(row, "Parent")) ?? []), row]);
  }
  const found = new Set<string>();
  const byName = new Map(
    products.flatMap((row) =>
      [`id:${row.cell("ID")}`, value(row, "SKU")].map((name) => [name, row] as const),
    ),
  );
  for (const row of products) {
    const names = [`id:${row.cell("ID")}`, value(row, "SKU")].filter((name) => variations.has(name));
    for (const name of names) found.add(name);
    // A group has no price of its own: it costs what its products do.
    const grouped = types(row).includes("grouped") ? list(value(row, "Grouped products")) : [];
    const own = [
      ...names.flatMap((name) => variations.get(name) ?? []),
      ...grouped.flatMap((name) => byName.get(name) ?? []),
    ];
    const externalId = idOf(row);
    try {
      if (externalId === "") throw new BadEntry("has neither ID nor SKU");
      yield entryOf(row, own, options, now);
    } catch (error) {
      if (!(error instanceof BadEntry)) throw error;
      const known = externalId === "" ? {} : { keep: [externalId] };
      yield { line: error.line ?? row.line, problem: error.message, ...known };
    }
  }
  for (const [name, own] of variations) if (!found.has(name)) orphans.push(...own);
  for (const row of orphans) {
    yield {
      line: row.line,
      problem: `is a variation of ${JSON.stringify(value(row, "Parent"))}, which is not there`,
      keep: [],
    };
  }
}

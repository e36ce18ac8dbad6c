import { parse } from "csv-parse/sync";
import { z } from "zod";
import { listCustomFields, MAX_CUSTOM_FIELDS } from "../contacts/custom-fields.ts";
import { importContacts, MAX_IMPORTED_CONTACTS } from "../contacts/import.ts";
import { type ColumnPlan, contactOf, type Definition, planColumns } from "../contacts/import-columns.ts";
import { Failure } from "../tenant/failure.ts";
import { tenantOfVisit, type Visit } from "./visit.ts";

/** Most of a file that a page takes, in characters and rows: `parley import contacts` takes any. */
const MOST_TEXT = 1_000_000;
export const MOST_ROWS = 5_000;
/** Rows of one step, after which the page says how far it is: a few seconds. */
export const STEP = 2 * MAX_IMPORTED_CONTACTS;
/** A row that was left out: its place in the file, from 0, and why. */
export type Bad = [row: number, why: string];

export interface Table {
  text: string;
  headings: string[];
  rows: string[][];
}

/** @throws Failure `invalid_input` saying what is wrong with the file */
export function readTable(text: string, words: Visit["words"]): Table {
  const t = words.contactImport;
  if (text.trim() === "") throw new Failure("invalid_input", t.noFile);
  if (text.length > MOST_TEXT) throw new Failure("invalid_input", t.tooLarge(MOST_ROWS));
  const [head = ""] = text.split("\n", 1);
  const count = (one: string) => head.split(one).length - 1;
  const delimiter = [",", ";", "\t"].reduce((best, one) => (count(one) > count(best) ? one : best));
  const options = {
    delimiter,
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    trim: true,
  };
  let lines: string[][];
  try {
    lines = z.array(z.array(z.string())).parse(parse(text.replace(/^\uFEFF/, ""), options));
  } catch (error) {
    if (error instanceof z.ZodError) throw error;
    throw new Failure("invalid_input", `${t.noCsv} ${error instanceof Error ? error.message : ""}`);
  }
  const [headings = [], ...rows] = lines;
  if (rows.length === 0) throw new Failure("invalid_input", t.noRows);
  if (rows.length > MOST_ROWS) throw new Failure("invalid_input", t.tooLarge(MOST_ROWS));
  return { text, headings, rows };
}

/** How somebody said which column is what; without it the headings say. */
function mappingOf(form: URLSearchParams, headings: readonly string[]): string[] {
  return headings.flatMap((heading, place) => {
    const chosen = form.get(`column-${place}`);
    return chosen === null || heading === "" ? [] : [`${heading}=${chosen}`];
  });
}

export interface Import extends Table {
  definitions: Definition[];
  plan: ColumnPlan;
}

export async function readImport(visit: Visit, form: URLSearchParams): Promise<Import> {
  const table = readTable(form.get("csv") ?? "", visit.words);
  const { items: definitions } = await listCustomFields(tenantOfVisit(visit), { limit: MAX_CUSTOM_FIELDS });
  const plan = planColumns(table.headings, definitions, mappingOf(form, table.headings));
  return { ...table, definitions, plan };
}

export const KINDS = ["created", "updated", "unchanged"] as const;
export type Counts = Record<(typeof KINDS)[number], number>;

/** Imports rows from one place on, or says what would become of them. */
export async function runRows(
  visit: Visit,
  { rows, headings, plan }: Import,
  { from, to, dryRun }: { from: number; to: number; dryRun: boolean },
): Promise<Counts & { bad: Bad[] }> {
  const sum = { created: 0, updated: 0, unchanged: 0, bad: [] as Bad[] };
  for (let at = from; at < Math.min(to, rows.length); at += MAX_IMPORTED_CONTACTS) {
    const part = rows.slice(at, Math.min(at + MAX_IMPORTED_CONTACTS, to));
    const wide = part.flatMap((cells, index) =>
      cells.slice(headings.length).some((cell) => cell !== "") ? [index] : [],
    );
    const items = part.map((cells) => contactOf({ cells }, plan).item);
    const good = items.flatMap((item, index) => (wide.includes(index) ? [] : [{ item, index }]));
    const done = await importContacts(
      tenantOfVisit(visit),
      good.map(({ item }) => item),
      { dryRun },
    );
    for (const kind of KINDS) sum[kind] += done[kind];
    const errors = done.errors.map(({ index, message }): Bad => [at + (good[index]?.index ?? 0), message]);
    sum.bad.push(...wide.map((index): Bad => [at + index, visit.words.contactImport.tooWide]), ...errors);
  }
  return sum;
}

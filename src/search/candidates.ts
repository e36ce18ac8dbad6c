import { type SQL, sql } from "drizzle-orm";
import type { SQLiteTable } from "drizzle-orm/sqlite-core";
import type { Tenant } from "../tenant/tenant.ts";
import { all, any, expression, gramsTerm, wordTerm } from "./terms.ts";
import { gramRuns } from "./typos.ts";
import { type WordForm, wordForms } from "./words.ts";

/**
 * The rows that are ranked: bounded, whatever the workspace holds. Rows that have all of the query's words come first,
 * then those with all but the most common, and so on, each step so many rows at most.
 */

/** Rows that are counted of a form of a word: one that more have is common, however many more. */
export const COUNTED = 400;
/** Rows that one step adds, at most, and the steps of words and those of typos together. */
const ADDED = 100;
const CANDIDATES = 150;
/** Rows that are read whatever the query is, the first of the scopes: they tell how long texts usually are. */
export const SAMPLE = 50;
/** The rarest words of a query that are looked for together. */
const TOGETHER = 4;
/** Neighbouring trigrams of a word that must be there whole in spite of a slip, as shares of all; the longest first. */
const INTACT = [2 / 3, 1 / 2, 1 / 3] as const;
/** The same, so many, and after that any single one. */
const FEWEST_INTACT = 2;
/** Rows that are counted of trigrams. */
const COUNTED_OF_GRAMS = 100;

/** What is looked for with how common it is, for ranking. */
export interface CountedForms {
  /** Rows in the scopes, {@link COUNTED} at most. */
  rows: number;
  forms: { form: WordForm; rows: number }[];
}

/** The query's words as they are counted, and the rows to rank, as SQL that selects their numbers as `value`. */
export interface Candidates {
  words: CountedForms;
  /** The trigrams of the words. */
  grams: CountedForms;
  numbers: SQL;
}

/**
 * Counts the words of a query (one statement), and says which rows to rank. Null when the query holds no word.
 * @param table an index of terms, see terms.ts
 */
export async function findCandidates(
  tenant: Tenant,
  table: SQLiteTable,
  query: string,
  scopes: readonly string[] | undefined,
): Promise<Candidates | null> {
  const words = wordForms(query).map((forms) => ({
    forms: forms.map((form) => ({ form, term: wordTerm(tenant, form) })),
    term: any(forms.map((form) => wordTerm(tenant, form))),
  }));
  if (words.length === 0) return null;
  const runs = gramRuns(query);
  const slips = runs.map((grams) => ({ term: intact(tenant, grams, Math.ceil(grams.length / 2)) }));
  const grams = runs.flat().map((text) => ({
    form: { text, kind: "piece" as const },
    term: gramsTerm(tenant, [[text]]),
  }));
  const forms = words.flatMap((word) => word.forms);
  const within = (...terms: string[]) => expression(tenant, scopes, ...terms);
  const ofTerms = (list: readonly { term: string }[]) => list.map(({ term }) => within(term));
  const rowsOf = await countRows(tenant, table, [within(), ...ofTerms(forms)], ofTerms([...slips, ...grams]));
  const rows = ({ term }: { term: string }) => rowsOf(within(term));
  const rarestFirst = <T extends { term: string }>(
    list: readonly T[],
    rowsOfOne: (item: T) => number = rows,
  ) =>
    list
      .map((item) => ({ term: item.term, count: rowsOfOne(item) }))
      .filter(({ count }) => count > 0)
      .sort((a, b) => a.count - b.count)
      .map(({ term }) => term);
  const exact = narrowing(rarestFirst(words, (word) => Math.max(...word.forms.map(rows))));
  const loose = [
    ...together(rarestFirst(slips), TOGETHER),
    ...INTACT.flatMap((share) => runs.map((run) => intact(tenant, run, Math.ceil(run.length * share)))),
    ...runs.map((run) => intact(tenant, run, FEWEST_INTACT)),
    ...rarestFirst(grams),
  ];
  const firstOf = (steps: readonly string[]) =>
    firstRows(
      table,
      [...new Set(steps)].map((term) => within(term)),
      CANDIDATES,
    );
  const counted = (list: typeof forms): CountedForms => ({
    rows: rowsOf(within()),
    forms: list.map(({ form, term }) => ({ form, rows: rowsOf(within(term)) })),
  });
  return {
    words: counted(forms),
    grams: counted(grams),
    numbers: sql`SELECT value FROM ${firstRows(table, [within()], SAMPLE)}
      UNION SELECT value FROM ${firstOf(exact)} UNION SELECT value FROM ${firstOf(loose)}`,
  };
}

/** How many rows match each of these expressions, {@link COUNTED} at most, and of those of trigrams: one statement. */
async function countRows(
  tenant: Tenant,
  table: SQLiteTable,
  ofWords: readonly string[],
  ofGrams: readonly string[],
): Promise<(expression: string) => number> {
  const given = [...new Set([...ofWords, ...ofGrams])];
  const words = new Set(ofWords).size;
  const count = (limit: number) =>
    sql`(SELECT count(*) FROM (SELECT 1 FROM ${table} WHERE ${table} MATCH given.value LIMIT ${limit}))`;
  const rows = await tenant.db
    .select({
      count: sql<number>`iif(given.key < ${words}, ${count(COUNTED)}, ${count(COUNTED_OF_GRAMS)})`,
    })
    .from(sql`json_each(${JSON.stringify(given)}) AS given`);
  const counts = new Map(given.map((expression, i) => [expression, rows[i]?.count ?? 0]));
  return (expression) => counts.get(expression) ?? 0;
}

/** All terms together, then the rarest ones, ever fewer, down to the rarest alone; then each of the others alone. */
function narrowing(terms: readonly string[]): string[] {
  if (terms.length === 0) return [];
  return [all(terms), ...together(terms, TOGETHER), ...terms.slice(1)];
}

/** The first so many terms together, then one fewer each. */
function together(terms: readonly string[], most: number): string[] {
  const rarest = terms.slice(0, most);
  return rarest.map((_, i) => all(rarest.slice(0, rarest.length - i)));
}

/** The expression of rows that have so many neighbouring trigrams of a word, any of them. */
function intact(tenant: Tenant, grams: readonly string[], size: number): string {
  const kept = Math.min(size, grams.length);
  const parts = Array.from({ length: grams.length - kept + 1 }, (_, i) => grams.slice(i, i + kept));
  return gramsTerm(tenant, parts);
}

/** The first rows of each step in turn, each row once. */
function firstRows(table: SQLiteTable, steps: readonly string[], limit: number): SQL {
  return sql`(SELECT DISTINCT hit.value AS value FROM json_each(${JSON.stringify(steps)}) AS step
    CROSS JOIN json_each((SELECT json_group_array(number) FROM (
      SELECT rowid AS number FROM ${table} WHERE ${table} MATCH step.value LIMIT ${ADDED}))) AS hit
    LIMIT ${limit})`;
}

import { type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import type { Tenant } from "../tenant/tenant.ts";
import type { TermSearch } from "./beginnings.ts";

/**
 * Where several terms must meet, a look-up goes through at most so many rows of each: two common words that meet
 * seldom cost no more than that. From there the next page goes on.
 */
export const MOST_ROWS_OF_A_TERM = 5_000;

const HIGHEST = Number.MAX_SAFE_INTEGER;

/** The rows that a look-up found. */
export interface RowsFound {
  /** Rowids, in order. */
  numbers: number[];
  /** How many rows were looked at. */
  looked: number;
  /** Behind which row to go on; null when there is nothing more. */
  behind: number | null;
}

const numbersJson = z.string().transform((text) => z.array(z.number()).parse(JSON.parse(text)));

/**
 * The rows with these terms behind `after`, in order, at most `size`. It never ranks, which would read every match.
 * @param table a full-text table that holds the terms of beginnings.ts
 */
export async function rowsWithTerms(
  tenant: Tenant,
  table: "contacts_search" | "leads_search",
  search: TermSearch,
  options: { newest: boolean; after: number | null; size: number },
): Promise<RowsFound> {
  const [row] = await tenant.db.all<{ bound: number | null; numbers: string }>(
    select(table, search, options),
  );
  const numbers = numbersJson.parse(row?.numbers ?? "[]");
  if (numbers.length >= options.size) {
    return { numbers, looked: numbers.length, behind: numbers.at(-1) ?? null };
  }
  const bound = row?.bound ?? null;
  return { numbers, looked: bound === null ? numbers.length : MOST_ROWS_OF_A_TERM, behind: bound };
}

/**
 * SELECT `numbers`, the rowids as a JSON list, and `bound`, behind which it did not look; null: it looked to the end.
 */
function select(
  table: "contacts_search" | "leads_search",
  search: TermSearch,
  options: { newest: boolean; after: number | null; size: number },
): SQL {
  const { newest, after, size } = options;
  const name = sql.raw(table);
  const direction = sql.raw(newest ? "DESC" : "ASC");
  const behind = after === null ? sql`` : newest ? sql`AND rowid < ${after}` : sql`AND rowid > ${after}`;
  const bounds = search.single.map(
    (term) => sql`coalesce((SELECT rowid FROM ${name} WHERE ${name} MATCH ${term} ${behind}
      ORDER BY rowid ${direction} LIMIT 1 OFFSET ${MOST_ROWS_OF_A_TERM}), ${newest ? -1 : HIGHEST})`,
  );
  const first = newest
    ? sql`max(-1, ${sql.join(bounds, sql`, `)})`
    : sql`min(${HIGHEST}, ${sql.join(bounds, sql`, `)})`;
  const bound = bounds.length === 0 ? sql`NULL` : sql`nullif(${first}, ${newest ? -1 : HIGHEST})`;
  const within = newest
    ? sql`rowid >= coalesce(bounded.n, -1)`
    : sql`rowid <= coalesce(bounded.n, ${HIGHEST})`;
  return sql`SELECT bounded.n AS bound, (SELECT json_group_array(found) FROM (
      SELECT rowid AS found FROM ${name} WHERE ${name} MATCH ${search.match} ${behind} AND ${within}
      ORDER BY rowid ${direction} LIMIT ${size}
    )) AS numbers
    FROM (SELECT ${bound} AS n) AS bounded`;
}

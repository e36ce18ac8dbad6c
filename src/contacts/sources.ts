import { asc, desc, gt, lt, type SQL, sql } from "drizzle-orm";
import type { SQLiteColumn } from "drizzle-orm/sqlite-core";
import { z } from "zod";
import type { Alternative } from "../search/beginnings.ts";
import { rarestTerms, rowsWithTerms } from "../search/term-rows.ts";
import type { Tenant, TenantTable } from "../tenant/tenant.ts";

/**
 * What a filter of the contact list goes by: an index that gives contact numbers (contacts.n, the order in which
 * contacts were made) in order, a few at a time. Each is also a condition for when another one leads.
 */
export interface ContactSource {
  /** The next up to `size` contacts behind `after`. Reads about `size` index rows for each of its branches. */
  next(after: number | null, size: number): Promise<Numbers>;
  /** "The contact is in this source", as a condition on `contacts`; undefined: {@link queried} says it. */
  holds?: SQL;
  /** The index gives contacts among which {@link holds} is not true of all. */
  inexact?: boolean;
  /** What a contact's words and numbers must be. */
  queried?: readonly Alternative[];
}

export interface Numbers {
  /** In order, each once. */
  numbers: number[];
  /** How many index rows were looked at. */
  looked: number;
  /** Behind which number to go on; null when there is nothing more. */
  behind: number | null;
}

/** newest: numbers fall; oldest: they rise. */
export type Direction = "newest" | "oldest";

/** An index that begins with workspace, fixed columns and `branch`, and is ordered by `number` from there. */
export interface IndexedBranches {
  table: TenantTable;
  branch: SQLiteColumn;
  /** Values of `branch`: what stands under each is merged. */
  values: readonly string[];
  number: SQLiteColumn;
  fixed?: SQL;
  holds: SQL;
  /** `holds` is not true of every contact that the index gives. */
  inexact?: boolean;
}

const numbersJson = z.string().transform((text) => z.array(z.number()).parse(JSON.parse(text)));

/**
 * A source that goes down an index: one branch, or several merged (a contact that stands in many comes once).
 * A branch gives at most `size` rows, so a step costs at most `size` rows times branches, whatever the index holds.
 */
export function indexSource(tenant: Tenant, direction: Direction, index: IndexedBranches): ContactSource {
  const { table, branch, number } = index;
  const newest = direction === "newest";
  return {
    holds: index.holds,
    inexact: index.inexact,
    async next(after, size) {
      const behind = after === null ? undefined : newest ? lt(number, after) : gt(number, after);
      const rows = await tenant.db.all<{ numbers: string }>(sql`
        SELECT (SELECT json_group_array(n) FROM (
          SELECT ${number} AS n FROM ${table}
          WHERE ${tenant.of(table, index.fixed, sql`${branch} = wanted.value`, behind)}
          ORDER BY ${newest ? desc(number) : asc(number)} LIMIT ${size}
        )) AS numbers
        FROM json_each(${JSON.stringify(index.values)}) AS wanted`);
      return mergeBranches(
        rows.map((row) => numbersJson.parse(row.numbers)),
        size,
        newest,
      );
    },
  };
}

/**
 * Merges what several branches gave. Beyond the end of a branch that may have more, nothing is known of it: only
 * numbers up to the first such end are safe to answer.
 */
export function mergeBranches(branches: readonly number[][], size: number, newest: boolean): Numbers {
  const last = (numbers: readonly number[]) => (newest ? Math.min(...numbers) : Math.max(...numbers));
  const first = (numbers: readonly number[]) => (newest ? Math.max(...numbers) : Math.min(...numbers));
  const full = branches.filter((numbers) => numbers.length >= size);
  const end = full.length > 0 ? first(full.map(last)) : null;
  const numbers = [...new Set(branches.flat())]
    .filter((n) => end === null || (newest ? n >= end : n <= end))
    .sort((a, b) => (newest ? b - a : a - b));
  return { numbers, looked: numbers.length, behind: end };
}

/** A source that goes down what a full-text look-up finds, by number: somewhat more than what is asked for. */
export async function querySource(
  tenant: Tenant,
  direction: Direction,
  alternatives: readonly Alternative[],
): Promise<ContactSource> {
  const { workspaceId } = tenant;
  const terms = await rarestTerms(tenant, "contacts_search", alternatives);
  return {
    queried: alternatives,
    async next(after, size) {
      const options = { newest: direction === "newest", after, size };
      const numbers = await rowsWithTerms(tenant, "contacts_search", workspaceId, terms, options);
      const behind = numbers.length < size ? null : (numbers.at(-1) ?? null);
      return { numbers, looked: numbers.length, behind };
    },
  };
}

import { asc, desc, gt, lt, type SQL, sql } from "drizzle-orm";
import type { SQLiteColumn } from "drizzle-orm/sqlite-core";
import { z } from "zod";
import type { Tenant, TenantTable } from "../tenant/tenant.ts";
import { contacts } from "./schema.ts";

/**
 * Where a list of contacts comes from: an index that gives contact numbers (contacts.n, the order in which contacts
 * were made) in order, a few at a time. Each filter is a source, and also a condition for when another one leads.
 */

/** Where a walk stands: behind the contact with this number. */
export interface Position {
  n: number;
  /** The value that the walk's order goes by, where that is not the number. */
  key?: string | number;
}

export interface Step {
  /** In the order of the walk, each once. */
  numbers: number[];
  /** Behind the last row looked at; where the next step begins. Null when there was none. */
  position: Position | null;
  /** True when there is nothing behind. */
  finished: boolean;
}

/** newest: numbers fall; oldest: they rise. */
export type Direction = "newest" | "oldest";

export interface Source {
  /** The next up to `size` contacts behind `after`. Reads about `size` index rows for each of its branches. */
  step(after: Position | null, size: number): Promise<Step>;
  /** "The contact is in this source", as a condition on `contacts`. Undefined: all are. */
  holds?: SQL;
}

/** An index that begins with workspace, fixed columns and `branch`, and is ordered by `number` from there. */
export interface IndexedBranches {
  table: TenantTable;
  branch: SQLiteColumn;
  /** Values of `branch`: the walk merges what stands under each. */
  values: readonly string[];
  number: SQLiteColumn;
  fixed?: SQL;
  holds: SQL;
}

const numbersJson = z.string().transform((text) => z.array(z.number()).parse(JSON.parse(text)));

/**
 * A source that walks an index: one branch, or several merged (a contact that stands in many comes once).
 * A branch gives at most `size` rows, so a step costs at most `size` rows times branches, whatever the index holds.
 */
export function indexSource(tenant: Tenant, direction: Direction, index: IndexedBranches): Source {
  const { table, branch, number } = index;
  const newest = direction === "newest";
  return {
    holds: index.holds,
    async step(after, size) {
      const rows = await tenant.db.all<{ numbers: string }>(sql`
        SELECT (SELECT json_group_array(n) FROM (
          SELECT ${number} AS n FROM ${table}
          WHERE ${tenant.of(
            table,
            index.fixed,
            sql`${branch} = wanted.value`,
            after ? (newest ? lt(number, after.n) : gt(number, after.n)) : undefined,
          )}
          ORDER BY ${newest ? desc(number) : asc(number)} LIMIT ${size}
        )) AS numbers
        FROM json_each(${JSON.stringify(index.values)}) AS wanted`);
      const branches = rows.map((row) => numbersJson.parse(row.numbers));
      return mergeBranches(branches, size, newest);
    },
  };
}

/**
 * Merges what several branches gave. Beyond the end of a branch that may have more, nothing is known of it: only
 * numbers up to the nearest such end are safe to answer.
 */
export function mergeBranches(branches: readonly number[][], size: number, newest: boolean): Step {
  const furthest = (numbers: readonly number[]) => (newest ? Math.min(...numbers) : Math.max(...numbers));
  const nearest = (numbers: readonly number[]) => (newest ? Math.max(...numbers) : Math.min(...numbers));
  const full = branches.filter((numbers) => numbers.length >= size);
  const end = full.length > 0 ? nearest(full.map(furthest)) : null;
  const numbers = [...new Set(branches.flat())]
    .filter((n) => end === null || (newest ? n >= end : n <= end))
    .sort((a, b) => (newest ? b - a : a - b));
  const last = numbers.at(-1);
  return { numbers, position: last === undefined ? null : { n: last }, finished: full.length === 0 };
}

/** A source that walks what a full-text MATCH finds, by number. It never ranks: that would read every match. */
export function matchSource(tenant: Tenant, direction: Direction, match: string): Source {
  const newest = direction === "newest";
  // The workspace is a term of the MATCH; the contacts themselves are then read by workspace once more.
  const found = sql`SELECT rowid AS n, ${tenant.workspaceId} AS workspace_id FROM contacts_search
    WHERE contacts_search MATCH ${match}`;
  return {
    holds: sql`EXISTS (${found} AND rowid = ${contacts.n})`,
    async step(after, size) {
      const behind = after ? (newest ? sql`AND rowid < ${after.n}` : sql`AND rowid > ${after.n}`) : undefined;
      const rows = await tenant.db.all<{ n: number }>(
        sql`${found} ${behind} ORDER BY rowid ${sql.raw(newest ? "DESC" : "ASC")} LIMIT ${size}`,
      );
      return stepOf(rows, size);
    },
  };
}

/** All contacts, by number. */
export function everyContact(tenant: Tenant, direction: Direction): Source {
  const newest = direction === "newest";
  return {
    async step(after, size) {
      const rows = await tenant.db
        .select({ n: contacts.n })
        .from(contacts)
        .where(
          tenant.of(
            contacts,
            after ? (newest ? lt(contacts.n, after.n) : gt(contacts.n, after.n)) : undefined,
          ),
        )
        .orderBy(newest ? desc(contacts.n) : asc(contacts.n))
        .limit(size);
      return stepOf(rows, size);
    },
  };
}

/** All contacts by name (a to z), or by last activity (the latest first). */
export function sortedContacts(tenant: Tenant, by: "name" | "last_activity"): Source {
  const key = by === "name" ? contacts.sortKey : contacts.lastActivityAt;
  const order = by === "name" ? asc : desc;
  return {
    async step(after, size) {
      const behind =
        after &&
        (by === "name"
          ? sql`(${key}, ${contacts.n}) > (${after.key}, ${after.n})`
          : sql`(${key}, ${contacts.n}) < (${after.key}, ${after.n})`);
      const rows = await tenant.db
        .select({ n: contacts.n, key })
        .from(contacts)
        .where(tenant.of(contacts, behind ?? undefined))
        .orderBy(order(key), order(contacts.n))
        .limit(size);
      return stepOf(rows, size);
    },
  };
}

function stepOf(rows: readonly Position[], size: number): Step {
  return {
    numbers: rows.map((row) => row.n),
    position: rows.at(-1) ?? null,
    finished: rows.length < size,
  };
}

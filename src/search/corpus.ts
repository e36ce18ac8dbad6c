import { type SQL, sql } from "drizzle-orm";
import { integer, type SQLiteColumn, type SQLiteTable, sqliteTable, text } from "drizzle-orm/sqlite-core";
import { bareId } from "../tenant/ids.ts";
import { partsBySize } from "../tenant/json-rows.ts";
import type { Statement, Tenant, TenantTable } from "../tenant/tenant.ts";
import { rowTerms } from "./terms.ts";

/** What hybrid search (hybrid.ts) finds, and how it gets into the index. */

/** JSON of the terms of one statement, in bytes: D1 takes parameters of 2 MB. */
const MAX_BYTES = 1_500_000;

/**
 * Where a corpus is stored and indexed. `index` names a contentless FTS5 table with one column `terms` (see terms.ts)
 * whose rowid is the number of the row.
 */
export interface CorpusSpec {
  table: TenantTable;
  /** The storage number. */
  number: SQLiteColumn;
  /** What rows are known by when they are indexed: unique in the workspace. */
  key: SQLiteColumn;
  index: string;
  /** The fields of a row and the weight of each in the ranking, in their order. */
  weights: Readonly<Record<string, number>>;
}

export interface Corpus extends Omit<CorpusSpec, "index"> {
  index: SQLiteTable;
}

/** Declares a corpus. Its index is in no schema.ts, since drizzle-kit cannot make virtual tables. */
export function defineCorpus(spec: CorpusSpec): Corpus {
  return {
    ...spec,
    index: sqliteTable(spec.index, { rowid: integer("rowid").primaryKey(), terms: text("terms") }),
  };
}

/** The scope of rows that belong to no chatbot, and so to all of them. */
export const SHARED = "shared";

/** The scope of a chatbot's own rows, or (null) of those that belong to none. */
export function scopeOf(chatbotId: string | null): string {
  return chatbotId === null ? SHARED : bareId(chatbotId);
}

/** A row as the index takes it in. */
export interface IndexedRow {
  /** Its value of the corpus's key, by which its number is found. */
  key: string;
  /** What part of the workspace it belongs to, by which searches can be limited: see {@link scopeOf}. */
  scope: string;
  /** One text for each weighted field. */
  fields: readonly string[];
  /** The text in which typos are forgiven: short, a title say. */
  fuzzy: string;
}

/**
 * The statement that takes rows out of the index, in the batch of their removal, before the rows go.
 * @param condition only rows of which this holds
 */
export function unindex(tenant: Tenant, corpus: Corpus, keys: readonly string[], condition?: SQL): Statement {
  const { table, key, number, index } = corpus;
  // A cross join is made in this order: SQLite would else walk the workspace.
  const numbers = sql`SELECT ${number} FROM json_each(${JSON.stringify(keys)}) AS given CROSS JOIN ${table}
    WHERE ${tenant.of(table, sql`${key} = given.value`, condition)}`;
  return tenant.db.delete(index).where(sql`rowid IN (${numbers})`);
}

/**
 * The same for all rows of which a condition holds. It must name the first columns of a database index: what it costs
 * is as many rows as it finds.
 */
export function unindexAll(tenant: Tenant, { table, number, index }: Corpus, condition: SQL): Statement {
  const numbers = sql`SELECT ${number} FROM ${table} WHERE ${tenant.of(table, condition)}`;
  return tenant.db.delete(index).where(sql`rowid IN (${numbers})`);
}

/**
 * The statements that index rows anew, whether or not they were indexed before: in the batch that writes the rows,
 * behind it. However many rows there are, it is one statement and one more for each 1.5 MB of terms.
 */
export function reindex(tenant: Tenant, corpus: Corpus, rows: readonly IndexedRow[]): Statement[] {
  if (rows.length === 0) return [];
  const { table, key, number, index } = corpus;
  const given = rows.map((row) => ({ key: row.key, terms: rowTerms(tenant, row) }));
  const inserts = partsBySize(given, MAX_BYTES).map((part) =>
    tenant.db.insert(index).select(sql`
      SELECT ${number}, given.value ->> 'terms'
      FROM json_each(${JSON.stringify(part)}) AS given CROSS JOIN ${table}
      WHERE ${tenant.of(table, sql`${key} = given.value ->> 'key'`)}`),
  );
  const keys = rows.map((row) => row.key);
  return [unindex(tenant, corpus, keys), ...inserts];
}

/**
 * A row as it is embedded: its vector is made from `text`. Of one that moved to another scope the vector may say the
 * old one for a while: see `Candidate.scope`.
 */
export interface EmbeddedRow {
  id: string;
  scope: string;
  text: string;
}

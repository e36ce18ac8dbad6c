import { type SQL, sql } from "drizzle-orm";
import { integer, type SQLiteColumn, type SQLiteTable, sqliteTable, text } from "drizzle-orm/sqlite-core";
import { bareId } from "../tenant/ids.ts";
import type { Statement, Tenant, TenantTable } from "../tenant/tenant.ts";
import { indexedText } from "./full-text.ts";
import { readSides, type Side, sideTerm, sideTermSql } from "./index-sides.ts";
import { searchIndexes } from "./schema.ts";
import { folded } from "./typos.ts";
import type { VectorArm } from "./vectors.ts";

/** What hybrid search (hybrid.ts) finds, and how it gets into the index. */

/**
 * Where a corpus is stored and indexed. `words` and `trigrams` name contentless FTS5 tables whose rowid is the number
 * of the row, negative on side -1 (see index-sides.ts); both begin with the columns workspace_id and scope. `words`
 * goes on with one column for each weight, `trigrams` with one column `body`.
 */
export interface CorpusSpec {
  table: TenantTable;
  /** The storage number. */
  number: SQLiteColumn;
  /** What rows are known by when they are indexed: unique in the workspace. */
  key: SQLiteColumn;
  /**
   * Has another value whenever something that is indexed of a row has. Left out: the number, for rows that are never
   * changed, only replaced by rows with numbers of their own.
   */
  version?: SQLiteColumn;
  words: string;
  /** The weight of each column of words in the ranking, in the table's order. */
  weights: Readonly<Record<string, number>>;
  trigrams: string;
}

export interface Corpus extends Omit<CorpusSpec, "words" | "trigrams" | "version"> {
  version: SQLiteColumn;
  words: SQLiteTable;
  trigrams: SQLiteTable;
}

/** Declares a corpus. Its full-text tables are in no schema.ts, since drizzle-kit cannot make virtual tables. */
export function defineCorpus(spec: CorpusSpec): Corpus {
  const fullText = (name: string, columns: readonly string[]) =>
    sqliteTable(name, {
      rowid: integer("rowid").primaryKey(),
      workspace_id: text("workspace_id"),
      scope: text("scope"),
      ...Object.fromEntries(columns.map((column) => [column, text(column)])),
    });
  return {
    ...spec,
    version: spec.version ?? spec.number,
    words: fullText(spec.words, Object.keys(spec.weights)),
    trigrams: fullText(spec.trigrams, ["body"]),
  };
}

/** A row as the index takes it in. */
export interface IndexedRow {
  /** Its value of the corpus's key, by which its number is found. */
  key: string;
  /**
   * What part of the workspace it belongs to, by which searches can be limited and rebuilds go: a word of four letters
   * or more that is no part of another scope.
   */
  scope: string;
  /** One text for each weighted column. */
  fields: readonly string[];
  /** The text in which typos are forgiven: short, a title say. */
  fuzzy: string;
}

/**
 * Rows given as JSON beside the rows of the corpus that they are about, each once for each side. A cross join is made
 * in this order: SQLite would else walk the workspace.
 */
function givenRows(tenant: Tenant, { table, key }: Corpus, json: string, ...conditions: SQL[]): SQL {
  return sql`json_each(${json}) AS given CROSS JOIN ${table} CROSS JOIN json_each('[1, -1]') AS side
    LEFT JOIN ${searchIndexes}
      ON ${tenant.of(searchIndexes, sql`${searchIndexes.scope} = given.value ->> 'scope'`)}
    WHERE ${tenant.of(table, sql`${key} = given.value ->> 'key'`, ...conditions)}`;
}

function rowidsOf({ number }: Corpus, from: SQL): SQL {
  return sql`rowid IN (SELECT ${number} * side.value FROM ${from})`;
}

/**
 * The statements that take rows out of the index, of both sides; in the batch of their removal, before the rows go.
 * @param condition only rows of which this holds
 */
export function unindex(
  tenant: Tenant,
  corpus: Corpus,
  keys: readonly string[],
  ...condition: SQL[]
): Statement[] {
  const given = JSON.stringify(keys.map((key) => ({ key })));
  return [corpus.words, corpus.trigrams].map((table) =>
    tenant.db.delete(table).where(rowidsOf(corpus, givenRows(tenant, corpus, given, ...condition))),
  );
}

/**
 * The same for all rows of which a condition holds. It must name the first columns of an index: what it costs is as
 * many rows as it finds.
 */
export function unindexAll(tenant: Tenant, corpus: Corpus, condition: SQL): Statement[] {
  const { table } = corpus;
  const from = sql`${table} CROSS JOIN json_each('[1, -1]') AS side WHERE ${tenant.of(table, condition)}`;
  return [corpus.words, corpus.trigrams].map((index) =>
    tenant.db.delete(index).where(rowidsOf(corpus, from)),
  );
}

/**
 * The statements that index rows anew, whether or not they were indexed before: in the batch that writes the rows,
 * behind it. While their part of the index is rebuilt they are written to both sides. However many rows there are, it
 * is four statements; all rows travel as one JSON parameter, of which D1 takes 2 MB.
 */
export function reindex(tenant: Tenant, corpus: Corpus, rows: readonly IndexedRow[]): Statement[] {
  const { side, jobId } = searchIndexes;
  const keys = rows.map(({ key }) => key);
  const written = sql`(side.value = coalesce(${side}, 1) OR ${jobId} IS NOT NULL)`;
  return [...unindex(tenant, corpus, keys), ...inserts(tenant, corpus, rows, written)];
}

/** A row with what it was read as, see {@link CorpusSpec.version}. */
export interface VersionedRow extends IndexedRow {
  version: string | number;
}

/**
 * The statements that write rows to the side that a job fills; they can be repeated. A row that was changed since it
 * was read is left out: that change has written it. So are rows of scopes that the job does not fill any more.
 */
export function indexForJob(
  tenant: Tenant,
  corpus: Corpus,
  jobId: string,
  rows: readonly VersionedRow[],
): Statement[] {
  const filled = [
    sql`${corpus.version} = given.value ->> 'version'`,
    sql`${searchIndexes.jobId} = ${jobId} AND side.value = -${searchIndexes.side}`,
  ];
  const given = JSON.stringify(rows.map(({ key, scope, version }) => ({ key, scope, version })));
  return [
    ...[corpus.words, corpus.trigrams].map((table) =>
      tenant.db.delete(table).where(rowidsOf(corpus, givenRows(tenant, corpus, given, ...filled))),
    ),
    ...inserts(tenant, corpus, rows, ...filled),
  ];
}

function inserts(
  tenant: Tenant,
  corpus: Corpus,
  rows: readonly (IndexedRow & { version?: string | number })[],
  ...conditions: SQL[]
): Statement[] {
  const { words, trigrams, weights, number } = corpus;
  const insert = (into: SQLiteTable, texts: (row: IndexedRow) => readonly string[], columns: number) => {
    const given = JSON.stringify(
      rows.map((row) => ({ key: row.key, scope: row.scope, version: row.version, texts: texts(row) })),
    );
    const picked = Array.from({ length: columns }, (_, i) => sql.raw(`given.value ->> '$.texts[${i}]'`));
    const term = sideTermSql(sql`given.value ->> 'scope'`, sql`side.value`);
    return tenant.db.insert(into).select(sql`
      SELECT ${number} * side.value, ${bareId(tenant.workspaceId)}, ${term}, ${sql.join(picked, sql`, `)}
      FROM ${givenRows(tenant, corpus, given, ...conditions)}`);
  };
  return [
    insert(words, (row) => row.fields.map(indexedText), Object.keys(weights).length),
    insert(trigrams, (row) => [folded(row.fuzzy)], 1),
  ];
}

/** A row as it is embedded: its vector is made from `text`. */
export interface EmbeddedRow {
  id: string;
  scope: string;
  text: string;
}

/** What the vector of side -1 has behind the id of its row. */
const SECOND = ":2";

export function vectorId(id: string, side: Side): string {
  return side === 1 ? id : `${id}${SECOND}`;
}

/** The row that a vector is of. */
export function rowOfVector(id: string): string {
  return id.endsWith(SECOND) ? id.slice(0, -SECOND.length) : id;
}

/** Writes the vectors of rows to one side. */
export async function embedOnSide(
  tenant: Tenant,
  vectors: VectorArm,
  side: Side,
  rows: readonly EmbeddedRow[],
): Promise<void> {
  if (rows.length === 0) return;
  await vectors.upsert(
    tenant.workspaceId,
    rows.map(({ id, scope, text }) => ({ id: vectorId(id, side), scope: sideTerm(scope, side), text })),
  );
}

/**
 * Writes the vectors of rows that were written before, whether or not they had some: while their part of the index is
 * rebuilt, to both sides. A row that moved to another scope may leave a vector behind: see `Candidate.scope`.
 */
export async function embed(tenant: Tenant, vectors: VectorArm, rows: readonly EmbeddedRow[]): Promise<void> {
  const sidesOf = await readSides(
    tenant,
    rows.map(({ scope }) => scope),
  );
  for (const side of [1, -1] as const) {
    const written = rows.filter(({ scope }) => sidesOf(scope).live === side || sidesOf(scope).building);
    await embedOnSide(tenant, vectors, side, written);
  }
}

/** Removes the vectors of rows, of both sides. */
export async function removeVectors(vectors: VectorArm, ids: readonly string[]): Promise<void> {
  await vectors.remove([...ids.map((id) => vectorId(id, 1)), ...ids.map((id) => vectorId(id, -1))]);
}

import { type SQL, sql } from "drizzle-orm";
import { integer, type SQLiteColumn, type SQLiteTable, sqliteTable, text } from "drizzle-orm/sqlite-core";
import { Failure } from "./failure.ts";
import { bareId } from "./ids.ts";
import { indexedText, phrase, workspaceTerm } from "./search.ts";
import type { Statement, Tenant, TenantTable } from "./tenant.ts";
import { closeness, folded, trigramsOf } from "./typos.ts";
import type { VectorArm } from "./vectors.ts";
import { anyWordMatch } from "./words.ts";

/**
 * Search over small corpora (a workspace's products or articles) by three arms: words (full text, ranked by bm25),
 * typos (trigrams, checked by edit distance) and meaning (vectors, where they are configured). They are fused by rank:
 * each arm that found a row adds 1 / (60 + its rank there), since scores of different arms cannot be compared.
 */

/** Smooths the fusion: what one arm puts first does not outweigh what two arms agree on. 60 is the usual value. */
const RANK_CONSTANT = 60;
/** Rows that each arm contributes, at most. */
const ARM_DEPTH = 50;
/** Rows with common trigrams whose text is compared with the query. */
const TYPO_CANDIDATES = 100;

export const ARMS = ["words", "typos", "meaning"] as const;
export type Arm = (typeof ARMS)[number];

/**
 * Where a corpus is stored and indexed. `words` and `trigrams` name contentless FTS5 tables whose rowid is the number
 * of the row; both begin with the columns workspace_id and scope. `words` goes on with one column for each weight,
 * `trigrams` with one column `body`.
 */
export interface CorpusSpec {
  table: TenantTable;
  /** The storage number. */
  number: SQLiteColumn;
  /** What rows are known by when they are indexed: unique in the workspace. */
  key: SQLiteColumn;
  words: string;
  /** The weight of each column of words in the ranking, in the table's order. */
  weights: Readonly<Record<string, number>>;
  trigrams: string;
}

export interface Corpus extends Omit<CorpusSpec, "words" | "trigrams"> {
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
    words: fullText(spec.words, Object.keys(spec.weights)),
    trigrams: fullText(spec.trigrams, ["body"]),
  };
}

/** A row as the index takes it in. */
export interface IndexedRow {
  /** Its value of the corpus's key, by which its number is found. */
  key: string;
  /** What part of the workspace it belongs to, a word of three letters or more: searches can be limited to some. */
  scope: string;
  /** One text for each weighted column. */
  fields: readonly string[];
  /** The text in which typos are forgiven: short, a title say. */
  fuzzy: string;
}

/**
 * Rows given as JSON beside the rows of the corpus that they are about. A cross join is made in this order: SQLite
 * would else walk the workspace.
 */
function givenRows(tenant: Tenant, { table, key }: Corpus, json: string, ...conditions: SQL[]): SQL {
  return sql`json_each(${json}) AS given CROSS JOIN ${table}
    WHERE ${tenant.of(table, sql`${key} = given.value ->> 'key'`, ...conditions)}`;
}

/**
 * The statements that take rows out of the index; in the batch of their removal, before the rows go.
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
    tenant.db
      .delete(table)
      .where(sql`rowid IN (SELECT ${corpus.number} FROM ${givenRows(tenant, corpus, given, ...condition)})`),
  );
}

/**
 * The same for all rows of which a condition holds. It must name the first columns of an index: what it costs is as
 * many rows as it finds.
 */
export function unindexAll(
  tenant: Tenant,
  { words, trigrams, table, number }: Corpus,
  condition: SQL,
): Statement[] {
  return [words, trigrams].map((index) =>
    tenant.db
      .delete(index)
      .where(sql`rowid IN (SELECT ${number} FROM ${table} WHERE ${tenant.of(table, condition)})`),
  );
}

/**
 * The statements that index rows anew, whether or not they were indexed before: in the batch that writes the rows,
 * behind it. However many rows there are, it is four statements; all rows travel as one JSON parameter, of which D1
 * takes 2 MB.
 */
export function reindex(tenant: Tenant, corpus: Corpus, rows: readonly IndexedRow[]): Statement[] {
  const { words, trigrams, weights, number } = corpus;
  const insert = (into: SQLiteTable, texts: (row: IndexedRow) => readonly string[], columns: number) => {
    const given = JSON.stringify(rows.map((row) => ({ key: row.key, scope: row.scope, texts: texts(row) })));
    const picked = Array.from({ length: columns }, (_, i) => sql.raw(`given.value ->> '$.texts[${i}]'`));
    return tenant.db.insert(into).select(sql`
      SELECT ${number}, ${bareId(tenant.workspaceId)}, given.value ->> 'scope', ${sql.join(picked, sql`, `)}
      FROM ${givenRows(tenant, corpus, given)}`);
  };
  return [
    ...unindex(
      tenant,
      corpus,
      rows.map((row) => row.key),
    ),
    insert(words, (row) => row.fields.map(indexedText), Object.keys(weights).length),
    insert(trigrams, (row) => [folded(row.fuzzy)], 1),
  ];
}

export interface HybridQuery {
  query: string;
  /** Only rows of these scopes; undefined: all of the workspace. */
  scopes?: readonly string[];
  limit: number;
  /** Reads the rows that exist by number or id, with the text in which typos are forgiven. */
  load(by: { numbers: readonly number[] } | { ids: readonly string[] }): Promise<Candidate[]>;
  /** Null: no vectors are configured. */
  vectors: VectorArm | null;
  /** Hears of a vector service that does not answer; the other arms answer without it. */
  onVectorFault(error: unknown): void;
}

export interface Candidate {
  number: number;
  id: string;
  fuzzy: string;
}

export interface Hit {
  id: string;
  /** Sum of 1 / (60 + rank) over the arms. */
  score: number;
  /** Which arms found it, and in which place each, from 1. */
  found: { arm: Arm; rank: number }[];
}

export interface HybridAnswer {
  hits: Hit[];
  /** The arms that ran: `meaning` only with a vector service that answered. */
  arms: Arm[];
}

/**
 * Searches a corpus, the best first.
 * @throws Failure `invalid_input` for a query without a letter or digit
 */
export async function hybridSearch(
  tenant: Tenant,
  corpus: Corpus,
  { query, scopes, limit, load, vectors, onVectorFault }: HybridQuery,
): Promise<HybridAnswer> {
  const words = anyWordMatch(query);
  if (words === null) {
    throw new Failure("invalid_input", "The query has no word to search for.", {
      hint: "Search for words of what you look for.",
    });
  }
  const within = [
    workspaceTerm(tenant.workspaceId),
    ...(scopes ? [`scope : (${scopes.map(phrase).join(" OR ")})`] : []),
  ].join(" AND ");
  const depth = Math.max(ARM_DEPTH, limit);
  const [wordNumbers, typoNumbers, nearest] = await Promise.all([
    byWords(tenant, corpus, `${within} AND {${Object.keys(corpus.weights).join(" ")}} : (${words})`, depth),
    byTrigrams(tenant, corpus, within, query),
    byMeaning(tenant, vectors, { query, scopes, limit: depth }, onVectorFault),
  ]);
  const numbers = [...new Set([...wordNumbers, ...typoNumbers])];
  const [numbered, near] = await Promise.all([
    numbers.length === 0 ? [] : load({ numbers }),
    nearest === null || nearest.length === 0 ? [] : load({ ids: nearest }),
  ]);
  const byNumber = new Map(numbered.map((row) => [row.number, row]));
  const known = new Set(near.map((row) => row.id));
  const ids = (ranked: readonly number[]) => ranked.flatMap((number) => byNumber.get(number)?.id ?? []);
  const typos = typoNumbers
    .flatMap((number) => byNumber.get(number) ?? [])
    .map((row) => ({ id: row.id, closeness: closeness(query, row.fuzzy) }))
    .filter((row) => row.closeness > 0)
    // Stable: where they are equally close, the order of common trigrams stays.
    .sort((a, b) => b.closeness - a.closeness)
    .slice(0, depth);
  const ranked = new Map<Arm, readonly string[]>([
    ["words", ids(wordNumbers)],
    ["typos", typos.map(({ id }) => id)],
  ]);
  if (nearest) {
    ranked.set(
      "meaning",
      nearest.filter((id) => known.has(id)),
    );
  }
  return { hits: fuse(ranked).slice(0, limit), arms: [...ranked.keys()] };
}

/** Reciprocal rank fusion of lists of ids, the best of each first. */
export function fuse(ranked: ReadonlyMap<Arm, readonly string[]>): Hit[] {
  const hits = new Map<string, Hit>();
  for (const [arm, ids] of ranked) {
    for (const [i, id] of ids.entries()) {
      const hit = hits.get(id) ?? { id, score: 0, found: [] };
      hit.score += 1 / (RANK_CONSTANT + i + 1);
      hit.found.push({ arm, rank: i + 1 });
      hits.set(id, hit);
    }
  }
  return [...hits.values()].sort((a, b) => b.score - a.score);
}

async function byWords(tenant: Tenant, corpus: Corpus, match: string, depth: number): Promise<number[]> {
  const table = corpus.words;
  // bm25 takes one weight for each column: workspace and scope are conditions, and say nothing of relevance.
  const weights = sql.raw([0, 0, ...Object.values(corpus.weights)].join(", "));
  const rows = await tenant.db.all<{ number: number }>(
    sql`SELECT rowid AS number, ${tenant.workspaceId} AS workspace_id FROM ${table}
      WHERE ${table} MATCH ${match} ORDER BY bm25(${table}, ${weights}), rowid LIMIT ${depth}`,
  );
  return rows.map(({ number }) => number);
}

async function byTrigrams(tenant: Tenant, corpus: Corpus, within: string, query: string): Promise<number[]> {
  const grams = trigramsOf(query);
  if (grams.length === 0) return [];
  const table = corpus.trigrams;
  const match = `${within} AND body : (${grams.map(phrase).join(" OR ")})`;
  const rows = await tenant.db.all<{ number: number }>(
    sql`SELECT rowid AS number, ${tenant.workspaceId} AS workspace_id FROM ${table}
      WHERE ${table} MATCH ${match} ORDER BY bm25(${table}, 0, 0, 1), rowid LIMIT ${TYPO_CANDIDATES}`,
  );
  return rows.map(({ number }) => number);
}

/** Null when there is no vector service, or it does not answer. */
async function byMeaning(
  tenant: Tenant,
  vectors: VectorArm | null,
  query: { query: string; scopes?: readonly string[]; limit: number },
  onFault: (error: unknown) => void,
): Promise<string[] | null> {
  if (!vectors) return null;
  try {
    return await vectors.nearest(tenant.workspaceId, query);
  } catch (error) {
    onFault(error);
    return null;
  }
}

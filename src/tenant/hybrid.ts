import { type SQL, sql } from "drizzle-orm";
import type { SQLiteColumn } from "drizzle-orm/sqlite-core";
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
 * Where a corpus is stored and indexed. `words` and `trigrams` are contentless FTS5 tables whose rowid is the number
 * of the row; both begin with the columns workspace_id and scope. `words` goes on with one column for each weight,
 * `trigrams` with one column `body`.
 */
export interface Corpus {
  table: TenantTable;
  /** The storage number. */
  number: SQLiteColumn;
  /** What rows are known by when they are indexed: unique in the workspace. */
  key: SQLiteColumn;
  words: { table: string; columns: readonly string[]; weights: readonly number[] };
  trigrams: string;
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

/** `SELECT number … WHERE condition`, of the corpus's own table. */
function numbersWhere(tenant: Tenant, corpus: Corpus, condition: SQL): SQL {
  return sql`SELECT ${corpus.number} FROM ${corpus.table} WHERE ${tenant.of(corpus.table, condition)}`;
}

/** The statements that take rows out of the index; in the batch of their removal, before the rows go. */
export function unindex(tenant: Tenant, corpus: Corpus, condition: SQL): Statement[] {
  return [corpus.words.table, corpus.trigrams].map((table) =>
    tenant.db.run(
      sql`DELETE FROM ${sql.identifier(table)} WHERE rowid IN (${numbersWhere(tenant, corpus, condition)})`,
    ),
  );
}

/**
 * The statements that index rows anew, whether or not they were indexed before: in the batch that writes the rows,
 * behind it. However many rows there are, it is four statements; all rows travel as one JSON parameter, of which D1
 * takes 2 MB.
 */
export function reindex(tenant: Tenant, corpus: Corpus, rows: readonly IndexedRow[]): Statement[] {
  const { words, trigrams, table, number, key } = corpus;
  const list = (names: readonly string[]) =>
    sql.join(
      names.map((name) => sql.identifier(name)),
      sql`, `,
    );
  const workspace = bareId(tenant.workspaceId);
  const keys = JSON.stringify(rows.map((row) => row.key));
  const wordRows = JSON.stringify(
    rows.map((row) => ({ key: row.key, scope: row.scope, fields: row.fields.map(indexedText) })),
  );
  const fuzzyRows = JSON.stringify(
    rows.map((row) => ({ key: row.key, scope: row.scope, body: folded(row.fuzzy) })),
  );
  const found = (json: string) =>
    sql`json_each(${json}) AS given JOIN ${table} ON ${tenant.of(table, sql`${key} = given.value ->> 'key'`)}`;
  return [
    ...unindex(tenant, corpus, sql`${key} IN (SELECT value FROM json_each(${keys}))`),
    tenant.db.run(sql`
      INSERT INTO ${sql.identifier(words.table)} (rowid, workspace_id, scope, ${list(words.columns)})
      SELECT ${number}, ${workspace}, given.value ->> 'scope', ${sql.join(
        words.columns.map((_, i) => sql`given.value ->> ${sql.raw(`'$.fields[${i}]'`)}`),
        sql`, `,
      )} FROM ${found(wordRows)}`),
    tenant.db.run(sql`
      INSERT INTO ${sql.identifier(trigrams)} (rowid, workspace_id, scope, body)
      SELECT ${number}, ${workspace}, given.value ->> 'scope', given.value ->> 'body' FROM ${found(fuzzyRows)}`),
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
    byWords(tenant, corpus, `${within} AND {${corpus.words.columns.join(" ")}} : (${words})`, depth),
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
  const table = sql.identifier(corpus.words.table);
  // bm25 takes one weight for each column: workspace and scope are conditions, and say nothing of relevance.
  const weights = sql.raw([0, 0, ...corpus.words.weights].join(", "));
  const rows = await tenant.db.all<{ number: number }>(
    sql`SELECT rowid AS number, ${tenant.workspaceId} AS workspace_id FROM ${table}
      WHERE ${table} MATCH ${match} ORDER BY bm25(${table}, ${weights}), rowid LIMIT ${depth}`,
  );
  return rows.map(({ number }) => number);
}

async function byTrigrams(tenant: Tenant, corpus: Corpus, within: string, query: string): Promise<number[]> {
  const grams = trigramsOf(query);
  if (grams.length === 0) return [];
  const table = sql.identifier(corpus.trigrams);
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

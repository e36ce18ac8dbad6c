import { type SQL, sql } from "drizzle-orm";
import { Failure } from "../tenant/failure.ts";
import type { Tenant } from "../tenant/tenant.ts";
import { type Corpus, rowOfVector } from "./corpus.ts";
import { phrase } from "./full-text.ts";
import { deadTerms, liveMatch, liveTerms } from "./index-sides.ts";
import { closeness, trigramsOf } from "./typos.ts";
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

export interface HybridQuery {
  query: string;
  /** Only rows of these scopes; undefined: all of the workspace. */
  scopes?: readonly string[];
  limit: number;
  /** Reads the rows that exist by number or id, with the texts in which typos are forgiven. */
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
  /** What it is called: of two that are equally close, the one whose title is closer comes first. */
  title: string;
  /**
   * The scope that the row is in: given, what a vector says of it need not be true, since vectors follow changes some
   * seconds later. Left out for rows that never move from one scope to another.
   */
  scope?: string;
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
  const columns = `{${Object.keys(corpus.weights).join(" ")}}`;
  const depth = Math.max(ARM_DEPTH, limit);
  const [wordNumbers, typoNumbers, nearest] = await Promise.all([
    byWords(tenant, corpus, liveMatch(tenant, `${columns} : (${words})`, scopes), depth),
    byTrigrams(tenant, corpus, scopes, query),
    byMeaning(tenant, vectors, { query, scopes, limit: depth }, onVectorFault),
  ]);
  const numbers = [...new Set([...wordNumbers, ...typoNumbers])];
  const [numbered, near] = await Promise.all([
    numbers.length === 0 ? [] : load({ numbers }),
    nearest === null || nearest.length === 0 ? [] : load({ ids: nearest }),
  ]);
  const byNumber = new Map(numbered.map((row) => [row.number, row]));
  const known = new Set(
    near.filter(({ scope }) => !scopes || !scope || scopes.includes(scope)).map(({ id }) => id),
  );
  const ids = (ranked: readonly number[]) => ranked.flatMap((number) => byNumber.get(number)?.id ?? []);
  const typos = typoNumbers
    .flatMap((number) => byNumber.get(number) ?? [])
    .map((row) => ({
      id: row.id,
      closeness: closeness(query, row.fuzzy),
      title: closeness(query, row.title),
    }))
    .filter((row) => row.closeness > 0)
    // Stable: where they are equally close, the order of common trigrams stays.
    .sort((a, b) => b.closeness + b.title - a.closeness - a.title)
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

async function byWords(tenant: Tenant, corpus: Corpus, match: SQL, depth: number): Promise<number[]> {
  const table = corpus.words;
  // bm25 takes one weight for each column: workspace and scope are conditions, and say nothing of relevance.
  const weights = sql.raw([0, 0, ...Object.values(corpus.weights)].join(", "));
  const rows = await tenant.db.all<{ number: number }>(
    sql`SELECT abs(rowid) AS number, ${tenant.workspaceId} AS workspace_id FROM ${table}
      WHERE ${table} MATCH ${match} ORDER BY bm25(${table}, ${weights}), abs(rowid) LIMIT ${depth}`,
  );
  return rows.map(({ number }) => number);
}

async function byTrigrams(
  tenant: Tenant,
  corpus: Corpus,
  scopes: readonly string[] | undefined,
  query: string,
): Promise<number[]> {
  const grams = trigramsOf(query);
  if (grams.length === 0) return [];
  const table = corpus.trigrams;
  const match = liveMatch(tenant, `body : (${grams.map(phrase).join(" OR ")})`, scopes);
  const rows = await tenant.db.all<{ number: number }>(
    sql`SELECT abs(rowid) AS number, ${tenant.workspaceId} AS workspace_id FROM ${table}
      WHERE ${table} MATCH ${match} ORDER BY bm25(${table}, 0, 0, 1), abs(rowid) LIMIT ${TYPO_CANDIDATES}`,
  );
  return rows.map(({ number }) => number);
}

/** Null when there is no vector service, or it does not answer. */
async function byMeaning(
  tenant: Tenant,
  vectors: VectorArm | null,
  { scopes, ...query }: { query: string; scopes?: readonly string[]; limit: number },
  onFault: (error: unknown) => void,
): Promise<string[] | null> {
  if (!vectors) return null;
  try {
    const found = await vectors.nearest(tenant.workspaceId, {
      ...query,
      ...(scopes ? { scopes: await liveTerms(tenant, scopes) } : { exceptScopes: await deadTerms(tenant) }),
    });
    return [...new Set(found.map(rowOfVector))];
  } catch (error) {
    onFault(error);
    return null;
  }
}

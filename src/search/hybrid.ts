import { type SQL, sql } from "drizzle-orm";
import { Failure } from "../tenant/failure.ts";
import type { Tenant } from "../tenant/tenant.ts";
import { findCandidates } from "./candidates.ts";
import type { Corpus } from "./corpus.ts";
import { rank } from "./ranking.ts";
import { closeness, folded } from "./typos.ts";
import type { VectorArm } from "./vectors.ts";

/**
 * Search over a workspace's products or articles by three arms: words (ranked by BM25), typos (by edit distance) and
 * meaning (vectors, where they are configured). They are fused by rank: each arm that found a row adds
 * 1 / (60 + its rank there), since scores of different arms cannot be compared. The index only says which rows may be
 * meant, a bounded number of them (candidates.ts); words and typos are then compared with the texts of these rows.
 */

/** Smooths the fusion: what one arm puts first does not outweigh what two arms agree on. 60 is the usual value. */
const RANK_CONSTANT = 60;
/** Rows that each arm contributes, at most. */
const ARM_DEPTH = 50;

export const ARMS = ["words", "typos", "meaning"] as const;
export type Arm = (typeof ARMS)[number];

/** Which rows to read: those whose number or id is a `value` of this SELECT. */
export interface Wanted {
  by: "number" | "id";
  values: SQL;
}

export interface HybridQuery<T extends Candidate> {
  query: string;
  /** Only rows of these scopes; undefined: all of the workspace. */
  scopes?: readonly string[];
  limit: number;
  /** Reads the rows that exist, in any order. */
  load(wanted: Wanted): Promise<T[]>;
  /** Null: no vectors are configured. */
  vectors: VectorArm | null;
  /** Hears of a vector service that does not answer; the other arms answer without it. */
  onVectorFault(error: unknown): void;
}

export interface Candidate {
  number: number;
  id: string;
  /** One text for each weighted field of the corpus. */
  fields: readonly string[];
  fuzzy: string;
  /** What it is called: of two that are equally close, the one whose title is closer comes first. */
  title: string;
  /** The scope that the row is in: given, since vectors follow changes some seconds later. */
  scope: string;
}

/** What was found of a row. */
export interface Hit {
  id: string;
  /** Sum of 1 / (60 + rank) over the arms. */
  score: number;
  /** Which arms found it, and in which place each, from 1. */
  found: { arm: Arm; rank: number }[];
}

export interface HybridAnswer<T> {
  hits: (Hit & { row: T })[];
  /** The arms that ran: `meaning` only with a vector service that answered. */
  arms: Arm[];
}

/**
 * Searches a corpus, the best first. Reads a bounded number of rows: two statements after each other, and one for
 * vectors.
 * @throws Failure `invalid_input` for a query without a letter or digit
 */
export async function hybridSearch<T extends Candidate>(
  tenant: Tenant,
  corpus: Corpus,
  { query, scopes, limit, load, vectors, onVectorFault }: HybridQuery<T>,
): Promise<HybridAnswer<T>> {
  const depth = Math.max(ARM_DEPTH, limit);
  const [written, near] = await Promise.all([
    byText(tenant, corpus, { query, scopes, load, depth }),
    byMeaning(tenant, vectors, { query, scopes, limit: depth }, onVectorFault),
  ]);
  if (written === null) {
    throw new Failure("invalid_input", "The query has no word to search for.", {
      hint: "Search for words of what you look for.",
    });
  }
  const meant =
    near && (await loadInOrder(load, near)).filter(({ scope }) => !scopes || scopes.includes(scope));
  const byArm = new Map<Arm, readonly T[]>([...written, ...(meant ? [["meaning", meant] as const] : [])]);
  const rows = new Map([...byArm.values()].flat().map((row) => [row.id, row]));
  const ranked = new Map([...byArm].map(([arm, found]) => [arm, found.map(({ id }) => id)]));
  const hits = fuse(ranked)
    .slice(0, limit)
    .flatMap((hit) => {
      const row = rows.get(hit.id);
      return row ? [{ ...hit, row }] : [];
    });
  return { hits, arms: [...byArm.keys()] };
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

/** The arms of words and typos; null when there is no word to look for. */
async function byText<T extends Candidate>(
  tenant: Tenant,
  corpus: Corpus,
  options: Pick<HybridQuery<T>, "query" | "scopes" | "load"> & { depth: number },
): Promise<[Arm, T[]][] | null> {
  const { query, scopes, load, depth } = options;
  const candidates = await findCandidates(tenant, corpus.index, query, scopes);
  if (!candidates) return null;
  const rows = (await load({ by: "number", values: candidates.numbers })).sort((a, b) => a.number - b.number);
  const words = rank(rows, Object.values(corpus.weights), candidates.words);
  const alike = rank(
    rows.map((row) => ({ row, fields: [folded(row.fuzzy)] })),
    [1],
    candidates.grams,
  );
  const typos = alike
    .map(({ row }) => ({ row, closeness: closeness(query, row.fuzzy), title: closeness(query, row.title) }))
    .filter((found) => found.closeness > 0)
    // Stable: where they are equally close, the order of common trigrams stays.
    .sort((a, b) => b.closeness + b.title - a.closeness - a.title)
    .map(({ row }) => row);
  return [
    ["words", words.slice(0, depth)],
    ["typos", typos.slice(0, depth)],
  ];
}

/** Ids of the nearest rows; null when there is no vector service, or it does not answer. */
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

async function loadInOrder<T extends Candidate>(
  load: HybridQuery<T>["load"],
  ids: readonly string[],
): Promise<T[]> {
  if (ids.length === 0) return [];
  const rows = await load({ by: "id", values: sql`SELECT value FROM json_each(${JSON.stringify(ids)})` });
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.flatMap((id) => byId.get(id) ?? []);
}

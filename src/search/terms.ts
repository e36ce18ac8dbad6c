import { fold } from "../tenant/fold.ts";
import { bareId } from "../tenant/ids.ts";
import type { Tenant } from "../tenant/tenant.ts";
import { folded, gramsOf } from "./typos.ts";
import { pieceLength, piecesOf, runsOf, type WordForm, wordsOf } from "./words.ts";

/**
 * What stands in the index of a row, and what a query asks of it. An index is an FTS5 table with one column of terms,
 * each row's once, apart by spaces: which rows have a term is all that it knows (see ranking.ts for the rest). Every
 * term begins with letters of its workspace, so that a term's list of rows is the workspace's own, however many others
 * the database holds.
 */

/** Of the workspace's id. Two that share them do not see each other's rows all the same: see {@link expression}. */
const OWN_LETTERS = 8;
/** Marks, which no word and no trigram holds. The tokenizer (ascii) takes every character beyond ASCII for a letter. */
const SCOPE = "§";
const WORD = "¦";
const SPACE = "␣";
/** What the tokenizer would part a term at: a scope that a caller gives may be any text. */
const BETWEEN = /[^0-9a-z\u0080-\u{10ffff}]/giu;
/**
 * Words of so many letters and more are found by their first letters, so many at most: the table's `prefix` has these
 * lengths, each longer by OWN_LETTERS and the mark. What comes behind them is compared when rows are ranked.
 */
const BEGINNING_LETTERS = { min: 3, max: 8 };
/** Terms of one row. */
const MAX_TERMS = 20_000;

/** Something that FTS5 takes literally: nothing inside double quotes is syntax. NUL ends an FTS5 string, so it goes. */
function phrase(text: string): string {
  return `"${text.replaceAll("\0", " ").replaceAll('"', '""')}"`;
}

/** One term of the workspace, whatever the text is. */
function term(tenant: Tenant, mark: string, text: string): string {
  return bareId(tenant.workspaceId).slice(-OWN_LETTERS) + mark + text.replace(BETWEEN, SPACE);
}

/**
 * The terms of a row: its workspace, its scope, its words, and the trigrams of the text in which typos are forgiven.
 * @param row.scope a word of letters and digits
 */
export function rowTerms(
  tenant: Tenant,
  row: { scope: string; fields: readonly string[]; fuzzy: string },
): string {
  const words = row.fields.flatMap((field) => wordsOf(field).flatMap(runsOf).flatMap(indexedForms));
  const terms = new Set([
    bareId(tenant.workspaceId),
    term(tenant, SCOPE, row.scope),
    ...gramsOf(folded(row.fuzzy)).map((gram) => term(tenant, "", gram)),
    ...words.map((word) => term(tenant, WORD, word)),
  ]);
  return [...terms].slice(0, MAX_TERMS).join(" ");
}

/** A run of letters as it is indexed: whole, or in all pieces up to the length that queries have. */
function indexedForms(run: string): string[] {
  const length = pieceLength(run);
  if (length === 0) return [fold(run)];
  return Array.from({ length }, (_, i) => piecesOf(run, i + 1)).flatMap((pieces) => pieces.map(fold));
}

/** The FTS5 expression of rows that have a form of a word. */
export function wordTerm(tenant: Tenant, { kind, text }: WordForm): string {
  const letters = [...text];
  const beginning = kind === "beginning" && letters.length >= BEGINNING_LETTERS.min;
  const kept = beginning ? letters.slice(0, BEGINNING_LETTERS.max).join("") : text;
  return phrase(term(tenant, WORD, kept)) + (beginning ? "*" : "");
}

/** The expression of rows that have one of these runs of trigrams whole. */
export function gramsTerm(tenant: Tenant, runs: readonly (readonly string[])[]): string {
  return any(runs.map((run) => all(run.map((gram) => phrase(term(tenant, "", gram))))));
}

export function any(terms: readonly string[]): string {
  return `(${terms.join(" OR ")})`;
}

export function all(terms: readonly string[]): string {
  return `(${terms.join(" AND ")})`;
}

/** The MATCH expression of a workspace's rows of these scopes (undefined: of all) for which `terms` hold. */
export function expression(
  tenant: Tenant,
  scopes: readonly string[] | undefined,
  ...terms: string[]
): string {
  const within = scopes ? [any(scopes.map((scope) => phrase(term(tenant, SCOPE, scope))))] : [];
  return [phrase(bareId(tenant.workspaceId)), ...within, ...terms].join(" AND ");
}

import { fold } from "../tenant/fold.ts";
import { bareId } from "../tenant/ids.ts";
import { pieceLength, piecesOf, runsOf, wordsOf } from "./words.ts";

/**
 * Finding short texts (names, emails, phone numbers) by their words and by beginnings of words, exactly.
 *
 * Each word and each beginning of it is a term of its own in a full-text table, with a scope in front: the workspace,
 * or an inbox. So a look-up is one list of rows, in their order, that holds no other workspace's, however many
 * words begin so. FTS5's own prefix search would read every word of the shard that begins so and merge their rows.
 *
 * The tables' tokenizer is `ascii`, which leaves terms as they are made here: the rules of words stand in this file and
 * in words.ts alone. A term begins with a letter that says what it is, so that none can be taken for another.
 */

/** Of longer words and numbers this much is in the index; rows are held against the whole word when they are read. */
const MAX_LETTERS = 24;
/** Words of a text that are indexed, and of a query that are looked for. */
const MAX_WORDS = 40;
const MAX_QUERY_WORDS = 8;

/** What a term is: a whole word, the beginning of one, a number from its front, or from its end. */
type Kind = "w" | "b" | "f" | "e";

/** What a row is found by. */
export interface Findable {
  /** Its words, compared without accents and case. */
  words: string[];
  /** The same as one text, for scripts without spaces between words. */
  text: string;
  /** The digits of a phone number; empty where it has none. */
  digits: string;
}

/** One thing that a query asks of a row. */
export interface Condition {
  /** The terms of rows that may fulfil it; all of them must be there. */
  terms: string[];
  fulfilled(row: Findable): boolean;
}

/** Every condition must be fulfilled. */
export type Alternative = readonly Condition[];

/** @param digits of a phone number */
export function findable(texts: readonly (string | null)[], digits = ""): Findable {
  const given = texts.filter((text) => text !== null);
  const words = given.flatMap(wordsOf).flatMap(runsOf).slice(0, MAX_WORDS).map(fold);
  return { words, text: fold(given.join("\n")), digits };
}

function term(kind: Kind, text: string): string {
  return kind + [...text].slice(0, MAX_LETTERS).join("");
}

/** The beginnings of a text, from `from` letters on. */
function beginnings(kind: Kind, text: string, from: number): string[] {
  const letters = [...text].slice(0, MAX_LETTERS);
  return letters.slice(from - 1).map((_, i) => kind + letters.slice(0, i + from).join(""));
}

/** A number as its end is compared: from the back, without the zeros in front, which only national notation has. */
export function reversedEnd(digits: string): string {
  return [...digits.replace(/^0+/, "")].reverse().join("");
}

/** The fewest digits by which part of a number is looked for. */
export const MIN_DIGITS = 4;

function termsOf(row: Findable): Set<string> {
  const ofWords = row.words.flatMap((word) => {
    if (pieceLength(word) === 0) return [term("w", word), ...beginnings("b", word, 1)];
    return [...piecesOf(word, 1), ...piecesOf(word, 2)].map((piece) => term("b", piece));
  });
  return new Set([
    ...ofWords,
    ...beginnings("f", row.digits, MIN_DIGITS),
    ...beginnings("e", reversedEnd(row.digits), MIN_DIGITS),
  ]);
}

function scoped(scopeId: string, [kind = "", ...rest]: string): string {
  return `${kind}${bareId(scopeId)}${rest.join("")}`;
}

/** What goes into the full-text table of a row: each term once for each scope (ids). Empty when nothing finds it. */
export function indexedTerms(scopeIds: readonly string[], row: Findable): string {
  const terms = [...termsOf(row)];
  return scopeIds.flatMap((id) => terms.map((one) => scoped(id, one))).join(" ");
}

/** Rows with this word; `asBeginning`: with a word that begins so. */
function wordCondition(run: string, asBeginning: boolean): Condition {
  const word = fold(run);
  if (pieceLength(run) > 0) {
    const pieces = piecesOf(word, 2).map((piece) => term("b", piece));
    return { terms: pieces, fulfilled: ({ text }) => text.includes(word) };
  }
  return asBeginning
    ? { terms: [term("b", word)], fulfilled: ({ words }) => words.some((one) => one.startsWith(word)) }
    : { terms: [term("w", word)], fulfilled: ({ words }) => words.includes(word) };
}

/** The words of a query, the last one as a beginning; null when it has none. The first {@link MAX_QUERY_WORDS} count. */
export function wordConditions(query: string): Alternative | null {
  const runs = wordsOf(query).flatMap(runsOf).slice(0, MAX_QUERY_WORDS);
  return runs.length === 0 ? null : runs.map((run, i) => wordCondition(run, i === runs.length - 1));
}

/** Rows whose number begins with these digits, or is these. */
export function numberCondition(digits: string, whole = false): Condition {
  return {
    terms: [term("f", digits)],
    fulfilled: (row) => (whole ? row.digits === digits : row.digits.startsWith(digits)),
  };
}

/** Rows whose number ends so (zeros in front set aside), or is nothing more than that. @param end see {@link reversedEnd} */
export function numberEndCondition(end: string, whole = false): Condition {
  return {
    terms: [term("e", end)],
    fulfilled: (row) => {
      const own = reversedEnd(row.digits);
      return whole ? own === end : own.startsWith(end);
    },
  };
}

/** True when the row is what the query asks for: the index may find a little more. */
export function fits(row: Findable, alternatives: readonly Alternative[]): boolean {
  return alternatives.some((all) => all.every((one) => one.fulfilled(row)));
}

/** A term in a MATCH expression. @param scopeId the workspace or inbox whose rows are looked for */
export function scopedTerm(scopeId: string, term: string): string {
  return `"${scoped(scopeId, term)}"`;
}

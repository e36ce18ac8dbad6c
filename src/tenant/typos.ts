import { pieceLength, piecesOf, runsOf, wordsOf } from "./words.ts";

/** Comparing a query with a short text so that a slip of the keyboard still finds it. */

/** Words of a query that are compared, and trigrams that candidates are found by. */
const MAX_WORDS = 16;
const MAX_TRIGRAMS = 96;
/** Share of the query's letters that must be found for a text to count. */
const MIN_CLOSENESS = 0.3;
/** One word of so many letters is enough by itself: in a question most words are not in what it is about. */
const TELLING_LETTERS = 6;
/** For scripts without spaces: share of a run's trigrams that must be in the text. */
const MIN_OVERLAP = 0.5;

/**
 * A text as it is compared: compatibility-decomposed, without accents and case, words apart by one space and one space
 * at both ends, so that the beginning and the end of a word are trigrams as well. Hangul falls apart into its letters.
 */
export function folded(text: string): string {
  const plain = text
    .normalize("NFKD")
    .replace(/[\u0300-\u036f]/g, "")
    .toLowerCase()
    .toWellFormed();
  return ` ${plain
    .split(/[\s\p{P}\p{S}\p{C}]+/u)
    .join(" ")
    .trim()} `;
}

/** The trigrams of a query's words; none for words of one or two letters in scripts that are written without spaces. */
export function trigramsOf(query: string): string[] {
  const grams = comparedRuns(query).flatMap((run) => piecesOf(pieceLength(run) > 0 ? run : ` ${run} `, 3));
  return [...new Set(grams)].filter((gram) => [...gram].length === 3).slice(0, MAX_TRIGRAMS);
}

function comparedRuns(query: string): string[] {
  return wordsOf(folded(query)).slice(0, MAX_WORDS).flatMap(decomposedRuns);
}

/** `wordsOf` composes again; what is compared stays decomposed. */
function decomposedRuns(word: string): string[] {
  return runsOf(folded(word).trim());
}

/** Slips that a word of so many letters may hold: none in short ones, which would become each other. */
function allowedSlips(letters: number): number {
  return letters < 4 ? 0 : letters < 8 ? 1 : 2;
}

/**
 * How well a text holds the query's words, from 1 (every word, as it stands or as part of one) down; 0 where too
 * little is found. Longer words weigh more. Exchanged neighbours are one slip, as are a missing, a wrong and an extra
 * letter; the first letter is rarely mistyped, so that another one counts as a slip more.
 */
export function closeness(query: string, text: string): number {
  const whole = folded(text);
  const words = whole.trim().split(" ");
  let letters = 0;
  let found = 0;
  let telling = false;
  for (const run of comparedRuns(query)) {
    const nearness = nearnessOf(run, whole, words);
    letters += run.length;
    found += run.length * nearness;
    telling ||= nearness > 0 && run.length >= TELLING_LETTERS;
  }
  const share = letters === 0 ? 0 : found / letters;
  return telling || share >= MIN_CLOSENESS ? share : 0;
}

function nearnessOf(run: string, whole: string, words: readonly string[]): number {
  // Part of a word counts from three letters on; shorter ones stand in too many words.
  if (whole.includes(run.length < 3 ? ` ${run} ` : run)) return 1;
  if (pieceLength(run) > 0) {
    const grams = piecesOf(run, 3);
    const share = grams.filter((gram) => whole.includes(gram)).length / grams.length;
    return share >= MIN_OVERLAP ? share : 0;
  }
  const slips = allowedSlips(run.length);
  if (slips === 0) return 0;
  const least = words.reduce((best, word) => {
    const more = run[0] === word[0] ? 0 : 1;
    return Math.min(best, slipsBetween(run, word, best) + more);
  }, slips + 1);
  return least > slips ? 0 : 1 - least / run.length;
}

/**
 * The optimal string alignment distance: insertions, deletions, substitutions and exchanged neighbours, each 1.
 * @param limit distances of this and more are answered as `limit`
 */
export function slipsBetween(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit;
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const swap = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      let least = Math.min(swap, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        least = Math.min(least, (before[j - 2] ?? 0) + 1);
      }
      next.push(least);
    }
    before = row;
    row = next;
  }
  return Math.min(row[b.length] ?? limit, limit);
}

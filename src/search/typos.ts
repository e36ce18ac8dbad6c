import { fold } from "../tenant/fold.ts";
import { pieceLength, piecesOf, runsOf, tellingWords, withoutArticle } from "./words.ts";

/** Comparing a query with a short text so that a slip of the keyboard still finds it. */

/** Trigrams that candidates are found by, of a query and of one word. */
const MAX_TRIGRAMS = 96;
const MAX_OF_WORD = 24;
/** Share of the query's letters that must be found for a text to count. */
const MIN_CLOSENESS = 0.3;
/** One word of so many letters is enough by itself: in a question most words are not in what it is about. */
const TELLING_LETTERS = 6;
/** Words that begin alike are forms of one word from this share of the longer one on, and so many letters. */
const MIN_SHARED = 0.6;
const MIN_SHARED_LETTERS = 5;
/** Letters of a word that may stand at the beginning or end of a compound. */
const MIN_PART = 4;
/** Letters of a word that may stand anywhere in another. */
const PART_LETTERS = 5;
/** For scripts without spaces: share of a run's trigrams that must be in the text. */
const MIN_OVERLAP = 0.5;

/**
 * A text as it is compared, see {@link fold}: words apart by one space and one space at both ends, so that the
 * beginning and the end of a word are trigrams as well. Hangul falls apart into its letters.
 */
export function folded(text: string): string {
  return ` ${fold(text)
    .split(/[\s\p{P}\p{S}\p{C}]+/u)
    .join(" ")
    .trim()} `;
}

/** The different trigrams of a text as it is compared. */
export function gramsOf(text: string): string[] {
  return [...new Set(piecesOf(text, 3))].filter((gram) => [...gram].length === 3);
}

/**
 * The trigrams of each of a query's words, in their order, {@link MAX_TRIGRAMS} in all; none of words of one or two
 * letters in scripts that are written without spaces.
 */
export function gramRuns(query: string): string[][] {
  let left = MAX_TRIGRAMS;
  return comparedRuns(query)
    .map((run) => {
      const grams = gramsOf(pieceLength(run) > 0 ? run : ` ${run} `).slice(0, Math.min(left, MAX_OF_WORD));
      left -= grams.length;
      return grams;
    })
    .filter((grams) => grams.length > 0);
}

function comparedRuns(query: string): string[] {
  // The words are composed; what is compared is not.
  return tellingWords(query).flatMap((word) => runsOf(withoutArticle(folded(word).trim())));
}

/** The different words of a text in which slips are forgiven at all; a Hangul syllable counts as its letters. */
export function comparableWords(text: string): string[] {
  const words = text.split(/[\s\p{P}\p{S}\p{C}]+/u);
  return [...new Set(words.filter((word) => allowedSlips(word.normalize("NFKD").length) > 0))];
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
  const words = joinedNeighbours(whole.trim().split(" "));
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
  // Anywhere in a word counts from five letters on, its beginning from three: "old" stands in "threshold", too.
  if (
    whole.includes(
      run.length < 3 ? ` ${run} ` : run.length < PART_LETTERS && pieceLength(run) === 0 ? ` ${run}` : run,
    )
  )
    return 1;
  if (pieceLength(run) > 0) {
    const grams = piecesOf(run, 3);
    const share = grams.filter((gram) => whole.includes(gram)).length / grams.length;
    return share >= MIN_OVERLAP ? share : 0;
  }
  return Math.max(slippedNearness(run, words), inflectedNearness(run, words), compoundNearness(run, words));
}

/** Words with each pair and three of neighbours written as one: "power bank" is looked for as "powerbank", too. */
function joinedNeighbours(words: readonly string[]): string[] {
  return words.flatMap((word, i) => {
    const [second = "", third = ""] = words.slice(i + 1, i + 3);
    return [...new Set([word, word + second, word + second + third])];
  });
}

function slippedNearness(run: string, words: readonly string[]): number {
  const slips = allowedSlips(run.length);
  if (slips === 0) return words.includes(run) ? 1 : 0;
  const least = words.reduce((best, word) => {
    const more = run[0] === word[0] ? 0 : 1;
    return Math.min(best, slipsBetween(run, word, best) + more);
  }, slips + 1);
  return least > slips ? 0 : 1 - least / run.length;
}

/** Of words that begin alike and end differently, as forms of one word do: "exchanging" and "exchange". */
function inflectedNearness(run: string, words: readonly string[]): number {
  return words.reduce((best, word) => {
    let shared = 0;
    while (shared < run.length && run[shared] === word[shared]) shared++;
    const share = shared / Math.max(run.length, word.length);
    return shared >= MIN_SHARED_LETTERS && share >= MIN_SHARED ? Math.max(best, share) : best;
  }, 0);
}

/** Of a compound whose parts stand apart in the text: "Winterjacke" and "Jacke für den Winter". */
function compoundNearness(run: string, words: readonly string[]): number {
  const longest = (fits: (word: string) => boolean) =>
    words.reduce(
      (best, word) => (word.length >= MIN_PART && word.length > best && fits(word) ? word.length : best),
      0,
    );
  const first = longest((word) => run.startsWith(word));
  const last = longest((word) => word.length <= run.length - first && run.endsWith(word));
  const share = (first + last) / run.length;
  return share >= MIN_SHARED ? share : 0;
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

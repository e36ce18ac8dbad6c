import { indexedText, phrase } from "./search.ts";

/** Words of a query that count, and phrases that they may become. */
const MAX_WORDS = 16;
const MAX_PHRASES = 48;

/**
 * Scripts without spaces between words: runs of them are searched in pieces of as many letters as a short word has,
 * since where its words begin and end is not known. The voicing marks of decomposed kana belong to them.
 */
const PIECES = [
  { script: /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}ー\u3099\u309a]+/u, letters: 2 },
  { script: /[\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]+/u, letters: 4 },
] as const;
const RUNS =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}ー\u3099\u309a]+|[\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]+|[^\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}ー\u3099\u309a\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]+/gu;

/** Every word of a text, split at spaces and punctuation. */
export function wordsOf(text: string): string[] {
  return text
    .normalize("NFKC")
    .split(/[\s\p{P}\p{S}\p{C}]+/u)
    .filter((word) => /[\p{L}\p{N}]/u.test(word));
}

/** How many letters a piece of this run has; 0 where the run is a word of its own. */
export function pieceLength(run: string): number {
  return PIECES.find(({ script }) => script.test(run))?.letters ?? 0;
}

/** A word's runs of one kind of script each: "iPhone手机壳" is two. */
export function runsOf(word: string): string[] {
  return word.match(RUNS) ?? [];
}

/** All pieces of `length` letters, overlapping; the whole when it is shorter. */
export function piecesOf(text: string, length: number): string[] {
  const letters = [...text];
  if (letters.length <= length) return [text];
  return letters.slice(0, letters.length - length + 1).map((_, i) => letters.slice(i, i + length).join(""));
}

/**
 * An FTS5 expression that finds rows with any of the query's words, for ranking by bm25: a question holds words that
 * no product has. Each word is also found as a beginning. Null when there is nothing to look for.
 */
export function anyWordMatch(query: string): string | null {
  const phrases = wordsOf(query)
    .slice(0, MAX_WORDS)
    .flatMap(runsOf)
    .flatMap((run) => {
      const length = pieceLength(run);
      if (length === 0) return [`${phrase(run)}*`];
      return piecesOf(run, length).map((piece) => phrase(indexedText(piece).trim()));
    });
  const different = [...new Set(phrases)].slice(0, MAX_PHRASES);
  return different.length === 0 ? null : different.join(" OR ");
}

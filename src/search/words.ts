import { fold } from "../tenant/fold.ts";
import { STOP_WORDS } from "./stop-words.ts";

/** Words of a query that count, and forms of them. */
const MAX_WORDS = 16;
const MAX_FORMS = 48;
/** Words of so many letters and more are found as a beginning: shorter ones begin too many others. */
const BEGINNING_LETTERS = 3;
/** Of longer words this share of the letters, but not fewer than so many, is what endings leave alone. */
const STEM_SHARE = 0.6;
const STEM_LETTERS = 5;

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

/** What stands between words; apostrophes do, also those that Unicode counts as letters (\u02bb, \u02bc). */
const BETWEEN = /[\s\p{P}\p{S}\p{C}\u02bb\u02bc]+/u;

/** Every word of a text, split at spaces and punctuation, but not at what cannot be seen, and Catalan's l·l is one. */
export function wordsOf(text: string): string[] {
  return text
    .normalize("NFKC")
    .replace(/\p{Default_Ignorable_Code_Point}/gu, "")
    .replace(/(?<=l)\u00b7(?=\p{L})/giu, "")
    .split(BETWEEN)
    .filter((word) => /[\p{L}\p{N}]/u.test(word));
}

const stopWords = new Set(STOP_WORDS.trim().split(/\s+/).map(fold));

/** The different words that tell what a query is about, at most {@link MAX_WORDS}: all of them where none does. */
export function tellingWords(query: string): string[] {
  const words = [...new Map(wordsOf(query).map((word) => [fold(word), word])).entries()];
  const telling = words.filter(([word]) => !stopWords.has(word));
  return (telling.length > 0 ? telling : words).slice(0, MAX_WORDS).map(([, word]) => word);
}

/** An Arabic word without its article. */
export function withoutArticle(word: string): string {
  return word.length >= 5 ? word.replace(/^ال/, "") : word;
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

/** What is looked for of a word, as texts are compared ({@link fold}): where words begin, as they stand, or anywhere. */
export interface WordForm {
  text: string;
  kind: "beginning" | "whole" | "piece";
}

/**
 * The words of a query, each in the forms in which a row may hold it, {@link MAX_FORMS} in all; none when there is
 * nothing to look for. Words are also found as beginnings, and long ones by their own beginning, so that "returning"
 * finds "return"; what is nearer to the query holds more of these.
 */
export function wordForms(query: string): WordForm[][] {
  const words = tellingWords(query)
    .flatMap(runsOf)
    .flatMap((run): WordForm[][] => {
      const length = pieceLength(run);
      if (length > 0) return piecesOf(run, length).map((piece) => [{ text: fold(piece), kind: "piece" }]);
      if (lettersOf(run) < BEGINNING_LETTERS) return [[{ text: fold(run), kind: "whole" }]];
      const beginnings = [run, withoutArticle(run), stemOf(run)].map(fold);
      return [[...new Set(beginnings)].map((text) => ({ text, kind: "beginning" }))];
    });
  const seen = new Set<string>();
  return words
    .map((forms) =>
      forms.filter(({ kind, text }) => {
        const fresh = text !== "" && !seen.has(kind + text) && seen.size < MAX_FORMS;
        if (fresh) seen.add(kind + text);
        return fresh;
      }),
    )
    .filter((forms) => forms.length > 0);
}

/** A Hangul syllable counts as the letters that it is made of. */
function lettersOf(run: string): number {
  return [...run.normalize("NFKD")].length;
}

/** The beginning that other forms of a word are likely to share: the word itself when it is short, or has digits. */
function stemOf(run: string): string {
  const letters = [...run];
  if (/\p{N}/u.test(run)) return run;
  let kept = Math.ceil(letters.length * STEM_SHARE);
  while (kept < letters.length && lettersOf(letters.slice(0, kept).join("")) < STEM_LETTERS) kept++;
  return letters.slice(0, kept).join("");
}

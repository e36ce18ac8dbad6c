import { fold } from "../tenant/fold.ts";
import { COUNTED, type CountedForms, SAMPLE } from "./candidates.ts";
import { pieceLength, type WordForm } from "./words.ts";

/**
 * Ranking by words and trigrams, as Okapi BM25 does it (https://en.wikipedia.org/wiki/Okapi_BM25, with the constants and the
 * weighted columns of SQLite's bm25()), over the rows at hand: what a word weighs depends on the workspace's own rows.
 */

/** How soon further occurrences of a word add nothing, and how much long texts lose. */
const SATURATION = 1.2;
const LENGTH_SHARE = 0.75;
/** A corpus with more rows than are counted is taken for so many times as large. */
const BEYOND = 10;

interface Ranked<T> {
  row: T;
  score: number;
}

/**
 * The rows that hold any of what is looked for, the best first; of equals the first stays first.
 * @param rows by number: the first {@link SAMPLE} tell how long texts usually are
 * @param weights of the fields, in their order
 */
export function rank<T extends { fields: readonly string[] }>(
  rows: readonly T[],
  weights: readonly number[],
  counted: CountedForms,
): T[] {
  const total = counted.rows < COUNTED ? counted.rows : COUNTED * BEYOND;
  const texts = rows.map(({ fields }) => fields.map(fold));
  const lengths = texts.map((fields) => fields.reduce((sum, field) => sum + lengthOf(field), 1));
  const usual = lengths.slice(0, SAMPLE);
  const mean = usual.reduce((sum, length) => sum + length, 0) / Math.max(1, usual.length);
  return rows
    .map((row, i): Ranked<T> => {
      const norm = SATURATION * (1 - LENGTH_SHARE + (LENGTH_SHARE * (lengths[i] ?? 0)) / mean);
      const score = counted.forms.reduce((sum, { form, rows: having }) => {
        const frequency = (texts[i] ?? []).reduce(
          (found, text, field) => found + (weights[field] ?? 1) * occurrences(text, form),
          0,
        );
        return sum + rarity(total, having) * ((frequency * (SATURATION + 1)) / (frequency + norm));
      }, 0);
      return { row, score };
    })
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score)
    .map(({ row }) => row);
}

/** What a word that so many of all rows have says of a row. Never 0: a word that all have is still found. */
function rarity(total: number, having: number): number {
  return Math.log(1 + (Math.max(total, having) - having + 0.5) / (having + 0.5));
}

const LENGTH =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]|[\p{L}\p{N}\p{M}]+/gu;

/** Words of a text, as many letters as there are in scripts without spaces. */
function lengthOf(text: string): number {
  return text.match(LENGTH)?.length ?? 0;
}

const LETTER_BEFORE = /[\p{L}\p{N}\p{M}]$/u;
const LETTER_BEHIND = /^[\p{L}\p{N}\p{M}]/u;

/** How often a form of a word stands in a text, both as they are compared: words begin where the letters of others end. */
function occurrences(text: string, { kind, text: form }: WordForm): number {
  let count = 0;
  for (let at = text.indexOf(form); at !== -1; at = text.indexOf(form, at + form.length)) {
    if (kind === "piece") count++;
    else if (!goesOn(text.slice(Math.max(0, at - 2), at), LETTER_BEFORE)) {
      if (kind === "beginning" || !goesOn(text.slice(at + form.length, at + form.length + 2), LETTER_BEHIND))
        count++;
    }
  }
  return count;
}

/** True when what is beside a word belongs to it: scripts without spaces stand beside words of other scripts. */
function goesOn(beside: string, letter: RegExp): boolean {
  const [found] = letter.exec(beside) ?? [];
  return found !== undefined && pieceLength(found) === 0;
}

import { pieceLength, runsOf } from "../search/words.ts";

/**
 * Cuts Markdown into passages to search and to answer with: at headings, then between paragraphs, and only inside a
 * paragraph, line or sentence that is too long by itself. Passages are pieces of the text as it stands, in its order,
 * and together they are all of it but the white space between them.
 */

/** Words of a passage, at most: a few paragraphs. */
export const MAX_WORDS = 300;
/** Characters of a passage, at most. Holds back what has no words, such as tables and encoded data. */
export const MAX_CHARACTERS = 3000;
/** A section with fewer words shares a passage with the one that follows it, so that none says next to nothing. */
const MIN_WORDS = 15;
/** Characters of a heading trail. */
const MAX_TRAIL = 300;
const TRAIL_SEPARATOR = " › ";

export interface Passage {
  /** The headings that it stands below, outermost first; empty before the first heading. */
  heading: string;
  text: string;
}

interface Section {
  heading: string;
  text: string;
}

/** The passages of an article; none when its text is white space alone. */
export function passagesOf(markdown: string): Passage[] {
  return joined(sectionsOf(markdown)).flatMap(({ heading, text }) =>
    pieces(text)
      .map((piece) => ({ heading, text: trimmed(piece) }))
      .filter((passage) => passage.text !== ""),
  );
}

/** Without blank lines around it. The indent of its first line stays: it may be code. */
function trimmed(text: string): string {
  return text.replace(/^(?:[^\S\n]*\n)+/, "").trimEnd();
}

const WORD_ENDS = /[\s\p{P}\p{S}\p{C}]+/u;

/**
 * Words as search cuts them: in scripts without spaces, as many letters as a short word has. Signs without a letter
 * count as well, as a cut inside a word leaves them: texts put together never hold more words than their parts.
 */
export function countWords(text: string): number {
  return text
    .normalize("NFKC")
    .split(WORD_ENDS)
    .flatMap(runsOf)
    .reduce((sum, run) => {
      const length = pieceLength(run);
      return sum + (length === 0 ? 1 : Math.ceil([...run].length / length));
    }, 0);
}

/** The marks before a heading; what is behind it may close with marks again. */
const ATX_HEADING = /^ {0,3}(#{1,6})(?=[ \t]|$)/;
const ATX_CLOSING = /(?:^|[ \t])#+$/;
const SETEXT_LINE = /^ {0,3}(=+|-+)[ \t]*$/;
const FENCE = /^ {0,3}(`{3,}|~{3,})/;

/** Cuts a text at its headings, each with the trail of headings that it stands below. */
function sectionsOf(markdown: string): Section[] {
  const sections: Section[] = [{ heading: "", text: "" }];
  const trail: string[] = [];
  let fence: string | null = null;
  const lines = markdown.match(/[^\n]*\n|[^\n]+$/g) ?? [];
  for (const [i, line] of lines.entries()) {
    const bare = line.trimEnd();
    const [, mark] = FENCE.exec(bare) ?? [];
    if (fence !== null) {
      if (mark?.startsWith(fence) && bare.trim() === mark) fence = null;
    } else if (mark !== undefined) fence = mark;
    else {
      const found = headingAt(lines, i);
      if (found) {
        trail.length = Math.min(trail.length, found.level - 1);
        trail[found.level - 1] = plain(found.title);
        const heading = trail.filter(Boolean).join(TRAIL_SEPARATOR).slice(0, MAX_TRAIL).toWellFormed();
        sections.push({ heading, text: "" });
      }
    }
    const section = sections.at(-1);
    if (section) section.text += line;
  }
  return sections;
}

/** The heading that begins in this line: `## Like this`, or a line alone in its paragraph that is underlined. */
function headingAt(lines: readonly string[], i: number): { level: number; title: string } | null {
  const line = (lines[i] ?? "").trimEnd();
  const [before = "", hashes] = ATX_HEADING.exec(line) ?? [];
  if (hashes !== undefined) {
    const title = line.slice(before.length).trim().replace(ATX_CLOSING, "");
    return { level: hashes.length, title };
  }
  const alone = line.trim() !== "" && (lines[i - 1] ?? "").trim() === "" && !SETEXT_LINE.test(line);
  // Four spaces make it code; marks of lists, quotes and tables make what follows a line of its own.
  if (!alone || /^(?: {4}|\t| {0,3}(?:[-*+>|]|\d+[.)]))/.test(line)) return null;
  const [, underline] = SETEXT_LINE.exec((lines[i + 1] ?? "").trimEnd()) ?? [];
  return underline === undefined ? null : { level: underline.startsWith("=") ? 1 : 2, title: line };
}

/** A heading as it reads: without marks of emphasis and code, and links by their text. */
function plain(heading: string): string {
  return heading
    .slice(0, MAX_TRAIL * 3)
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replace(/[*`]|\b_+|_+\b/g, "")
    .replace(/\s+/g, " ")
    .trim();
}

/** Puts sections that say little before the one that follows. */
function joined(sections: readonly Section[]): Section[] {
  const whole: (Section & { words: number; bare: boolean })[] = [];
  for (const section of sections) {
    const [words, bare] = [countWords(section.text), withoutHeadings(section.text) === ""];
    const last = whole.at(-1);
    if (last && last.text.length < MAX_CHARACTERS && last.words < MIN_WORDS) {
      // Where the first is headings alone, the trail of the second holds them too.
      if (last.bare && section.heading.startsWith(last.heading)) last.heading = section.heading;
      last.text += section.text;
      last.words += words;
      last.bare &&= bare;
    } else whole.push({ ...section, words, bare });
  }
  return whole;
}

function withoutHeadings(text: string): string {
  return text
    .split("\n")
    .filter((line) => !ATX_HEADING.test(line.trimEnd()) && !SETEXT_LINE.test(line.trimEnd()))
    .join("\n")
    .trim();
}

/** Ways to take a text apart, coarser ones first. Each gives pieces that together are the text again. */
const CUTS: readonly ((text: string) => string[])[] = [
  (text) => text.match(/(?:(?!\n[^\S\n]*\n)[\s\S])+\s*|\s+/g) ?? [],
  (text) => text.match(/[^\n]*\n+|[^\n]+$/g) ?? [],
  (text) => segments(text, "sentence"),
  (text) => segments(text, "word"),
  (text) => [...text],
];

const segmenters = new Map<string, Intl.Segmenter>();

function segments(text: string, granularity: "sentence" | "word"): string[] {
  const segmenter = segmenters.get(granularity) ?? new Intl.Segmenter("en", { granularity });
  segmenters.set(granularity, segmenter);
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

interface Size {
  words: number;
  characters: number;
}

/** Cuts a text into pieces within bounds, as coarsely as that goes. */
function pieces(text: string, cut = 0): string[] {
  if (fits(sizeOf(text))) return [text];
  const parts = (CUTS[cut]?.(text) ?? []).flatMap((part) =>
    fits(sizeOf(part)) ? [part] : pieces(part, cut + 1),
  );
  return packed(parts);
}

/** Puts neighbours together as far as they fit. */
function packed(parts: readonly string[]): string[] {
  const whole: string[] = [];
  let size: Size = { words: 0, characters: 0 };
  for (const part of parts) {
    const own = sizeOf(part);
    const both = { words: size.words + own.words, characters: size.characters + own.characters };
    const last = whole.length - 1;
    if (last >= 0 && fits(both)) {
      whole[last] += part;
      size = both;
    } else {
      whole.push(part);
      size = own;
    }
  }
  return whole;
}

function sizeOf(text: string): Size {
  return { words: countWords(text), characters: text.length };
}

function fits(size: Size): boolean {
  return size.words <= MAX_WORDS && size.characters <= MAX_CHARACTERS;
}

const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

/** The characters of a text as people count them: an accent, a skin tone or a family is part of one. */
export function characterCount(text: string): number {
  let count = 0;
  for (const _ of graphemes.segment(text)) count += 1;
  return count;
}

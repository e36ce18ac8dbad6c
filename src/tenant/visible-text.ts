/**
 * Text that customers wrote can hide instructions from the people who read along: characters that show nothing, or
 * that show text in another order than it has. They are removed from everything that leaves for an assistant.
 *
 * Removed: control characters but tab and newlines; all of Unicode's Default_Ignorable_Code_Point (zero-width and
 * bidirectional controls, soft hyphens, fillers, tag characters, variation selectors); interlinear annotations.
 * Kept, since people's words need them, and only where they join what is visible: zero-width joiners and
 * non-joiners between letters of scripts that are written with them, joiners inside emoji, and the two variation
 * selectors that choose between an emoji's text and picture form. Flags of regions (made of tag characters) lose
 * their region. Lone surrogates, which are no text at all, become U+FFFD. Line and paragraph separators become newlines.
 */
const SUSPECT = /[\p{Default_Ignorable_Code_Point}\p{Cc}\u2028\u2029\uFFF9-\uFFFB]/u;

const JOINING =
  "\\p{Script=Arabic}\\p{Script=Syriac}\\p{Script=Nko}\\p{Script=Mongolian}\\p{Script=Devanagari}\\p{Script=Bengali}\\p{Script=Gurmukhi}\\p{Script=Gujarati}\\p{Script=Oriya}\\p{Script=Tamil}\\p{Script=Telugu}\\p{Script=Kannada}\\p{Script=Malayalam}\\p{Script=Sinhala}\\p{Script=Khmer}\\p{Script=Myanmar}";
const EMOJI = "\\p{Extended_Pictographic}\\p{Emoji_Modifier}";

/** What stays, then (second alternative) what goes. */
const INVISIBLE = new RegExp(
  [
    `((?<=[${JOINING}])[\\u200C\\u200D](?=[${JOINING}])`,
    `|(?<=[${EMOJI}\\uFE0F])\\u200D(?=[${EMOJI}])`,
    `|(?<=[${EMOJI}0-9#*])[\\uFE0E\\uFE0F]`,
    "|[\\t\\n\\r])",
    "|[\\p{Default_Ignorable_Code_Point}\\p{Cc}\\uFFF9-\\uFFFB]",
  ].join(""),
  "gu",
);

/** What JSON writes of what cannot be seen, and of some texts more: it escapes C0 controls and lone surrogates. */
const SUSPECT_IN_JSON = /\\[ubf]|[\p{Default_Ignorable_Code_Point}\p{Cc}\u2028\u2029\uFFF9-\uFFFB]/u;

/** True when {@link visibleText} would change no string of this JSON, in compact form. Errs towards false. */
export function isVisibleJson(json: string): boolean {
  return !SUSPECT_IN_JSON.test(json);
}

/** The text without what cannot be seen. Text without any of it comes back as it is. */
export function visibleText(text: string): string {
  const wellFormed = text.toWellFormed();
  if (!SUSPECT.test(wellFormed)) return wellFormed;
  const visible = wellFormed.replace(/[\u2028\u2029]/g, "\n").replace(INVISIBLE, "$1");
  // What went can leave a joiner behind that joins nothing any more; once more finds it, and then nothing is left.
  return visible === text ? visible : visibleText(visible);
}

/** True for a text in which nothing can be seen: spaces, what {@link visibleText} leaves out, empty Braille. */
export function isBlank(text: string): boolean {
  return !/[^\s\u2800]/.test(visibleText(text));
}

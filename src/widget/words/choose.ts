import { ar } from "./ar.ts";
import { de } from "./de.ts";
import { en, type Words } from "./en.ts";
import { es } from "./es.ts";
import { fr } from "./fr.ts";
import { it } from "./it.ts";
import { nl } from "./nl.ts";
import { pl } from "./pl.ts";
import { pt } from "./pt.ts";
import { tr } from "./tr.ts";

export const LANGUAGES: Readonly<Record<string, Words>> = { ar, de, en, es, fr, it, nl, pl, pt, tr };

/** Languages of these that are written from the right. */
const RIGHT_TO_LEFT = ["ar"];

/**
 * The widget's words in the first of these languages that it speaks, English where it speaks none.
 * @param wanted BCP 47 tags, the dearest first; what stands behind the language itself does not matter
 */
export function wordsFor(wanted: readonly (string | undefined)[]): {
  language: string;
  direction: "ltr" | "rtl";
  words: Words;
} {
  const spoken = wanted.map((tag) => (tag ?? "").toLowerCase().split(/[-_]/)[0] ?? "");
  const language = spoken.find((one) => Object.hasOwn(LANGUAGES, one)) ?? "en";
  return {
    language,
    direction: RIGHT_TO_LEFT.includes(language) ? "rtl" : "ltr",
    words: LANGUAGES[language] ?? en,
  };
}

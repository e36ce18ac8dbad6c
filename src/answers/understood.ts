import { tellingWords, wordsOf } from "../search/words.ts";
import { fold } from "../tenant/fold.ts";
import { OWN_WORDS, type OwnLanguage, type OwnWords } from "./own-words.ts";

/** What is understood of a message without a model: its language, a greeting, that a person is wanted. */

const LANGUAGES = Object.keys(OWN_WORDS).filter(isOwn);

function isOwn(language: string): language is OwnLanguage {
  return Object.hasOwn(OWN_WORDS, language);
}

const folded = (text: string) => text.split(/[\s,]+/).map(fold);
const sets = new Map<string, ReadonlySet<string>>();

function wordSet(language: OwnLanguage, list: keyof OwnWords): ReadonlySet<string> {
  const key = `${language} ${list}`;
  const set = sets.get(key) ?? new Set(folded(OWN_WORDS[language][list]));
  sets.set(key, set);
  return set;
}

/** Scripts that one of the languages is written in alone. */
const SCRIPTS: readonly [RegExp, OwnLanguage][] = [
  [/\p{Script=Cyrillic}/u, "ru"],
  [/\p{Script=Arabic}/u, "ar"],
];
/** So many words of a language tell it. */
const TELLING = 2;

/**
 * The language of the AI's own words: the chatbot's where it is fixed, else that of the text, else of the visitor's
 * browser, else English.
 * @param fixed BCP 47, or `auto`
 * @param locale as the visitor's browser says
 */
export function ownLanguage(fixed: string, text: string, locale: string | undefined): OwnLanguage {
  const known = (tag: string | undefined) => {
    const language = tag?.split("-")[0]?.toLowerCase() ?? "";
    return isOwn(language) ? language : undefined;
  };
  if (fixed !== "auto") return known(fixed) ?? "en";
  const script = SCRIPTS.find(([letters]) => letters.test(text));
  if (script) return script[1];
  const words = wordsOf(text).map(fold);
  const [best] = LANGUAGES.map((language) => ({
    language,
    count: words.filter((word) => wordSet(language, "marks").has(word)).length,
  })).sort((a, b) => b.count - a.count);
  if (best && best.count >= TELLING) return best.language;
  return known(locale) ?? (best && best.count > 0 ? best.language : "en");
}

const COURTESIES = [
  ["greetings", "greeting"],
  ["thanks", "thanked"],
  ["goodbyes", "goodbye"],
] as const;

/** Most words of a message that is nothing but polite, or asks for a person. */
const SHORT = 15;

/**
 * What a greeting, thanks or a goodbye is answered with, and in which language; null where a message holds more than
 * that.
 */
export function courtesyOf(
  text: string,
): { language: OwnLanguage; says: "greeting" | "thanked" | "goodbye" } | null {
  const words = wordsOf(text).map(fold);
  if (words.length === 0 || words.length > SHORT) return null;
  for (const language of LANGUAGES) {
    for (const [list, says] of COURTESIES) {
      if (words.every((word) => wordSet(language, list).has(word))) return { language, says };
    }
    // "Hello, and thanks!"
    const all = COURTESIES.map(([list]) => wordSet(language, list));
    if (words.every((word) => all.some((set) => set.has(word)))) return { language, says: "greeting" };
  }
  return null;
}

/** Whether a message asks for a person: in a few words, or by the button that offers one. */
export function wantsPerson(text: string): boolean {
  const plain = fold(text).trim();
  const words = wordsOf(text).map(fold);
  if (words.length === 0 || words.length > SHORT) return false;
  const telling = tellingWords(text).map(fold);
  return LANGUAGES.some((language) => {
    if (plain === fold(OWN_WORDS[language].personLabel)) return true;
    const [people, talking] = [wordSet(language, "people"), wordSet(language, "talking")];
    if (!words.some((word) => people.has(word))) return false;
    if (words.some((word) => talking.has(word))) return true;
    return telling.every((word) => people.has(word));
  });
}

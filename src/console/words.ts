import { de } from "./words/de.ts";
import { en, type Words } from "./words/en.ts";
import { pt } from "./words/pt.ts";

export type { Words } from "./words/en.ts";

export const LANGUAGES = { en: "English", de: "Deutsch", pt: "Português" } as const;
export type Language = keyof typeof LANGUAGES;

/** The cookie in which somebody keeps another language than their browser asks for. */
export const LANGUAGE_COOKIE = "parley_language";

export const WORDS: Record<Language, Words> = { en, de, pt };

export function isLanguage(text: string | undefined): text is Language {
  return text !== undefined && Object.hasOwn(LANGUAGES, text);
}

import type { Answerer } from "../chatbots/answerer.ts";
import { OWN_WORDS } from "./own-words.ts";
import { ownLanguage } from "./understood.ts";

/** What a chatbot's AI says before anybody asks: the team's words, else its own. @param locale of the visitor's browser */
export function aiGreeting({ ai, language }: Pick<Answerer, "ai" | "language">, locale?: string): string {
  return ai.greetingOverride ?? OWN_WORDS[ownLanguage(language, "", locale)].greeting;
}

import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Words } from "../src/widget/words/en.ts";
import type { Chat } from "./chat.ts";
import type { Dates } from "./dates.ts";
import type { Api } from "./http.ts";
import type { State } from "./state.ts";

/** What every part of the widget is shown with. */
export interface View {
  chat: Chat;
  state: State;
  api: Api;
  words: Words;
  dates: Dates;
  /** Says a sentence to those who do not see the page. */
  tell(sentence: string): void;
}

export const Viewing = createContext<View | null>(null);

export function useView(): View {
  const view = useContext(Viewing);
  if (!view) throw new Error("Shown outside of the widget.");
  return view;
}

/** A word with what stands in it. */
export const fill = (word: string, values: Record<string, string | number>): string =>
  word.replace(/\{(\w+)\}/g, (all, name: string) => String(values[name] ?? all));

/** The code of a refusal. By its name: the two parts of the widget each have a class of their own. */
export const codeOf = (error: unknown): string =>
  error instanceof Error && "code" in error ? String(error.code) : "internal";

/** What a visitor is told of a refusal. */
export function sayRefused(words: Words, code: string, longest: number): string {
  switch (code) {
    case "rate_limited":
      return words.tooMany;
    case "invalid_input":
    case "body_too_large":
      return fill(words.tooLong, { n: longest });
    case "offline":
      return words.offline;
    case "not_found":
    case "inbox_disabled":
    case "workspace_suspended":
    case "origin_not_allowed":
    case "unauthenticated":
      return words.unavailable;
    default:
      return words.failed;
  }
}

import { foldedWords } from "../../tenant/fold.ts";
import { plainDigits } from "../../tenant/typed-numbers.ts";
import { MAX_LIST } from "../graph/limits.ts";
import { type Value, valueText } from "../graph/placeholders.ts";
import { BETWEEN, saidOfAll } from "./choice-words.ts";
import { comparable } from "./comparable.ts";
import type { FlowInput, Option } from "./state.ts";

type MessageInput = Extract<FlowInput, { type: "message" }>;

/** Characters of an option's label. */
export const MAX_LABEL = 100;

export const RETRY_CHOICE = "Please choose one of the options.";

/** The options of a choice whose list is in a variable: numbered, without repetitions and empty ones. */
export function optionsOf(value: Value | undefined): Option[] {
  const list = Array.isArray(value) ? value : [valueText(value)];
  const labels = [...new Set(list.map((label) => label.trim()).filter((label) => label !== ""))];
  return labels
    .slice(0, MAX_LIST)
    .map((label, i) => ({ id: String(i + 1), label: label.slice(0, MAX_LABEL).toWellFormed() }));
}

/**
 * The options that a message names: picked ones by id, typed ones as {@link namer} knows them, one after the other or as
 * "all of them". Null when it names something else, or several where one is asked for, or none of them where no option
 * says that.
 */
export function readChoice(
  options: readonly Option[],
  multiple: boolean,
  message: MessageInput,
): Option[] | null {
  const picked = message.optionIds
    ? message.optionIds.map((id) => options.find((option) => option.id === id))
    : typedOptions(options, multiple, message.text);
  const found = [...new Set(picked.filter((option) => option !== undefined))];
  if (found.length === 0 || picked.includes(undefined)) return null;
  return multiple || found.length === 1 ? found : null;
}

function typedOptions(options: readonly Option[], multiple: boolean, text: string): (Option | undefined)[] {
  const named = namer(options);
  const one = named(text) ?? optionThatSays(options, saidOfAll(text));
  if (!multiple) return [one];
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  const found = lines.slice(0, MAX_PARTS).flatMap((line) => optionsInLine(line, named));
  if (!found.includes(undefined)) return found;
  return one ? [one] : wholeOf(options, saidOfAll(text));
}

/** The one option that says itself "all of them", "both" or "none". */
function optionThatSays(options: readonly Option[], said: ReturnType<typeof saidOfAll>): Option | undefined {
  if (said === null) return undefined;
  const [option, ...others] = options.filter(({ label }) => saidOfAll(label) === said);
  return others.length === 0 ? option : undefined;
}

/** All options, or both of two, where that was said: those that are about the whole ("none of these") are left out. */
function wholeOf(options: readonly Option[], said: ReturnType<typeof saidOfAll>): (Option | undefined)[] {
  const single = options.filter(({ label }) => saidOfAll(label) === null);
  const isMeant = said === "all" || (said === "both" && single.length === 2);
  return isMeant ? single : [undefined];
}

/** Most options named one after the other that are looked at. */
const MAX_PARTS = 50;
const NUMBERS = /^\s*\d{1,2}(\s+\d{1,2})+\s*$/;

type Named = (text: string) => Option | undefined;

/** The options of a line, the longest labels first; with undefined among them where something is none. */
function optionsInLine(line: string, named: Named): (Option | undefined)[] {
  const whole = named(line);
  if (whole) return [whole];
  if (NUMBERS.test(plainDigits(line))) return line.trim().split(/\s+/).slice(0, MAX_PARTS).map(named);
  // A letter may be an option itself, and then it is no "and".
  const parts = [...line.matchAll(BETWEEN)].filter(([sign]) => !/\p{L}/u.test(sign) || !named(sign));
  const between = parts.slice(0, MAX_PARTS);
  const bounds = [
    ...between.map(({ index, 0: sign }) => ({ end: index, next: index + sign.length })),
    { end: line.length, next: line.length + 1 },
  ];
  /** Where a way from here has been found to lead nowhere. */
  const hopeless = new Set<number>();
  const from = (start: number): Option[] | null => {
    if (line.slice(start).trim() === "") return [];
    if (hopeless.has(start)) return null;
    for (const { end, next } of bounds.filter((bound) => bound.end >= start).toReversed()) {
      const part = line.slice(start, end);
      const option = part.trim() === "" ? null : named(part);
      const rest = option === undefined ? null : from(next);
      if (rest) return option ? [option, ...rest] : rest;
    }
    hopeless.add(start);
    return null;
  };
  return from(0) ?? [undefined];
}

/** A number as a list shows it or people write it: `2`, `2.`, `2)`, `(2)`, `#2`, `２`. */
const IN_LIST = /^[(#]?\s*(\d{1,2})\s*[.):!]?$/;
/** The same in front of the label. */
const LISTED = /^[(#]?(\d{1,2})\s?[.):-]?\s+(.+)$/s;

/**
 * What finds the option that a text names: by its label as it is; whatever its accents, case, quotes and spaces;
 * without punctuation, symbols and emoji; by its emoji alone; by its number in the list, with and without its label;
 * by its value or id. Each way counts only where it names one option.
 */
function namer(options: readonly Option[]): Named {
  const ways = [
    keyed(options, (label) => label.trim()),
    keyed(options, (label) => label.normalize("NFKC").trim().toLowerCase()),
    keyed(options, comparable),
    keyed(options, (label) => comparable(label).replaceAll(" ", "")),
    keyed(options, words),
    keyed(options, emoji, (text) => (/[\p{L}\p{N}]/u.test(text) ? "" : emoji(text))),
  ];
  const byLabel = (text: string) => first(ways.map((way) => () => way(text)));
  const codes = ["value", "id"] as const;
  return (text) => {
    const typed = plainDigits(text).trim();
    const [, listed, label = ""] = LISTED.exec(typed) ?? [];
    const numbered = options[Number(IN_LIST.exec(typed)?.[1] ?? 0) - 1];
    const shown = listed === undefined ? undefined : options[Number(listed) - 1];
    return first([
      () => byLabel(text),
      () => numbered,
      () => (shown !== undefined && byLabel(label) === shown ? shown : undefined),
      ...codes.map((code) => () => options.find((option) => isSame(option[code], text))),
    ]);
  };
}

function isSame(code: string | undefined, text: string): boolean {
  return code !== undefined && comparable(code) === comparable(text);
}

function first(ways: readonly (() => Option | undefined)[]): Option | undefined {
  for (const way of ways) {
    const option = way();
    if (option) return option;
  }
  return undefined;
}

/** Finds the one option whose label has the same key as a text; the first where all of these have the same label. */
function keyed(
  options: readonly Option[],
  keyOf: (label: string) => string,
  typedKey: (text: string) => string = keyOf,
): Named {
  const byKey = Map.groupBy(options, ({ label }) => keyOf(label));
  return (text) => {
    const key = typedKey(text);
    const [option, ...others] = key === "" ? [] : (byKey.get(key) ?? []);
    return others.every(({ label }) => label === option?.label) ? option : undefined;
  };
}

/** The words of a label. A sign that makes another number of one (-5, < 5, 5+) is a word as well. */
function words(text: string): string {
  const signed = comparable(text)
    .replace(BEFORE_NUMBER, (_, sign: string) => ` ${SIGN_WORDS[sign]} `)
    .replace(/(?<=\p{N})\+/gu, " plus ");
  return foldedWords(signed);
}

/** Signs in front of a number: not the dash of a list, which has a space behind it, nor the one of 10-20. */
const BEFORE_NUMBER = /(?<![\p{L}\p{N}])([-+](?=\p{Sc}?\p{N})|[<>\u2264\u2265~](?=\s*\p{Sc}?\p{N}))/gu;
const SIGN_WORDS: Record<string, string> = {
  "-": "minus",
  "<": "under",
  ">": "over",
  "\u2264": "atmost",
  "\u2265": "atleast",
  "~": "about",
  "+": "plus",
};

/** The emoji and symbols of a text, whatever their skin tone. */
function emoji(text: string): string {
  const shown = comparable(text).match(/\p{Extended_Pictographic}|\p{So}/gu) ?? [];
  return shown.join("");
}

import { z } from "zod";
import { MAX_LIST, MAX_LIST_ITEM, MAX_VALUE } from "../graph/limits.ts";
import type { AnswerKind } from "../graph/node-data.ts";
import type { NodeOf } from "../graph/nodes.ts";
import { compilePattern } from "../graph/pattern.ts";
import { shownValue, type Value } from "../graph/placeholders.ts";
import { scaleOf } from "./scale.ts";
import type { FlowInput, Option } from "./state.ts";

/** Characters of an option's label. */
export const MAX_LABEL = 100;

type MessageInput = Extract<FlowInput, { type: "message" }>;

/** What is asked again with when an answer does not fit and the author wrote nothing for it. */
export const RETRY_TEXT: Record<AnswerKind, string> = {
  text: "Please answer in a different way.",
  number: "Please enter a number.",
  email: "Please enter a valid email address.",
  phone: "Please enter a valid phone number.",
  url: "Please enter a web address, for example https://example.com.",
  date: "Please enter a date as year-month-day, for example 2026-01-31.",
  rating: "Please choose one of the numbers.",
  file: "Please send a file.",
};
export const RETRY_CHOICE = "Please choose one of the options.";

const email = z.email().max(254);
const date = z.iso.date();

/** The answer as a value, or null when it does not fit the question. Nothing but the message is looked at. */
export function readAnswer(question: NodeOf<"question">["data"], message: MessageInput): Value | null {
  const answer = message.text.trim();
  const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY, pattern } = question;
  switch (question.answer) {
    case "text":
      if (answer === "" || answer.length < min || answer.length > Math.min(max, MAX_VALUE)) return null;
      return matches(pattern, answer) ? answer : null;
    case "number": {
      const number = readNumber(answer);
      return number !== null && number >= min && number <= max ? number : null;
    }
    case "rating": {
      const number = readNumber(answer);
      const fits = number !== null && Number.isInteger(number);
      const range = scaleOf(question);
      return fits && number >= range.min && number <= range.max ? number : null;
    }
    case "email":
      return email.safeParse(answer).success ? answer : null;
    case "phone":
      return isPhone(answer) && matches(pattern, answer) ? answer : null;
    case "url":
      return isWebAddress(answer) ? answer : null;
    case "date":
      return date.safeParse(answer).success ? answer : null;
    case "file":
      return message.file && message.file.url.length <= MAX_VALUE ? message.file.url : null;
  }
}

function matches(pattern: string | undefined, text: string): boolean {
  return pattern === undefined || compilePattern(pattern)(text);
}

/**
 * A decimal number with a point, or with a comma where it cannot group thousands: 1,5 is one and a half, 1,500 could
 * be either and is refused.
 */
function readNumber(text: string): number | null {
  if (!/^[+-]?\d{1,15}([.,]\d{1,10})?$/.test(text) || /,\d{3}$/.test(text)) return null;
  return Number(text.replace(",", ".")) + 0; // + 0 turns -0 into 0
}

/** Digits with the usual signs between them; 5 to 15 digits, as E.164 has at most 15. */
function isPhone(text: string): boolean {
  const digits = text.replace(/\D/g, "").length;
  return text.length <= 40 && /^\+?[\d\s().\-/]+$/.test(text) && digits >= 5 && digits <= 15;
}

function isWebAddress(text: string): boolean {
  if (text.length > MAX_VALUE || /\s/.test(text)) return false;
  const url = URL.parse(text);
  return url !== null && /^https?:$/.test(url.protocol) && url.hostname.includes(".");
}

function folded(text: string): string {
  return text.normalize("NFKC").trim().toLowerCase();
}

/**
 * The options that a message names: picked ones by id, typed ones by their label whatever its case, their number in
 * the list, or their id. Null when it names something else, or several where one is asked for.
 */
export function readChoice(
  options: readonly Option[],
  multiple: boolean,
  message: MessageInput,
): Option[] | null {
  const picked = message.optionIds
    ? message.optionIds.map((id) => options.find((option) => option.id === id))
    : (wholeOption(options, message.text) ?? typedOptions(options, multiple, message.text));
  const found = [...new Set(picked.filter((option) => option !== undefined))];
  if (found.length === 0 || picked.includes(undefined)) return null;
  return multiple || found.length === 1 ? found : null;
}

/** A label may hold commas itself, so the whole text is tried first. */
function wholeOption(options: readonly Option[], text: string): Option[] | null {
  const option = typedOption(options, text);
  return option ? [option] : null;
}

function typedOptions(options: readonly Option[], multiple: boolean, text: string): (Option | undefined)[] {
  if (!multiple) return [undefined];
  return text
    .split(/[,;\n]/)
    .filter((part) => part.trim() !== "")
    .slice(0, 50)
    .map((part) => typedOption(options, part));
}

function typedOption(options: readonly Option[], text: string): Option | undefined {
  const answer = folded(text);
  return (
    options.find(({ label }) => folded(label) === answer) ??
    (/^\d{1,2}$/.test(answer) ? options[Number(answer) - 1] : options.find(({ id }) => folded(id) === answer))
  );
}

/** The options of a choice whose list is in a variable: numbered, without repetitions and empty ones. */
export function optionsOf(value: Value | undefined): Option[] {
  const list = Array.isArray(value) ? value : [shownValue(value)];
  const labels = [...new Set(list.map((label) => label.trim()).filter((label) => label !== ""))];
  return labels
    .slice(0, MAX_LIST)
    .map((label, i) => ({ id: String(i + 1), label: label.slice(0, MAX_LABEL).toWellFormed() }));
}

/** Anything as the value of a variable, cut to size; undefined for null and nothing. Objects become their JSON. */
export function toValue(raw: unknown): Value | undefined {
  switch (typeof raw) {
    case "string":
      return raw.slice(0, MAX_VALUE).toWellFormed();
    case "number":
      return Number.isFinite(raw) ? raw : undefined;
    case "boolean":
      return raw;
    case "object":
      if (raw === null) return undefined;
      if (!Array.isArray(raw)) return jsonText(raw).slice(0, MAX_VALUE).toWellFormed();
      return raw.slice(0, MAX_LIST).map((item) => itemText(item));
    default:
      return undefined;
  }
}

function itemText(item: unknown): string {
  const text = typeof item === "object" ? jsonText(item) : String(item);
  return text.slice(0, MAX_LIST_ITEM).toWellFormed();
}

/** Somebody else's server decides how deep its answer is nested: too deep for JSON.stringify is nothing. */
function jsonText(value: unknown): string {
  try {
    return JSON.stringify(value) ?? "";
  } catch {
    return "";
  }
}

/**
 * What is saved of an answer to a request: `$status` its status, `$` all of it, and otherwise what stands at a dotted
 * path of its JSON (`items.0.name`), undefined when nothing does. A star is every item of a list, and gives a list; a
 * backslash in front of a dot makes it part of a key.
 */
export function savedFrom({ status, body }: { status: number; body: unknown }, path: string): unknown {
  if (path === "$status") return status;
  if (path === "$") return body;
  const keys = path.split(/(?<!\\)\./).map((key) => key.replaceAll("\\.", "."));
  return atKeys(body, keys);
}

function atKeys(value: unknown, keys: readonly string[]): unknown {
  const [key, ...rest] = keys;
  if (key === undefined) return value;
  if (typeof value !== "object" || value === null) return undefined;
  if (Object.hasOwn(value, key)) return atKeys(Reflect.get(value, key), rest);
  if (key !== "*" || !Array.isArray(value)) return undefined;
  return value
    .map((item) => atKeys(item, rest))
    .filter((item) => item !== undefined && item !== null)
    .flat();
}

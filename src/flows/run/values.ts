import { readNumber } from "../../tenant/typed-numbers.ts";
import { MAX_LIST, MAX_LIST_ITEM, MAX_VALUE } from "../graph/limits.ts";
import type { Value } from "../graph/placeholders.ts";

/** What variables come to hold, and what they hold as numbers. */

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

/**
 * The number that a value is, or that is written in it: as programs write numbers, or as people do where that can be
 * read in one way only. Null for everything else.
 */
export function numberIn(value: unknown): number | null {
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  if (typeof value !== "string") return null;
  const text = value.trim();
  if (/^[+-]?\d{1,15}(\.\d{1,15})?$/.test(text)) return Number(text);
  const number = readNumber(text);
  return number === "ambiguous" ? null : number;
}

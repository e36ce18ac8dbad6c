import { z } from "zod";
import { isVisibleJson } from "../tenant/visible-text.ts";
import type { Tool } from "./define.ts";
import { sanitise } from "./sanitise.ts";

/** The longest result, in characters of its JSON: clients cut or refuse what is longer. */
export const MAX_RESULT_CHARACTERS = 60_000;

/** A result ready to leave: the structure, and the same as compact JSON. */
export interface Shaped {
  structure: Record<string, unknown>;
  text: string;
}

/**
 * Checks a tool's output against its schema (which also drops fields that it does not name), makes its text visible
 * and names the fields that customers wrote.
 * @throws z.ZodError when the output does not fit: a fault of ours, which the client's own check would refuse as well
 */
export function shape(tool: Tool, output: object): Shaped {
  return sanitised(tool.output.parse(output), tool.untrusted);
}

/** Any JSON object of a resource, sanitised in the same way. */
export function shapeResource(content: object, untrusted: readonly string[]): Shaped {
  return sanitised(content, untrusted);
}

/**
 * Most results hold nothing to remove, which their JSON shows in one look: only the others are copied value by value.
 */
function sanitised(value: object, untrusted: readonly string[]): Shaped {
  const text = JSON.stringify(value);
  if (!isVisibleJson(text)) return seen(copied(value, untrusted));
  const met = untrusted.filter((name) => hasKey(text, name));
  return met.length > 0 ? seen({ ...value, untrustedFields: met }) : { structure: asObject(value), text };
}

/** Whether compact JSON has this key at any depth: inside a string the quote would be escaped. */
function hasKey(json: string, name: string): boolean {
  return json.includes(`{"${name}":`) || json.includes(`,"${name}":`);
}

function copied(value: object, untrusted: readonly string[]): Record<string, unknown> {
  const met = new Set<string>();
  const copy = asObject(sanitise(value, (key) => untrusted.includes(key) && met.add(key)));
  return met.size > 0 ? { ...copy, untrustedFields: untrusted.filter((name) => met.has(name)) } : copy;
}

function seen(structure: Record<string, unknown>): Shaped {
  return { structure, text: JSON.stringify(structure) };
}

function asObject(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? { ...value } : { value };
}

const pageArguments = z.looseObject({ limit: z.int(), page: z.int().optional() });

/**
 * The arguments with which a list that came out too long is asked again: fewer rows, the first of them the same, so
 * that the answer's own cursor goes on where it ends. Null when the tool takes no `limit` or one row is too many.
 *
 * With `page` the first row is `(page - 1) * limit`, so only divisors of it will do.
 * @param prepared the arguments as the tool's schema filled them in
 * @param characters how long the answer was
 */
export function fewerRows(prepared: unknown, characters: number): { limit: number; page?: number } | null {
  const parsed = pageArguments.safeParse(prepared);
  if (!parsed.success) return null;
  const { limit, page } = parsed.data;
  // A tenth of room, since rows differ in length.
  const wanted = Math.floor((limit * MAX_RESULT_CHARACTERS * 0.9) / characters);
  if (wanted < 1 || wanted >= limit) return null;
  if (page === undefined) return { limit: wanted };
  const offset = (page - 1) * limit;
  for (let rows = wanted; rows >= 1; rows--) {
    if (offset % rows === 0) return { limit: rows, page: offset / rows + 1 };
  }
  return null;
}

/** Marks a result of which rows or text are missing. */
export function truncated(shaped: Shaped): Shaped {
  return seen({ ...shaped.structure, truncated: true });
}

/**
 * Makes a result fit when asking for fewer rows did not: drops rows from the end of its longest list, and when no
 * rows are left to drop shortens its longest texts. Says `truncated`.
 */
export function cutToFit(shaped: Shaped): Shaped {
  if (shaped.text.length <= MAX_RESULT_CHARACTERS) return shaped;
  const { structure } = truncated({ ...shaped, structure: asObject(structuredClone(shaped.structure)) });
  for (;;) {
    const length = JSON.stringify(structure).length;
    if (length <= MAX_RESULT_CHARACTERS) return seen(structure);
    const surplus = length - MAX_RESULT_CHARACTERS;
    if (!dropRows(structure, surplus) && !shortenText(structure, surplus)) {
      throw new Error("A result without rows or texts to cut is too long.");
    }
  }
}

/** Drops the last rows of the longest list directly in the result; false when no list has more than one. */
function dropRows(structure: Record<string, unknown>, surplus: number): boolean {
  const lists = Object.values(structure).filter(
    (field): field is unknown[] => Array.isArray(field) && field.length > 1,
  );
  const size = (list: unknown[]) => JSON.stringify(list).length;
  const longest = lists.sort((a, b) => size(b) - size(a))[0];
  if (!longest) return false;
  let dropped = 0;
  while (dropped < surplus && longest.length > 1) dropped += JSON.stringify(longest.pop()).length + 1;
  return true;
}

/** Texts are not cut below this, so that shortening ends. */
const SHORTEST = 200;

function shortenText(node: object, surplus: number): boolean {
  const longest = longestText(node);
  if (!longest || longest.text.length <= SHORTEST) return false;
  const keep = Math.max(SHORTEST, longest.text.length - surplus - 1);
  Reflect.set(longest.holder, longest.key, `${longest.text.slice(0, keep - 1).toWellFormed()}…`);
  return true;
}

interface HeldText {
  holder: object;
  key: string;
  text: string;
}

function longestText(node: object): HeldText | null {
  let longest: HeldText | null = null;
  for (const [key, field] of Object.entries(node)) {
    const found: HeldText | null =
      typeof field === "string"
        ? { holder: node, key, text: field }
        : typeof field === "object" && field !== null
          ? longestText(field)
          : null;
    if (found && (!longest || found.text.length > longest.text.length)) longest = found;
  }
  return longest;
}

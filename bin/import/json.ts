import { z } from "zod";
import type { Entry, Item } from "./entry.ts";

/**
 * The line of each element of an array in a JSON text that is known to be one.
 * @param field the field of the outer object that holds the array; null: the text is the array
 */
export function elementLines(source: string, field: string | null): number[] {
  const lines: number[] = [];
  const depth = field === null ? 1 : 2;
  let [line, level, at] = [1, 0, 0];
  let inside = field === null;
  let key = "";
  let expecting = false;
  while (at < source.length) {
    const character = source[at] ?? "";
    if (expecting && !/[\s,\]]/.test(character)) {
      lines.push(line);
      expecting = false;
    }
    if (character === '"') {
      const end = stringEnd(source, at);
      if (level === 1) key = source.slice(at + 1, end - 1);
      at = end;
      continue;
    }
    if (character === "\n") line++;
    if (character === "[" || character === "{") {
      level++;
      if (level === depth && character === "[" && (field === null || key === field)) {
        inside = true;
        expecting = true;
      }
    } else if (character === "]" || character === "}") {
      if (level === depth && inside && character === "]") return lines;
      level--;
    } else if (character === "," && level === depth && inside) {
      expecting = true;
    }
    at++;
  }
  return lines;
}

/** Where the string that begins at `at` is over. */
function stringEnd(source: string, at: number): number {
  for (let i = at + 1; i < source.length; i++) {
    if (source[i] === "\\") i++;
    else if (source[i] === '"') return i + 1;
  }
  return source.length;
}

const object = z.record(z.string(), z.unknown());

/** JSON Lines: an object on each line. Empty lines are left out. */
export function* jsonLines(source: string, complete: (item: Item) => Item): Generator<Entry> {
  let line = 0;
  for (const text of source.split("\n")) {
    line++;
    if (text.trim() === "") continue;
    try {
      const parsed = object.safeParse(JSON.parse(text));
      if (parsed.success) yield { line, item: complete(parsed.data) };
      else yield { line, problem: "is no JSON object" };
    } catch {
      yield { line, problem: "is not JSON" };
    }
  }
}

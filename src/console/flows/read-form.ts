import type { Part } from "./shape.ts";

/** What a form says of a node's data. */

/** The place of a row's tick that takes it out. */
export const OUT = "out";
/** The name of the form's field for a part. */
export const within = (prefix: string, name: string | number) => `${prefix}.${name}`;

/**
 * A node's data as its form has it. What was left empty is null, which takes a field out; what cannot be read stays as it
 * was typed, so that its problem names it.
 * @param before what the node holds: of what may be of several types, an unchanged text stays of its own
 */
export function readParts(
  parts: readonly Part[],
  prefix: string,
  form: URLSearchParams,
  before: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  return Object.fromEntries(
    parts.map((part) => [part.name, readPart(part, within(prefix, part.name), form, before[part.name])]),
  );
}

/** What counts where nothing is said is not written where nothing was. */
function readPart(part: Part, name: string, form: URLSearchParams, before: unknown): unknown {
  const read = readShape(part, name, form, before);
  return before === undefined && read === part.byDefault ? null : read;
}

function readShape(
  { shape, byDefault }: Part,
  name: string,
  form: URLSearchParams,
  before: unknown,
): unknown {
  if (shape.kind === "tick") return form.has(name) ? true : byDefault === undefined ? null : false;
  if (shape.kind === "group") return readGroup(shape.of, name, form, before);
  if (shape.kind === "rows") return readRows(shape.of, name, form, before);
  const text = form.getAll(name).join("\n").replaceAll("\r\n", "\n").trim();
  if (text === "") return null;
  if (shape.kind === "number") return Number.isNaN(Number(text)) ? text : Number(text);
  if (shape.kind === "lines") return linesOf(text);
  return shape.kind === "value" ? readValue(text, form.get(siblingOf(name, "operator")), before) : text;
}

const linesOf = (text: string) =>
  text.split("\n").flatMap((line) => (line.trim() === "" ? [] : [line.trim()]));

const siblingOf = (name: string, sibling: string) => `${name.slice(0, name.lastIndexOf("."))}.${sibling}`;

/** A value of several possible types: a list where one is compared with, a number where it is written as one. */
function readValue(text: string, operator: string | null, before: unknown): unknown {
  if (operator === "one_of") return linesOf(text);
  if (shownValue(before) === text) return before;
  if (/^-?(0|[1-9]\d{0,14})(\.\d{1,10})?$/.test(text)) return Number(text);
  return text.includes("\n") && operator === null ? linesOf(text) : text;
}

/** A value as a form shows it. */
export function shownValue(value: unknown): string {
  if (Array.isArray(value)) return value.map(shownValue).join("\n");
  return ["string", "number", "boolean"].includes(typeof value) ? String(value) : "";
}

export function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {};
}

/** Null where nothing was filled in: what is chosen from a list or ticked says nothing alone. */
function readGroup(
  parts: readonly Part[],
  prefix: string,
  form: URLSearchParams,
  before: unknown,
): Record<string, unknown> | null {
  const read = readParts(parts, prefix, form, recordOf(before));
  const says = ({ name, shape }: Part) =>
    read[name] !== null && name !== "id" && !["choice", "tick"].includes(shape.kind);
  if (!parts.some(says)) return null;
  return Object.fromEntries(Object.entries(read).filter(([, value]) => value !== null));
}

/** How many rows a form has. */
function countRows(prefix: string, form: URLSearchParams): number {
  const numbers = [...form.keys()].flatMap((key) =>
    key.startsWith(`${prefix}.`) ? [Number(key.slice(prefix.length + 1).split(".")[0])] : [],
  );
  return Math.max(-1, ...numbers.filter(Number.isInteger)) + 1;
}

function readRows(parts: readonly Part[], prefix: string, form: URLSearchParams, before: unknown): unknown {
  const old: unknown[] = Array.isArray(before) ? before : [];
  const rows = Array.from({ length: countRows(prefix, form) }, (_, i) => {
    const place = within(prefix, i);
    return form.has(within(place, OUT)) ? null : readGroup(parts, place, form, old[i]);
  }).filter((row) => row !== null);
  if (rows.length === 0) return null;
  return parts.some(({ name }) => name === "id") ? withIds(rows) : rows;
}

/** New rows that are left by a handle of their own get an id, after what they are called. */
function withIds(rows: readonly Record<string, unknown>[]): Record<string, unknown>[] {
  const taken = new Set(["other", "timeout", "answered", "else", ...rows.map(({ id }) => id)]);
  return rows.map((row) => {
    if (typeof row.id === "string") return row;
    const called = typeof row.label === "string" ? row.label : "case";
    const base =
      called
        .normalize("NFKD")
        .toLowerCase()
        .replaceAll(/[^a-z0-9]+/g, "_")
        .slice(0, 40) || "option";
    const plain = base.replaceAll(/^_|_$/g, "") || "option";
    let id = plain;
    for (let n = 2; taken.has(id); n++) id = `${plain}_${n}`;
    taken.add(id);
    return { ...row, id };
  });
}

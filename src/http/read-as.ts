import { z } from "zod";
import { isAnyId } from "../tenant/ids.ts";
import { isCommaFree } from "../tenant/typed-text.ts";
import { parseJson } from "./json-text.ts";

type Schema = z.core.$ZodType;

/** How the values of a door are read. */
export interface ReadingOf {
  /** What asks changes nothing, so an optional text that is empty stands for none, also where the schema takes it. */
  emptyIsAbsent?: boolean;
  /** Keys at the top that known clients add on their own; left out where the schema has no such name. */
  leftOut?: ReadonlySet<string>;
}

/**
 * Checks a value against a schema the way clients really send it. What fits is taken as it is, at no further cost.
 * What does not is read once more, by the schema alone: `null` or an empty text for something optional is absent, and so
 * is an empty list where at least one is wanted; the exact text of a number, of true or false, of a JSON array or object
 * stands for it; one of several options may have other capitals, and blanks or hyphens for its underscores; a number
 * stands for a text; an empty array for an empty object (PHP has one word for both); one item for a list of it, and
 * several with commas between them where an item holds none (options, numbers, ids, {@link commaFree}). A `null`, an empty text or an empty
 * list that the schema takes keeps its meaning, a required value stays required, and nothing is guessed: "5px" is no
 * number.
 * @returns beside zod's result the value as it was read, which its issues are about
 */
export function readAs<S extends z.ZodType>(
  schema: S,
  value: unknown,
  how: ReadingOf = {},
): ({ success: true; data: z.output<S> } | { success: false; error: z.ZodError }) & { read: unknown } {
  if (!(how.emptyIsAbsent && holdsEmptyText(value))) {
    const parsed = schema.safeParse(value);
    if (parsed.success) return { success: true, data: parsed.data, read: value };
  }
  const read = new Reader(how).read(schema, value, true);
  const parsed = schema.safeParse(read);
  return parsed.success
    ? { success: true, data: parsed.data, read }
    : { success: false, error: parsed.error, read };
}

function holdsEmptyText(value: unknown): boolean {
  if (typeof value === "string") return isEmptyText(value);
  if (typeof value !== "object" || value === null) return false;
  for (const part of Object.values(value)) if (holdsEmptyText(part)) return true;
  return false;
}

const isEmptyText = (value: unknown) => typeof value === "string" && value.trim() === "";

const takes = (schema: Schema, value: unknown) => z.safeParse(schema, value).success;

/** A JSON number without an exponent: what a program writes for one that a person would. */
const NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?$/;

class Reader {
  readonly #how: ReadingOf;

  constructor(how: ReadingOf) {
    this.#how = how;
  }

  /** The value as the schema means it; as it is where nothing of it can be read otherwise. */
  read(schema: Schema, value: unknown, top = false): unknown {
    const inner = unwrapped(schema);
    if (inner) return this.read(inner, value, top);
    if (schema instanceof z.ZodObject) return this.#object(schema, fromText(value, "{"), top);
    if (schema instanceof z.ZodRecord) return this.#record(schema, fromText(value, "{"));
    if (schema instanceof z.ZodArray) {
      return this.#list(schema.element, fromText(value, "["));
    }
    if (schema instanceof z.ZodUnion) return this.#union(schema, value);
    return scalar(schema, value);
  }

  #object(schema: z.ZodObject, value: unknown, top: boolean): unknown {
    if (Array.isArray(value) && value.length === 0) return {};
    if (!isObject(value)) return value;
    const { leftOut } = this.#how;
    return Object.fromEntries(
      Object.entries(value).flatMap(([key, given]): [string, unknown][] => {
        const field: Schema | undefined = Object.hasOwn(schema.shape, key) ? schema.shape[key] : undefined;
        if (!field) return top && leftOut?.has(key) ? [] : [[key, given]];
        return this.#isAbsent(field, given) ? [] : [[key, this.read(field, given)]];
      }),
    );
  }

  #isAbsent(field: Schema, value: unknown): boolean {
    const isEmptyList = Array.isArray(value) && value.length === 0;
    if (value !== null && !isEmptyText(value) && !isEmptyList) return false;
    if (!takes(field, undefined)) return false;
    return (isEmptyText(value) && this.#how.emptyIsAbsent === true) || !takes(field, value);
  }

  #list(item: Schema, value: unknown): unknown {
    const items = Array.isArray(value) ? value : itemsIn(item, value);
    const list = items.map((one) => this.read(item, one));
    return Array.isArray(value) || (list.length > 0 && list.every((one) => takes(item, one))) ? list : value;
  }

  #record(schema: z.ZodRecord, value: unknown): unknown {
    if (Array.isArray(value) && value.length === 0) return {};
    if (!isObject(value)) return value;
    const { valueType } = schema;
    return Object.fromEntries(
      Object.entries(value).flatMap(([key, given]): [string, unknown][] =>
        given === null && !takes(valueType, null) ? [] : [[key, this.read(valueType, given)]],
      ),
    );
  }

  /** The first member that takes the value as it is, or else as that member reads it. */
  #union(schema: z.ZodUnion, value: unknown): unknown {
    if (schema.options.some((option) => takes(option, value))) return value;
    for (const option of schema.options) {
      const read = this.read(option, value);
      if (takes(option, read)) return read;
    }
    return value;
  }
}

/** The items of a list that came as one value; none where that is not clear. */
function itemsIn(item: Schema, value: unknown): unknown[] {
  if (typeof value !== "string") return value === null || value === undefined ? [] : [value];
  // What was to be JSON and is none is no item either: ['a', 'b'].
  if (isObjectItem(item)) return [value];
  if (value.trim() === "" || /^\s*[[{]/.test(value)) return [];
  const parts = value.split(",").map((part) => part.trim());
  if (parts.length === 1) return [value];
  return !parts.includes("") && (holdsNoComma(item) || parts.every(isAnyId)) ? parts : [];
}

function holdsNoComma(item: Schema): boolean {
  const inner = unwrapped(item);
  if (inner) return isCommaFree(item) || holdsNoComma(inner);
  if (item instanceof z.ZodUnion) return item.options.every(holdsNoComma);
  if (item instanceof z.ZodEnum) return item.options.every((option) => !String(option).includes(","));
  return item instanceof z.ZodNumber || item instanceof z.ZodBoolean || isCommaFree(item);
}

/** Whether the items are objects or lists themselves, whose text is JSON. */
function isObjectItem(item: Schema): boolean {
  const inner = unwrapped(item);
  if (inner) return isObjectItem(inner);
  return item instanceof z.ZodObject || item instanceof z.ZodRecord || item instanceof z.ZodArray;
}

/** The schema inside one that only adds to it; undefined when there is none. */
function unwrapped(schema: Schema): Schema | undefined {
  if (
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodNullable ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault ||
    schema instanceof z.ZodReadonly ||
    schema instanceof z.ZodLazy
  ) {
    return schema.unwrap();
  }
  // z.preprocess is a pipe whose schema comes second.
  if (schema instanceof z.ZodPipe) return schema.in instanceof z.ZodTransform ? schema.out : schema.in;
  return undefined;
}

function scalar(schema: Schema, value: unknown): unknown {
  if (typeof value === "number" && (Number.isSafeInteger(value) || !Number.isInteger(value))) {
    const text = String(value);
    return isText(schema) || (schema instanceof z.ZodEnum && takes(schema, text)) ? text : value;
  }
  if (typeof value !== "string") return value;
  if (schema instanceof z.ZodEnum && !takes(schema, value)) return optionCalled(schema, value) ?? value;
  if (schema instanceof z.ZodNumber) return NUMBER.test(value) ? Number(value) : value;
  const truth = value === "true" ? true : value === "false" ? false : undefined;
  if (schema instanceof z.ZodBoolean) return truth ?? value;
  if (schema instanceof z.ZodLiteral) {
    return (
      [...schema.values].find((literal) => typeof literal !== "string" && String(literal) === value) ?? value
    );
  }
  return value;
}

/** The option that a text names in other letters: `In progress` is `in_progress`. */
function optionCalled(schema: z.ZodEnum, text: string): string | undefined {
  const options = schema.options.filter((option) => typeof option === "string");
  const small = text.trim().toLowerCase();
  return (
    options.find((option) => option.toLowerCase() === small) ??
    options.find((option) => optionKey(option) === optionKey(small))
  );
}

const optionKey = (option: string) =>
  option
    .trim()
    .toLowerCase()
    .replace(/[\s_-]+/g, "_");

/** Of any format: zod has a class for each. */
const isText = (schema: Schema) => schema._zod.def.type === "string";

const isObject = (value: unknown): value is object =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** What a text of JSON says, where it is one of this kind; everything else as it is. */
function fromText(value: unknown, opening: "{" | "["): unknown {
  if (typeof value !== "string" || !value.trimStart().startsWith(opening)) return value;
  try {
    return parseJson(value);
  } catch {
    return value;
  }
}

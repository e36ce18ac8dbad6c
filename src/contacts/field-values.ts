import { z } from "zod";
import { Failure } from "../tenant/failure.ts";
import { nearestNames } from "../tenant/nearest-names.ts";
import type { CustomFieldType } from "./schema.ts";

/** A custom value as callers give and get it. Dates are YYYY-MM-DD, datetimes ISO 8601 in UTC. */
export type CustomValue = string | number | boolean;

/** A custom value as it is stored: text for comparing, and a number for numbers and times (milliseconds, UTC). */
export interface StoredValue {
  textValue: string;
  numberValue: number | null;
}

/** What the type of a field needs to know of it. */
export interface FieldType {
  key: string;
  type: CustomFieldType;
  options: string[] | null;
}

/** Longest text value, in UTF-16 units. */
export const MAX_TEXT_VALUE = 2000;

const DATE = z.iso.date();
const DATETIME = z.iso.datetime({ offset: true });

const EXPECTED: Record<CustomFieldType, string> = {
  text: `text of 1 to ${MAX_TEXT_VALUE} characters`,
  number: "a number",
  date: "a date as YYYY-MM-DD",
  datetime: "a time in ISO 8601 with its zone, such as 2026-01-31T09:30:00Z",
  boolean: "true or false",
  select: "one of its options",
};

function parse(field: FieldType, value: CustomValue): StoredValue | null {
  const text = String(value).toWellFormed().trim();
  switch (field.type) {
    case "text":
      return text !== "" && text.length <= MAX_TEXT_VALUE ? { textValue: text, numberValue: null } : null;
    case "number": {
      // Assistants often quote numbers; anything that is wholly a decimal number counts as one.
      const isNumber = typeof value === "number" || /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,3})?$/i.test(text);
      const number = Number(text) + 0; // + 0 turns -0 into 0
      return isNumber && Number.isFinite(number) ? { textValue: String(number), numberValue: number } : null;
    }
    case "date":
      return DATE.safeParse(text).success
        ? { textValue: text, numberValue: Date.parse(`${text}T00:00:00Z`) }
        : null;
    case "datetime": {
      const time = DATETIME.safeParse(text).success ? Date.parse(text) : Number.NaN;
      return Number.isNaN(time) ? null : { textValue: new Date(time).toISOString(), numberValue: time };
    }
    case "boolean":
      return /^(true|false)$/i.test(text) ? { textValue: text.toLowerCase(), numberValue: null } : null;
    case "select": {
      const option = (field.options ?? []).find((one) => one.toLowerCase() === text.toLowerCase());
      return option === undefined ? null : { textValue: option, numberValue: null };
    }
  }
}

/**
 * The value in the form that is stored: numbers and booleans may be quoted, options are found without regard to case.
 * @throws Failure `invalid_input` saying what the field takes, with candidates where it is one of a few
 */
export function storedValue(field: FieldType, value: CustomValue): StoredValue {
  const stored = parse(field, value);
  if (stored) return stored;
  const options = field.type === "boolean" ? ["true", "false"] : (field.options ?? []);
  const near = nearestNames(String(value), options);
  const candidates = near.length > 0 ? near : options.slice(0, 20);
  throw new Failure("invalid_input", `The custom field ${field.key} takes ${EXPECTED[field.type]}.`, {
    ...(candidates.length > 0 ? { candidates } : {}),
  });
}

/** The value as callers get it. */
export function shownValue(type: CustomFieldType, stored: StoredValue): CustomValue {
  if (type === "boolean") return stored.textValue === "true";
  if (type === "number" && stored.numberValue !== null) return stored.numberValue;
  return stored.textValue;
}

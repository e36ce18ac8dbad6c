import { Failure } from "../tenant/failure.ts";
import { fold } from "../tenant/fold.ts";
import { nearestNames } from "../tenant/nearest-names.ts";
import { DATE_FORMS, readDate, readMoment } from "../tenant/typed-dates.ts";
import { AMBIGUOUS_NUMBER, readNumber } from "../tenant/typed-numbers.ts";
import { isBlank } from "../tenant/visible-text.ts";
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

/** As programs write numbers that are very large or small. */
const EXPONENT = /^[+-]?(\d{1,30}\.?\d{0,30}|\.\d{1,30})e[+-]?\d{1,3}$/i;

const EXPECTED: Record<CustomFieldType, string> = {
  text: `text of 1 to ${MAX_TEXT_VALUE} characters`,
  number: "a number",
  date: DATE_FORMS,
  datetime: "a time in ISO 8601 with its zone, such as 2026-01-31T09:30:00Z",
  boolean: "true or false",
  select: "one of its options",
};

function parse(field: FieldType, value: CustomValue): StoredValue | null {
  const text = String(value).toWellFormed().trim();
  switch (field.type) {
    case "text":
      return !isBlank(text) && text.length <= MAX_TEXT_VALUE ? { textValue: text, numberValue: null } : null;
    case "number": {
      const read = typeof value === "number" || EXPONENT.test(text) ? Number(text) : readNumber(text);
      const isNumber = typeof read === "number" && Number.isFinite(read);
      const number = isNumber ? read + 0 : 0; // + 0 turns -0 into 0
      return isNumber ? { textValue: String(number), numberValue: number } : null;
    }
    case "date": {
      const day = readDate(text);
      if (day === null || day === "ambiguous") return null;
      return { textValue: day, numberValue: Date.parse(`${day}T00:00:00Z`) };
    }
    case "datetime": {
      const moment = readMoment(text);
      if (moment === null || moment === "ambiguous" || moment.kind !== "instant") return null;
      return { textValue: new Date(moment.at).toISOString(), numberValue: moment.at };
    }
    case "boolean":
      return /^(true|false)$/i.test(text) ? { textValue: text.toLowerCase(), numberValue: null } : null;
    case "select": {
      const options = field.options ?? [];
      const option = options.find((one) => one === text) ?? options.find((one) => fold(one) === fold(text));
      return option === undefined ? null : { textValue: option, numberValue: null };
    }
  }
}

/**
 * The value in the form that is stored: numbers and booleans may be quoted, options are found without regard to case and accents.
 * @throws Failure `invalid_input` saying what the field takes, with candidates where it is one of a few
 */
export function storedValue(field: FieldType, value: CustomValue): StoredValue {
  const stored = parse(field, value);
  if (stored) return stored;
  const options = field.type === "boolean" ? ["true", "false"] : (field.options ?? []);
  const near = nearestNames(String(value), options);
  const candidates = near.length > 0 ? near : options.slice(0, 20);
  const either =
    field.type === "number" && readNumber(String(value)) === "ambiguous"
      ? ` ${JSON.stringify(value)} ${AMBIGUOUS_NUMBER}.`
      : field.type === "date" && readDate(String(value)) === "ambiguous"
        ? ` ${JSON.stringify(value)} could be two days.`
        : "";
  throw new Failure(
    "invalid_input",
    `The custom field ${field.key} takes ${EXPECTED[field.type]}.${either}`,
    {
      ...(candidates.length > 0 ? { candidates } : {}),
    },
  );
}

/** The value as callers get it. */
export function shownFieldValue(type: CustomFieldType, stored: StoredValue): CustomValue {
  if (type === "boolean") return stored.textValue === "true";
  if (type === "number" && stored.numberValue !== null) return stored.numberValue;
  return stored.textValue;
}

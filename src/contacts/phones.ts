import { isSupportedCountry, parsePhoneNumberFromString } from "libphonenumber-js/min";
import {
  type Alternative,
  MIN_DIGITS,
  numberCondition,
  numberEndCondition,
  reversedEnd,
  wordConditions,
} from "../search/beginnings.ts";
import { plainDigits } from "../tenant/typed-numbers.ts";
import { typedText } from "../tenant/typed-text.ts";

/**
 * Phone numbers, in whatever notation. What is compared is the E.164 form (ITU-T): libphonenumber knows it of numbers
 * with a country code, and of national ones where the workspace says its country.
 */

/** Digits of a phone number: fewer name nobody, and E.164 has at most 15 (some systems add an extension). */
const DIGITS = { min: 5, max: 20 };
/** From this many digits on, a number without country code is taken for the whole number. */
const MIN_WHOLE_DIGITS = 7;
/** Country codes have 1 to 3 digits (ITU-T E.164). */
const COUNTRY_CODE_DIGITS = [1, 2, 3];

/** UTF-16 units of a number with its signs. */
const MAX_PHONE = 40;

/** A phone number as an argument: see {@link readPhone}. */
export const phoneInput = typedText(MAX_PHONE)
  .overwrite((text) => readPhone(text) ?? text)
  .refine((text) => readPhone(text) !== null, {
    error: "must be a phone number: digits, with +, spaces, ( ) . - / between them, at least 5 digits",
  });

/** The digit of each letter on a telephone's keypad (ITU-T E.161), from A on. */
const KEYPAD = "22233344455566677778889999";
/** Letters in a number name digits only together: what people advertise has a word of three and more. */
const WORD_IN_NUMBER = /[a-z]{3,}/i;

/**
 * The phone number that somebody typed, with the signs between its digits as they were: digits of any script become 0
 * to 9, letters the digits of their keys (`+1-800-FLOWERS` is `+1-800-3569377`) where that makes a number with its
 * country code. Extensions are refused: they are no part of a number.
 * @returns null for what is no number: other characters, or fewer than 5 or more than 20 digits
 */
export function readPhone(text: string): string | null {
  const typed = plainDigits(text)
    .trim()
    .replace(/^tel:\s*/i, "");
  const number = dialledWords(typed) ?? typed;
  if (number.length > MAX_PHONE) return null;
  return /^[+\d\s().\-/\u2010-\u2015]+$/.test(number) && phoneKey(number, null) !== null ? number : null;
}

/**
 * A number that holds words, in digits; null where it holds none, or they make no number. Of numbers without country
 * code only North America's free ones are known.
 */
function dialledWords(typed: string): string | null {
  if (!WORD_IN_NUMBER.test(typed) || /\bext(ension)?\b/i.test(typed)) return null;
  const digits = typed.replace(/[a-z]/gi, (letter) => KEYPAD[letter.toLowerCase().charCodeAt(0) - 97] ?? "");
  const known = dialledDigits(digits);
  const e164 = known.international
    ? e164Digits(known.digits, true, null)
    : /^1?[\s.(-]*8(00|33|44|55|66|77|88)\b/.test(typed)
      ? e164Digits(known.digits, false, "US")
      : null;
  return e164 === null ? null : digits;
}

/**
 * The digits that a person dials, and whether they begin with a country code: + and 00 both say so and are left
 * out. "+49 (0)30 123" is the usual way to write both forms at once; the zero in brackets is not dialled then.
 */
function dialledDigits(phone: string): { digits: string; international: boolean } {
  const typed = plainDigits(phone);
  const text = dialledWords(typed) ?? typed;
  const start = text.replace(/[^+\d]/g, "");
  const international = /^(\+|00)/.test(start);
  const dialled = international ? text.replace(/\(\s*0\s*\)/, "") : text;
  return { digits: dialled.replace(/\D/g, "").replace(/^00/, ""), international };
}

/** The digits of the E.164 form; null where it is not known. */
function e164Digits(digits: string, international: boolean, country: string | null): string | null {
  if (!international && (country === null || !isSupportedCountry(country))) return null;
  const number = international
    ? parsePhoneNumberFromString(`+${digits}`)
    : parsePhoneNumberFromString(
        digits,
        country !== null && isSupportedCountry(country) ? country : undefined,
      );
  return number?.isPossible() ? number.number.slice(1) : null;
}

/**
 * What duplicates and look-ups compare of a phone number: the digits of its E.164 form, or those that were typed where
 * that is not known. Null when it has too few or too many digits.
 * @param country ISO 3166 code, such as DE: where a number without country code is from; null when that is not known
 */
export function phoneKey(phone: string, country: string | null): string | null {
  const { digits, international } = dialledDigits(phone);
  if (digits.length < DIGITS.min || digits.length > DIGITS.max) return null;
  return e164Digits(digits, international, country) ?? digits;
}

/** Rows with the number as it would be stored if it had been typed without its country code. */
function withoutCountryCode(digits: string): Alternative[] {
  return COUNTRY_CODE_DIGITS.map((cut) => reversedEnd(digits.slice(cut)))
    .filter((end) => end.length >= MIN_WHOLE_DIGITS)
    .map((end) => [numberEndCondition(end, true)]);
}

/** Rows with part of a number, from the front or the end, in any notation; none for too few digits. */
function partOfNumber(text: string, country: string | null): Alternative[] {
  const { digits, international } = dialledDigits(text);
  if (digits.length < MIN_DIGITS) return [];
  const end = reversedEnd(digits);
  const key = phoneKey(text, country);
  return [
    [numberCondition(digits)],
    ...(key !== null && key !== digits ? [[numberCondition(key)]] : []),
    ...(end.length >= MIN_DIGITS ? [[numberEndCondition(end)]] : []),
    ...(international ? withoutCountryCode(digits) : []),
  ];
}

/**
 * What a query asks for: every word in name or email (the last one as a beginning), or the number that stands in it as
 * part of the phone, in any notation, with the remaining words in name or email.
 * Empty when there is nothing to look for (only punctuation).
 */
export function queryAlternatives(query: string, country: string | null): Alternative[] {
  const words = wordConditions(query);
  const alternatives: Alternative[] = words ? [words] : [];
  const normal = plainDigits(query);
  const number = normal.match(/\(?\+?\d[\d\s().\-/]*/)?.[0];
  if (number === undefined) return alternatives;
  const rest = wordConditions(normal.replace(number, " ")) ?? [];
  return [...alternatives, ...partOfNumber(number, country).map((part) => [...part, ...rest])];
}

/**
 * What a whole number asks for: the same number, with and without its country code where that is not known.
 * Empty when it is no phone number.
 */
export function numberAlternatives(phone: string, country: string | null): Alternative[] {
  const key = phoneKey(phone, country);
  if (key === null) return [];
  const { digits, international } = dialledDigits(phone);
  const end = reversedEnd(key);
  const known = international || key !== digits;
  if (known) return [[numberCondition(key, true)], ...withoutCountryCode(key)];
  return [
    [numberCondition(key, true)],
    ...(end.length >= MIN_WHOLE_DIGITS ? [[numberEndCondition(end)]] : []),
  ];
}

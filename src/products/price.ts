import { Failure } from "../tenant/failure.ts";
import { AMBIGUOUS_NUMBER, readDecimal } from "../tenant/typed-numbers.ts";

/** Prices are whole numbers of the currency's smallest unit inside, and decimal text outside: never floating point. */

/** A price whose point is one. */
const PLAIN = /^(\d{1,16})(?:\.(\d{1,15}))?$/;

const digitsKnown = new Map<string, number>();

/**
 * How many digits a currency has behind the point: 2 for EUR, 0 for JPY, 3 for KWD (ISO 4217, as Intl knows it; 2 for
 * codes that it does not know).
 * @throws Failure `invalid_input` for what is no code of three capital letters
 */
export function minorDigits(currency: string): number {
  const known = digitsKnown.get(currency);
  if (known !== undefined) return known;
  if (!/^[A-Z]{3}$/.test(currency)) {
    throw new Failure("invalid_input", "currency: not an ISO 4217 code of three capital letters.");
  }
  const format = new Intl.NumberFormat("en", { style: "currency", currency });
  const digits = format.resolvedOptions().maximumFractionDigits ?? 2;
  digitsKnown.set(currency, digits);
  return digits;
}

/**
 * A decimal price in the currency's smallest unit: `19.9` EUR is 1990.
 * @param price as {@link readDecimal} takes it: `19,90` and `1.234,56` as well; no sign, no currency
 * @throws Failure `invalid_input` when it is no such number, has more digits than the currency (other than zeros), or
 *   is above what a number holds exactly
 */
export function toMinorUnits(price: string, currency: string): number {
  const digits = minorDigits(currency);
  const typed = price.trim();
  const read = readDecimal(typed);
  // 1.234 is a price where a currency has three digits, and nowhere else.
  if (read === "ambiguous" && !(digits === 3 && typed.includes("."))) {
    throw new Failure("invalid_input", `price: ${JSON.stringify(typed)} ${AMBIGUOUS_NUMBER}.`);
  }
  const decimal = PLAIN.test(typed) ? typed : (read ?? "");
  const [, whole, fraction = ""] = PLAIN.exec(decimal) ?? [];
  if (whole === undefined) {
    throw new Failure("invalid_input", "price: not a decimal number such as 19.90.");
  }
  if (/[1-9]/.test(fraction.slice(digits))) {
    throw new Failure("invalid_input", `price: ${currency} has ${digits} digits behind the point.`);
  }
  const minor = Number(whole + fraction.slice(0, digits).padEnd(digits, "0"));
  if (!Number.isSafeInteger(minor)) throw new Failure("invalid_input", "price: too large.");
  return minor;
}

/** The price as decimal text with all digits of its currency: 1990 in EUR is `19.90`. */
export function fromMinorUnits(minor: number, currency: string): string {
  const digits = minorDigits(currency);
  if (digits === 0) return String(minor);
  const text = String(minor).padStart(digits + 1, "0");
  return `${text.slice(0, -digits)}.${text.slice(-digits)}`;
}

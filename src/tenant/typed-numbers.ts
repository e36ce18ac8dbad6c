import { visibleText } from "./visible-text.ts";

/** Numbers as people type them, in any script and notation. The one reader of flow answers, custom fields and prices. */

/** Digits of a number behind which floating point would no longer tell neighbours apart. */
const MAX_DIGITS = 15;
const MAX_LENGTH = 40;

/**
 * The text in compatibility form (NFKC) with every decimal digit (Unicode's Nd) as 0 to 9: `５`, `٥` and a keycap 5 are
 * 5. What counts and is no digit stays what it is where it stands among others: `5²` is not 52.
 */
export function plainDigits(text: string): string {
  const shown = visibleText(text).replace(/[\ufe0f\u20e3]/g, "");
  const whole = /^\s*\p{No}\s*$/u.test(shown) ? shown.normalize("NFKC") : normalButNumbers(shown);
  return whole.replace(/\p{Nd}/gu, (digit) => String(digitValue(digit)));
}

function normalButNumbers(text: string): string {
  return text.replace(/\P{No}+/gu, (part) => part.normalize("NFKC"));
}

/** Unicode's digits stand in runs of ten, from zero on. */
function digitValue(digit: string): number {
  let zero = digit.codePointAt(0) ?? 0;
  const value = zero;
  while (/\p{Nd}/u.test(String.fromCodePoint(zero - 1))) zero--;
  return (value - zero) % 10;
}

/** A sign in front, in each of the forms that keyboards and programs write. */
const SIGN = /^[+\u2212\u2013-]\s*/;
/** Three digits behind the only separator, as thousands are written and as thousandths are. */
const EITHER = /^[1-9]\d{0,2}[.,]\d{3}$/;
const PLAIN = /^(\d*)(?:[.,](\d+))?$/;
/** Grouped by three, or as in India by two before the last three; at least twice, or once where a fraction follows. */
const GROUPED = [
  /^(\d{1,3}(?:,\d{3})+|\d{1,2}(?:,\d{2})+,\d{3})\.(\d+)$/,
  /^(\d{1,3}(?:\.\d{3})+),(\d+)$/,
  /^(\d{1,3}(?:,\d{3}){2,}|\d{1,2}(?:,\d{2})+,\d{3})()$/,
  /^(\d{1,3}(?:\.\d{3}){2,})()$/,
  /^(\d{1,3}(?:[ '’]\d{3})+)(?:[.,](\d+))?$/,
] as const;

/**
 * A decimal number that somebody typed: `1.5`, `1,5`, `-3`, `1 000`, `1'000.50`, `1.234,56`, `1,234,567`, `٣`, `１２`.
 * @returns the number as plain decimal text (`-1234.56`), exactly as many digits as were typed; "ambiguous" for what
 *   is a thousand in one country and one in another (`1.000`, `1,000`); null for what is no number, or has more than 15
 *   digits. Units, currency signs and exponents are no part of a number.
 */
export function readDecimal(text: string): string | "ambiguous" | null {
  if (text.length > MAX_LENGTH) return null;
  // Arabic has signs of its own for both, which no other notation uses otherwise.
  const arabic = /[\u066b\u066c]/.test(text);
  const plain = plainDigits(text).replaceAll("\u066c", "").replaceAll("\u066b", ".").trim();
  const sign = SIGN.exec(plain)?.[0] ?? "";
  const unsigned = plain.slice(sign.length).replace(/[\u00a0\u202f\u2009]/g, " ");
  const digits = /^\d+[.,]$/.test(unsigned) ? unsigned.slice(0, -1) : unsigned;
  if (!arabic && EITHER.test(digits)) return "ambiguous";
  const [, grouped = "", fraction = ""] =
    [PLAIN, ...GROUPED].map((form) => form.exec(digits)).find((found) => found !== null) ?? [];
  const whole = grouped.replace(/\D/g, "");
  const length = whole.length + fraction.length;
  if (length === 0 || length > MAX_DIGITS) return null;
  const minus = sign !== "" && !sign.startsWith("+") && /[1-9]/.test(whole + fraction);
  return `${minus ? "-" : ""}${whole.replace(/^0+(?=\d)/, "") || "0"}${fraction === "" ? "" : `.${fraction}`}`;
}

/** The same as a number. */
export function readNumber(text: string): number | "ambiguous" | null {
  const decimal = readDecimal(text);
  return decimal === null || decimal === "ambiguous" ? decimal : Number(decimal);
}

/** What is said of a number that could be two: an example of each way out. */
export const AMBIGUOUS_NUMBER = "could be a thousand or one: write 1000, or 1.0";

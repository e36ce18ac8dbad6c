import { fold } from "./fold.ts";
import { plainDigits } from "./typed-numbers.ts";

/** Dates and times as people and programs write them. Days are `2026-01-31`, times milliseconds, UTC. */

const MAX_LENGTH = 60;
/** Languages whose names of months are read. A name of one month here and another there would be read as neither. */
const LANGUAGES = [
  "en",
  "de",
  "fr",
  "es",
  "it",
  "pt",
  "nl",
  "da",
  "nb",
  "sv",
  "fi",
  "pl",
  "cs",
  "tr",
  "ru",
  "uk",
  "el",
];

/** What a date may look like, for messages. */
export const DATE_FORMS = "a date such as 2026-01-31, 31.01.2026 or 31 January 2026";
/** What a date or time may look like, for messages. */
export const MOMENT_FORMS =
  "a day such as 2026-01-31, or a date and time such as 2026-01-31T09:30 or 2026-01-31T09:30:00Z";

/** Not before the year 1000: fewer digits are more likely to be another part of the date, or a slip. */
function dayFrom(year: number, month: number, day: number): string | null {
  const date = new Date(Date.UTC(year, month - 1, day));
  const real = year >= 1000 && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return real ? date.toISOString().slice(0, 10) : null;
}

let months: Map<string, number> | undefined;

/** Names of months, long and short, in the form in which dates use them and in the one that stands alone. */
function monthsByName(): Map<string, number> {
  if (months) return months;
  months = new Map();
  for (const language of LANGUAGES) {
    for (const form of ["long", "short"] as const) {
      for (const day of ["numeric", undefined] as const) {
        const format = new Intl.DateTimeFormat(language, { month: form, day, timeZone: "UTC" });
        for (let month = 1; month <= 12; month++) {
          const parts = format.formatToParts(Date.UTC(2026, month - 1, 15));
          const name = monthKey(parts.find(({ type }) => type === "month")?.value ?? "");
          if (!/\d/.test(name)) months.set(name, (months.get(name) ?? month) === month ? month : 0);
        }
      }
    }
  }
  return months;
}

function monthKey(name: string): string {
  return fold(name).replace(/\.$/, "");
}

const YEAR_FIRST =
  /^(\d{4})(?:([-/.])(\d{1,2})\2(\d{1,2})|(\d{2})(\d{2})|[年년] ?(\d{1,2})[月월] ?(\d{1,2})[日일])$/;
const YEAR_LAST = /^(\d{1,2})([-/.]) ?(\d{1,2})\2 ?(\d{4})$/;
const DAY_NAMED =
  /^(\d{1,2})(?:st|nd|rd|th|er|[.º])?[ -]+(?:(?:of|de|di) )?(\p{L}+)\.?,?[ -]+(?:(?:de|del) )?(\d{4})$/u;
const MONTH_NAMED = /^(\p{L}+)\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})$/u;

/**
 * The day that somebody typed: `2026-01-31`, `2026/1/31`, `20260131`, `31.1.2026`, `31/01/2026`, `31 January 2026`,
 * `January 31, 2026`, `31. Januar 2026`, `2026年1月31日`; digits of any script.
 * @returns `YYYY-MM-DD`; "ambiguous" where day and month could be either (`01/02/2026`; with points the day is first
 *   everywhere); null for what is no day of the calendar. Years have four digits.
 */
export function readDate(text: string): string | "ambiguous" | null {
  if (text.length > MAX_LENGTH) return null;
  const typed = plainDigits(text).trim().replace(/\s+/g, " ");
  const first = YEAR_FIRST.exec(typed);
  if (first) {
    const [, year, , ...parts] = first;
    const [month, day] = parts.filter((part) => part !== undefined);
    return dayFrom(Number(year), Number(month), Number(day));
  }
  const last = YEAR_LAST.exec(typed);
  if (last) {
    const [a, b, year] = [Number(last[1]), Number(last[3]), Number(last[4])];
    const [dayFirst, monthFirst] = [dayFrom(year, b, a), dayFrom(year, a, b)];
    if (last[2] === "." || dayFirst === monthFirst) return dayFirst;
    return dayFirst !== null && monthFirst !== null ? "ambiguous" : (dayFirst ?? monthFirst);
  }
  const [, day, name, year] = DAY_NAMED.exec(typed) ?? [];
  const [, english, of, then] = MONTH_NAMED.exec(typed) ?? [];
  const month = monthsByName().get(monthKey(name ?? english ?? "")) ?? 0;
  return month === 0 ? null : dayFrom(Number(year ?? then), month, Number(day ?? of));
}

/** What somebody meant: a whole day, a reading of the clock wherever they are, or one moment. */
export type Moment =
  | { kind: "day"; day: string }
  /** @param reading the clock's reading as milliseconds, as if it were UTC */
  | { kind: "local"; reading: number }
  | { kind: "instant"; at: number };

const TIME =
  /^(.+?)(?:t| |, ?)(\d{2}):?(\d{2})(?::?(\d{2})(?:[.,](\d{1,9}))?)? ?(z|utc|[+\u2212-]\d{2}(?::?\d{2})?)?$/i;

/**
 * A day or a date and time, in ISO 8601 and what programs write in its place: with a blank for the T, without seconds,
 * with `z`, `+01`, `+0100`; the day in each form of {@link readDate}.
 * @returns "ambiguous" as there; null for what is neither
 */
export function readMoment(text: string): Moment | "ambiguous" | null {
  const day = readDate(text);
  if (day === "ambiguous") return day;
  if (day !== null) return { kind: "day", day };
  if (text.length > MAX_LENGTH) return null;
  const typed = plainDigits(text).trim().replace(/\s+/g, " ");
  const [, date = "", hour = "", minute = "", second = "0", fraction = "", zone] = TIME.exec(typed) ?? [];
  const on = readDate(date);
  if (on === null || on === "ambiguous") return on;
  const [h, m, s] = [Number(hour), Number(minute), Number(second)];
  // 24:00 is the end of a day (ISO 8601), :60 a leap second, which no clock here knows.
  if (h > 24 || m > 59 || s > 59 || (h === 24 && m + s > 0)) return null;
  const milliseconds = Number(fraction.padEnd(3, "0").slice(0, 3));
  const reading = Date.parse(`${on}T00:00:00Z`) + ((h * 60 + m) * 60 + s) * 1000 + milliseconds;
  if (zone === undefined) return { kind: "local", reading };
  const offset = offsetOf(zone);
  return offset === null ? null : { kind: "instant", at: reading - offset };
}

/** Milliseconds by which a zone's clocks are ahead; null for more than a day's. */
function offsetOf(zone: string): number | null {
  if (/^(z|utc)$/i.test(zone)) return 0;
  const [, sign, hours, minutes = "0"] = /^(.)(\d{2}):?(\d{2})?$/.exec(zone) ?? [];
  const ahead = Number(hours) * 60 + Number(minutes);
  if (ahead >= 24 * 60 || Number(minutes) > 59) return null;
  return (sign === "+" ? ahead : -ahead) * 60_000;
}

import { z } from "zod";
import { Failure } from "../tenant/failure.ts";
import { MOMENT_FORMS, type Moment, readMoment } from "../tenant/typed-dates.ts";

/** Days as people count them: in the workspace's time zone. Times are milliseconds, UTC; days are `2026-11-21`. */

/** Making a formatter costs far more than using it, and a Worker serves few time zones. */
const formatters = new Map<string, Intl.DateTimeFormat>();

function formatterOf(timeZone: string): Intl.DateTimeFormat {
  let formatter = formatters.get(timeZone);
  if (!formatter) {
    formatter = new Intl.DateTimeFormat("en-US", {
      timeZone,
      calendar: "iso8601",
      numberingSystem: "latn",
      hourCycle: "h23",
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
    });
    formatters.set(timeZone, formatter);
  }
  return formatter;
}

/** What the clocks of a time zone show at `at`, as the milliseconds of the same reading in UTC. */
function wallClock(at: number, timeZone: string): number {
  const parts = new Map(
    formatterOf(timeZone)
      .formatToParts(at)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const part = (name: Intl.DateTimeFormatPartTypes) => parts.get(name) ?? 0;
  return Date.UTC(part("year"), part("month") - 1, part("day"), part("hour"), part("minute"), part("second"));
}

/** The day of a moment, as `YYYY-MM-DD`. @param timeZone an IANA name */
export function dayOf(at: number, timeZone: string): string {
  return new Date(wallClock(at, timeZone)).toISOString().slice(0, 10);
}

const HOUR = 3_600_000;

/** The moments at which clocks may show a reading: with the offset just before it, and with that just after. */
function momentsOf(reading: number, timeZone: string): number[] {
  return [reading - 24 * HOUR, reading + 24 * HOUR].map(
    (near) => reading - (wallClock(near, timeZone) - near),
  );
}

/**
 * The first moment of a day. Where clocks change at midnight this may be 01:00, or the earlier of two midnights.
 * @param day `YYYY-MM-DD`
 */
export function startOfDay(day: string, timeZone: string): number {
  const midnight = Date.parse(`${day}T00:00:00Z`);
  // One of the two offsets holds at the start of the day.
  const candidates = momentsOf(midnight, timeZone).filter((at) => dayOf(at, timeZone) === day);
  return candidates.length > 0 ? Math.min(...candidates) : midnight;
}

/**
 * The moment at which the clocks of a zone show a reading: the earlier of two, and where they leave it out as if they
 * had not been put forward yet. @param reading milliseconds, as if it were UTC
 */
function momentOfReading(reading: number, timeZone: string): number {
  const below = ((reading % 1000) + 1000) % 1000;
  const seconds = reading - below;
  const moments = momentsOf(seconds, timeZone);
  const shown = moments.filter((at) => wallClock(at, timeZone) === seconds);
  return Math.min(...(shown.length > 0 ? shown : [Math.max(...moments)])) + below;
}

/**
 * The last days of the calendar in a time zone, today's last: what "the last 30 days" means everywhere. A day that a
 * zone left out (by crossing the date line) is among them, with nothing on it.
 * @returns `YYYY-MM-DD`, oldest first
 */
export function lastDays(count: number, timeZone: string, now = Date.now()): string[] {
  const today = Date.parse(`${dayOf(now, timeZone)}T00:00:00Z`);
  return Array.from({ length: count }, (_, i) =>
    new Date(today - (count - 1 - i) * 24 * HOUR).toISOString().slice(0, 10),
  );
}

/** A date or a date and time as an argument, see {@link readMoment}. Without an offset a time is the workspace's. */
export const momentInput = z
  .string()
  .max(60)
  .refine((text) => typeof readMoment(text) === "object" && readMoment(text) !== null, {
    error: (issue) =>
      `must be ${MOMENT_FORMS}${readMoment(String(issue.input)) === "ambiguous" ? "; this could be two days" : ""}`,
  });

/** @throws Failure `invalid_input` for what {@link momentInput} refuses */
function given(text: string): Moment {
  const moment = readMoment(text);
  if (moment === null || moment === "ambiguous") throw new Failure("invalid_input", `Say ${MOMENT_FORMS}.`);
  return moment;
}

/** The start of a range: the first moment of a day, or the moment itself. */
export function rangeStart(text: string, timeZone: string): number {
  const moment = given(text);
  if (moment.kind === "day") return startOfDay(moment.day, timeZone);
  return moment.kind === "instant" ? moment.at : momentOfReading(moment.reading, timeZone);
}

/** The end of a range, the first millisecond that is outside: a day counts whole, a moment is included. */
export function rangeEnd(text: string, timeZone: string): number {
  const moment = given(text);
  if (moment.kind !== "day") return rangeStart(text, timeZone) + 1;
  const next = new Date(Date.parse(`${moment.day}T00:00:00Z`) + 24 * HOUR).toISOString().slice(0, 10);
  return startOfDay(next, timeZone);
}

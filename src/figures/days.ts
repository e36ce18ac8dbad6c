import { z } from "zod";

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

/**
 * The first moment of a day. Where clocks change at midnight this may be 01:00, or the earlier of two midnights.
 * @param day `YYYY-MM-DD`
 */
export function startOfDay(day: string, timeZone: string): number {
  const midnight = Date.parse(`${day}T00:00:00Z`);
  // The offset just before and just after: one of them holds at the start of the day.
  const candidates = [midnight - 24 * HOUR, midnight + 24 * HOUR]
    .map((near) => midnight - (wallClock(near, timeZone) - near))
    .filter((at) => dayOf(at, timeZone) === day);
  return candidates.length > 0 ? Math.min(...candidates) : midnight;
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

/** A date or a date and time as an argument. Without an offset a time is taken as UTC. */
export const momentInput = z.union([
  z.iso.date().describe("YYYY-MM-DD"),
  z.iso.datetime({ offset: true, local: true }).describe("an ISO 8601 date and time"),
]);

const DAY_ONLY = /^\d{4}-\d{2}-\d{2}$/;

/** The start of a range: the first moment of a day, or the moment itself. */
export function rangeStart(moment: string, timeZone: string): number {
  return DAY_ONLY.test(moment) ? startOfDay(moment, timeZone) : momentOf(moment);
}

/** The end of a range, the first millisecond that is outside: a day counts whole, a moment is included. */
export function rangeEnd(moment: string, timeZone: string): number {
  if (!DAY_ONLY.test(moment)) return momentOf(moment) + 1;
  const next = new Date(Date.parse(`${moment}T00:00:00Z`) + 24 * HOUR).toISOString().slice(0, 10);
  return startOfDay(next, timeZone);
}

/** Milliseconds of an ISO 8601 date and time; one without an offset is UTC. */
export function momentOf(moment: string): number {
  return Date.parse(/(Z|[+-]\d{2}:?\d{2})$/i.test(moment) ? moment : `${moment}Z`);
}

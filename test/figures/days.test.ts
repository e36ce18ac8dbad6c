import { describe, expect, it } from "vitest";
import { dayOf, momentInput, rangeEnd, rangeStart, startOfDay } from "../../src/figures/days.ts";

const iso = (at: number) => new Date(at).toISOString();

describe("days in a time zone", () => {
  it.each([
    ["2026-11-21T23:30:00Z", "UTC", "2026-11-21"],
    ["2026-11-21T23:30:00Z", "Europe/Berlin", "2026-11-22"],
    ["2026-11-22T04:59:59Z", "America/New_York", "2026-11-21"],
    ["2026-11-21T10:00:00Z", "Pacific/Kiritimati", "2026-11-22"],
    ["2026-11-21T18:29:59Z", "Asia/Kolkata", "2026-11-21"],
    ["2026-11-21T18:30:00Z", "Asia/Kolkata", "2026-11-22"],
  ])("%s in %s is on %s", (at, timeZone, day) => {
    expect(dayOf(Date.parse(at), timeZone)).toBe(day);
  });

  it.each([
    ["2026-11-21", "UTC", "2026-11-21T00:00:00.000Z"],
    ["2026-07-01", "Europe/Berlin", "2026-06-30T22:00:00.000Z"],
    // Clocks go forward at 02:00 and back at 03:00: the day begins as any other.
    ["2026-03-29", "Europe/Berlin", "2026-03-28T23:00:00.000Z"],
    ["2026-10-25", "Europe/Berlin", "2026-10-24T22:00:00.000Z"],
    // Clocks went from 00:00 to 01:00: the day began at 01:00.
    ["2018-11-04", "America/Sao_Paulo", "2018-11-04T03:00:00.000Z"],
    // Clocks went from 01:00 back to 00:00: the day began at the first midnight.
    ["2026-11-01", "America/Havana", "2026-11-01T04:00:00.000Z"],
    // A day that Samoa left out when it crossed the date line.
    ["2011-12-30", "Pacific/Apia", "2011-12-30T00:00:00.000Z"],
  ])("%s in %s begins at %s", (day, timeZone, start) => {
    expect(iso(startOfDay(day, timeZone))).toBe(start);
  });

  it("of a whole year follow each other without a gap, in zones with odd rules", () => {
    for (const timeZone of ["Europe/Berlin", "America/Havana", "Australia/Lord_Howe", "Africa/Casablanca"]) {
      for (let at = Date.parse("2026-01-01T12:00:00Z"); at < Date.parse("2027-01-01"); at += 86_400_000) {
        const day = dayOf(at, timeZone);
        const start = startOfDay(day, timeZone);
        expect(dayOf(start, timeZone)).toBe(day);
        expect(dayOf(start - 1, timeZone) < day).toBe(true);
      }
    }
  });
});

describe("ranges", () => {
  it("take days whole in the zone, and moments as they are", () => {
    expect(iso(rangeStart("2026-07-01", "Europe/Berlin"))).toBe("2026-06-30T22:00:00.000Z");
    expect(iso(rangeEnd("2026-07-01", "Europe/Berlin"))).toBe("2026-07-01T22:00:00.000Z");
    expect(iso(rangeStart("2026-07-01T10:00:00+02:00", "Asia/Tokyo"))).toBe("2026-07-01T08:00:00.000Z");
    expect(iso(rangeStart("2026-07-01T10:00:00", "Asia/Tokyo"))).toBe("2026-07-01T01:00:00.000Z");
    expect(iso(rangeStart("2026-12-01 00:00:00", "Pacific/Kiritimati"))).toBe("2026-11-30T10:00:00.000Z");
    expect(iso(rangeStart("01.07.2026 10:00", "Asia/Tokyo"))).toBe("2026-07-01T01:00:00.000Z");
    expect(iso(rangeStart("2026-07-01T10:00+0200", "Asia/Tokyo"))).toBe("2026-07-01T08:00:00.000Z");
    // Put forward at two, back at three: the time that is left out, and the first of the two that are the same.
    expect(iso(rangeStart("2026-03-29T02:30", "Europe/Berlin"))).toBe("2026-03-29T01:30:00.000Z");
    expect(iso(rangeStart("2026-10-25T02:30", "Europe/Berlin"))).toBe("2026-10-25T00:30:00.000Z");
    for (const zone of ["Europe/Berlin", "Pacific/Kiritimati", "UTC"]) {
      expect(rangeStart("2026-07-01T00:00:00", zone), zone).toBe(rangeStart("2026-07-01", zone));
    }
    expect(rangeEnd("2026-07-01T10:00:00Z", "UTC")).toBe(Date.parse("2026-07-01T10:00:00Z") + 1);
  });

  it("refuse what is no date", () => {
    for (const wrong of ["yesterday", "2026-02-30", "2026-13-01", "01/02/2026", "", "2026-01-01T25:00:00Z"]) {
      const { error } = momentInput.safeParse(wrong);
      expect(error?.issues[0]?.message, wrong).toContain("2026-01-31T09:30");
    }
  });
});

import fc from "fast-check";
import { afterEach, beforeEach, describe, it, vi } from "vitest";
import { property } from "../property.ts";
import { compare } from "./compare.ts";
import { callAs, happen, happening, makeWorkspace } from "./traffic.ts";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** Zones, and a moment two days before something happens to their clocks. */
const ZONES: [zone: string, start: string][] = [
  ["UTC", "2026-02-27T12:00:00Z"],
  ["America/New_York", "2026-03-06T20:00:00Z"],
  ["America/New_York", "2026-10-30T20:00:00Z"],
  ["Europe/Berlin", "2026-03-27T12:00:00Z"],
  ["Europe/Berlin", "2026-10-23T12:00:00Z"],
  ["Asia/Kolkata", "2026-12-30T10:00:00Z"],
  // Crossed the date line on 30 December 2011, a day that it never had.
  ["Pacific/Apia", "2011-12-28T20:00:00Z"],
  // Half an hour of daylight saving.
  ["Australia/Lord_Howe", "2026-04-03T02:00:00Z"],
  ["Australia/Lord_Howe", "2026-10-02T02:00:00Z"],
  // Its clocks change at midnight.
  ["America/Havana", "2026-10-30T16:00:00Z"],
];

describe("figures agree exactly with a recount from the events", () => {
  it.each(ZONES)("in %s from %s", async (timeZone, start) => {
    await property(
      [fc.array(happening, { minLength: 20, maxLength: 60 })],
      async (happenings) => {
        vi.setSystemTime(Date.parse(start));
        const workspace = await makeWorkspace(timeZone);
        await happen(workspace, happenings, Date.parse(start));
        const [first, second] = workspace.inboxes;
        if (!first || !second) throw new Error("unreachable");
        await compare(workspace, callAs(workspace), null);
        await compare(workspace, callAs(workspace), null, first.chatbotId ?? "");
        const limited = [second.id];
        await compare(workspace, callAs(workspace, { inboxes: limited }), limited);
        await compare(workspace, callAs(workspace, { inboxes: limited }), limited, first.chatbotId ?? "");
      },
      { runs: 3 },
    );
  });
});

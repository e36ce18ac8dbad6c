import { describe, expect, it } from "vitest";
import {
  FAILING_FOR,
  HEALTHY,
  type Health,
  healthAfter,
  isOpen,
  LANES_AT_ONCE,
  nextAttempt,
  OPENS_AFTER,
  PAUSES,
  reasonToDisable,
  retryAfterOf,
} from "../../src/webhooks/schedule.ts";

const failed = { ok: false, statusCode: 500, retryAfterMs: null };
const arrived = { ok: true, statusCode: 200, retryAfterMs: null };
const HOUR = 3_600_000;

/** How a receiver does after so many failures, a minute apart. */
function afterFailures(count: number, ending = failed): Health {
  let health = HEALTHY;
  for (let i = 0; i < count; i++) health = healthAfter(health, ending, i * 60_000, 0);
  return health;
}

describe("the schedule", () => {
  it("has ten attempts: at once, 5 s, 5 m, 30 m, 2 h, 5 h, 10 h, 14 h, 20 h, 24 h, with jitter, and then no more", () => {
    const hours = [5 / 3600, 5 / 60, 0.5, 2, 5, 10, 14, 20, 24];
    expect(PAUSES.map((pause) => pause / HOUR)).toEqual(hours);
    for (const [i, pause] of PAUSES.entries()) {
      expect(nextAttempt(i + 1, failed, 1_000, 0)).toBe(1_000 + pause);
      expect(nextAttempt(i + 1, failed, 1_000, 1)).toBe(1_000 + Math.round(pause * 1.1));
    }
    expect(nextAttempt(10, failed, 1_000)).toBe("exhausted");
  });

  it("waits as long as the receiver asks, a day at most, and never less than it would", () => {
    const asking = (retryAfterMs: number) => nextAttempt(1, { ...failed, retryAfterMs }, 0, 0);
    expect(asking(60_000)).toBe(60_000);
    expect(asking(1)).toBe(5_000);
    expect(asking(90 * 24 * HOUR)).toBe(24 * HOUR);
  });

  it.each([
    ["120", 120_000],
    [" 0 ", 0],
    ["Thu, 01 Jan 1970 00:01:00 GMT", 50_000],
    ["Thu, 01 Jan 1970 00:00:00 GMT", 0],
    ["soon", null],
    ["-5", null],
    [null, null],
  ])("reads Retry-After %j", (header, expected) => {
    expect(retryAfterOf(header, 10_000)).toBe(expected);
  });
});

describe("a receiver", () => {
  it("that fails ten times in a row is only probed, by the schedule, until it answers", () => {
    expect(isOpen(afterFailures(OPENS_AFTER - 1))).toBe(false);
    expect(afterFailures(OPENS_AFTER - 1)).toMatchObject({ restUntil: 0, atOnce: LANES_AT_ONCE });
    for (const [i, pause] of PAUSES.entries()) {
      const health = afterFailures(OPENS_AFTER + i);
      const last = (OPENS_AFTER + i - 1) * 60_000;
      expect(isOpen(health)).toBe(true);
      expect(health.atOnce).toBe(1);
      expect(health.restUntil).toBeGreaterThanOrEqual(last + pause);
    }
    expect(afterFailures(40).restUntil).toBeGreaterThanOrEqual(24 * HOUR);
    expect(healthAfter(afterFailures(40), arrived, 0)).toEqual(HEALTHY);
  });

  it.each([429, 502, 504])(
    "that answers %i is let alone for a while, and then asked one at a time",
    (statusCode) => {
      const health = healthAfter(HEALTHY, { ...failed, statusCode }, 1_000, 0);
      expect(health).toMatchObject({ restUntil: 6_000, atOnce: 1 });
      expect(healthAfter(HEALTHY, { ...failed, statusCode, retryAfterMs: 60_000 }, 1_000).restUntil).toBe(
        61_000,
      );
      expect(healthAfter(health, arrived, 7_000).atOnce).toBe(LANES_AT_ONCE);
    },
  );

  it("is disabled by 410, or by five days of nothing but failures", () => {
    expect(reasonToDisable(HEALTHY, { ...failed, statusCode: 410 }, 0)).toContain("410");
    const health = healthAfter(HEALTHY, failed, 1_000);
    expect(reasonToDisable(health, failed, 1_000 + FAILING_FOR - 1)).toBeNull();
    expect(reasonToDisable(health, failed, 1_000 + FAILING_FOR)).toContain("five days");
    expect(reasonToDisable(health, arrived, 1_000 + FAILING_FOR)).toBeNull();
    const again = healthAfter(healthAfter(health, arrived, 2_000), failed, 3_000);
    expect(reasonToDisable(again, failed, 1_000 + FAILING_FOR)).toBeNull();
  });
});

/**
 * When what failed is tried again, and when a receiver is let alone: pure, in milliseconds. The times are those that
 * Standard Webhooks 1.0.0 recommends ("Deliverability and reliability"), about 75 hours in all.
 */

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** Behind the first attempt, which is made at once: the pause before each further one. */
export const PAUSES: readonly number[] = [
  5 * SECOND,
  5 * MINUTE,
  30 * MINUTE,
  2 * HOUR,
  5 * HOUR,
  10 * HOUR,
  14 * HOUR,
  20 * HOUR,
  24 * HOUR,
];

/** Pauses are longer by up to this share, so that what failed together does not come back together. */
const JITTER = 0.1;
/** Longest that a receiver's Retry-After puts off. */
const LONGEST_PUT_OFF = 24 * HOUR;
/** How long a receiver that says "slow down" and no more is let alone. */
const SLOW_PAUSE = 5 * SECOND;

/** A pause with jitter. @param random 0 to 1 */
function jittered(pause: number, random: number): number {
  return Math.round(pause * (1 + JITTER * random));
}

/** How an attempt ended, as far as what follows depends on it. */
export interface Ending {
  ok: boolean;
  statusCode: number | null;
  /** What the receiver asked for. */
  retryAfterMs: number | null;
}

/**
 * When a message is tried again, or that its last attempt was made.
 * @param made attempts of it so far, this one included
 */
export function nextAttempt(
  made: number,
  ending: Ending,
  now: number,
  random = Math.random(),
): number | "exhausted" {
  const pause = PAUSES[made - 1];
  if (pause === undefined) return "exhausted";
  return now + Math.max(jittered(pause, random), Math.min(ending.retryAfterMs ?? 0, LONGEST_PUT_OFF));
}

/** Failures in a row, of whatever messages, after which only one probe at a time is made. */
export const OPENS_AFTER = 10;
/** From five days on of nothing but failures, a webhook is disabled. */
export const FAILING_FOR = 5 * 24 * HOUR;
/** The receiver says that it is gone for good. */
const GONE = 410;
/** The receiver, or what stands before it, has too much to do. */
const OVERRUN: readonly (number | null)[] = [429, 502, 504];

/** How a receiver has been doing. */
export interface Health {
  /** Failures since the last success. */
  inARow: number;
  /** The first of them. */
  failingSince: number | null;
  /** Nothing is sent before; 0: at once. */
  restUntil: number;
  /** Attempts at the same time. */
  atOnce: number;
}

/** At the same time to one receiver; a Worker may have six connections open. */
export const LANES_AT_ONCE = 5;

export const HEALTHY: Health = { inARow: 0, failingSince: null, restUntil: 0, atOnce: LANES_AT_ONCE };

/** Whether there were so many failures that only a probe is made. */
export function isOpen({ inARow }: Health): boolean {
  return inARow >= OPENS_AFTER;
}

/** How a receiver does after one more attempt. */
export function healthAfter(before: Health, ending: Ending, now: number, random = Math.random()): Health {
  if (ending.ok) return HEALTHY;
  const inARow = before.inARow + 1;
  const asked = Math.min(ending.retryAfterMs ?? 0, LONGEST_PUT_OFF);
  const overrun = OVERRUN.includes(ending.statusCode);
  const probes = inARow - OPENS_AFTER;
  const pause = probes < 0 ? 0 : (PAUSES[probes] ?? PAUSES.at(-1) ?? 0);
  const rest = Math.max(overrun ? Math.max(asked, SLOW_PAUSE) : 0, jittered(pause, random));
  return {
    inARow,
    failingSince: before.failingSince ?? now,
    restUntil: Math.max(before.restUntil, rest === 0 ? 0 : now + rest),
    atOnce: overrun || probes >= 0 ? 1 : before.atOnce,
  };
}

/** Why a webhook is disabled after an attempt, as a sentence for people; null: it is not. */
export function reasonToDisable(health: Health, ending: Ending, now: number): string | null {
  if (ending.ok) return null;
  if (ending.statusCode === GONE) return "The receiver answered 410: it is gone for good.";
  const failing = health.failingSince !== null && now - health.failingSince >= FAILING_FOR;
  return failing ? "Nothing got through for five days." : null;
}

/** What a Retry-After header asks for, in milliseconds (RFC 9110, 10.2.3: seconds or a date); null where it does not say. */
export function retryAfterOf(header: string | null, now: number): number | null {
  if (header === null) return null;
  const text = header.trim();
  if (/^\d{1,9}$/.test(text)) return Number(text) * SECOND;
  // `Date.parse` finds a date in nearly everything.
  const date = text.endsWith(" GMT") ? Date.parse(text) : Number.NaN;
  return Number.isNaN(date) ? null : Math.max(0, date - now);
}

import type { Handed } from "../channel.ts";
import { type GraphRefusal, isLockedOut } from "./graph.ts";

/**
 * What the codes of the Send API mean for a message (developers.facebook.com, docs/messenger-platform/error-codes, read
 * December 2026): an error has a code, and often a subcode that says it better.
 */

/** The person is not there for this account: blocked it, is gone, or was never there. */
const UNREACHABLE = { codes: [551], subcodes: [1545041, 2018001, 2018109] } as const;
/** The window is closed for what was sent. */
const WINDOW: readonly number[] = [2018278, 2018065, 2018108];
/** Too fast, with how long to wait in milliseconds. */
const TOO_FAST = new Map([
  [4, 60_000],
  [17, 60_000],
  [32, 60_000],
  [613, 10_000],
  [80006, 60_000],
]);
/** The account cannot send until somebody sees to it. */
const ACCOUNT: readonly number[] = [368];
/** It is the service's own trouble, and passes. */
const PASSING: readonly number[] = [1, 2, 1200];

/** What follows when Messenger or Instagram does not take a message. */
export function refused(answer: GraphRefusal): Handed {
  const { code, subcode = 0, statusCode, description, retryAfterMs } = answer;
  const reason =
    code === null ? description : `${description} (${[code, subcode || null].filter(Boolean).join("/")})`;
  const later = { outcome: "later", reason, statusCode, retryAfterMs } as const;
  if (code === null) return later;
  if (UNREACHABLE.codes.some((one) => one === code) || UNREACHABLE.subcodes.some((one) => one === subcode)) {
    return { outcome: "failed", reason, unreachable: true };
  }
  // Of the same code as a missing permission.
  if (WINDOW.includes(subcode)) return { outcome: "failed", reason };
  if (isLockedOut(answer)) return { ...later, reason: `Meta does not let us in: ${reason}`, refused: true };
  if (ACCOUNT.includes(code)) return { ...later, refused: true };
  const pause = TOO_FAST.get(code) ?? (statusCode === 429 ? 5_000 : undefined);
  if (pause !== undefined) return { ...later, pause: "inbox", retryAfterMs: retryAfterMs ?? pause };
  if (PASSING.includes(code) || (statusCode !== null && statusCode >= 500)) return later;
  return { outcome: "failed", reason };
}

import type { Handed } from "../channel.ts";
import { type GraphRefusal, isLockedOut } from "../meta/graph.ts";

/**
 * What the codes of the Cloud API mean for a message (developers.facebook.com, business-messaging, whatsapp,
 * support/error-codes, read December 2026). The same come with the answer to a send, or later with its status.
 */

/** This customer gets nothing here, whatever is sent: not on WhatsApp, or they do not take it. */
const UNREACHABLE: readonly number[] = [131026, 131030];
/** The whole number, app or business is too fast, with how long to wait in milliseconds. */
const TOO_FAST = new Map([
  [4, 60_000],
  [80007, 60_000],
  [130429, 5_000],
  // Held back for what users said of the number: waiting helps, hurrying does not.
  [131048, 600_000],
]);
/** This customer was written to too fast: one message in 6 seconds. */
const TOO_FAST_FOR_ONE = 131056;
const ONE_PAUSE_MS = 6_000;
/** The account cannot send until somebody sees to it: locked, unpaid, not registered, restricted. */
const ACCOUNT: readonly number[] = [368, 130497, 131031, 131042, 131045, 133010];
/** It is the service's own trouble, and passes. */
const PASSING: readonly number[] = [1, 2, 131000, 131016, 131057, 133004];

/** Whether a code says that nothing gets through to the customer any more. */
export function isUnreachable(code: number | undefined): boolean {
  return code !== undefined && UNREACHABLE.includes(code);
}

/** Why a message failed, in the service's words with its code. */
export function reasonOf(
  error: { code: number; title?: string; message?: string; error_data?: { details?: string } } | undefined,
): string {
  if (!error) return "WhatsApp did not say why.";
  const words = error.error_data?.details || error.message || error.title || "no reason given";
  return `${words} (${error.code})`.slice(0, 500);
}

/** What follows when WhatsApp does not take a message. */
export function refused(answer: GraphRefusal): Handed {
  const { code, statusCode, description, retryAfterMs } = answer;
  const reason = code === null ? description : `${description} (${code})`;
  const later = { outcome: "later", reason, statusCode, retryAfterMs } as const;
  if (code === null) return later;
  if (isLockedOut(answer)) {
    return { ...later, reason: `WhatsApp does not take the token: ${reason}`, refused: true };
  }
  if (ACCOUNT.includes(code)) return { ...later, refused: true };
  if (code === TOO_FAST_FOR_ONE) {
    return { ...later, pause: "customer", retryAfterMs: retryAfterMs ?? ONE_PAUSE_MS };
  }
  const pause = TOO_FAST.get(code) ?? (statusCode === 429 ? 5_000 : undefined);
  if (pause !== undefined) return { ...later, pause: "inbox", retryAfterMs: retryAfterMs ?? pause };
  if (PASSING.includes(code) || (statusCode !== null && statusCode >= 500)) return later;
  return { outcome: "failed", reason, unreachable: isUnreachable(code) };
}

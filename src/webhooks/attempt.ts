import { checkTarget, type TargetSettings } from "../http/targets.ts";
import { withinTime } from "../http/time-limit.ts";
import type { AttemptOutcome } from "./deliveries.ts";
import { retryAfterOf } from "./schedule.ts";
import type { ErrorKind } from "./schema.ts";
import { signatureHeader } from "./signing.ts";

/** How long a receiver may take, its answer's body included. */
export const TIMEOUT_MS = 15_000;
/** Of the answer's body no more is read. */
export const EXCERPT_BYTES = 2048;

/** Statuses that Cloudflare's network answers in place of a receiver that it could not reach. */
const UNREACHED: Readonly<Record<number, ErrorKind>> = {
  520: "network",
  521: "network",
  522: "timeout",
  523: "network",
  524: "timeout",
  525: "tls",
  526: "tls",
  530: "dns",
};

/** A message as one attempt sends it. */
export interface AttemptRequest {
  url: string;
  messageId: string;
  body: string;
  /** Those that sign, see `validSecrets`; without any nothing is sent. */
  secrets: readonly string[];
}

/** How an attempt ended, and how long the receiver asked to wait, in milliseconds. */
export type AttemptEnded = AttemptOutcome & { retryAfterMs: number | null };

/**
 * Makes one signed attempt. The address is checked again first. Only a status of 200 to 299 is a success; redirects are
 * not followed, since they could lead anywhere.
 * @param timeoutMs of the whole attempt
 * @returns how it ended, never an error of the receiver's making
 */
export async function attempt(
  settings: TargetSettings,
  outgoing: AttemptRequest,
  timeoutMs = TIMEOUT_MS,
): Promise<AttemptEnded> {
  const check = checkTarget(settings, outgoing.url);
  if (!check.ok) return unsent("blocked_url");
  if (outgoing.secrets.length === 0) return unsent("no_secret");
  const start = Date.now();
  const timestamp = Math.floor(start / 1000);
  const { messageId, body } = outgoing;
  const headers = {
    "content-type": "application/json",
    "user-agent": "Parley-Webhooks/1.0",
    "webhook-id": messageId,
    "webhook-timestamp": String(timestamp),
    "webhook-signature": await signatureHeader(outgoing.secrets, { messageId, timestamp, body }),
  };
  return withinTime(timeoutMs, async (signal): Promise<AttemptEnded> => {
    let response: Response;
    try {
      response = await fetch(check.url, { method: "POST", headers, body, redirect: "manual", signal });
    } catch {
      const errorKind = signal.aborted ? "timeout" : "network";
      const durationMs = Date.now() - start;
      return { statusCode: null, errorKind, durationMs, responseExcerpt: null, retryAfterMs: null };
    }
    const durationMs = Date.now() - start;
    const responseExcerpt = await excerptOf(response);
    const retryAfterMs = retryAfterOf(response.headers.get("retry-after"), Date.now());
    const errorKind = errorOf(response.status);
    return { statusCode: response.status, errorKind, durationMs, responseExcerpt, retryAfterMs };
  });
}

function unsent(errorKind: ErrorKind): AttemptEnded {
  return { statusCode: null, errorKind, durationMs: 0, responseExcerpt: null, retryAfterMs: null };
}

function errorOf(status: number): ErrorKind | null {
  if (status >= 200 && status < 300) return null;
  if (status >= 300 && status < 400) return "redirect";
  return UNREACHED[status] ?? "non_2xx";
}

/** The beginning of the answer; as much as came when it is cut off, since the status has said how it ended. */
async function excerptOf(response: Response): Promise<string> {
  const bytes = new Uint8Array(EXCERPT_BYTES);
  let length = 0;
  const reader = response.body?.getReader();
  try {
    while (reader && length < EXCERPT_BYTES) {
      const { done, value } = await reader.read();
      if (done) break;
      const part = value.subarray(0, EXCERPT_BYTES - length);
      bytes.set(part, length);
      length += part.byteLength;
    }
    await reader?.cancel();
  } catch {
    // What was read is all there is.
  }
  // A character that is cut in two at the end is left out, and NUL, which ends text for some readers of SQLite.
  const text = new TextDecoder().decode(bytes.subarray(0, length), { stream: length === EXCERPT_BYTES });
  return text.replaceAll("\0", "");
}

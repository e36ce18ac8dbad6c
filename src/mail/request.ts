import { parseJson } from "../http/json-text.ts";
import { withinTime } from "../http/time-limit.ts";
import type { MailFate } from "./mail.ts";

/** How long a provider may take. */
const TIMEOUT_MS = 20_000;

/** The service says "slow down". */
const TOO_MANY = 429;

/** What a provider's API answered. */
export interface ProviderAnswer {
  statusCode: number;
  body: unknown;
  retryAfterMs: number | null;
}

/** Posts JSON to a provider's API. Never throws, and never tells the key. @param name the provider's, for people */
export async function postJson(
  name: string,
  url: string,
  headers: Record<string, string>,
  body: unknown,
): Promise<ProviderAnswer | Extract<MailFate, { outcome: "later" }>> {
  return withinTime(TIMEOUT_MS, async (signal) => {
    try {
      const response = await fetch(url, {
        method: "POST",
        headers: { "content-type": "application/json", accept: "application/json", ...headers },
        body: JSON.stringify(body),
        redirect: "manual",
        signal,
      });
      const seconds = Number(response.headers.get("retry-after") ?? Number.NaN);
      return {
        statusCode: response.status,
        body: parsed(await response.text()),
        retryAfterMs: Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : null,
      };
    } catch {
      const reason = signal.aborted ? `${name} did not answer in time.` : `${name} could not be reached.`;
      return later(reason, null);
    }
  });
}

function parsed(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    return null;
  }
}

/** It is tried again. @param refused see {@link MailFate} */
export function later(
  reason: string,
  statusCode: number | null,
  { retryAfterMs = null, refused = false }: { retryAfterMs?: number | null; refused?: boolean } = {},
): Extract<MailFate, { outcome: "later" }> {
  return { outcome: "later", reason, statusCode, retryAfterMs, refused };
}

/** What follows from a status alone, where the provider's own code says nothing more. @param said in its own words */
export function fateOf(name: string, { statusCode, retryAfterMs }: ProviderAnswer, said: string): MailFate {
  const reason = said === "" ? `${name} answered ${statusCode}.` : `${name}: ${said}`;
  if (statusCode === 401 || statusCode === 403) return later(reason, statusCode, { refused: true });
  if (statusCode === TOO_MANY || statusCode >= 500 || statusCode < 400) {
    return later(reason, statusCode, { retryAfterMs });
  }
  return { outcome: "failed", reason, unreachable: false };
}

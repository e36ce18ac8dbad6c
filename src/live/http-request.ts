import type { Effect, EffectResult } from "../flows/run/state.ts";
import { readBytes } from "../http/body.ts";
import { parseJson } from "../http/json-text.ts";
import { checkTarget, type TargetSettings } from "../http/targets.ts";
import { withinTime } from "../http/time-limit.ts";

type HttpRequest = Extract<Effect, { type: "httpRequest" }>;
type HttpResult = Extract<EffectResult, { kind: "http" }>;

/** Most of an answer that is read: a flow takes a few values out of it. */
const MAX_ANSWER_BYTES = 256 * 1024;

/**
 * Makes a flow's request: to public https addresses alone, without following redirects (a 3xx is its answer), and
 * within the node's own time or `atMost`, whichever is shorter.
 * @param atMost milliseconds
 * @returns the status with the answer's JSON, or its text where it is none; an error where there was no answer, or
 * one above 256 KB. Never throws
 */
export async function requestHttp(
  settings: TargetSettings,
  { method, url, headers, body, timeoutSeconds }: HttpRequest,
  atMost: number,
): Promise<HttpResult> {
  const check = checkTarget(settings, url);
  if (!check.ok) return { kind: "http", error: check.reason };
  try {
    return await withinTime(Math.min(timeoutSeconds * 1000, atMost), async (signal) => {
      const response = await fetch(check.url, {
        method,
        headers: headers.map(({ name, value }): [string, string] => [name, value]),
        body,
        redirect: "manual",
        signal,
      });
      const bytes = await readBytes(response, MAX_ANSWER_BYTES);
      if (bytes === null) return { kind: "http", error: "the answer is too large" };
      return { kind: "http", status: response.status, body: parsed(new TextDecoder().decode(bytes)) };
    });
  } catch {
    // Unreachable, too slow, or cut off: what the author can do about it is the same.
    return { kind: "http", error: "no answer" };
  }
}

function parsed(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    return text;
  }
}

import { z } from "zod";
import { parseJson } from "../../http/json-text.ts";
import { withinTime } from "../../http/time-limit.ts";

/**
 * Meta's Graph API (developers.facebook.com/docs/graph-api, read December 2026), which WhatsApp, Messenger and Instagram
 * share: JSON in and out, errors as `{error: {code, message, …}}`.
 */

/** The version that is spoken: each one lives two years at least. */
const VERSION = "v25.0";
/** How long the service may take, in milliseconds. */
const TIMEOUT_MS = 20_000;

/** Who calls: a token, and the secret of the app that it was made for, which signs each call. */
export interface GraphAccess {
  token: string;
  appSecret: string;
}

const errorSchema = z.object({
  error: z.object({
    message: z.string().default(""),
    code: z.number(),
    error_subcode: z.number().optional(),
    error_user_msg: z.string().optional(),
    error_data: z
      .union([z.object({ details: z.string().optional() }), z.string()])
      .optional()
      .catch(undefined),
  }),
});

/** What a call came to. */
export type GraphAnswer =
  | { ok: true; result: unknown }
  /** @property code of the Graph API; null: it could not be asked, or did not answer as itself */
  | {
      ok: false;
      code: number | null;
      subcode?: number;
      statusCode: number | null;
      description: string;
      retryAfterMs: number | null;
    };
export type GraphRefusal = Extract<GraphAnswer, { ok: false }>;

/** Codes that say that the token, or what it may do, is not (or no longer) what it should be. */
const NOT_LET_IN: readonly number[] = [3, 10, 190, 102];
const PERMISSIONS = { from: 200, to: 299 } as const;

/** Whether the service does not let us in: nothing gets through until somebody sees to it. */
export function isLockedOut({ code }: GraphRefusal): boolean {
  return code !== null && (NOT_LET_IN.includes(code) || (code >= PERMISSIONS.from && code <= PERMISSIONS.to));
}

/** Where the service is: GRAPH_API, or Meta's own servers. A server of one's own may stand in for them. */
export function graphOrigin(env: Env): string {
  return (env.GRAPH_API || "https://graph.facebook.com").replace(/\/+$/, "");
}

/**
 * Calls the Graph API. Never throws, and never tells token or secret.
 * @param path behind the version, with its query
 * @param body of a POST, or a form with a file; without one it is a GET
 */
export async function callGraph(
  env: Env,
  { token, appSecret }: GraphAccess,
  path: string,
  body?: Record<string, unknown> | FormData,
  timeoutMs = TIMEOUT_MS,
): Promise<GraphAnswer> {
  const url = new URL(`${graphOrigin(env)}/${VERSION}/${path}`);
  url.searchParams.set("appsecret_proof", await hexHmac(appSecret, token));
  return withinTime(timeoutMs, async (signal): Promise<GraphAnswer> => {
    try {
      const response = await fetch(url, {
        method: body ? "POST" : "GET",
        headers: {
          authorization: `Bearer ${token}`,
          ...(body && !(body instanceof FormData) ? { "content-type": "application/json" } : {}),
        },
        ...(body ? { body: body instanceof FormData ? body : JSON.stringify(body) } : {}),
        redirect: "manual",
        signal,
      });
      return read(response, await response.text(), token);
    } catch {
      return unanswered(signal.aborted ? "Meta did not answer in time." : "Meta could not be reached.");
    }
  });
}

function read(response: Response, text: string, token: string): GraphAnswer {
  const { status } = response;
  const json = jsonOf(text);
  if (response.ok && json !== undefined) return { ok: true, result: json };
  const failed = errorSchema.safeParse(json);
  if (!failed.success)
    return { ...unanswered(`Meta answered ${status}, and not as it does.`), statusCode: status };
  const {
    code,
    message,
    error_subcode: subcode,
    error_user_msg: forUser,
    error_data: data,
  } = failed.data.error;
  const details = typeof data === "object" ? data.details : undefined;
  // Of a token that is malformed the service repeats all of it.
  const description = (details || forUser || message || `error ${code}`).replaceAll(token, "…").slice(0, 500);
  const seconds = Number(response.headers.get("retry-after") ?? Number.NaN);
  const retryAfterMs = Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : null;
  return { ok: false, code, statusCode: status, description, retryAfterMs, ...(subcode ? { subcode } : {}) };
}

function jsonOf(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}

function unanswered(description: string): GraphRefusal {
  return { ok: false, code: null, statusCode: null, description, retryAfterMs: null };
}

function hmacKey(secret: string): Promise<CryptoKey> {
  const how = { name: "HMAC", hash: "SHA-256" };
  return crypto.subtle.importKey("raw", new TextEncoder().encode(secret), how, false, ["sign", "verify"]);
}

async function hexHmac(secret: string, text: string): Promise<string> {
  const signed = await crypto.subtle.sign("HMAC", await hmacKey(secret), new TextEncoder().encode(text));
  return new Uint8Array(signed).toHex();
}

/**
 * Whether a request is signed with the app's secret, as webhooks of Meta are: `X-Hub-Signature-256` is `sha256=` and the
 * hex HMAC-SHA256 of the body's bytes. Compared in constant time.
 */
export async function isSigned(request: Request, body: Uint8Array, appSecret: string): Promise<boolean> {
  const [, hex = ""] =
    /^sha256=([0-9a-f]{64})$/i.exec(request.headers.get("x-hub-signature-256") ?? "") ?? [];
  if (hex === "") return false;
  return crypto.subtle.verify("HMAC", await hmacKey(appSecret), Uint8Array.fromHex(hex), body.slice());
}

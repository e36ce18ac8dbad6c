import type { Access } from "../calls/access.ts";
import { TOOLSETS } from "../calls/define.ts";
import type { Refusal } from "../gate/admission.ts";
import { echoableId, RPC, rpcError } from "../http/answer.ts";

/** 405, with the methods that mean something here. */
export function notAllowed(allowed: string[]): Response {
  const response = rpcError(405, RPC.refused, "Method not allowed.");
  response.headers.set("Allow", allowed.join(", "));
  return response;
}

/** `?toolsets=` names some that there are not. */
export function unknownToolset(names: string[]): Response {
  const message = `Unknown toolset: ${names.join(", ").slice(0, 200)}. There are ${TOOLSETS.join(", ")}.`;
  return rpcError(400, RPC.invalidParams, message);
}

/** `?mode=` names none that there is. */
export function unknownMode(name: string): Response {
  return rpcError(400, RPC.invalidParams, `Unknown mode: ${name.slice(0, 100)}. The only one is compact.`);
}

/** A session that is made up, ended or somebody else's: all look the same. */
export function noSession(body: unknown): Response {
  return rpcError(404, RPC.noSession, "Session not found", body);
}

/** What a request that was not let in answers. */
export function turnedAway(access: Exclude<Access, { kind: "granted" }>, body: unknown): Response {
  switch (access.kind) {
    case "refused":
      return refusal(access.refusal, body);
    case "challenged":
      return withBody(access.challenge, body, access.message);
    case "throttled":
      return tooMany("Too many failed attempts from this address.", access.retryAfterSeconds, body);
    case "unavailable":
      return rpcError(access.status, RPC.refused, access.message, body);
  }
}

/** What the gate's refusal is in HTTP. */
function refusal(refused: Refusal, body: unknown): Response {
  switch (refused.kind) {
    case "unauthenticated":
      throw new Error("unreachable: such a request is challenged");
    case "forbidden":
      return rpcError(403, RPC.refused, refused.message, body);
    case "no_session":
      return noSession(body);
    case "limited":
      return tooMany(overLimitMessage(refused), refused.retryAfterSeconds, body);
  }
}

/** What someone over a limit is told. */
export function overLimitMessage(refused: Extract<Refusal, { kind: "limited" }>): string {
  return `Over the limit per ${refused.window}: try again in ${refused.retryAfterSeconds} seconds.`;
}

function tooMany(message: string, retryAfterSeconds: number, body: unknown): Response {
  const response = rpcError(429, RPC.refused, message, body);
  response.headers.set("Retry-After", String(retryAfterSeconds));
  return response;
}

/** Gives a bare OAuth answer (401, 403) a body that MCP clients can read, under the same headers. */
export function withBody(response: Response, body: unknown, message = "insufficient_scope"): Response {
  const headers = new Headers(response.headers);
  headers.set("Content-Type", "application/json");
  const error = { jsonrpc: "2.0", id: echoableId(body), error: { code: RPC.refused, message } };
  return new Response(JSON.stringify(error), { status: response.status, headers });
}

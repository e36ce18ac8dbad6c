import type { Catalogue } from "../calls/define.ts";
import { rateHeaders } from "../calls/rate-headers.ts";
import { commonHeaders, finish, RPC, rpcError, writable } from "../http/answer.ts";
import {
  allowBrowser,
  browserHeaders,
  foreignHost,
  isKnownOrigin,
  isOwnHost,
  preflight,
  UNKNOWN_ORIGIN,
} from "../http/origin.ts";
import type { Address } from "./address.ts";
import { asStream } from "./one-answer.ts";
import { createStatelessLane } from "./stateless.ts";
import { McpVisit } from "./visit.ts";

export type Door = (
  request: Request,
  env: Env,
  ctx: ExecutionContext,
  address: Address,
  requestId: string,
  /** The request's, where it was read already. */
  url?: URL,
) => Promise<Response>;

/**
 * Makes the door to a catalogue: every MCP address, from the bare request to its lane. In this order: Host and
 * Origin, credential, body under a cap, era, gate, lane (the path was read before). Its answers have all of their
 * headers. Call it once, at module scope.
 */
export function createDoor(catalogue: Catalogue): Door {
  const stateless = createStatelessLane(catalogue);
  return async (request, env, ctx, address, requestId, url = new URL(request.url)) => {
    const finished = (response: Response) => finish(response, request, requestId);
    if (!isOwnHost(request, env, url)) {
      return finished(rpcError(403, RPC.refused, foreignHost(env)));
    }
    if (!isKnownOrigin(request, env)) {
      return finished(rpcError(403, RPC.refused, UNKNOWN_ORIGIN));
    }
    if (request.method === "OPTIONS") return finished(preflight(request));
    const visit = new McpVisit(catalogue, stateless, request, env, ctx, address, requestId, url);
    const answer = await visit.answer();
    if (typeof answer === "string" && visit.accepts.json) {
      // A plain call: its headers in one go, since each one set later crosses into the runtime.
      const headers = {
        "Content-Type": "application/json",
        ...commonHeaders(request, requestId),
        ...browserHeaders(request),
        ...rateHeaders(visit.limits),
      };
      return new Response(answer, { headers });
    }
    const response = typeof answer === "string" ? asStream(answer) : writable(answer);
    const { headers } = response;
    allowBrowser(headers, request);
    for (const [name, value] of Object.entries(rateHeaders(visit.limits))) headers.set(name, value);
    // Streams must reach the client as they are written.
    if (headers.get("content-type")?.includes("text/event-stream")) headers.set("X-Accel-Buffering", "no");
    return finished(response);
  };
}

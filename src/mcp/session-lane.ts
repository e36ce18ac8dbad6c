import { LATEST_PROTOCOL_VERSION, SUPPORTED_PROTOCOL_VERSIONS } from "@modelcontextprotocol/sdk/types.js";
import { McpAgent } from "agents/mcp";
import { gateOf } from "../gate/gate.ts";
import type { Principal } from "../gate/principal.ts";
import { putAway } from "../gate/session-objects.ts";
import type { OpenedSession } from "../gate/sessions.ts";
import { logUnexpected } from "../http/log.ts";
import type { Address } from "./address.ts";
import type { Reading } from "./messages.ts";

const BINDING = "MCP_SESSION";

/** McpAgent's own handlers, by where they live. The door sets CORS headers itself. */
const HANDLERS = {
  "/mcp": McpAgent.serve("/mcp", { binding: BINDING }),
  "/sse": McpAgent.serveSSE("/sse", { binding: BINDING }),
  "/mcp/sse": McpAgent.serveSSE("/mcp/sse", { binding: BINDING }),
} as const;

/**
 * The largest message that McpAgent is given, in bytes: it carries each one to the session's object in a header,
 * base64, and a request's headers hold 128 KB in all.
 */
export const MAX_SESSION_MESSAGE_BYTES = 32 * 1024;

/** How often a quiet SSE stream says that it lives, in milliseconds: the edge closes streams that lie idle. */
const KEEP_ALIVE = 25_000;

/** A request with its session checked, on its way to the session's object. */
export interface Admitted {
  /** Rebuilt by the door: canonical address, the headers a lane may see, the caller in one of them. */
  request: Request;
  env: Env;
  ctx: ExecutionContext;
  principal: Principal;
  requestId: string;
}

/** True for an id that this deployment's namespace once minted. Touches no object. */
export function isSessionId(env: Env, id: string): boolean {
  try {
    env.MCP_SESSION.idFromString(id);
    return true;
  } catch {
    return false;
  }
}

/** Opens a session by `initialize`, and has the gate know whose it is before the client learns its id. */
export async function openSession(
  admitted: Admitted,
  { client, clientVersion, protocolVersion }: NonNullable<Reading["initialize"]>,
): Promise<Response> {
  const { request, env, ctx } = admitted;
  const response = await HANDLERS["/mcp"].fetch(request, env, ctx);
  const id = response.headers.get("mcp-session-id");
  if (response.ok && id !== null) {
    const facts = { client, clientVersion, protocolVersion: negotiated(protocolVersion) };
    await recordSession(admitted, { id, transport: "http", ...facts });
  }
  return response;
}

/** Has the gate know a session, and puts those away that ended for it. */
async function recordSession(
  admitted: Admitted,
  session: Omit<OpenedSession, "credentialId" | "credentialName">,
): Promise<void> {
  const { env, ctx, principal } = admitted;
  const { credentialId, name: credentialName, workspaceId } = principal;
  const ended = await gateOf(env, workspaceId).openSession({ ...session, credentialId, credentialName });
  for (const session of ended) ctx.waitUntil(putAway(env, session, admitted.requestId));
}

/** A request in a session that the gate has just confirmed to be the caller's. */
export async function inSession({ request, env, ctx }: Admitted): Promise<Response> {
  return HANDLERS["/mcp"].fetch(request, env, ctx);
}

/** Ends the caller's own session: from now on its id answers 404, whatever becomes of its object. */
export async function endSession(admitted: Admitted, sessionId: string): Promise<Response> {
  const { request, env, ctx, principal } = admitted;
  await gateOf(env, principal.workspaceId).endSession(sessionId);
  return HANDLERS["/mcp"].fetch(request, env, ctx);
}

/**
 * Opens an SSE stream, under an id of our own (McpAgent would take one of the client's choosing).
 * The address that it announces keeps the query, so also `?token=` where that was how the caller showed itself.
 */
export async function openStream(
  admitted: Admitted,
  base: Exclude<Address["base"], "/mcp">,
): Promise<Response> {
  const { request, env, ctx } = admitted;
  const id = env.MCP_SESSION.newUniqueId().toString();
  const facts = { client: null, clientVersion: null, protocolVersion: null };
  await recordSession(admitted, { id, transport: "sse", ...facts });
  const url = new URL(request.url);
  url.searchParams.set("sessionId", id);
  const response = await HANDLERS[base].fetch(new Request(url, request), env, ctx);
  if (!response.ok) return response;
  let isClosed = false;
  const closed = () => {
    if (!isClosed) ctx.waitUntil(streamClosed(admitted, id));
    isClosed = true;
  };
  // Of a client that is gone this tells at once, the body only with its next frame.
  request.signal.addEventListener("abort", closed);
  return keptAlive(response, admitted.principal.validUntil, closed);
}

/** A client that closed its stream cannot take it up again: its session is over. */
async function streamClosed(admitted: Admitted, id: string): Promise<void> {
  const { env, principal, requestId } = admitted;
  try {
    await gateOf(env, principal.workspaceId).endSession(id);
  } catch (error) {
    logUnexpected(requestId, "close stream", error);
    return;
  }
  await putAway(env, { id, transport: "sse" }, requestId);
}

/** A message to an SSE session; its answer comes on the stream. */
export async function postMessage(
  admitted: Admitted,
  base: Exclude<Address["base"], "/mcp">,
  sessionId: string,
  initialize: Reading["initialize"],
): Promise<Response> {
  const { request, env, ctx, principal, requestId } = admitted;
  if (initialize) {
    const facts = { ...initialize, protocolVersion: negotiated(initialize.protocolVersion) };
    const described = gateOf(env, principal.workspaceId).describeSession(sessionId, facts);
    ctx.waitUntil(described.catch((error: unknown) => logUnexpected(requestId, "describe session", error)));
  }
  return HANDLERS[base].fetch(request, env, ctx);
}

/** The revision that the server answers an `initialize` with: the one asked for, or else its latest. */
function negotiated(asked: string): string {
  return SUPPORTED_PROTOCOL_VERSIONS.includes(asked) ? asked : LATEST_PROTOCOL_VERSION;
}

/** @param until when the credential ends by itself, in milliseconds: the stream does then, too */
function keptAlive(response: Response, until: number | null, closed: () => void): Response {
  const frame = new TextEncoder().encode(": keepalive\n\n");
  let timer: ReturnType<typeof setInterval> | undefined;
  const source = response.body?.getReader();
  const end = () => {
    clearInterval(timer);
    closed();
  };
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      timer = setInterval(() => {
        if (until === null || Date.now() < until) return controller.enqueue(frame);
        end();
        controller.close();
      }, KEEP_ALIVE);
    },
    async pull(controller) {
      const next = await source?.read();
      if (next && !next.done) {
        controller.enqueue(next.value);
        return;
      }
      end();
      controller.close();
    },
    async cancel(reason) {
      end();
      await source?.cancel(reason);
    },
  });
  return new Response(body, response);
}

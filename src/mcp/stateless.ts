import { env, waitUntil } from "cloudflare:workers";
import {
  type AuthInfo,
  type CallToolResult,
  type ClientCapabilities,
  type GetPromptResult,
  type InputRequests,
  type InputRequiredResult,
  inputRequired,
  Server,
  type ServerContext,
} from "@modelcontextprotocol/server";
import { createMcpHandler } from "agents/mcp/server";
import type { Lane } from "../calls/call.ts";
import type { Caller } from "../calls/caller.ts";
import type { Catalogue } from "../calls/define.ts";
import { AnswerNeeded } from "../calls/fault.ts";
import { logUnexpected } from "../http/log.ts";
import { Failure } from "../tenant/failure.ts";
import { askByRounds, QUESTION_CAPABILITY } from "./asking.ts";
import { risingProgress } from "./progress.ts";
import { LIST_TTL_MS, SERVER_INFO } from "./server-info.ts";
import { Serving } from "./serving.ts";

/** Where the lane believes to live: the door sends every address of ours there. */
export const STATELESS_PATH = "/mcp";

const LIST_HINT = { ttlMs: LIST_TTL_MS, cacheScope: "private" } as const;

/** The lane of clients without a session: 2026-07-28, and earlier revisions that did not initialize. */
export type StatelessLane = (request: Request, body: unknown, caller: Caller) => Promise<Response>;

/** Makes the lane for a catalogue. Call it once, at module scope: it holds what does not change between requests. */
export function createStatelessLane(catalogue: Catalogue): StatelessLane {
  const serving = new Serving(catalogue);
  /** What the SDK last reported of a request: mostly mistakes of the client, which it answers itself. */
  const reports = new WeakMap<Request, unknown>();
  /** Who each request acts as: the SDK hands its `authInfo` through as it is. */
  const callers = new WeakMap<AuthInfo, Caller>();
  const handler = createMcpHandler(
    ({ era, requestInfo, authInfo }) => {
      const caller = authInfo && callers.get(authInfo);
      if (!caller) throw new Error("A request without its caller: it did not come through the door.");
      const server = serverFor(serving, caller, era);
      server.onerror = (error) => requestInfo && reports.set(requestInfo, error);
      return server;
    },
    {
      route: STATELESS_PATH,
      // The door has checked Host and Origin, and sets CORS headers.
      corsOptions: false,
      allowedOriginHostnames: "*",
    },
  );
  return async (request, body, caller) => {
    // No token: whoever holds this object is past the gate, and nothing behind it needs the credential.
    const authInfo: AuthInfo = { token: "", clientId: caller.principal.credentialId, scopes: [] };
    callers.set(authInfo, caller);
    const response = await handler.fetch(request, { parsedBody: body, authInfo });
    if (response.status >= 500) logUnexpected(caller.requestId, "stateless lane", reports.get(request));
    return response;
  };
}

/** A server for one request: a handful of handlers over the catalogue, so it costs next to nothing to make. */
function serverFor(serving: Serving, caller: Caller, era: "modern" | "legacy"): Server {
  const server = new Server(SERVER_INFO, {
    capabilities: { tools: {}, resources: {}, prompts: {}, completions: {}, logging: {} },
    instructions: serving.instructions,
    inputRequired: { legacyShim: false },
    cacheHints: {
      "server/discover": LIST_HINT,
      "tools/list": LIST_HINT,
      "prompts/list": LIST_HINT,
      "resources/list": LIST_HINT,
      "resources/templates/list": LIST_HINT,
      "resources/read": { ttlMs: 0, cacheScope: "private" },
    },
  });
  const lane = (ctx: ServerContext) => laneOf(caller, era, ctx, server.getClientCapabilities());
  server.setRequestHandler("tools/list", ({ params }) => serving.listTools(caller, params?.cursor));
  server.setRequestHandler("resources/list", ({ params }) => serving.listResources(caller, params?.cursor));
  server.setRequestHandler("resources/templates/list", ({ params }) =>
    serving.listTemplates(caller, params?.cursor),
  );
  server.setRequestHandler("prompts/list", ({ params }) => serving.listPrompts(caller, params?.cursor));
  server.setRequestHandler("tools/call", ({ params }, ctx) =>
    askingFirst(
      // The content blocks are the tool's own; the SDK checks them before they leave.
      serving.callTool(caller, lane(ctx), params.name, params.arguments) as Promise<CallToolResult>,
    ),
  );
  server.setRequestHandler("resources/read", ({ params }, ctx) =>
    askingFirst(serving.readResource(caller, lane(ctx), params.uri)),
  );
  server.setRequestHandler("prompts/get", ({ params }, ctx) =>
    askingFirst(
      serving.getPrompt(caller, lane(ctx), params.name, params.arguments ?? {}) as Promise<GetPromptResult>,
    ),
  );
  server.setRequestHandler("completion/complete", ({ params: { ref, argument } }, ctx) =>
    serving.complete(
      caller,
      lane(ctx),
      ref.type === "ref/prompt" ? { prompt: ref.name } : { template: ref.uri },
      argument.name,
      argument.value,
    ),
  );
  return server;
}

/** Turns a call that asks first into the protocol's answer for it. */
async function askingFirst<T>(answer: Promise<T>): Promise<T | InputRequiredResult> {
  try {
    return await answer;
  } catch (error) {
    if (!(error instanceof AnswerNeeded)) throw error;
    return inputRequired({
      inputRequests: error.questions as InputRequests,
      ...(error.state === undefined ? {} : { requestState: error.state }),
    });
  }
}

/** @param capabilities what this very request declared; none without the 2026-07-28 envelope */
function laneOf(
  caller: Caller,
  era: "modern" | "legacy",
  ctx: ServerContext,
  capabilities: ClientCapabilities | undefined,
): Lane {
  const { mcpReq } = ctx;
  return {
    env,
    era,
    signal: mcpReq.signal,
    waitUntil,
    canAsk: (method) => capabilities?.[QUESTION_CAPABILITY[method]] !== undefined,
    askFor({ name, args }) {
      if (era === "legacy") {
        return async () => {
          throw new Failure("unsupported", "This client cannot be asked without a session.", {
            hint: "Connect with a client that initializes, or with one of protocol 2026-07-28.",
          });
        };
      }
      const state = mcpReq.requestState<string>();
      const round = { responses: mcpReq.inputResponses ?? {}, state };
      return askByRounds(env.PARLEY_SECRET, caller, round, { method: mcpReq.method, name, args });
    },
    progress: risingProgress(mcpReq._meta?.progressToken, (params) =>
      mcpReq.notify({ method: "notifications/progress", params }),
    ),
    log: (level, data) => mcpReq.log(level, data),
  };
}

import {
  type Access,
  type Arrival,
  lackingScopes,
  refuseStranger,
  requestAccess,
  stepUp,
} from "../calls/access.ts";
import { type Lane, logged, runTool, type ToolAnswer, toolFor } from "../calls/call.ts";
import type { Caller } from "../calls/caller.ts";
import { credentialOf } from "../calls/credential.ts";
import type { Catalogue, Tool } from "../calls/define.ts";
import { findTool, nearTools } from "../calls/permissions.ts";
import { rateHeaders } from "../calls/rate-headers.ts";
import { MAX_BODY_BYTES, readJson } from "../http/body.ts";
import { bodyFailure, failureAnswer } from "../http/errors.ts";
import { allowBrowser, isKnownOrigin, preflight, UNKNOWN_ORIGIN } from "../http/origin.ts";
import { readToolCall } from "../mcp/messages.ts";
import { Failure } from "../tenant/failure.ts";
import { visibleText } from "../tenant/visible-text.ts";
import { TOOLS_PATH } from "./openapi.ts";
import { turnedAway } from "./turned-away.ts";

export type RestDoor = (
  request: Request,
  env: Env,
  ctx: ExecutionContext,
  requestId: string,
) => Promise<Response>;

/**
 * Makes the door of `POST /api/v1/tools/{name}`: a tool call as plain HTTP, with the credentials of `/mcp`, through
 * the gate and the call path of every other door. The body is the arguments, the answer the structured result; a
 * failure is an HTTP status with `{error: {code, message, hint?, candidates?, requestId}}`.
 *
 * Nobody can be asked here: destructive tools run as annotated, and sends are refused where the workspace wants each
 * confirmed. The Worker has checked the Host.
 */
export function createRestDoor(catalogue: Catalogue): RestDoor {
  return async (request, env, ctx, requestId) => {
    if (!isKnownOrigin(request, env)) {
      return failureAnswer(new Failure("origin_not_allowed", UNKNOWN_ORIGIN), requestId);
    }
    if (request.method === "OPTIONS") return preflight(request);
    const visit = new RestVisit(catalogue, request, env, ctx, requestId);
    const answer = await visit.answer();
    const response = answer instanceof Failure ? failureAnswer(answer, requestId) : answer;
    allowBrowser(response.headers, request);
    for (const [name, value] of Object.entries(rateHeaders(visit.limits))) response.headers.set(name, value);
    return response;
  };
}

/** One request at the door. */
class RestVisit {
  readonly #catalogue: Catalogue;
  readonly #request: Request;
  readonly #env: Env;
  readonly #ctx: ExecutionContext;
  readonly #requestId: string;
  limits: Access["limits"] = [];

  constructor(catalogue: Catalogue, request: Request, env: Env, ctx: ExecutionContext, requestId: string) {
    this.#catalogue = catalogue;
    this.#request = request;
    this.#env = env;
    this.#ctx = ctx;
    this.#requestId = requestId;
  }

  async answer(): Promise<Response | Failure> {
    if (this.#request.method !== "POST") {
      return new Failure("method_not_allowed", "A tool is called by POST.", {}, { Allow: "POST, OPTIONS" });
    }
    const url = new URL(this.#request.url);
    const name = url.pathname.slice(TOOLS_PATH.length).replace(/\/$/, "");
    const token = credentialOf(this.#request, url);
    // Without a credential the answer is a challenge, whatever the body holds.
    const [request, env, ctx, requestId] = [this.#request, this.#env, this.#ctx, this.#requestId];
    const arrival: Arrival = { request, env, ctx, requestId, token };
    if (!token) return this.#called(arrival, name, {});
    const stranger = await refuseStranger(arrival, "/mcp", false);
    if (stranger) return turnedAway(stranger, requestId);
    const body = await readJson(this.#request, MAX_BODY_BYTES, {});
    if (!body.ok) {
      // Counted, as what it is: a message that calls nothing.
      const ask = { readOnlyAddress: false, sessionId: null, calls: [], others: 1 };
      const access = await requestAccess(arrival, "/mcp", ask);
      return access.kind === "granted" ? bodyFailure(body) : turnedAway(access, requestId);
    }
    const tool = findTool(this.#catalogue, name);
    return this.#called(arrival, name, argumentsOf(body.value, tool, this.#request.headers));
  }

  /** Has the gate admit the call, counted as any other call of this tool, and runs it. */
  async #called(
    arrival: Arrival,
    name: string,
    args: Record<string, unknown> | Failure,
  ): Promise<Response | Failure> {
    const read = readToolCall(this.#catalogue, name, args);
    if (args instanceof Failure) read.cost.valid = false;
    const access = await requestAccess(arrival, "/mcp", {
      readOnlyAddress: false,
      sessionId: null,
      calls: [read.cost],
      others: 0,
    });
    this.limits = access.limits;
    if (access.kind !== "granted") return turnedAway(access, this.#requestId);
    const { principal } = access;
    const requestId = this.#requestId;
    const caller: Caller = { principal, toolsets: null, compact: false, requestId, sessionId: null };
    const tool = toolFor(this.#catalogue, caller, name);
    if (!tool) return this.#noTool(caller, name);
    const lacking = lackingScopes(caller, [read]);
    if (lacking.length > 0) {
      const { headers } = stepUp(this.#env, "/mcp", this.#request.url, lacking);
      const detail = { candidates: lacking };
      return new Failure("missing_scope", `This needs the scope ${lacking.join(", ")}.`, detail, {
        "WWW-Authenticate": headers.get("www-authenticate") ?? "Bearer",
      });
    }
    const lane = this.#lane();
    const answer =
      args instanceof Failure
        ? await logged(caller, lane, { kind: "tool", name }, async () => ({
            value: args,
            outcome: args.code,
          }))
        : await runTool(tool, caller, lane, args, read.prepared);
    return answer instanceof Failure ? answer : resultOf(answer);
  }

  #lane(): Lane {
    return {
      env: this.#env,
      era: "modern",
      signal: this.#request.signal,
      waitUntil: (work) => this.#ctx.waitUntil(work),
      canAsk: () => false,
      askFor: () => async () => {
        throw new Failure("unsupported", "Nobody can be asked here.", {
          hint: "Call this tool from an MCP client whose person can answer.",
        });
      },
      progress: async () => {},
      log: async () => {},
    };
  }

  #noTool(caller: Caller, name: string): Failure {
    return new Failure("not_found", `Unknown tool: ${visibleText(name.slice(0, 100))}.`, {
      candidates: nearTools(this.#catalogue, caller, name),
    });
  }
}

/**
 * The arguments of a call: the body, and for tools that take an `idempotencyKey` the header of that name (IETF draft
 * "The Idempotency-Key HTTP Header Field"). Elsewhere the header is refused, since nothing would keep its promise;
 * a tool that only reads keeps it anyway.
 */
function argumentsOf(
  body: unknown,
  tool: Tool | undefined,
  headers: Headers,
): Record<string, unknown> | Failure {
  if (typeof body !== "object" || body === null || Array.isArray(body)) {
    return new Failure("invalid_input", "The body must be a JSON object: the tool's arguments.");
  }
  const args: Record<string, unknown> = { ...body };
  const key = headers.get("idempotency-key")?.replace(/^"(.*)"$/, "$1");
  if (key === undefined || !tool || tool.hints.readOnly) return args;
  if (!("idempotencyKey" in tool.input.shape)) {
    return new Failure("invalid_input", `${tool.name} takes no Idempotency-Key.`);
  }
  if (args.idempotencyKey !== undefined && args.idempotencyKey !== key) {
    return new Failure("invalid_input", "Idempotency-Key and idempotencyKey differ: send one of them.");
  }
  return { ...args, idempotencyKey: key };
}

/** The structured result; of a tool that answers with content blocks, those. */
function resultOf({ structuredContent, content, isError }: ToolAnswer): Response {
  return Response.json(structuredContent ?? { content }, { status: isError ? 422 : 200 });
}

import { isLegacyRequest } from "@modelcontextprotocol/server";
import { lackingScopes, requestAccess, stepUp } from "../calls/access.ts";
import { CALLER_HEADER, type Caller, encodeCaller } from "../calls/caller.ts";
import { credentialOf, type ShownToken } from "../calls/credential.ts";
import { type Catalogue, TOOLSETS, type Tool } from "../calls/define.ts";
import { exists, factsOf, findTool, type ReadCall } from "../calls/permissions.ts";
import { rateHeaders } from "../calls/rate-headers.ts";
import type { Admission } from "../gate/admission.ts";
import { gateOf } from "../gate/gate.ts";
import { publicOrigin } from "../http/addresses.ts";
import { commonHeaders, finish, RPC, rpcError, writable } from "../http/answer.ts";
import { type JsonBody, readJson } from "../http/body.ts";
import { allowBrowser, browserHeaders, isKnownOrigin, isOwnHost, preflight } from "../http/origin.ts";
import { type Address, modeOf, toolsetsOf } from "./address.ts";
import { type Narrowed, type Reading, readMessages, readToolCall } from "./messages.ts";
import { answerPlainCall, isPlain, type PlainCall, readPlainCall } from "./plain-calls.ts";
import { noSession, notAllowed, turnedAway, UNAUTHORIZED, withBody } from "./refusals.ts";
import {
  type Admitted,
  endSession,
  inSession,
  isSessionId,
  MAX_SESSION_MESSAGE_BYTES,
  openSession,
  openStream,
  postMessage,
} from "./session-lane.ts";
import { createStatelessLane, STATELESS_PATH, type StatelessLane } from "./stateless.ts";

/** The only revision with JSON arrays of messages. */
const BATCH_REVISION = "2025-03-26";
/** From this revision on there are no sessions: GET and DELETE mean nothing. */
const STATELESS_REVISION = "2026-07-28";

/** Headers of the client that a lane may see; everything else (credentials, cookies, internal ones) stays outside. */
const FORWARDED = [
  "accept",
  "content-type",
  "last-event-id",
  "mcp-method",
  "mcp-name",
  "mcp-protocol-version",
  "mcp-session-id",
];

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
      return finished(rpcError(403, RPC.refused, "This server does not answer to that Host."));
    }
    if (!isKnownOrigin(request, env)) {
      return finished(rpcError(403, RPC.refused, "This Origin is not allowed."));
    }
    if (request.method === "OPTIONS") return finished(preflight(request));
    const visit = new Visit(catalogue, stateless, request, env, ctx, address, requestId, url);
    const answer = await visit.answer();
    if (typeof answer === "string") {
      // A plain call: its headers in one go, since each one set later crosses into the runtime.
      const headers = {
        "Content-Type": "application/json",
        ...commonHeaders(request, requestId),
        ...browserHeaders(request),
        ...rateHeaders(visit.limits),
      };
      return new Response(answer, { headers });
    }
    const response = writable(answer);
    const { headers } = response;
    allowBrowser(headers, request);
    for (const [name, value] of Object.entries(rateHeaders(visit.limits))) headers.set(name, value);
    // Streams must reach the client as they are written.
    if (headers.get("content-type")?.includes("text/event-stream")) headers.set("X-Accel-Buffering", "no");
    return finished(response);
  };
}

/** One request at the door. */
class Visit {
  readonly #catalogue: Catalogue;
  readonly #stateless: StatelessLane;
  readonly #request: Request;
  readonly #env: Env;
  readonly #ctx: ExecutionContext;
  readonly #address: Address;
  readonly #requestId: string;
  readonly #url: URL;
  readonly #token: ShownToken | null;
  #narrowed: Narrowed = { toolsets: null, compact: false };
  limits: Admission["limits"] = [];

  constructor(
    catalogue: Catalogue,
    stateless: StatelessLane,
    request: Request,
    env: Env,
    ctx: ExecutionContext,
    address: Address,
    requestId: string,
    url: URL,
  ) {
    this.#catalogue = catalogue;
    this.#stateless = stateless;
    this.#request = request;
    this.#env = env;
    this.#ctx = ctx;
    this.#address = address;
    this.#requestId = requestId;
    this.#url = url;
    this.#token = credentialOf(request, url);
  }

  /** A plain call's answer is its JSON alone. */
  async answer(): Promise<Response | string> {
    const { method } = this.#request;
    const { transport, isMessage } = this.#address;
    const methods = transport === "http" ? ["GET", "POST", "DELETE"] : [isMessage ? "POST" : "GET"];
    if (!methods.includes(method)) return notAllowed(methods);
    const narrowed = toolsetsOf(this.#url);
    if ("unknown" in narrowed) {
      return rpcError(
        400,
        RPC.invalidParams,
        `Unknown toolset: ${narrowed.unknown.join(", ").slice(0, 200)}. There are ${TOOLSETS.join(", ")}.`,
      );
    }
    const mode = modeOf(this.#url);
    if ("unknown" in mode) {
      return rpcError(
        400,
        RPC.invalidParams,
        `Unknown mode: ${mode.unknown.slice(0, 100)}. The only one is compact.`,
      );
    }
    this.#narrowed = { ...narrowed, ...mode };
    return method === "POST" ? this.#post() : this.#withoutBody();
  }

  async #post(): Promise<Response | string> {
    // Without a credential the answer is a challenge, whatever the body holds.
    if (!this.#token) return this.#admitted(null, null, async () => rpcError(401, RPC.refused, UNAUTHORIZED));
    const body = await readJson(this.#request);
    if (!body.ok) {
      return rpcError(body.status, body.status === 400 ? RPC.parseError : RPC.refused, body.message);
    }
    const plain = this.#plain(body.value);
    if (plain) return this.#plainly(plain, body);
    const reading = readMessages(this.#catalogue, this.#narrowed, body.value);
    if (!reading) return rpcError(400, RPC.invalidRequest, "The body is not a JSON-RPC message.", body.value);
    const isSse = this.#address.transport === "sse";
    if (!isSse && !(await isLegacyRequest(this.#request, body.value))) {
      return this.#admitted(null, { reading, body: body.value }, (caller) =>
        this.#statelessly(caller, body.value),
      );
    }
    const sessionId = this.#sessionId();
    return this.#admitted(sessionId, { reading, body: body.value }, async (caller) => {
      if (reading.batch && !(await this.#takesBatches(caller))) {
        return rpcError(400, RPC.invalidRequest, `JSON arrays are accepted at ${BATCH_REVISION} only.`);
      }
      return isSse ? this.#message(caller, body, reading) : this.#legacy(caller, body, reading);
    });
  }

  /** The request as a plain call of a tool that can be run as one. */
  #plain(body: unknown): { call: PlainCall; tool: Tool; read: ReadCall } | null {
    if (this.#narrowed.compact || this.#address.transport === "sse") return null;
    const call = readPlainCall(this.#request.headers, body);
    const tool = call && findTool(this.#catalogue, call.name);
    if (!tool || !isPlain(tool, call)) return null;
    const read = readToolCall(this.#catalogue, call.name, call.args, this.#narrowed.toolsets);
    return { call, tool, read };
  }

  async #plainly(
    { call, tool, read }: { call: PlainCall; tool: Tool; read: ReadCall },
    body: Extract<JsonBody, { ok: true }>,
  ): Promise<Response | string> {
    const sessionId = call.era === "modern" ? null : this.#sessionId();
    const reading = { batch: false, calls: [read], others: 0, initialize: null, isToolCall: true };
    return this.#admitted(sessionId, { reading, body: body.value }, async (caller) => {
      // An SDK's lane says what it is to a caller from whom the tool is hidden.
      if (!exists(factsOf(tool), caller)) return this.#statelessly(caller, body.value);
      return answerPlainCall(call, {
        tool,
        caller,
        prepared: read.prepared,
        env: this.#env,
        waitUntil: (work) => this.#ctx.waitUntil(work),
        signal: this.#request.signal,
      });
    });
  }

  /** GET and DELETE: the SSE stream, and what the revisions with sessions know of them. */
  async #withoutBody(): Promise<Response> {
    if (this.#address.transport === "sse") {
      return this.#admitted(null, null, (caller) => {
        const url = new URL(this.#address.base, publicOrigin(this.#env));
        url.search = this.#url.search;
        const { base } = this.#address;
        if (base === "/mcp") throw new Error("unreachable: SSE has addresses of its own");
        return openStream(this.#toLane(caller, url), base);
      });
    }
    const sessionId = this.#sessionId();
    const stateless = this.#request.headers.get("mcp-protocol-version") === STATELESS_REVISION;
    if (stateless || sessionId === null) {
      return this.#admitted(null, null, async () => notAllowed(["POST"]));
    }
    return this.#admitted(sessionId, null, async (caller) => {
      // Nothing is pushed between requests, so there is no stream to open; others' sessions have answered 404 before.
      if (this.#request.method === "GET") return notAllowed(["POST", "DELETE"]);
      return endSession(this.#toLane(caller, this.#laneUrl()), sessionId);
    });
  }

  /** The client's name of its session: a header, or for SSE a part of the address. */
  #sessionId(): string | null {
    if (this.#address.transport === "sse") return this.#url.searchParams.get("sessionId") ?? "";
    return this.#request.headers.get("mcp-session-id");
  }

  /**
   * Checks the credential and has the gate admit the request, then goes on with its caller.
   * @param sessionId checked to be the caller's own; null when none is named
   */
  async #admitted<T extends Response | string>(
    sessionId: string | null,
    content: { reading: Reading; body: unknown } | null,
    proceed: (caller: Caller) => Promise<T>,
  ): Promise<Response | T> {
    const madeUp = sessionId !== null && !isSessionId(this.#env, sessionId);
    const { resource, readOnly } = this.#address;
    const access = await requestAccess(this.#arrival, resource, {
      readOnlyAddress: readOnly,
      sessionId: madeUp ? null : sessionId,
      calls: madeUp ? [] : (content?.reading.calls.map((call) => call.cost) ?? []),
      others: madeUp ? 1 : (content?.reading.others ?? 1),
    });
    this.limits = access.limits;
    if (access.kind !== "granted") return turnedAway(access, content?.body);
    if (madeUp) return noSession(content?.body);
    const { principal } = access;
    const caller: Caller = { principal, ...this.#narrowed, requestId: this.#requestId, sessionId };
    const lacking = content ? lackingScopes(caller, content.reading.calls) : [];
    if (lacking.length > 0)
      return withBody(stepUp(this.#env, resource, this.#request.url, lacking), content?.body);
    return proceed(caller);
  }

  async #legacy(caller: Caller, body: Extract<JsonBody, { ok: true }>, reading: Reading): Promise<Response> {
    const large = body.bytes > MAX_SESSION_MESSAGE_BYTES;
    if (reading.initialize || caller.sessionId !== null) {
      if (large && reading.isToolCall && caller.sessionId !== null)
        return this.#statelessly(caller, body.value);
      if (large) {
        return rpcError(413, RPC.refused, "In a session only a tools/call may be this large.", body.value);
      }
      const admitted = this.#toLane(caller, this.#laneUrl(), body.text);
      return caller.sessionId === null && reading.initialize
        ? openSession(admitted, reading.initialize)
        : inSession(admitted);
    }
    return this.#statelessly(caller, body.value);
  }

  async #statelessly(caller: Caller, body: unknown): Promise<Response> {
    const request = this.#forward(this.#laneUrl());
    return this.#stateless(request, body, caller);
  }

  async #message(caller: Caller, body: Extract<JsonBody, { ok: true }>, reading: Reading): Promise<Response> {
    const { base } = this.#address;
    if (base === "/mcp" || caller.sessionId === null)
      throw new Error("unreachable: a message names its session");
    const url = new URL(`${base}/message`, publicOrigin(this.#env));
    url.searchParams.set("sessionId", caller.sessionId);
    const response = await postMessage(
      this.#toLane(caller, url, body.text),
      base,
      caller.sessionId,
      reading.initialize,
    );
    // McpAgent answers with its error's own words.
    if (response.ok) return new Response("Accepted", { status: 202 });
    return rpcError(400, RPC.invalidRequest, "The body is not a JSON-RPC message.", body.value);
  }

  /** Batches are for sessions of one revision, and for clients without a session that name no other. */
  async #takesBatches({ principal, sessionId }: Caller): Promise<boolean> {
    const named = this.#request.headers.get("mcp-protocol-version") ?? BATCH_REVISION;
    if (named !== BATCH_REVISION) return false;
    if (sessionId === null) return true;
    const session = await gateOf(this.#env, principal.workspaceId).session(sessionId);
    return session?.protocolVersion === BATCH_REVISION;
  }

  get #arrival() {
    const [request, env, ctx, requestId] = [this.#request, this.#env, this.#ctx, this.#requestId];
    return { request, env, ctx, requestId, token: this.#token };
  }

  #laneUrl(): URL {
    return new URL(STATELESS_PATH, publicOrigin(this.#env));
  }

  #toLane(caller: Caller, url: URL, body?: string): Admitted {
    return {
      request: this.#forward(url, body, caller),
      env: this.#env,
      ctx: this.#ctx,
      principal: caller.principal,
      requestId: this.#requestId,
    };
  }

  /**
   * The request as a lane sees it: the canonical address, harmless headers, and for a session's object, which is
   * elsewhere, the caller that the gate named.
   */
  #forward(url: URL, body?: string, caller?: Caller): Request {
    const headers = new Headers();
    for (const name of FORWARDED) {
      const value = this.#request.headers.get(name);
      if (value !== null) headers.set(name, value);
    }
    headers.set("host", url.host);
    if (caller) headers.set(CALLER_HEADER, encodeCaller(caller));
    const { method, signal } = this.#request;
    return new Request(url, { method, headers, signal, ...(body === undefined ? {} : { body }) });
  }
}

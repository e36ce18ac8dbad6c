import { isLegacyRequest } from "@modelcontextprotocol/server";
import { type Arrival, lackingScopes, refuseStranger, requestAccess, stepUp } from "../calls/access.ts";
import { CALLER_HEADER, type Caller, encodeCaller } from "../calls/caller.ts";
import { credentialOf } from "../calls/credential.ts";
import type { Catalogue, Tool } from "../calls/define.ts";
import { exists, factsOf, findTool, type ReadCall } from "../calls/permissions.ts";
import type { Admission } from "../gate/admission.ts";
import { gateOf } from "../gate/gate.ts";
import { publicOrigin } from "../http/addresses.ts";
import { RPC, rpcError } from "../http/answer.ts";
import { type JsonBody, readJson } from "../http/body.ts";
import { ACCEPT_BOTH, type Accepts, acceptsOf } from "./accept.ts";
import { type Address, modeOf, toolsetsOf } from "./address.ts";
import { readEnvelope } from "./envelope.ts";
import { laneHeaders } from "./headers.ts";
import { MESSAGES_OF_OPENING, type Narrowed, type Reading, readMessages, readToolCall } from "./messages.ts";
import { asOneBody, asStream, isStream } from "./one-answer.ts";
import { answerPlainCall, isPlain, type PlainCall, readPlainCall } from "./plain-calls.ts";
import { noSession, notAllowed, turnedAway, unknownMode, unknownToolset, withBody } from "./refusals.ts";
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
import { STATELESS_PATH, type StatelessLane } from "./stateless.ts";

/** The only revision with JSON arrays of messages. */
const BATCH_REVISION = "2025-03-26";
/** From this revision on there are no sessions: GET and DELETE mean nothing. */
const STATELESS_REVISION = "2026-07-28";

/** A message, or a batch, that is valid; `text` is its JSON, `bytes` how long it came. */
type Message = Pick<Extract<JsonBody, { ok: true }>, "value" | "text" | "bytes">;

/** One request at the door. */
export class McpVisit {
  readonly #catalogue: Catalogue;
  readonly #stateless: StatelessLane;
  readonly #request: Request;
  readonly #env: Env;
  readonly #ctx: ExecutionContext;
  readonly #address: Address;
  readonly #requestId: string;
  readonly #url: URL;
  readonly #arrival: Arrival;
  #narrowed: Narrowed = { toolsets: null, compact: false };
  /** The headers as a lane reads them, made once something looks beyond a plain call. */
  #laneHeaders: Headers | undefined;
  readonly accepts: Accepts;
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
    this.#arrival = { request, env, ctx, requestId, token: credentialOf(request, url) };
    this.accepts = acceptsOf(request.headers.get("accept"));
  }

  get #headers(): Headers {
    this.#laneHeaders ??= laneHeaders(this.#request.headers);
    return this.#laneHeaders;
  }

  /** A plain call's answer is its JSON alone. */
  async answer(): Promise<Response | string> {
    const { method } = this.#request;
    const { transport, isMessage } = this.#address;
    const methods = transport === "http" ? ["GET", "POST", "DELETE"] : [isMessage ? "POST" : "GET"];
    if (!methods.includes(method)) return notAllowed(methods);
    const narrowed = toolsetsOf(this.#url);
    if ("unknown" in narrowed) return unknownToolset(narrowed.unknown);
    const mode = modeOf(this.#url);
    if ("unknown" in mode) return unknownMode(mode.unknown);
    this.#narrowed = { ...narrowed, ...mode };
    return method === "POST" ? this.#post() : this.#withoutBody();
  }

  async #post(): Promise<Response | string> {
    // Without a credential the answer is a challenge, whatever the body holds.
    if (!this.#arrival.token) return this.#admitted(null, null, async () => notAllowed([]));
    if (!this.accepts.json && !this.accepts.stream) {
      const message = `Not acceptable: an answer is ${ACCEPT_BOTH.replace(", ", " or ")}.`;
      return rpcError(406, RPC.refused, message);
    }
    const { resource, readOnly } = this.#address;
    const stranger = await refuseStranger(this.#arrival, resource, readOnly);
    if (stranger) return turnedAway(stranger, undefined);
    const body = await readJson(this.#request);
    if (!body.ok) {
      const code = body.status === 400 ? RPC.parseError : RPC.refused;
      return this.#admitted(null, null, async () => rpcError(body.status, code, body.message));
    }
    const plain = this.#plain(this.#request.headers, body.value);
    if (plain) return this.#plainly(plain, body.value);
    return this.#read(body);
  }

  /** A body that is no plain call as it stands: read as clients really write, and then by its lane. */
  async #read(body: Extract<JsonBody, { ok: true }>): Promise<Response | string> {
    const checked = readEnvelope(body.value);
    // 2026-07-28 has no methods with such parameters, or other ones: its SDK says which, under the status of each.
    const read =
      "code" in checked && checked.code === RPC.invalidParams && this.#isStateless
        ? { body: body.value }
        : checked;
    if ("code" in read) {
      const status = read.code === RPC.invalidParams && this.#address.transport === "http" ? 200 : 400;
      return this.#admitted(null, null, async () => rpcError(status, read.code, read.message, body.value));
    }
    const plain = this.#plain(this.#headers, read.body);
    if (plain) return this.#plainly(plain, read.body);
    const text = read.body === body.value ? body.text : JSON.stringify(read.body);
    const message: Message = { value: read.body, text, bytes: body.bytes };
    const reading = readMessages(this.#catalogue, this.#narrowed, message.value);
    const isSse = this.#address.transport === "sse";
    if (await this.#isModern(message.value)) {
      return this.#admitted(null, { reading, body: message.value }, (caller) =>
        this.#statelessly(caller, message, reading),
      );
    }
    const sessionId = this.#sessionId();
    return this.#admitted(sessionId, { reading, body: message.value }, async (caller) => {
      if (reading.batch && !(await this.#takesBatches(caller))) {
        return rpcError(400, RPC.invalidRequest, `JSON arrays are accepted at ${BATCH_REVISION} only.`);
      }
      return isSse ? this.#message(caller, message, reading) : this.#legacy(caller, message, reading);
    });
  }

  get #isStateless(): boolean {
    return this.#headers.get("mcp-protocol-version") === STATELESS_REVISION;
  }

  /** Whether it is a request of 2026-07-28, which are never sent to an SSE address. */
  async #isModern(body: unknown): Promise<boolean> {
    if (this.#address.transport === "sse") return false;
    return !(await isLegacyRequest(this.#forward(this.#laneUrl()), body));
  }

  /** The request as a plain call of a tool that can be run as one. */
  #plain(headers: Headers, body: unknown): { call: PlainCall; tool: Tool; read: ReadCall } | null {
    if (this.#narrowed.compact || this.#address.transport === "sse") return null;
    const call = readPlainCall(headers, body);
    const tool = call && findTool(this.#catalogue, call.name);
    if (!tool || !isPlain(tool, call)) return null;
    const read = readToolCall(this.#catalogue, call.name, call.args, this.#narrowed.toolsets);
    return { call, tool, read };
  }

  async #plainly(
    { call, tool, read }: { call: PlainCall; tool: Tool; read: ReadCall },
    body: unknown,
  ): Promise<Response | string> {
    const sessionId = call.era === "modern" ? null : this.#sessionId();
    const reading = {
      ...{ batch: false, calls: [read], others: 0, initialize: null },
      ...{ isToolCall: true, streams: false },
    };
    return this.#admitted(sessionId, { reading, body }, async (caller) => {
      // An SDK's lane says what it is to a caller from whom the tool is hidden.
      if (!exists(factsOf(tool), caller)) return this.#statelessly(caller, { value: body }, reading);
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
      const open = (caller: Caller) => {
        const url = new URL(this.#address.base, publicOrigin(this.#env));
        url.search = this.#url.search;
        const { base } = this.#address;
        if (base === "/mcp") throw new Error("unreachable: SSE has addresses of its own");
        return openStream(this.#toLane(caller, url), base);
      };
      return this.#admitted(null, null, open, MESSAGES_OF_OPENING);
    }
    const sessionId = this.#sessionId();
    if (this.#isStateless || sessionId === null) {
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
    // What is plainly absent costs one look.
    if (!this.#request.headers.has("mcp-session-id")) return null;
    return this.#headers.get("mcp-session-id");
  }

  /**
   * Checks the credential and has the gate admit the request, then goes on with its caller.
   * @param sessionId checked to be the caller's own; null when none is named
   * @param messages how many a request without a body counts as
   */
  async #admitted<T extends Response | string>(
    sessionId: string | null,
    content: { reading: Reading; body: unknown } | null,
    proceed: (caller: Caller) => Promise<T>,
    messages = 1,
  ): Promise<Response | T> {
    const madeUp = sessionId !== null && !isSessionId(this.#env, sessionId);
    const { resource, readOnly } = this.#address;
    const access = await requestAccess(this.#arrival, resource, {
      readOnlyAddress: readOnly,
      sessionId: madeUp ? null : sessionId,
      transport: this.#address.transport,
      calls: madeUp ? [] : (content?.reading.calls.map((call) => call.cost) ?? []),
      others: madeUp ? 1 : (content?.reading.others ?? messages),
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

  async #legacy(caller: Caller, message: Message, reading: Reading): Promise<Response> {
    const large = message.bytes > MAX_SESSION_MESSAGE_BYTES;
    if (reading.initialize || caller.sessionId !== null) {
      if (large && reading.isToolCall && caller.sessionId !== null)
        return this.#statelessly(caller, message, reading);
      if (large) {
        return rpcError(413, RPC.refused, "In a session only a tools/call may be this large.", message.value);
      }
      const admitted = this.#toLane(caller, this.#laneUrl(), message.text);
      const answer =
        caller.sessionId === null && reading.initialize
          ? await openSession(admitted, reading.initialize)
          : await inSession(admitted);
      return this.#inTheirForm(answer, message.value, reading);
    }
    return this.#statelessly(caller, message, reading);
  }

  async #statelessly(caller: Caller, { value }: Pick<Message, "value">, reading: Reading): Promise<Response> {
    const answer = await this.#stateless(this.#forward(this.#laneUrl()), value, caller);
    return this.#inTheirForm(answer, value, reading);
  }

  /**
   * A lane's answer as the client takes it. One that can only be a single message is one JSON body where the client
   * takes that: an event's line may be longer than its reader's buffer.
   */
  async #inTheirForm(answer: Response, body: unknown, reading: Reading): Promise<Response> {
    if (answer.status !== 200) return answer;
    const { json, stream } = this.accepts;
    if (isStream(answer)) {
      return json && (!stream || this.#isSingle(reading)) ? asOneBody(answer, body) : answer;
    }
    return json ? answer : asStream(await answer.text(), answer.headers);
  }

  /** Nothing but its answer can come of it: no question, no progress, no log. */
  #isSingle({ batch, calls, streams }: Reading): boolean {
    if (batch || streams) return false;
    return calls.every(({ facts }) => {
      const tool = facts && findTool(this.#catalogue, facts.name);
      return !tool || isPlain(tool, { answers: true });
    });
  }

  async #message(caller: Caller, message: Message, reading: Reading): Promise<Response> {
    const { base } = this.#address;
    if (base === "/mcp" || caller.sessionId === null)
      throw new Error("unreachable: a message names its session");
    const url = new URL(`${base}/message`, publicOrigin(this.#env));
    url.searchParams.set("sessionId", caller.sessionId);
    const lane = this.#toLane(caller, url, message.text);
    const response = await postMessage(lane, base, caller.sessionId, reading.initialize);
    // The message is valid, so what its object refuses is that the stream is gone.
    return response.ok ? new Response("Accepted", { status: 202 }) : noSession(message.value);
  }

  /** Batches are for sessions of one revision, and for clients without a session that name no other. */
  async #takesBatches({ principal, sessionId }: Caller): Promise<boolean> {
    const named = this.#headers.get("mcp-protocol-version") ?? BATCH_REVISION;
    if (named !== BATCH_REVISION) return false;
    if (sessionId === null) return true;
    const session = await gateOf(this.#env, principal.workspaceId).session(sessionId);
    return session?.protocolVersion === BATCH_REVISION;
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
    const headers = new Headers(this.#headers);
    headers.set("host", url.host);
    if (caller) headers.set(CALLER_HEADER, encodeCaller(caller));
    const { method, signal } = this.#request;
    return new Request(url, { method, headers, signal, ...(body === undefined ? {} : { body }) });
  }
}

import {
  CLIENT_CAPABILITIES_META_KEY,
  CLIENT_INFO_META_KEY,
  DEFAULT_NEGOTIATED_PROTOCOL_VERSION,
  isSpecType,
  PROTOCOL_VERSION_META_KEY,
  SERVER_INFO_META_KEY,
  SUPPORTED_PROTOCOL_VERSIONS,
} from "@modelcontextprotocol/server";
import { answerTool, failureOf, type Lane, type ToolAnswer } from "../calls/call.ts";
import type { Caller } from "../calls/caller.ts";
import type { PreparedArguments, Tool } from "../calls/define.ts";
import { AnswerNeeded } from "../calls/fault.ts";
import { RPC, rpcError } from "../http/answer.ts";
import { QUESTION_CAPABILITY } from "./asking.ts";
import { SERVER_INFO } from "./server-info.ts";

/**
 * The lane of plain calls: a single `tools/call` that can be answered by one JSON body, in either era, in a session or
 * not. It is a shortcut beside the SDKs' lanes and changes no answer: what is not exactly of the form that is read
 * here (a further field, another `_meta` key, a header that disagrees, an error of the protocol) goes to an SDK's
 * lane, which also says what is wrong. So there is one place for each rule, and this only has to be strict.
 */
export interface PlainCall {
  era: "modern" | "legacy";
  id: string | number;
  name: string;
  args: unknown;
  /** The client can be asked on this connection. Sessions: not known here. */
  answers: boolean | "unknown";
}

/** What the SDK answers a client that is gone, for the log. */
const CLIENT_CLOSED_REQUEST = 499;

/** The one revision with an envelope in `_meta`. */
const MODERN_REVISION = "2026-07-28";

const KEYS = {
  message: ["jsonrpc", "id", "method", "params"],
  params: ["name", "arguments", "_meta"],
  envelope: [PROTOCOL_VERSION_META_KEY, CLIENT_CAPABILITIES_META_KEY, CLIENT_INFO_META_KEY, "progressToken"],
  metaBefore: ["progressToken"],
} as const;

/** A plain object with no keys but these. */
function only(value: unknown, keys: readonly string[]): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  for (const key in value) if (!keys.includes(key)) return false;
  return true;
}

/**
 * Reads a request as a plain call.
 * @param headers of the request, whose Content-Type and Accept were checked
 * @returns null when it is anything else: an SDK's lane answers it then
 */
export function readPlainCall(headers: Headers, body: unknown): PlainCall | null {
  if (!only(body, KEYS.message) || body.jsonrpc !== "2.0" || body.method !== "tools/call") return null;
  const { id, params } = body;
  if (typeof id !== "string" && !Number.isSafeInteger(id)) return null;
  if (!only(params, KEYS.params) || typeof params.name !== "string") return null;
  const { name, arguments: args, _meta: meta } = params;
  if (args !== undefined && (typeof args !== "object" || args === null || Array.isArray(args))) return null;
  const call = { id: id as string | number, name, args };
  if (meta === undefined || only(meta, KEYS.metaBefore)) return readLegacy(headers, meta, call);
  return only(meta, KEYS.envelope) ? readModern(headers, meta, call) : null;
}

type Named = Pick<PlainCall, "id" | "name" | "args">;

/** 2026-07-28: the headers say what the body says, and the envelope is whole. */
function readModern(headers: Headers, meta: Record<string, unknown>, call: Named): PlainCall | null {
  if (meta[PROTOCOL_VERSION_META_KEY] !== MODERN_REVISION) return null;
  if (headers.get("mcp-protocol-version") !== MODERN_REVISION) return null;
  if (headers.get("mcp-method") !== "tools/call" || headers.get("mcp-name") !== call.name) return null;
  const { [CLIENT_CAPABILITIES_META_KEY]: capabilities, [CLIENT_INFO_META_KEY]: client } = meta;
  // Most say that they have none, and the SDK's schema takes its time.
  if (!only(capabilities, []) && !isSpecType.ClientCapabilities(capabilities)) return null;
  if (!isProgressToken(meta.progressToken)) return null;
  if (client !== undefined && !isSpecType.Implementation(client)) return null;
  const answers = Object.values(QUESTION_CAPABILITY).some((name) => capabilities[name] !== undefined);
  return { era: "modern", ...call, answers };
}

/** The revisions before: no envelope, and a version that we serve where one is named. */
function readLegacy(
  headers: Headers,
  meta: Record<string, unknown> | undefined,
  call: Named,
): PlainCall | null {
  if (!isProgressToken(meta?.progressToken)) return null;
  const version = headers.get("mcp-protocol-version") ?? DEFAULT_NEGOTIATED_PROTOCOL_VERSION;
  if (!SUPPORTED_PROTOCOL_VERSIONS.includes(version)) return null;
  const answers = headers.get("mcp-session-id") === null ? false : "unknown";
  return { era: "legacy", ...call, answers };
}

/** A plain call has nothing to report progress of, but clients may ask for it in all of their calls. */
function isProgressToken(token: unknown): boolean {
  return token === undefined || typeof token === "string" || Number.isSafeInteger(token);
}

/**
 * Whether a tool runs without anything but its arguments: it asks nobody, itself or to be confirmed. In a session
 * only reading ones do, since a call that writes may be cancelled by a message to the session's object.
 */
export function isPlain(tool: Tool, { answers }: Pick<PlainCall, "answers">): boolean {
  if (tool.interactive) return false;
  if (answers === "unknown") return tool.hints.readOnly;
  return !answers || !(tool.hints.destructive || tool.hints.openWorld);
}

/**
 * Runs a plain call of a tool that exists for the caller.
 * @returns the JSON of its answer, or what is no answer of a call
 */
export async function answerPlainCall(
  call: PlainCall,
  {
    tool,
    caller,
    prepared,
    env,
    waitUntil,
    signal,
  }: {
    tool: Tool;
    caller: Caller;
    prepared: PreparedArguments | undefined;
    env: Env;
    waitUntil: Lane["waitUntil"];
    signal: AbortSignal;
  },
): Promise<string | Response> {
  const lane: Lane = {
    env,
    era: call.era,
    // Before 2026-07-28 a client that goes away has not cancelled.
    signal: call.era === "modern" ? signal : new AbortController().signal,
    waitUntil,
    canAsk: () => false,
    askFor: () => notHere,
    progress: notHere,
    log: notHere,
  };
  try {
    const answer = await answerTool(tool, caller, lane, call.args, prepared);
    if (lane.signal.aborted) return new Response(null, { status: CLIENT_CLOSED_REQUEST });
    return jsonOf(call, answer);
  } catch (error) {
    if (error instanceof AnswerNeeded) throw error;
    const failure = failureOf(error, caller, `tools/call ${tool.name}`);
    return rpcError(200, RPC.internal, failure.message, { id: call.id, method: "tools/call" });
  }
}

/** A tool that gets here lacks the `interactive` mark. */
async function notHere(): Promise<never> {
  throw new Error("A tool that asks, logs or reports progress must be marked as interactive.");
}

const MODERN_RESULT = JSON.stringify({
  resultType: "complete",
  _meta: { [SERVER_INFO_META_KEY]: SERVER_INFO },
}).slice(1);

/** The JSON-RPC answer. A structured result is written once: the text is its JSON already. */
function jsonOf({ id, era }: PlainCall, { content, structuredContent, isError }: ToolAnswer): string {
  const [first] = content;
  const written =
    structuredContent !== undefined && content.length === 1 && typeof first?.text === "string"
      ? `"content":[{"type":"text","text":${JSON.stringify(first.text)}}],"structuredContent":${first.text}`
      : `"content":${JSON.stringify(content)}`;
  const failed = isError ? ',"isError":true' : "";
  const rest = era === "modern" ? `,${MODERN_RESULT}` : "}";
  return `{"jsonrpc":"2.0","id":${JSON.stringify(id)},"result":{${written}${failed}${rest}}`;
}

import { specTypeSchemas } from "@modelcontextprotocol/server";
import { RPC } from "../http/answer.ts";
import { parseJson } from "../http/json-text.ts";

/** A batch has at most so many messages. */
export const MAX_BATCH = 100;

/** Why a body is no message, or no valid one: one sentence, for the JSON-RPC error that answers it. */
export interface EnvelopeFault {
  code: typeof RPC.invalidRequest | typeof RPC.invalidParams | typeof RPC.parseError;
  message: string;
}

type Members = Record<string, unknown>;

/** The protocol's own schema of each request and notification that a client sends; the SDKs check by the same ones. */
const SCHEMAS = {
  initialize: "InitializeRequest",
  ping: "PingRequest",
  "tools/list": "ListToolsRequest",
  "tools/call": "CallToolRequest",
  "prompts/list": "ListPromptsRequest",
  "prompts/get": "GetPromptRequest",
  "resources/list": "ListResourcesRequest",
  "resources/templates/list": "ListResourceTemplatesRequest",
  "resources/read": "ReadResourceRequest",
  "resources/subscribe": "SubscribeRequest",
  "resources/unsubscribe": "UnsubscribeRequest",
  "completion/complete": "CompleteRequest",
  "logging/setLevel": "SetLevelRequest",
  "server/discover": "DiscoverRequest",
  "subscriptions/listen": "SubscriptionsListenRequest",
  "notifications/initialized": "InitializedNotification",
  "notifications/cancelled": "CancelledNotification",
  "notifications/progress": "ProgressNotification",
  "notifications/roots/list_changed": "RootsListChangedNotification",
} as const satisfies Record<string, keyof typeof specTypeSchemas>;

const isKnown = (method: string): method is keyof typeof SCHEMAS => Object.hasOwn(SCHEMAS, method);

const isMembers = (value: unknown): value is Members =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * Reads what a client sent as a JSON-RPC message or a batch of them, the same for every lane: `null` for something
 * absent is absent, an empty array is an empty object (as PHP writes it), arguments may be the text of their object, and
 * a prompt's arguments become texts. What is valid stays as it is, and what cannot be read is said in one sentence.
 * @returns the very body where nothing had to be changed
 */
export function readEnvelope(body: unknown): { body: unknown } | EnvelopeFault {
  if (!Array.isArray(body)) {
    const read = readMessage(body);
    return "code" in read ? read : { body: read.message };
  }
  if (body.length === 0) return invalid("An empty array holds no message.");
  if (body.length > MAX_BATCH) return invalid(`An array holds at most ${MAX_BATCH} messages.`);
  const messages: unknown[] = [];
  for (const [i, one] of body.entries()) {
    const read = readMessage(one);
    if ("code" in read) return { ...read, message: `Message ${i + 1}: ${read.message}` };
    messages.push(read.message);
  }
  return { body: messages.every((message, i) => message === body[i]) ? body : messages };
}

const invalid = (message: string): EnvelopeFault => ({ code: RPC.invalidRequest, message });

function readMessage(message: unknown): { message: unknown } | EnvelopeFault {
  if (!isMembers(message)) return invalid("The body is not a JSON-RPC message: that is an object.");
  if (message.jsonrpc !== "2.0") return invalid('This is not a JSON-RPC message: "jsonrpc" must be "2.0".');
  if (!("method" in message)) return readResponse(message);
  const request = withoutTask(only(message, ["jsonrpc", "id", "method", "params"]));
  const { method } = request;
  if (typeof method !== "string") return invalid('"method" must be a string.');
  const isNotification = method.startsWith("notifications/");
  if (!isNotification && "id" in request && !isId(request.id)) {
    return invalid('"id" must be a string or a whole number.');
  }
  const { problem } = check(method, request);
  if (problem === null && !(isNotification && request.id === null)) return { message: request };
  const mended = mend(method, request);
  const { problem: left } = check(method, mended);
  return left === null ? { message: mended } : { code: RPC.invalidParams, message: left };
}

/** A server without tasks works on a request as if it asked for none (MCP 2025-11-25, tasks); the SDK refuses it. */
function withoutTask(message: Members): Members {
  const { params } = message;
  if (!isMembers(params) || !("task" in params)) return message;
  const { task: _, ...rest } = params;
  return { ...message, params: rest };
}

/** A message without members that it does not have: the SDKs refuse each that they do not know. */
function only(message: Members, names: readonly string[]): Members {
  const known = Object.entries(message).filter(([name]) => names.includes(name));
  return known.length === Object.keys(message).length ? message : Object.fromEntries(known);
}

const isId = (id: unknown) => typeof id === "string" || Number.isSafeInteger(id);

/** The client's answer to a question of ours. */
function readResponse(message: Members): { message: unknown } | EnvelopeFault {
  if (!("result" in message || "error" in message)) return invalid('This JSON-RPC message has no "method".');
  if (!isId(message.id)) return invalid('"id" must be a string or a whole number.');
  const { result, error } = message;
  const answered = only(message, ["jsonrpc", "id"]);
  if (isMembers(error) && Number.isSafeInteger(error.code) && typeof error.message === "string") {
    return { message: { ...answered, error: only(error, ["code", "message", "data"]) } };
  }
  if ("error" in message && error !== null) return invalid('"error" must have a code and a message.');
  if (isMembers(result)) return { message: { ...answered, result } };
  if (result === null || isEmptyArray(result)) return { message: { ...answered, result: {} } };
  return invalid('"result" must be an object.');
}

/** What the protocol's schema does not like of a message, in one sentence; null when it is valid. */
function check(method: string, message: Members): { problem: string | null } {
  const { params } = message;
  if (params !== undefined && !isMembers(params)) return { problem: '"params" must be an object.' };
  const schema = isKnown(method) ? SCHEMAS[method] : "Request";
  const checked = specTypeSchemas[schema]["~standard"].validate({ method, ...(params ? { params } : {}) });
  if (checked instanceof Promise || checked.issues === undefined) return { problem: null };
  const [issue] = checked.issues;
  const path = (issue?.path ?? []).map((key) => String(typeof key === "object" ? key.key : key));
  const place = path.join(".").slice(0, 100);
  if (path.length > 0 && valueAt(message, path) === undefined) return { problem: `${place} is required.` };
  return { problem: `${place === "" ? "The message" : place} is not valid: ${sayPlainly(issue?.message)}.` };
}

/** zod says "Invalid input" of a choice, and begins with it elsewhere. */
function sayPlainly(message: string | undefined): string {
  const said = (message ?? "").replace(/^Invalid input:? ?/, "");
  return said === "" ? "it has another form" : said;
}

function valueAt(message: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (at, key) => (isMembers(at) && Object.hasOwn(at, key) ? at[key] : undefined),
    message,
  );
}

const isEmptyArray = (value: unknown) => Array.isArray(value) && value.length === 0;
const isNothing = (value: unknown) => value === null || value === "" || isEmptyArray(value);

/** What belongs to somebody else, in which `null` may mean something: a tool's arguments, a person's answers. */
const NOT_OURS = new Set(["arguments", "inputResponses", "requestState"]);

/** A copy of a message with what is nothing left out. */
function mend(method: string, { id, params, ...message }: Members): Members {
  const mended: Members = { ...message, ...(id === undefined || id === null ? {} : { id }) };
  if (isNothing(params) && method !== "initialize") return mended;
  const held = isNothing(params) ? {} : params;
  if (!isMembers(held)) return { ...mended, params: held };
  const { arguments: args, ...rest } = withoutNulls(held);
  const given = argumentsOf(method, args);
  const whole: Members = { ...rest, ...(given === undefined ? {} : { arguments: given }) };
  if (isNothing(whole._meta)) delete whole._meta;
  if (method === "initialize") Object.assign(whole, initializing(whole));
  if (method === "completion/complete") Object.assign(whole, completing(whole));
  return { ...mended, params: whole };
}

function withoutNulls(members: Members): Members {
  return Object.fromEntries(
    Object.entries(members)
      .filter(([key, value]) => value !== null || NOT_OURS.has(key))
      .map(([key, value]) => [key, isMembers(value) && !NOT_OURS.has(key) ? withoutNulls(value) : value]),
  );
}

/** Arguments of a tool or a prompt; a prompt's are texts. */
function argumentsOf(method: string, given: unknown): unknown {
  if (isNothing(given)) return undefined;
  const args = typeof given === "string" ? objectIn(given) : given;
  return method === "prompts/get" && isMembers(args) ? texts(args) : args;
}

function objectIn(text: string): unknown {
  try {
    const parsed = parseJson(text);
    return isMembers(parsed) ? parsed : text;
  } catch {
    return text;
  }
}

function texts(members: Members): Members {
  return Object.fromEntries(
    Object.entries(members)
      .filter(([, value]) => value !== null)
      .map(([key, value]) => [
        key,
        typeof value === "number" || typeof value === "boolean" ? String(value) : value,
      ]),
  );
}

/** A client that says nothing of itself can do nothing but ask. */
function initializing({ capabilities, clientInfo }: Members): Members {
  const can = isNothing(capabilities) || capabilities === undefined ? {} : capabilities;
  const client = isMembers(clientInfo) ? texts(clientInfo) : clientInfo;
  const named = { name: "unknown", version: "unknown" };
  return {
    capabilities: isMembers(can)
      ? Object.fromEntries(
          Object.entries(can).map(([name, value]) => [name, isEmptyArray(value) ? {} : value]),
        )
      : can,
    clientInfo:
      client === undefined || isNothing(client)
        ? named
        : isMembers(client)
          ? { ...named, ...client }
          : client,
  };
}

function completing({ argument, context }: Members): Members {
  const held = isMembers(argument) ? texts(argument) : argument;
  const about =
    isMembers(context) && isMembers(context.arguments)
      ? { ...context, arguments: texts(context.arguments) }
      : context;
  return {
    argument: isMembers(held) ? { value: "", ...held } : held,
    ...(about === undefined ? {} : { context: about }),
  };
}

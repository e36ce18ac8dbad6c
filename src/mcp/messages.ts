import { z } from "zod";
import type { Catalogue, PreparedArguments, Toolset } from "../calls/define.ts";
import {
  type Facts,
  factsOf,
  findPrompt,
  findResource,
  findTool,
  type ReadCall,
} from "../calls/permissions.ts";
import { Failure } from "../tenant/failure.ts";
import { readInnerCall } from "./compact.ts";
import { promptProblem } from "./serving.ts";

/** Opening a session makes an object with tables of its own, so it counts as so many messages. */
export const MESSAGES_OF_OPENING = 5;

/** What a body holds. */
export interface Reading {
  batch: boolean;
  calls: ReadCall[];
  others: number;
  /** The facts of an `initialize`, when there is one. */
  initialize: { client: string | null; clientVersion: string | null; protocolVersion: string } | null;
  /** A single `tools/call`: it alone can leave its session's object for being large. */
  isToolCall: boolean;
  /** It opens a stream of what is to come. */
  streams: boolean;
}

const METHODS = ["tools/call", "resources/read", "prompts/get"] as const;
type Method = (typeof METHODS)[number];

const messageShape = z.object({ method: z.string(), params: z.unknown().optional() });

/** Each field alone: whatever else its parameters hold, a call is a call. */
const callParams = z.object({
  name: z.string().optional().catch(undefined),
  uri: z.string().optional().catch(undefined),
  arguments: z.unknown().optional(),
});

const initializeParams = z.object({
  protocolVersion: z.string().max(50),
  clientInfo: z.object({ name: z.string(), version: z.string() }).partial().optional().catch(undefined),
});

type CallParams = z.output<typeof callParams>;

/** What an address says about its requests. */
export interface Narrowed {
  /** Null for all. */
  toolsets: Toolset[] | null;
  compact: boolean;
}

/**
 * Reads what a valid body asks for: which calls it makes, what they need, and whether their arguments are valid.
 * @param address what it narrows to: calls outside its toolsets count like unknown ones, and in compact mode what
 *   `call_tool` calls is what counts
 */
export function readMessages(catalogue: Catalogue, address: Narrowed, body: unknown): Reading {
  const batch = Array.isArray(body);
  const messages: unknown[] = batch ? body : [body];
  const reading: Reading = {
    ...{ batch, calls: [], others: 0, initialize: null },
    ...{ isToolCall: false, streams: false },
  };
  for (const one of messages) {
    const message = messageShape.safeParse(one).data;
    const method = METHODS.find((name) => name === message?.method);
    if (message && method) {
      const params = callParams.safeParse(message.params).data ?? {};
      reading.calls.push(readCall(catalogue, address, method, params));
      reading.isToolCall = !batch && method === "tools/call";
      continue;
    }
    reading.others += 1;
    if (message?.method === "subscriptions/listen") reading.streams = true;
    if (message?.method === "initialize") {
      reading.initialize = readInitialize(message.params);
      if (reading.initialize) reading.others += MESSAGES_OF_OPENING - 1;
    }
  }
  return reading;
}

function readInitialize(params: unknown): Reading["initialize"] {
  const initialize = initializeParams.safeParse(params);
  if (!initialize.success) return null;
  const { clientInfo, protocolVersion } = initialize.data;
  return {
    client: clientInfo?.name?.slice(0, 200) ?? null,
    clientVersion: clientInfo?.version?.slice(0, 100) ?? null,
    protocolVersion,
  };
}

function readCall(
  catalogue: Catalogue,
  { toolsets, compact }: Narrowed,
  method: Method,
  params: CallParams,
): ReadCall {
  const tool = method === "tools/call" ? toolNamed(compact, params) : params;
  const found = tool && lookUp(catalogue, method, tool);
  if (!found || (toolsets !== null && !toolsets.includes(found.facts.toolset))) {
    return noCall(params.name ?? params.uri ?? method);
  }
  const { facts, valid, prepared } = found;
  return {
    facts,
    ...(prepared ? { prepared } : {}),
    cost: { ...facts, valid },
  };
}

/** One call of a tool by its own name, at an address that narrows to nothing or to some toolsets. */
export function readToolCall(
  catalogue: Catalogue,
  name: string,
  args: unknown,
  toolsets: Toolset[] | null = null,
): ReadCall {
  const params = { name, arguments: args };
  return readCall(catalogue, { toolsets, compact: false }, "tools/call", params);
}

/** The tool call that is meant: in compact mode the one inside `call_tool`, and none for what only finds tools. */
function toolNamed(compact: boolean, params: CallParams): CallParams | null {
  if (!compact) return params;
  if (params.name !== "call_tool") return null;
  const inner = readInnerCall(params.arguments);
  return inner instanceof Failure ? null : inner;
}

/** Counts to the minute only: no such thing, malformed, or `search_tools`, which does no more than a list. */
function noCall(name: string): ReadCall {
  const cost = { name: name.slice(0, 200), toolset: null, scopes: null, writes: false, valid: false };
  return { facts: null, cost };
}

function lookUp(
  catalogue: Catalogue,
  method: Method,
  params: CallParams,
): { facts: Facts; valid: boolean; prepared?: PreparedArguments } | null {
  if (method === "resources/read") {
    const found = findResource(catalogue, params.uri ?? "");
    return found ? { facts: factsOf(found.resource), valid: true } : null;
  }
  if (method === "tools/call") {
    const tool = findTool(catalogue, params.name ?? "");
    if (!tool) return null;
    const prepared = tool.prepare(params.arguments);
    return { facts: factsOf(tool), valid: !("failure" in prepared), prepared };
  }
  const prompt = findPrompt(catalogue, params.name ?? "");
  if (!prompt) return null;
  const args = z.record(z.string(), z.string()).safeParse(params.arguments ?? {});
  return { facts: factsOf(prompt), valid: args.success && promptProblem(prompt, args.data) === null };
}

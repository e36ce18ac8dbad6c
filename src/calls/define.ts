import type { z } from "zod";
import type { Scope } from "../control/scopes.ts";
import type { Principal } from "../gate/principal.ts";
import type { WorkspaceView } from "../gate/workspace-view.ts";
import { Failure } from "../tenant/failure.ts";
import type { Tenant } from "../tenant/tenant.ts";
import { readArguments } from "./arguments.ts";

/** The headings of the catalogue, which `?toolsets=` selects by. */
export const TOOLSETS = [
  "workspace",
  "contacts",
  "conversations",
  "channels",
  "chatbots",
  "flows",
  "templates",
  "responses",
  "analytics",
  "knowledge",
  "tickets",
  "products",
  "webhooks",
] as const;
export type Toolset = (typeof TOOLSETS)[number];

/** A request to the person or the client behind the call, in MCP's own terms. */
export interface ClientRequest {
  method: "elicitation/create" | "sampling/createMessage" | "roots/list";
  params: Record<string, unknown>;
}

export interface AskOptions {
  /**
   * Takes an answer in the stateless lane only together with the sealed state that went out with the question, which
   * binds it to this caller, this tool and these arguments. On unless set to false; without it an answer that comes
   * with the first request is as good, so nothing may depend on the question having been asked.
   */
  sealed?: boolean;
}

/** Everything a tool's `run` may touch. Nothing of any SDK: both lanes make one. */
export interface Call {
  tenant: Tenant;
  principal: Principal;
  workspace: WorkspaceView;
  env: Env;
  /** Fires when the client goes away (2026-07-28) or cancels (2025). Pass it into loops and fetches. */
  signal: AbortSignal;
  /** Shown to the reader of an "internal error", and in the log. */
  requestId: string;
  /** True when the client said it can answer this kind of request on this connection. */
  canAsk(method: ClientRequest["method"]): boolean;
  /**
   * Asks the client, in either era. In the stateless lane the first pass ends here with an input request and
   * `run` starts over once the answer is there: ask before you write anything, and let what `ask` throws pass.
   * The answers come under the same keys as the questions, each of the form that its method answers with.
   * @throws Failure `unsupported` when a 2025-era client cannot be asked; a 2026-07-28 client gets the protocol's
   *   own error for a capability that it did not declare
   */
  ask(
    questions: Record<string, ClientRequest>,
    options?: AskOptions,
  ): Promise<Record<string, Record<string, unknown>>>;
  /** Progress towards `total`; strictly growing values only. Goes nowhere when the client did not ask for it. */
  progress(value: number, total?: number, message?: string): Promise<void>;
  /** A log message to the client, if it asked for this level. Never arguments or message bodies. */
  log(level: "debug" | "info" | "warning" | "error", data: unknown): Promise<void>;
}

/**
 * What of a call the work behind it takes, so that a visitor's message can do the same work: whose data it is, the
 * deployment, when to stop, what to be found under in the log, and who is in the workspace.
 */
export interface Context extends Pick<Call, "tenant" | "env" | "signal" | "requestId"> {
  workspace: Pick<WorkspaceView, "members">;
}

/** @throws Failure `missing_scope` unless the caller holds `scope`: for tools that need more than their own in some cases. */
export function requireScope(call: Call, scope: Scope): void {
  if (call.principal.scopes.includes(scope)) return;
  throw new Failure("missing_scope", `This needs the scope ${scope}.`, {
    hint: `Ask for a credential with ${scope}.`,
    candidates: [scope],
  });
}

/** MCP's four annotation hints, all of them, always. */
export interface Hints {
  readOnly: boolean;
  destructive: boolean;
  idempotent: boolean;
  /** Reaches people outside: it sends to a customer. */
  openWorld: boolean;
}

/** The catalogue's letters: R reads, W writes, D destroys, S sends to a customer. */
export const HINTS = {
  R: { readOnly: true, destructive: false, idempotent: true, openWorld: false },
  W: { readOnly: false, destructive: false, idempotent: false, openWorld: false },
  D: { readOnly: false, destructive: true, idempotent: false, openWorld: false },
  S: { readOnly: false, destructive: false, idempotent: false, openWorld: true },
} as const satisfies Record<string, Hints>;

/** Content blocks of an answer that is more than JSON (images, audio, embedded resources), as MCP spells them. */
export interface RawResult {
  content: Record<string, unknown>[];
  isError?: boolean;
}

interface Described {
  name: string;
  title: string;
  /** When to use it and what it answers, in at most three sentences. */
  description: string;
}

interface ToolFacts extends Described {
  /**
   * Ways in which people ask for it, separated by commas, in words that the rest of the record does not have:
   * `search_tools` finds it by them. No client lists them.
   */
  phrases: string;
  toolset: Toolset;
  scope: Scope;
  /**
   * What an OAuth grant must hold besides, of the scopes that a person ticks one by one: for what deletes under a scope
   * that grants have by default.
   */
  grantScope?: Scope;
  hints: Hints;
  /** Fields of the result whose text a customer wrote, by name: named to the assistant and proven to be sanitised. */
  untrusted: readonly string[];
  /**
   * It asks its client, logs to it or reports progress while it runs, or runs so long that a client may cancel it: it
   * needs a lane that carries more than one answer.
   */
  interactive?: boolean;
  /** It counts to the minute and not to day and month: what tells how much is left must answer when nothing is. */
  minuteOnly?: boolean;
}

export interface ToolSpec<I extends z.ZodObject, O extends z.ZodObject> extends ToolFacts {
  /** Arguments of a typical call, for the documentation alone: clients do not list it. */
  example?: z.input<I>;
  /** Called when it is first needed: making all schemas was half of what a Worker does before its first request. */
  input(): I;
  /** Likewise. Empty for a tool that always answers with {@link RawOutput}. */
  output(): O;
  run(call: Call, input: z.output<I>): Promise<z.input<O> | RawOutput>;
}

/** Wraps content blocks, to tell them from a structured result. Leave the tool's output schema empty then. */
export class RawOutput {
  readonly result: RawResult;
  constructor(result: RawResult) {
    this.result = result;
  }
}

/** A tool as the lanes see it: one plain record, its types closed over. */
export interface Tool extends ToolFacts {
  example?: object;
  readonly input: z.ZodObject;
  readonly output: z.ZodObject;
  /** Checks arguments without running anything: pure, so that the door can do it before the gate counts the call. */
  prepare(args: unknown): PreparedArguments;
}

/** A call with its arguments checked: `read` as its sender meant them, `input` as `run` takes them, defaults filled in. */
export type PreparedArguments =
  | { read: unknown; input: unknown; run: (call: Call) => Promise<object | RawOutput> }
  | { failure: Failure };

/**
 * Declares a tool. Write its input with `z.strictObject` at every level (a house rule, tested): an unknown
 * argument is then an error that names the nearest valid one.
 */
export function defineTool<I extends z.ZodObject, O extends z.ZodObject>(spec: ToolSpec<I, O>): Tool {
  let input: I | undefined;
  let output: O | undefined;
  const inputSchema = () => {
    input ??= spec.input();
    return input;
  };
  return {
    ...spec,
    get input() {
      return inputSchema();
    },
    get output() {
      output ??= spec.output();
      return output;
    },
    prepare(args) {
      const parsed = readArguments(inputSchema(), args, spec.hints.readOnly);
      if (parsed instanceof Failure) return { failure: parsed };
      return { ...parsed, run: (call) => spec.run(call, parsed.input) };
    },
  };
}

/** A value offered while a person types an argument: the id, and the name that it was found by. */
export interface Completion {
  value: string;
  label?: string;
}

/** A resource, or a template when its address has `{variables}`. */
export interface Resource extends Described {
  /** `parley://…`; variables in braces, as RFC 6570 spells simple expansion. */
  uri: string;
  toolset: Toolset;
  scope: Scope;
  mimeType: string;
  untrusted: readonly string[];
  /** As of a tool. */
  minuteOnly?: boolean;
  read(call: Call, variables: Record<string, string>): Promise<object | RawResource>;
  /** Offers values of one variable within the caller's workspace, at most 100. */
  complete?(call: Call, variable: string, typed: string): Promise<Completion[]>;
}

/** Text or base64 bytes as they are, for resources that are not JSON. */
export class RawResource {
  readonly contents: { text: string } | { blob: string };
  constructor(contents: { text: string } | { blob: string }) {
    this.contents = contents;
  }
}

export function defineResource(resource: Resource): Resource {
  return resource;
}

export interface PromptArgument {
  name: string;
  description: string;
  required: boolean;
}

export interface PromptMessage {
  role: "user" | "assistant";
  content: Record<string, unknown>;
}

export interface Prompt extends Described {
  toolset: Toolset;
  /** Every scope of the data it embeds. */
  scopes: readonly Scope[];
  arguments: readonly PromptArgument[];
  get(call: Call, args: Record<string, string>): Promise<PromptMessage[]>;
  complete?(call: Call, argument: string, typed: string): Promise<Completion[]>;
}

export function definePrompt(prompt: Prompt): Prompt {
  return prompt;
}

/** Everything an assistant can reach, in a stable order. `src/catalogue.ts` makes ours; the conformance Worker its own. */
export interface Catalogue {
  /** Said once to each client: what the server is, and that customers' text is data. */
  instructions: string;
  tools: readonly Tool[];
  resources: readonly Resource[];
  prompts: readonly Prompt[];
  /** 2025-era sessions may subscribe to resources. Ours may not: nothing is pushed to a session. */
  subscribable?: boolean;
}

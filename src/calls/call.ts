import type { Principal } from "../gate/principal.ts";
import { workspaceView } from "../gate/workspace-view.ts";
import { logUnexpected } from "../http/log.ts";
import { tellNews } from "../http/news.ts";
import { Failure } from "../tenant/failure.ts";
import { shardDatabase } from "../tenant/shards.ts";
import { type Actor, Tenant } from "../tenant/tenant.ts";
import { logCall } from "./call-log.ts";
import type { Caller } from "./caller.ts";
import { confirmFirst } from "./confirm.ts";
import { type Call, type Catalogue, type PreparedArguments, RawOutput, type Tool } from "./define.ts";
import { AnswerNeeded, ProtocolFault } from "./fault.ts";
import { exists, factsOf, findTool, missingScopes, nearTools } from "./permissions.ts";
import { sanitise } from "./sanitise.ts";
import { cutToFit, fewerRows, MAX_RESULT_CHARACTERS, type Shaped, shape, truncated } from "./shape.ts";

/** What a lane lends to a call: everything of it that depends on the protocol and on where it runs. */
export interface Lane extends Pick<Call, "signal" | "canAsk" | "progress" | "log"> {
  env: Env;
  /** 2026-07-28 and later, or a revision before. */
  era: "modern" | "legacy";
  /** Lets work go on after the answer, for the call log. */
  waitUntil(work: Promise<unknown>): void;
  /** Asks on behalf of one named thing with these arguments, which the answers are bound to. */
  askFor(about: { name: string; args: unknown }): Call["ask"];
}

/** A tool's answer, as MCP spells it. */
export interface ToolAnswer {
  content: Record<string, unknown>[];
  structuredContent?: Record<string, unknown>;
  isError?: boolean;
  [key: string]: unknown;
}

/** The tenant of a principal: its workspace and inboxes, and who its writes are attributed to. */
export function tenantOf(env: Env, principal: Principal): Tenant {
  return new Tenant(shardDatabase(env, principal.shard), {
    workspaceId: principal.workspaceId,
    inboxes: principal.inboxes,
    actor: actorOf(principal),
    timeZone: principal.timeZone,
    phoneCountry: principal.phoneCountry,
    helpSlug: principal.helpSlug,
  });
}

function actorOf({ kind, credentialId, name, member }: Principal): Actor {
  if (member) return { kind: "member", id: member.id, name: member.name, credentialId };
  return { kind: kind === "bot" ? "bot" : "api_key", id: credentialId, name, credentialId };
}

export function makeCall(caller: Caller, lane: Lane, about: { name: string; args: unknown }): Call {
  return {
    tenant: tenantOf(lane.env, caller.principal),
    principal: caller.principal,
    workspace: workspaceView(lane.env, caller.principal),
    env: lane.env,
    signal: lane.signal,
    requestId: caller.requestId,
    canAsk: lane.canAsk,
    ask: lane.askFor(about),
    progress: lane.progress,
    log: lane.log,
  };
}

/**
 * The one path of every tool call, whatever lane it came by: allow → validate → run → shape → log.
 * @throws ProtocolFault invalid params for a tool that does not exist for this caller
 * @throws AnswerNeeded in the stateless lane, when the tool asks first
 */
export async function callTool(
  catalogue: Catalogue,
  caller: Caller,
  lane: Lane,
  name: string,
  args: unknown,
): Promise<ToolAnswer> {
  const tool = toolFor(catalogue, caller, name);
  if (!tool) throw unknownTool(catalogue, caller, name);
  return answerTool(tool, caller, lane, args);
}

/** A call of a tool that exists for the caller, its failures as answers. Parameters as of {@link runTool}. */
export async function answerTool(...call: Parameters<typeof runTool>): Promise<ToolAnswer> {
  const called = await runTool(...call);
  return called instanceof Failure ? failedAnswer(called) : called;
}

/** The tool of this name, if it exists for the caller. */
export function toolFor(catalogue: Catalogue, caller: Caller, name: string): Tool | undefined {
  const tool = findTool(catalogue, name);
  return tool && exists(factsOf(tool), caller) ? tool : undefined;
}

/**
 * The same path from a tool that exists for the caller on, for doors that say failures in their own form.
 * @param prepared the arguments as the door has checked them already
 * @throws AnswerNeeded in the stateless lane, when the tool asks first
 */
export async function runTool(
  tool: Tool,
  caller: Caller,
  lane: Lane,
  args: unknown,
  prepared: PreparedArguments = tool.prepare(args),
): Promise<ToolAnswer | Failure> {
  return logged(caller, lane, { kind: "tool", name: tool.name }, () =>
    failing(caller, `tools/call ${tool.name}`, () => allowedCall(tool, caller, lane, args, prepared)),
  );
}

/** Runs something that may fail in a way that its reader can act on; what it came to is for the log. */
export async function failing<T>(
  caller: Caller,
  at: string,
  run: () => Promise<T>,
): Promise<{ value: T | Failure; outcome: string }> {
  try {
    return { value: await run(), outcome: "ok" };
  } catch (error) {
    if (error instanceof AnswerNeeded || error instanceof ProtocolFault) throw error;
    const failure = failureOf(error, caller, at);
    return { value: failure, outcome: failure.code };
  }
}

/**
 * A tool as somebody uses it who is signed in: the same checks, the same run, the same shape. Who pressed the button has
 * been asked, so nobody is asked once more, and the log of what assistants call is not written.
 * @param caller of a member, with the toolsets null
 * @throws Failure as the tool, or `missing_scope` where the member's role does not reach so far
 */
export async function useTool(
  tool: Tool,
  caller: Caller,
  lane: Lane,
  args: unknown,
): Promise<Record<string, unknown>> {
  if (!exists(factsOf(tool), caller)) throw new Failure("not_found", `There is no ${tool.title} here.`);
  const answer = await allowedCall(tool, caller, lane, args, tool.prepare(args), async () => {});
  return answer.structuredContent ?? {};
}

async function allowedCall(
  tool: Tool,
  caller: Caller,
  lane: Lane,
  args: unknown,
  prepared: PreparedArguments,
  confirm: typeof confirmFirst = confirmFirst,
): Promise<ToolAnswer> {
  const missing = missingScopes(factsOf(tool), caller);
  if (missing.length > 0) throw missingScope(missing);
  if ("failure" in prepared) throw prepared.failure;
  const call = makeCall(caller, lane, { name: tool.name, args });
  await confirm(tool, call, prepared.read);
  const output = await prepared.run(call);
  if (!tool.hints.readOnly) lane.waitUntil(tellNews(call.env, call.tenant.workspaceId, call.requestId));
  if (output instanceof RawOutput) {
    const { content, isError } = output.result;
    return {
      content: content.map((block) => ({ ...asRecord(sanitise(block)) })),
      ...(isError ? { isError } : {}),
    };
  }
  const fitted = await keepWithinLimit(tool, call, prepared, shape(tool, output));
  return { content: [{ type: "text", text: fitted.text }], structuredContent: fitted.structure };
}

/**
 * Keeps a result within {@link MAX_RESULT_CHARACTERS}. A list is read again with fewer rows, so that its cursor goes
 * on where the answer ends (a cursor can only be made by the store that reads the rows); what still is too long, or
 * came from a tool that must not run twice, loses rows and says `truncated`.
 */
async function keepWithinLimit(
  tool: Tool,
  call: Call,
  asked: { read: unknown; input: unknown },
  first: Shaped,
): Promise<Shaped> {
  let current = first;
  let rows = asked.input;
  while (tool.hints.readOnly && current.text.length > MAX_RESULT_CHARACTERS) {
    const fewer = fewerRows(rows, current.text.length);
    const prepared = fewer && tool.prepare({ ...asRecord(asked.read), ...fewer });
    if (!prepared || "failure" in prepared) break;
    const output = await prepared.run(call);
    if (output instanceof RawOutput) break;
    current = truncated(shape(tool, output));
    rows = fewer;
  }
  return cutToFit(current);
}

/** Runs one thing of the catalogue and writes it into the call log once the answer is on its way. */
export async function logged<T>(
  caller: Caller,
  lane: Lane,
  what: { kind: "tool" | "resource" | "prompt"; name: string },
  run: () => Promise<{ value: T; outcome: string }>,
): Promise<T> {
  const startedAt = Date.now();
  const write = (outcome: string) => {
    const call = { ...what, outcome, startedAt, milliseconds: Date.now() - startedAt };
    lane.waitUntil(
      logCall(tenantOf(lane.env, caller.principal), caller, call).catch((error: unknown) =>
        logUnexpected(caller.requestId, "call log", error),
      ),
    );
  };
  try {
    const { value, outcome } = await run();
    write(outcome);
    return value;
  } catch (error) {
    // A call that asks first is no call yet: the one that comes back with the answers is.
    if (!(error instanceof AnswerNeeded)) write(error instanceof Failure ? error.code : "refused");
    throw error;
  }
}

/** What the caller may know of an error: a Failure's own words, or that something went wrong and where to look it up. */
export function failureOf(error: unknown, caller: Caller, at: string): Failure {
  if (error instanceof Failure) return error;
  logUnexpected(caller.requestId, at, error);
  return new Failure("internal", `Internal error. Quote the request id ${caller.requestId} to the operator.`);
}

export function missingScope(missing: readonly string[]): Failure {
  return new Failure("missing_scope", `This needs the scope ${missing.join(", ")}.`, {
    hint: `Ask for a credential with ${missing.join(", ")}.`,
    candidates: [...missing],
  });
}

/**
 * An error that the model can act on: JSON text and nothing structured, since clients check structured content
 * against the output schema and would throw instead of showing it.
 */
export function failedAnswer(failure: Failure): ToolAnswer {
  return { content: [{ type: "text", text: JSON.stringify(shownFailure(failure)) }], isError: true };
}

/** A failure as its reader sees it: what it repeats of the arguments made visible. */
export function shownFailure(failure: Failure): Record<string, unknown> {
  return asRecord(sanitise(failure.toJSON()));
}

function unknownTool(catalogue: Catalogue, caller: Caller, name: string): ProtocolFault {
  const near = nearTools(catalogue, caller, name);
  const meant = near.length > 0 ? ` Did you mean ${near.join(" or ")}?` : "";
  return new ProtocolFault(-32602, `Unknown tool: ${String(sanitise(name.slice(0, 100)))}.${meant}`);
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}

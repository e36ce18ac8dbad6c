import { callTool, failureOf, type Lane, logged, makeCall, missingScope } from "../calls/call.ts";
import type { Caller } from "../calls/caller.ts";
import {
  type Call,
  type Catalogue,
  type Completion,
  type Prompt,
  type PromptMessage,
  RawResource,
} from "../calls/define.ts";
import { AnswerNeeded, ProtocolFault } from "../calls/fault.ts";
import { listPrompt, listResource, listTemplate, listTool } from "../calls/listing.ts";
import {
  exists,
  type Facts,
  factsOf,
  findPrompt,
  findResource,
  isTemplate,
  mayUse,
  missingScopes,
} from "../calls/permissions.ts";
import { sanitise } from "../calls/sanitise.ts";
import { cutToFit, shapeResource } from "../calls/shape.ts";
import { RPC } from "../http/answer.ts";
import { Failure } from "../tenant/failure.ts";
import { nearestNames } from "../tenant/nearest-names.ts";
import { visibleText } from "../tenant/visible-text.ts";
import { callCompact, listCompact } from "./compact.ts";

/** The most values that a completion may offer (MCP, completion). */
const MAX_COMPLETIONS = 100;

/**
 * What both lanes answer from a catalogue, in MCP's own shapes and without any SDK: the lanes hand requests in and
 * answers out. Everything thrown is a {@link ProtocolFault} (or {@link AnswerNeeded}), so no inner message gets out.
 */
export class Serving {
  readonly #catalogue: Catalogue;

  constructor(catalogue: Catalogue) {
    this.#catalogue = catalogue;
  }

  get instructions(): string {
    return this.#catalogue.instructions;
  }

  listTools(caller: Caller, cursor?: string) {
    onlyPage(cursor);
    if (caller.compact) return { tools: listCompact(this.#catalogue, caller) };
    return { tools: this.#catalogue.tools.filter((tool) => mayUse(tool, caller)).map(listTool) };
  }

  listResources(caller: Caller, cursor?: string) {
    onlyPage(cursor);
    return {
      resources: this.#resources(caller)
        .filter((r) => !isTemplate(r))
        .map(listResource),
    };
  }

  listTemplates(caller: Caller, cursor?: string) {
    onlyPage(cursor);
    return { resourceTemplates: this.#resources(caller).filter(isTemplate).map(listTemplate) };
  }

  listPrompts(caller: Caller, cursor?: string) {
    onlyPage(cursor);
    return { prompts: this.#catalogue.prompts.filter((p) => mayUse(p, caller)).map(listPrompt) };
  }

  #resources(caller: Caller) {
    return this.#catalogue.resources.filter((resource) => mayUse(resource, caller));
  }

  async callTool(caller: Caller, lane: Lane, name: string, args: unknown) {
    const call = caller.compact ? callCompact : callTool;
    return guarded(caller, "tools/call", () => call(this.#catalogue, caller, lane, name, args));
  }

  async readResource(caller: Caller, lane: Lane, uri: string) {
    return guarded(caller, "resources/read", async () => {
      const found = findResource(this.#catalogue, uri);
      if (!found || !exists(factsOf(found.resource), caller)) throw noResource(lane, uri);
      const { resource, variables } = found;
      return logged(caller, lane, { kind: "resource", name: resource.name }, async () => {
        allowed(factsOf(resource), caller);
        const call = makeCall(caller, lane, { name: uri, args: null });
        const content = await resource.read(call, variables).catch((error: unknown) => {
          if (error instanceof Failure && error.code === "not_found") throw noResource(lane, uri);
          throw error;
        });
        const contents =
          content instanceof RawResource
            ? content.contents
            : { text: cutToFit(shapeResource(content, resource.untrusted)).text };
        return { value: { contents: [{ uri, mimeType: resource.mimeType, ...contents }] }, outcome: "ok" };
      });
    });
  }

  async getPrompt(caller: Caller, lane: Lane, name: string, args: Record<string, string>) {
    return guarded(caller, "prompts/get", async () => {
      const prompt = this.#prompt(caller, name);
      return logged(caller, lane, { kind: "prompt", name }, async () => {
        allowed(factsOf(prompt), caller);
        const problem = promptProblem(prompt, args);
        if (problem) throw problem;
        const messages = await prompt.get(makeCall(caller, lane, { name, args }), args);
        return {
          value: { description: prompt.description, messages: visibleMessages(messages) },
          outcome: "ok",
        };
      });
    });
  }

  #prompt(caller: Caller, name: string): Prompt {
    const prompt = findPrompt(this.#catalogue, name);
    if (prompt && exists(factsOf(prompt), caller)) return prompt;
    throw new ProtocolFault(RPC.invalidParams, `Unknown prompt: ${visibleText(name.slice(0, 100))}.`);
  }

  /** Values for one argument of a prompt or one variable of a resource template, within the caller's workspace. */
  async complete(
    caller: Caller,
    lane: Lane,
    about: { prompt: string } | { template: string },
    argument: string,
    typed: string,
  ) {
    return guarded(caller, "completion/complete", async () => {
      const completions = await this.#completions(caller, lane, about, argument, typed);
      const values = completions.slice(0, MAX_COMPLETIONS).map(({ value }) => visibleText(value));
      return {
        completion: { values, total: completions.length, hasMore: completions.length > values.length },
      };
    });
  }

  async #completions(
    caller: Caller,
    lane: Lane,
    about: { prompt: string } | { template: string },
    argument: string,
    typed: string,
  ): Promise<Completion[]> {
    const call = (name: string): Call => makeCall(caller, lane, { name, args: null });
    if ("prompt" in about) {
      const prompt = this.#prompt(caller, about.prompt);
      allowed(factsOf(prompt), caller);
      known(
        argument,
        prompt.arguments.map(({ name }) => name),
      );
      return (await prompt.complete?.(call(prompt.name), argument, typed)) ?? [];
    }
    const template = this.#resources(caller).find((resource) => resource.uri === about.template);
    if (!template) throw noResource(lane, about.template);
    known(
      argument,
      [...template.uri.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name),
    );
    return (await template.complete?.(call(template.name), argument, typed)) ?? [];
  }
}

/** Lists fit on one page, so no cursor was ever given out. */
function onlyPage(cursor: string | undefined): void {
  if (cursor) throw new ProtocolFault(RPC.invalidParams, "Unknown cursor: this list has one page.");
}

function allowed(facts: Facts, caller: Caller): void {
  const missing = missingScopes(facts, caller);
  if (missing.length > 0) throw missingScope(missing);
}

function known(argument: string, names: string[]): void {
  if (names.includes(argument)) return;
  throw new ProtocolFault(RPC.invalidParams, `Unknown argument: ${visibleText(argument.slice(0, 100))}.`, {
    candidates: names,
  });
}

/** What is wrong with a prompt's arguments; null when nothing is. Pure, so that the door can ask first. */
export function promptProblem(prompt: Prompt, args: Record<string, unknown>): Failure | null {
  const names = prompt.arguments.map(({ name }) => name);
  const unknown = Object.keys(args).find((name) => !names.includes(name));
  if (unknown !== undefined) {
    return new Failure(
      "invalid_input",
      `Unknown argument ${JSON.stringify(visibleText(unknown.slice(0, 60)))}.`,
      {
        candidates: nearestNames(unknown, names),
        hint: names.length ? `Valid arguments: ${names.join(", ")}.` : "This prompt takes no arguments.",
      },
    );
  }
  const missing = prompt.arguments.find(({ name, required }) => required && !args[name]);
  return missing ? new Failure("invalid_input", `The argument ${missing.name} is required.`) : null;
}

function visibleMessages(messages: PromptMessage[]) {
  return messages.map(({ role, content }) => {
    const visible = sanitise(content);
    return { role, content: typeof visible === "object" && visible !== null ? { ...visible } : {} };
  });
}

/** 2026-07-28 calls it invalid params; the revisions before had a code of their own. */
function noResource(lane: Lane, uri: string): ProtocolFault {
  const code = lane.era === "modern" ? RPC.invalidParams : RPC.resourceNotFound;
  return new ProtocolFault(code, "Resource not found", { uri: visibleText(uri.slice(0, 500)) });
}

async function guarded<T>(caller: Caller, method: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof ProtocolFault || error instanceof AnswerNeeded) throw error;
    if (error instanceof Failure && error.code !== "internal") {
      const { message, ...data } = error.toJSON();
      throw new ProtocolFault(RPC.invalidParams, visibleText(message), data);
    }
    const failure = failureOf(error, caller, method);
    throw new ProtocolFault(RPC.internal, failure.message, { code: failure.code });
  }
}

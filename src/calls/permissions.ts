import type { Scope } from "../control/scopes.ts";
import type { CallCost } from "../gate/admission.ts";
import { nearestNames } from "../tenant/nearest-names.ts";
import type { Caller } from "./caller.ts";
import type { Catalogue, PreparedArguments, Prompt, Resource, Tool, Toolset } from "./define.ts";

/** One call in a request, as the door counts and checks it before a lane runs it. */
export interface ReadCall {
  cost: CallCost;
  /** Null when the catalogue has no such thing. */
  facts: Facts | null;
  /** Of a tool: its arguments, checked once for the door and the run. */
  prepared?: PreparedArguments;
}

/** What decides whether a caller may use a thing of the catalogue, whatever kind it is. */
export interface Facts {
  name: string;
  toolset: Toolset;
  scopes: readonly Scope[];
  /** Of an OAuth grant besides. */
  grantScopes: readonly Scope[];
  /** It changes something. Resources and prompts never do. */
  writes: boolean;
  /** It counts to the minute alone. */
  minuteOnly: boolean;
}

const factsByItem = new WeakMap<Tool | Resource | Prompt, Facts>();

export function factsOf(item: Tool | Resource | Prompt): Facts {
  const held = factsByItem.get(item);
  if (held) return held;
  const { name, toolset } = item;
  const scopes = "scopes" in item ? item.scopes : [item.scope];
  const writes = "hints" in item && !item.hints.readOnly;
  const grantScopes = "grantScope" in item && item.grantScope ? [item.grantScope] : [];
  const facts = {
    name,
    toolset,
    scopes,
    grantScopes,
    writes,
    minuteOnly: "minuteOnly" in item && item.minuteOnly === true,
  };
  factsByItem.set(item, facts);
  return facts;
}

/**
 * Whether the thing exists for this caller: not hidden by `?toolsets=`, a rollout (of the thing or its toolset), or
 * reading only. What is hidden is answered as if it were unknown.
 */
export function exists(facts: Facts, caller: Pick<Caller, "principal" | "toolsets">): boolean {
  const { principal, toolsets } = caller;
  if (toolsets !== null && !toolsets.includes(facts.toolset)) return false;
  if (principal.hidden.includes(facts.name) || principal.hidden.includes(facts.toolset)) return false;
  return !(facts.writes && principal.readOnly);
}

/** The scopes that the caller would need and does not hold. */
export function missingScopes(facts: Facts, caller: Pick<Caller, "principal">): Scope[] {
  const { kind, scopes } = caller.principal;
  const needed = kind === "grant" ? [...facts.scopes, ...facts.grantScopes] : facts.scopes;
  return needed.filter((scope) => !scopes.includes(scope));
}

/** Whether the caller may use the thing, and so whether lists name it. */
export function mayUse(
  item: Tool | Resource | Prompt,
  caller: Pick<Caller, "principal" | "toolsets">,
): boolean {
  const facts = factsOf(item);
  return exists(facts, caller) && missingScopes(facts, caller).length === 0;
}

const toolsByName = new WeakMap<readonly Tool[], ReadonlyMap<string, Tool>>();

export function findTool({ tools }: Catalogue, name: string): Tool | undefined {
  let byName = toolsByName.get(tools);
  if (!byName) {
    byName = new Map(tools.map((tool) => [tool.name, tool]));
    toolsByName.set(tools, byName);
  }
  return byName.get(name);
}

/** Names of tools that the caller may use, near to one that does not exist for it. */
export function nearTools(catalogue: Catalogue, caller: Caller, name: string): string[] {
  const usable = catalogue.tools.filter((tool) => mayUse(tool, caller));
  return nearestNames(
    name,
    usable.map((tool) => tool.name),
  );
}

export function findPrompt(catalogue: Catalogue, name: string): Prompt | undefined {
  return catalogue.prompts.find((prompt) => prompt.name === name);
}

/** A resource whose address, variables filled in, is `uri`; fixed addresses go before templates. */
export function findResource(
  catalogue: Catalogue,
  uri: string,
): { resource: Resource; variables: Record<string, string> } | undefined {
  const fixed = catalogue.resources.find((resource) => resource.uri === uri);
  if (fixed) return isTemplate(fixed) ? undefined : { resource: fixed, variables: {} };
  for (const resource of catalogue.resources) {
    const variables = isTemplate(resource) ? matchTemplate(resource.uri, uri) : null;
    if (variables) return { resource, variables };
  }
  return undefined;
}

export function isTemplate(resource: Resource): boolean {
  return resource.uri.includes("{");
}

const patterns = new Map<string, RegExp>();

/** RFC 6570 simple expansion read backwards: each `{name}` stands for one path segment, percent-decoded. */
function matchTemplate(template: string, uri: string): Record<string, string> | null {
  let pattern = patterns.get(template);
  if (!pattern) {
    const parts = template.split(/\{(\w+)\}/);
    pattern = new RegExp(
      `^${parts.map((part, i) => (i % 2 ? `(?<${part}>[^/?#]+)` : RegExp.escape(part))).join("")}$`,
    );
    patterns.set(template, pattern);
  }
  const match = pattern.exec(uri);
  if (!match) return null;
  try {
    return Object.fromEntries(
      Object.entries(match.groups ?? {}).map(([name, value]) => [name, decodeURIComponent(value)]),
    );
  } catch {
    // A broken percent sequence names nothing.
    return null;
  }
}

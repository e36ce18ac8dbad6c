import type { Tool } from "../calls/define.ts";
import { listTool } from "../calls/listing.ts";

/** What the documentation says of a tool, whatever it is written in. Everything comes from the tool's record. */
export interface ToolReference {
  name: string;
  title: string;
  description: string;
  toolset: string;
  scope: string;
  /** In words: `reads`, `writes`, `destructive` … */
  hints: string[];
  /** Fields of the answer that customers wrote. */
  untrusted: readonly string[];
  parameters: ParameterReference[];
  /** The `params` of a typical `tools/call`; null for a tool without an example. */
  example: { name: string; arguments: object } | null;
}

export interface ParameterReference {
  name: string;
  /** In a few words, such as `integer, from 1 to 100`. */
  type: string;
  required: boolean;
  description: string;
  /** As JSON; null when it has none. */
  fallback: string | null;
}

interface Property {
  type?: string | string[];
  enum?: unknown[];
  const?: unknown;
  anyOf?: Property[];
  items?: Property;
  description?: string;
  default?: unknown;
  format?: string;
  minimum?: number;
  maximum?: number;
  maxLength?: number;
  properties?: Record<string, Property>;
}

/** A parameter's type in a few words. */
function typeOf(property: Property): string {
  if (property.const !== undefined) return JSON.stringify(property.const);
  if (property.enum) return property.enum.map((value) => JSON.stringify(value)).join(" | ");
  if (property.anyOf) return property.anyOf.map(typeOf).join(" or ");
  if (property.type === "array") return `list of ${property.items ? typeOf(property.items) : "values"}`;
  if (property.type === "object" && property.properties) {
    const fields = Object.entries(property.properties).map(([name, part]) => `${name}: ${typeOf(part)}`);
    return `{${fields.join(", ")}}`;
  }
  const type = property.format ?? [property.type ?? "any"].flat().join(" or ");
  const bounds = boundsOf(property);
  return bounds === "" ? type : `${type}, ${bounds}`;
}

function boundsOf({ minimum, maximum, maxLength }: Property): string {
  return [
    minimum !== undefined && minimum > Number.MIN_SAFE_INTEGER ? `from ${minimum}` : "",
    maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER ? `to ${maximum}` : "",
    maxLength === undefined ? "" : `at most ${maxLength} characters`,
  ]
    .filter((bound) => bound !== "")
    .join(" ");
}

function hintsOf({ hints }: Tool): string[] {
  return [
    hints.readOnly ? "reads" : "writes",
    hints.destructive ? "destructive" : "",
    hints.openWorld ? "reaches the customer" : "",
    hints.idempotent && !hints.readOnly ? "may be repeated" : "",
  ].filter((word) => word !== "");
}

function toolReference(tool: Tool): ToolReference {
  const { name, title, description, toolset, scope, untrusted, example } = tool;
  const { properties = {}, required = [] } = listTool(tool).inputSchema;
  const parameters = Object.entries(properties as Record<string, Property>).map(([parameter, property]) => ({
    name: parameter,
    type: typeOf(property),
    required: required.includes(parameter),
    description: property.description ?? "",
    fallback: property.default === undefined ? null : JSON.stringify(property.default),
  }));
  return {
    ...{ name, title, description, toolset, scope, untrusted, parameters },
    hints: hintsOf(tool),
    example: example === undefined ? null : { name, arguments: example },
  };
}

/** Tools under the headings that `?toolsets=` selects by, both in the catalogue's order. */
export function byToolset(tools: readonly Tool[]): { toolset: string; tools: ToolReference[] }[] {
  const groups = new Map<string, ToolReference[]>();
  for (const tool of tools) {
    const group = groups.get(tool.toolset) ?? [];
    group.push(toolReference(tool));
    groups.set(tool.toolset, group);
  }
  return [...groups].map(([toolset, group]) => ({ toolset, tools: group }));
}

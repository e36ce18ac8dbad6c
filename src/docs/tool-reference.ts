import type { Tool } from "../calls/define.ts";
import { listTool } from "../calls/listing.ts";
import { kindOf } from "../calls/references.ts";
import type { FieldReference } from "./entries.tsx";
import { meaningOf } from "./meanings.ts";
import { partsInWords, type Schema, typeInWords } from "./schema-words.ts";

/** What the documentation says of a tool, whatever it is written in. Everything comes from the tool's record. */
export interface ToolReference {
  name: string;
  title: string;
  description: string;
  toolset: string;
  scope: string;
  /** What an OAuth grant must hold besides; null for most tools. */
  grantScope: string | null;
  /** In words: `reads`, `writes`, `destructive` … */
  hints: string[];
  /** Fields of the answer that customers wrote. */
  untrusted: readonly string[];
  parameters: FieldReference[];
  /** The fields of its answer, a line for each; empty for a tool that answers with content blocks alone. */
  answer: readonly string[];
  /** The `params` of a typical `tools/call`; null for a tool without an example. */
  example: { name: string; arguments: object } | null;
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
  const { inputSchema, outputSchema } = listTool(tool);
  const { properties = {}, required = [] } = inputSchema;
  const parameters = Object.entries(properties as Record<string, Schema>).map(([parameter, schema]) => {
    const shape = tool.input.shape[parameter];
    return {
      name: parameter,
      type: typeInWords(schema),
      parts: partsInWords(schema),
      required: required.includes(parameter),
      description: schema.description ?? meaningOf(name, parameter, shape && kindOf(shape)),
      fallback: schema.default === undefined ? null : JSON.stringify(schema.default),
    };
  });
  const { untrustedFields: _, truncated: __, ...answered } = outputSchema?.properties ?? {};
  return {
    ...{ name, title, description, toolset, scope, untrusted, parameters },
    answer: partsInWords({
      ...(outputSchema as Schema | undefined),
      properties: answered as Record<string, Schema>,
    }),
    grantScope: tool.grantScope ?? null,
    hints: hintsOf(tool),
    example: example === undefined ? null : { name, arguments: example },
  };
}

/** Of several tools, in their order. */
export const toolReferences = (tools: readonly Tool[]): ToolReference[] => tools.map(toolReference);

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

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Tool } from "../src/mcp/define.ts";
import { loadCatalogue } from "./load-catalogue.ts";
import { ROOT } from "./local.ts";

/**
 * `npm run docs` writes docs/tools.md from the records; `npm run docs -- --check` fails when the file differs.
 */
const FILE = join(ROOT, "docs/tools.md");

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
  if (property.enum) return property.enum.map((value) => JSON.stringify(value)).join(" \\| ");
  if (property.anyOf) return property.anyOf.map(typeOf).join(" or ");
  if (property.type === "array") return `list of ${property.items ? typeOf(property.items) : "values"}`;
  if (property.type === "object" && property.properties) {
    const fields = Object.entries(property.properties).map(([name, part]) => `${name}: ${typeOf(part)}`);
    return `{${fields.join(", ")}}`;
  }
  const bounds = [
    property.minimum !== undefined && property.minimum > Number.MIN_SAFE_INTEGER
      ? `from ${property.minimum}`
      : "",
    property.maximum !== undefined && property.maximum < Number.MAX_SAFE_INTEGER
      ? `to ${property.maximum}`
      : "",
    property.maxLength === undefined ? "" : `at most ${property.maxLength} characters`,
  ].filter(Boolean);
  const type = property.format ?? [property.type ?? "any"].flat().join(" or ");
  return bounds.length > 0 ? `${type}, ${bounds.join(" ")}` : type;
}

/** A believable value for an example, by the parameter's name. */
function exampleOf(name: string, property: Property): unknown {
  if (property.const !== undefined) return property.const;
  if (property.enum) return property.enum[0];
  if (property.anyOf?.[0]) return exampleOf(name, property.anyOf[0]);
  const named: Record<string, unknown> = {
    contactId: "email:anna@example.com",
    conversationId: "cv_01kajq3v7e8m2n4p6r8t0v",
    inboxId: "ib_01kajq3v7e8m2n4p6r8t0v",
    text: "Your order is on its way.",
    query: "late parcel",
    name: "Anna",
    key: "plan",
    label: "Plan",
  };
  if (name in named) return named[name];
  if (property.type === "integer" || property.type === "number") return property.minimum ?? 1;
  if (property.type === "boolean") return true;
  if (property.type === "array") return [exampleOf(name.replace(/s$/, ""), property.items ?? {})];
  if (property.type === "object") return {};
  return name.endsWith("Id") ? "…" : `a ${name}`;
}

const cell = (text: string) => text.replaceAll("|", "\\|").replaceAll("\n", " ").replaceAll("\\\\|", "\\|");

function hintsOf({ hints }: Tool): string {
  const words = [
    hints.readOnly ? "reads" : "writes",
    hints.destructive ? "destructive" : "",
    hints.openWorld ? "reaches the customer" : "",
    hints.idempotent && !hints.readOnly ? "may be repeated" : "",
  ];
  return words.filter(Boolean).join(", ");
}

const { catalogue, listTool } = await loadCatalogue();

function document(tool: Tool): string {
  const { inputSchema } = listTool(tool);
  const properties = (inputSchema.properties ?? {}) as Record<string, Property>;
  const required = inputSchema.required ?? [];
  const rows = Object.entries(properties).map(([name, property]) => {
    const fallback = property.default === undefined ? "" : ` Default ${JSON.stringify(property.default)}.`;
    const need = required.includes(name) ? "yes" : "";
    return `| \`${name}\` | ${cell(typeOf(property))} | ${need} | ${cell((property.description ?? "") + fallback)} |`;
  });
  const table =
    rows.length > 0
      ? ["| parameter | type | required | |", "|---|---|---|---|", ...rows].join("\n")
      : "No parameters.";
  const example = Object.fromEntries(required.map((name) => [name, exampleOf(name, properties[name] ?? {})]));
  const untrusted =
    tool.untrusted.length > 0
      ? `\n\nWritten by customers: ${tool.untrusted.map((f) => `\`${f}\``).join(", ")}.`
      : "";
  return [
    `### ${tool.name}`,
    `${tool.title}: ${tool.description}`,
    `Scope \`${tool.scope}\` · ${hintsOf(tool)}.${untrusted}`,
    table,
    `\`\`\`json\n${JSON.stringify({ name: tool.name, arguments: example })}\n\`\`\``,
  ].join("\n\n");
}

const toolsets = [...new Set(catalogue.tools.map(({ toolset }) => toolset))];
const text = `${[
  "# Tools",
  "Generated from the records in `src/` by `npm run docs`; do not edit. Every list takes `cursor` and `limit` and answers `items`, `nextCursor` and `hasMore`.",
  ...toolsets.flatMap((toolset) => [
    `## ${toolset}`,
    ...catalogue.tools.filter((tool) => tool.toolset === toolset).map(document),
  ]),
  "## Resources",
  ...catalogue.resources.map(
    ({ uri, title, description, scope }) => `- \`${uri}\` (${title}, scope \`${scope}\`): ${description}`,
  ),
].join("\n\n")}\n`;

if (process.argv.includes("--check")) {
  if (readFileSync(FILE, "utf8") !== text) {
    console.error("docs/tools.md is not what the records say: run `npm run docs`.");
    process.exitCode = 1;
  }
} else {
  writeFileSync(FILE, text);
}

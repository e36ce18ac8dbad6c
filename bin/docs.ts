import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { FieldReference } from "../src/docs/entries.tsx";
import type { ToolReference } from "../src/docs/tool-reference.ts";
import { loadCatalogue } from "./load-catalogue.ts";
import { ROOT } from "./local.ts";

/**
 * `npm run docs` writes docs/tools.md from the records, and the text of /docs/metrics from docs/metrics.md;
 * `npm run docs -- --check` fails when a file differs.
 */
const FILE = join(ROOT, "docs/tools.md");
const METRICS = join(ROOT, "src/docs/metrics-text.ts");

const cell = (text: string) => text.replaceAll("|", "\\|").replaceAll("\n", " ");

function row({ name, type, parts, required, description, fallback }: FieldReference): string {
  const meaning = [
    description,
    ...(fallback === null ? [] : [`Default ${fallback}`]),
    ...(parts.length === 0 ? [] : [`In full: ${parts.map((part) => part.trim()).join("; ")}`]),
  ].join(". ");
  return `| \`${name}\` | ${cell(type)} | ${required ? "yes" : ""} | ${cell(meaning)} |`;
}

function document(tool: ToolReference): string {
  const { name, title, description, scope, grantScope, hints, untrusted, parameters, example } = tool;
  const table = [
    "| parameter | type | required | meaning |",
    "|---|---|---|---|",
    ...parameters.map(row),
  ].join("\n");
  const fields = untrusted.map((field) => `\`${field}\``).join(", ");
  return [
    `### ${name}`,
    `${title}: ${description}`,
    `Scope \`${scope}\`${grantScope === null ? "" : `, and for who signed in with a browser \`${grantScope}\``} · ${hints.join(", ")}.`,
    ...(untrusted.length > 0 ? [`Written by customers: ${fields}.`] : []),
    parameters.length > 0 ? table : "No parameters.",
    ...(example ? [`\`\`\`json\n${JSON.stringify(example)}\n\`\`\``] : []),
  ].join("\n\n");
}

const { catalogue, byToolset } = await loadCatalogue();
const text = `${[
  "# Tools",
  "Generated from the records in `src/` by `npm run docs`; do not edit. Every list takes `cursor` and `limit` and answers `items`, `nextCursor` and `hasMore`. A running server shows what each tool answers, the scopes, the errors and the nodes of flows under `/docs/tools`.",
  ...byToolset(catalogue.tools).flatMap(({ toolset, tools }) => [`## ${toolset}`, ...tools.map(document)]),
  "## Resources",
  ...catalogue.resources.map(
    ({ uri, title, description, scope }) => `- \`${uri}\` (${title}, scope \`${scope}\`): ${description}`,
  ),
  ...(catalogue.prompts.length > 0 ? ["## Prompts"] : []),
  ...catalogue.prompts.map(({ name, title, description }) => `- \`${name}\` (${title}): ${description}`),
].join("\n\n")}\n`;

const metrics = `/** docs/metrics.md, as \`npm run docs\` brings it here; do not edit. */
export const METRICS =
  ${JSON.stringify(readFileSync(join(ROOT, "docs/metrics.md"), "utf8"))};
`;

for (const [file, wanted] of [
  [FILE, text],
  [METRICS, metrics],
] as const) {
  if (!process.argv.includes("--check")) {
    writeFileSync(file, wanted);
  } else if (readFileSync(file, "utf8") !== wanted) {
    console.error(`${file} is not what it is made from: run \`npm run docs\`.`);
    process.exitCode = 1;
  }
}

import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { expect, it } from "vitest";

const ROOT = join(import.meta.dirname, "../..");

interface Schema {
  [keyword: string]: unknown;
}
interface Listed {
  name: string;
  description: string;
  inputSchema: Schema;
  outputSchema?: Schema;
}

const { tools }: { tools: Listed[] } = JSON.parse(
  execFileSync(process.execPath, ["--no-warnings", join(ROOT, "bin/catalogue.ts")], {
    encoding: "utf8",
    maxBuffer: 64 << 20,
  }),
);

const isSchema = (value: unknown): value is Schema =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Every schema inside one, with its place; names of properties are no keywords. */
function* schemasIn(schema: Schema, at: string): Generator<{ at: string; schema: Schema }> {
  yield { at, schema };
  const { properties, ...keywords } = schema;
  const named = isSchema(properties) ? Object.entries(properties) : [];
  for (const [name, part] of named) if (isSchema(part)) yield* schemasIn(part, `${at}.${name}`);
  for (const [keyword, held] of Object.entries(keywords)) {
    for (const part of [held].flat()) {
      if (isSchema(part) && keyword !== "default") yield* schemasIn(part, `${at}/${keyword}`);
    }
  }
}

const inputs = tools.flatMap(({ name, inputSchema }) => [...schemasIn(inputSchema, name)]);

type Rule = (schema: Schema) => boolean;
const has =
  (...keywords: string[]): Rule =>
  (schema) =>
    keywords.some((keyword) => keyword in schema);
const named = (schema: Schema) => Object.keys(isSchema(schema.properties) ? schema.properties : {});

/**
 * What the strictest readers of tool lists are known to refuse. None of it is in ours, but for what stands beside a
 * rule: how often, and why it stays.
 */
const RULES: [consumer: string, what: string, rule: Rule, allowed: number, why?: string][] = [
  [
    "all",
    "type as a list, or none",
    ({ type, anyOf }) => (anyOf === undefined ? typeof type !== "string" : type !== undefined),
    0,
  ],
  ["all", "an array without items", ({ type, items }) => type === "array" && !isSchema(items), 0],
  ["all", "$ref, $defs, $schema", has("$ref", "$defs", "$schema"), 0],
  ["all", "oneOf, allOf, not, if", has("oneOf", "allOf", "not", "if"), 0],
  ["Gemini parameters", "additionalProperties", has("additionalProperties"), 0],
  ["Gemini parameters", "const", has("const"), 0],
  ["Gemini parameters", "null as a type", ({ type }) => type === "null", 0],
  [
    "Gemini parameters",
    "exclusive bounds, multiples, unique items",
    has("exclusiveMinimum", "exclusiveMaximum", "multipleOf", "uniqueItems"),
    0,
  ],
  [
    "Gemini parameters",
    "a format other than of times",
    ({ format }) => format !== undefined && format !== "date-time",
    0,
  ],
  [
    "Gemini parameters",
    "an enum of other than texts",
    ({ enum: values }) => Array.isArray(values) && values.some((value) => typeof value !== "string"),
    0,
  ],
  [
    "Gemini parameters",
    "an object that names nothing",
    (schema) => schema.type === "object" && named(schema).length === 0,
    3,
    "tools without arguments; clients leave `parameters` out for them, and MCP wants an object",
  ],
  [
    "OpenAI strict",
    "an optional property",
    (schema) =>
      schema.type === "object" &&
      named(schema).some((name) => !(Array.isArray(schema.required) && schema.required.includes(name))),
    Number.POSITIVE_INFINITY,
    "clients make them required and nullable, and null is read as absent",
  ],
];

it("takes nothing from the strictest readers of tools/list but what a list of tools must say", () => {
  const table = RULES.map(([consumer, what, rule, allowed, why]) => {
    const places = inputs.filter(({ schema }) => rule(schema)).map(({ at }) => at);
    return { consumer, "would refuse": what, found: places.length, allowed, places, why };
  });
  const width = Math.max(...table.map((row) => row["would refuse"].length));
  console.log(
    table
      .map(
        (row) =>
          `${row.consumer.padEnd(18)} ${row["would refuse"].padEnd(width)} ${String(row.found).padStart(4)}  ${row.why ?? ""}`,
      )
      .join("\n"),
  );
  for (const row of table)
    expect(row.places.slice(0, row.found > row.allowed ? 20 : 0), row["would refuse"]).toEqual([]);
});

it("keeps within what clients count: names, descriptions, depth, number", () => {
  expect(tools.length).toBeLessThan(128);
  for (const { name, description } of tools) {
    expect(name).toMatch(/^[a-z_]{1,40}$/);
    expect(description.length, name).toBeLessThan(1024);
  }
  const depth = Math.max(...inputs.map(({ at }) => at.split(/[./]/).length));
  expect(depth).toBeLessThanOrEqual(7);
});

it("has only schemas that a strict validator compiles", () => {
  const ajv = new Ajv2020({ strict: true, strictRequired: false, validateFormats: false });
  for (const { name, inputSchema, outputSchema } of tools) {
    expect(() => ajv.compile(inputSchema), name).not.toThrow();
    if (outputSchema) expect(() => ajv.compile(outputSchema), name).not.toThrow();
  }
});

import { z } from "zod";
import type { Catalogue, Prompt, Resource, Tool } from "./define.ts";
import { isTemplate } from "./permissions.ts";
import { makePortable } from "./portable.ts";

/** JSON Schema 2020-12 of an object, as tools list it. */
const objectSchemaShape = z.looseObject({
  type: z.literal("object"),
  properties: z.record(z.string(), z.json()).optional(),
  required: z.array(z.string()).optional(),
});
export type ObjectSchema = z.output<typeof objectSchemaShape>;

/** One entry of `tools/list`, the same in both lanes. */
export interface ListedTool {
  name: string;
  title: string;
  description: string;
  inputSchema: ObjectSchema;
  /** Missing for tools that answer with content blocks alone: with a schema they would owe structured content. */
  outputSchema?: ObjectSchema;
  annotations: {
    title: string;
    readOnlyHint: boolean;
    destructiveHint: boolean;
    idempotentHint: boolean;
    openWorldHint: boolean;
  };
  [key: string]: unknown;
}

const listed = new WeakMap<Tool, ListedTool>();

/** A tool as clients see it. Its schemas are converted once and kept: conversion costs more than most calls. */
export function listTool(tool: Tool): ListedTool {
  const held = listed.get(tool);
  if (held) return held;
  const made: ListedTool = {
    name: tool.name,
    title: tool.title,
    description: tool.description,
    inputSchema: inputSchema(tool.input),
    ...(Object.keys(tool.output.shape).length > 0 ? { outputSchema: resultSchema(tool) } : {}),
    annotations: {
      title: tool.title,
      readOnlyHint: tool.hints.readOnly,
      destructiveHint: tool.hints.destructive,
      idempotentHint: tool.hints.idempotent,
      openWorldHint: tool.hints.openWorld,
    },
  };
  listed.set(tool, made);
  return made;
}

/** The schema of arguments as tools list it. */
export function inputSchema(input: z.ZodObject): ObjectSchema {
  const schema = objectSchema(z.toJSONSchema(input, { io: "input" }));
  makePortable(schema);
  return schema;
}

/**
 * The output schema with what call.ts adds to results. It does not forbid further fields: clients check answers
 * against the list they read earlier, and a field added since must not make them refuse the answer.
 */
function resultSchema(tool: Tool): ObjectSchema {
  const schema = objectSchema(
    z.toJSONSchema(tool.output, {
      io: "output",
      override: ({ jsonSchema }) => {
        if (jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
      },
    }),
  );
  const added: NonNullable<ObjectSchema["properties"]> = {};
  if (tool.untrusted.length > 0) added.untrustedFields = { type: "array", items: { type: "string" } };
  if (tool.hints.readOnly) added.truncated = { type: "boolean" };
  return { ...schema, properties: { ...schema.properties, ...added } };
}

type Schema = Record<string, unknown>;

const isSchema = (value: unknown): value is Schema =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The schemas directly inside one; property names are not keywords, so each keyword says how its value is read. */
function partsOf(schema: Schema): Schema[] {
  const { properties, $defs, items, additionalProperties, anyOf, oneOf, allOf } = schema;
  const named = [properties, $defs].flatMap((group) => (isSchema(group) ? Object.values(group) : []));
  return [...named, items, additionalProperties, anyOf, oneOf, allOf].flat().filter(isSchema);
}

/** Lengths that ordinary text may reach: of names that must be short, and of long texts. Others only cost context. */
const isTellingLength = (length: unknown) => typeof length === "number" && (length < 60 || length >= 10_000);

/** A longer pattern is a machine's (zod's of dates): costs a client some hundred tokens and tells it nothing. */
const READABLE_PATTERN = 100;

/**
 * Makes a schema as short and as portable as it can be said. What is left out here is still checked, and the error
 * says what is wrong. `type` as a list is legal, but some model providers' dialects refuse it.
 */
function simplify(schema: Schema): void {
  partsOf(schema).forEach(simplify);
  mergeStrings(schema);
  const { format, pattern, maxLength, minimum, maximum, properties } = schema;
  // A named format says it all.
  if (format !== undefined || (typeof pattern === "string" && pattern.length > READABLE_PATTERN))
    delete schema.pattern;
  delete schema.minLength;
  if (!isTellingLength(maxLength)) delete schema.maxLength;
  // A count begins at 1 unless something else is said.
  if (minimum === Number.MIN_SAFE_INTEGER || minimum === 1) delete schema.minimum;
  if (maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum;
  // Of a record: its names are strings in any case. Of an object that may hold anything: no more than that.
  delete schema.propertyNames;
  if (schema.additionalProperties !== false && isSchema(properties) && Object.keys(properties).length === 0) {
    delete schema.properties;
  }
  const { additionalProperties } = schema;
  if (isSchema(additionalProperties) && saysNothing(additionalProperties)) delete schema.additionalProperties;
  const { type } = schema;
  if (!Array.isArray(type)) return;
  const constraints: Schema = {};
  for (const key of Object.keys(schema)) {
    if (key === "description" || key === "default") continue;
    if (key !== "type") constraints[key] = schema[key];
    delete schema[key];
  }
  schema.anyOf = type.map((one) => (one === "null" ? { type: one } : { type: one, ...constraints }));
}

/** Whether any plain value will do. */
function saysNothing({ anyOf, ...rest }: Schema): boolean {
  const types = Array.isArray(anyOf) ? anyOf.map((one) => (isSchema(one) ? one.type : undefined)) : [];
  const scalar = ["string", "number", "boolean"].every((type) => types.includes(type));
  return Object.keys(rest).length === 0 && (anyOf === undefined || scalar);
}

/** Strings of one form or another are a string, said in words: "a day" or "a date and time". */
function mergeStrings(schema: Schema): void {
  const { anyOf, description } = schema;
  if (!Array.isArray(anyOf) || !anyOf.every((one) => isSchema(one) && one.type === "string" && !one.enum))
    return;
  delete schema.anyOf;
  schema.type = "string";
  schema.description = description ?? anyOf.flatMap((one) => one.description ?? []).join(", or ");
}

/** A JSON Schema of an object as short and portable as it can be said. Changes what it is given. */
export function objectSchema(schema: Schema): ObjectSchema {
  simplify(schema);
  // 2020-12 is what MCP assumes where a schema names no dialect: saying so in each of them only costs context.
  const { $schema: _, ...rest } = objectSchemaShape.parse(schema);
  return rest;
}

export function listResource(resource: Resource) {
  const { uri, name, title, description, mimeType } = resource;
  return { uri, name, title, description, mimeType };
}

export function listTemplate(resource: Resource) {
  const { uri, name, title, description, mimeType } = resource;
  return { uriTemplate: uri, name, title, description, mimeType };
}

export function listPrompt(prompt: Prompt) {
  const { name, title, description } = prompt;
  return { name, title, description, arguments: prompt.arguments.map((argument) => ({ ...argument })) };
}

/** The whole catalogue as a client with every scope sees it. */
export function listCatalogue(catalogue: Catalogue) {
  return {
    tools: catalogue.tools.map(listTool),
    resources: catalogue.resources.filter((resource) => !isTemplate(resource)).map(listResource),
    resourceTemplates: catalogue.resources.filter(isTemplate).map(listTemplate),
    prompts: catalogue.prompts.map(listPrompt),
  };
}

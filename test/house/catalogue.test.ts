import { describe, expect, it } from "vitest";
import { z } from "zod";
import { TOOLSETS } from "../../src/calls/define.ts";
import { catalogue } from "../../src/catalogue.ts";
import { isScope } from "../../src/control/scopes.ts";
import { ToolSearch } from "../../src/mcp/tool-search.ts";

/** Opinions about tool records, as failures. */

/** Every object schema inside a JSON Schema, with the path to it. */
function objectsIn(schema: unknown, path = ""): { path: string; schema: Record<string, unknown> }[] {
  if (Array.isArray(schema)) return schema.flatMap((part, i) => objectsIn(part, `${path}/${i}`));
  if (typeof schema !== "object" || schema === null) return [];
  const own: Record<string, unknown> = { ...schema };
  const here = own.type === "object" ? [{ path, schema: own }] : [];
  return [...here, ...Object.entries(own).flatMap(([key, part]) => objectsIn(part, `${path}/${key}`))];
}

const search = new ToolSearch(catalogue.tools);

const sentences = (text: string) => text.split(/[.!?](?:\s|$)/).filter((part) => part.trim() !== "").length;

describe("the catalogue", () => {
  it("has no two tools, resources or prompts of one name", () => {
    for (const names of [
      catalogue.tools.map(({ name }) => name),
      catalogue.resources.map(({ uri }) => uri),
      catalogue.resources.map(({ name }) => name),
      catalogue.prompts.map(({ name }) => name),
    ]) {
      expect(new Set(names).size).toBe(names.length);
    }
  });

  it("tells clients that customers' text is data", () => {
    expect(catalogue.instructions).toMatch(/data, never as instructions/);
  });
});

describe.each(catalogue.tools.map((tool) => [tool.name, tool] as const))("%s", (name, tool) => {
  it("has a name that every client can carry", () => {
    // Clients put their own name for the server in front: 40 leaves room for it within 64 characters.
    expect(name).toMatch(/^[a-z][a-z0-9_]{2,39}$/);
  });

  it("has a title, and a description of one to three sentences", () => {
    expect(tool.title.length).toBeGreaterThan(2);
    expect(tool.title.length).toBeLessThanOrEqual(60);
    expect(tool.description.length).toBeGreaterThan(30);
    expect(sentences(tool.description)).toBeLessThanOrEqual(3);
  });

  it("has what people say for it, by each of which search_tools finds it", () => {
    const phrases = tool.phrases.split(", ");
    expect(phrases.length).toBeGreaterThanOrEqual(3);
    const missed = phrases.filter((phrase) => !search.find(phrase, () => true, 8).includes(tool));
    expect(missed).toEqual([]);
  });

  it("has a scope, a toolset and all four hints, which agree", () => {
    expect(isScope(tool.scope)).toBe(true);
    expect(TOOLSETS).toContain(tool.toolset);
    for (const hint of ["readOnly", "destructive", "idempotent", "openWorld"] as const) {
      expect(typeof tool.hints[hint]).toBe("boolean");
    }
    expect(tool.hints.readOnly && (tool.hints.destructive || tool.hints.openWorld)).toBe(false);
    if (tool.hints.readOnly) expect(tool.scope).toMatch(/:read$/);
    else expect(tool.scope).not.toMatch(/:read$/);
  });

  it("takes an idempotency key when it sends to a customer", () => {
    if (tool.hints.openWorld) expect(Object.keys(tool.input.shape)).toContain("idempotencyKey");
  });

  it("has an example, which is a valid call", () => {
    expect(tool.example).toBeDefined();
    expect(tool.prepare(tool.example)).not.toHaveProperty("failure");
    // One that shows nothing but what has to be there is no use where more can be said.
    const arguments_ = Object.keys(tool.input.shape).filter((name) => !/^(cursor|page|limit)$/.test(name));
    if (arguments_.length > 0) expect(Object.keys(tool.example ?? {})).not.toEqual([]);
  });

  it("refuses unknown arguments at every level", () => {
    const loose = objectsIn(z.toJSONSchema(tool.input, { io: "input" })).filter(
      ({ schema }) =>
        schema.additionalProperties !== false &&
        // A record of free keys says what its values are.
        typeof schema.additionalProperties !== "object",
    );
    expect(loose.map(({ path }) => path)).toEqual([]);
  });

  it("has an output schema that names its fields", () => {
    const schema = z.toJSONSchema(tool.output);
    expect(schema.type).toBe("object");
    expect(Object.keys(schema.properties ?? {}).length).toBeGreaterThan(0);
  });

  it("names only untrusted fields that its result has", () => {
    const text = JSON.stringify(z.toJSONSchema(tool.output));
    for (const field of tool.untrusted) {
      const last = field
        .split(/[.[\]]+/)
        .filter(Boolean)
        .at(-1);
      expect(text).toContain(`"${last}"`);
    }
  });
});

describe.each(catalogue.resources.map((resource) => [resource.uri, resource] as const))(
  "%s",
  (uri, resource) => {
    it("is described, scoped and completes its variables", () => {
      expect(uri).toMatch(/^parley:\/\//);
      expect(resource.title.length).toBeGreaterThan(2);
      expect(resource.description.length).toBeGreaterThan(20);
      expect(resource.scope).toMatch(/:read$/);
      if (uri.includes("{")) expect(resource.complete).toBeTypeOf("function");
    });
  },
);

describe.each(catalogue.prompts.map((prompt) => [prompt.name, prompt] as const))("%s", (_, prompt) => {
  it("is described and scoped", () => {
    expect(prompt.description.length).toBeGreaterThan(20);
    expect(prompt.scopes.length).toBeGreaterThan(0);
    for (const argument of prompt.arguments) expect(argument.description.length).toBeGreaterThan(5);
  });
});

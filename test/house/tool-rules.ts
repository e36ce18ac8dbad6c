import { expect } from "vitest";
import { z } from "zod";
import { TOOLSETS, type Tool } from "../../src/calls/define.ts";
import { kindOf } from "../../src/calls/references.ts";
import { CAREFUL_SCOPES, isScope } from "../../src/control/scopes.ts";
import type { ToolSearch } from "../../src/mcp/tool-search.ts";

/** Opinions about tool records, as failures: each throws when a record is against it. */
export type Rule = (tool: Tool, search: ToolSearch) => void;

/** Every object schema inside a JSON Schema, with the path to it. */
function objectsIn(schema: unknown, path = ""): { path: string; schema: Record<string, unknown> }[] {
  if (Array.isArray(schema)) return schema.flatMap((part, i) => objectsIn(part, `${path}/${i}`));
  if (typeof schema !== "object" || schema === null) return [];
  const own: Record<string, unknown> = { ...schema };
  const here = own.type === "object" ? [{ path, schema: own }] : [];
  return [...here, ...Object.entries(own).flatMap(([key, part]) => objectsIn(part, `${path}/${key}`))];
}

const sentences = (text: string) => text.split(/[.!?](?:\s|$)/).filter((part) => part.trim() !== "").length;

export const rules: Readonly<Record<string, Rule>> = {
  "has a name that every client can carry"({ name }) {
    // Clients put their own name for the server in front: 40 leaves room for it within 64 characters.
    expect(name).toMatch(/^[a-z][a-z0-9_]{2,39}$/);
  },

  "has a title, and a description of one to three sentences"({ title, description }) {
    expect(title.length).toBeGreaterThan(2);
    expect(title.length).toBeLessThanOrEqual(60);
    expect(description.length).toBeGreaterThan(30);
    expect(sentences(description)).toBeLessThanOrEqual(3);
  },

  "has what people say for it, by each of which search_tools finds it"(tool, search) {
    const phrases = tool.phrases.split(", ");
    expect(phrases.length).toBeGreaterThanOrEqual(3);
    const missed = phrases.filter((phrase) => !search.find(phrase, () => true, 8).includes(tool));
    expect(missed).toEqual([]);
  },

  "has a scope, a toolset and all four hints, which agree"({ scope, toolset, hints }) {
    expect(isScope(scope)).toBe(true);
    expect(TOOLSETS).toContain(toolset);
    for (const hint of ["readOnly", "destructive", "idempotent", "openWorld"] as const) {
      expect(typeof hints[hint]).toBe("boolean");
    }
    expect(hints.readOnly && (hints.destructive || hints.openWorld)).toBe(false);
    if (hints.readOnly) expect(scope).toMatch(/:read$/);
    else expect(scope).not.toMatch(/:read$/);
  },

  "deletes for a grant only where a person ticked that"({ name, scope, grantScope }) {
    if (name.startsWith("delete_") && name !== "delete_flow_node") {
      expect(CAREFUL_SCOPES.some((careful) => careful === scope || careful === grantScope)).toBe(true);
    }
  },

  "takes an idempotency key when it sends to a customer"({ hints, input }) {
    if (hints.openWorld) expect(Object.keys(input.shape)).toContain("idempotencyKey");
  },

  "has an example, which is a valid call"(tool) {
    expect(tool.example).toBeDefined();
    expect(tool.prepare(tool.example)).not.toHaveProperty("failure");
    // One that shows nothing but what has to be there is no use where more can be said.
    const arguments_ = Object.keys(tool.input.shape).filter((name) => !/^(cursor|page|limit)$/.test(name));
    if (arguments_.length > 0) expect(Object.keys(tool.example ?? {})).not.toEqual([]);
  },

  "refuses unknown arguments at every level"({ input }) {
    const loose = objectsIn(z.toJSONSchema(input, { io: "input" })).filter(
      ({ schema }) =>
        schema.additionalProperties !== false &&
        // A record of free keys says what its values are.
        typeof schema.additionalProperties !== "object",
    );
    expect(loose.map(({ path }) => path)).toEqual([]);
  },

  "takes ids as references, so that names do as well"({ input }) {
    // What names nothing of the workspace: another system's id, a node within a flow, a template of ours.
    const elsewhere = ["externalId", "nodeId", "templateId"];
    const bare = Object.entries(input.shape).filter(
      ([name, schema]) =>
        (/Ids?$/.test(name) || ["assignee", "field", "tag"].includes(name)) &&
        !elsewhere.includes(name) &&
        kindOf(schema) === undefined,
    );
    expect(bare.map(([name]) => name)).toEqual([]);
  },

  "says in its lists what the things are called whose ids they carry"({ name: tool, input, output }) {
    // A feed of ids and states, which a program asks for again and again.
    if (tool === "list_events") return;
    const { items } = output.shape;
    if (!(items instanceof z.ZodArray) || !(items.element instanceof z.ZodObject)) return;
    const row = Object.keys(items.element.shape);
    const named = ["chatbotId", "inboxId", "categoryId", "assignee"].filter(
      (name) => row.includes(name) && input.shape[name]?.safeParse(undefined).success !== false,
    );
    const missing = named.filter((name) => !row.includes(`${name.replace(/Id$/, "")}Name`));
    expect(missing).toEqual([]);
  },

  "has an output schema that names its fields"({ output }) {
    const schema = z.toJSONSchema(output);
    expect(schema.type).toBe("object");
    expect(Object.keys(schema.properties ?? {}).length).toBeGreaterThan(0);
  },

  "names only untrusted fields that its result has"({ output, untrusted }) {
    const text = JSON.stringify(z.toJSONSchema(output));
    for (const field of untrusted) {
      const last = field
        .split(/[.[\]]+/)
        .filter(Boolean)
        .at(-1);
      expect(text).toContain(`"${last}"`);
    }
  },
};

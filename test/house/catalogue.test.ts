import { describe, expect, it } from "vitest";
import { catalogue } from "../../src/catalogue.ts";
import { ToolSearch } from "../../src/mcp/tool-search.ts";
import { rules } from "./tool-rules.ts";

const search = new ToolSearch(catalogue.tools);

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

describe.each(catalogue.tools.map((tool) => [tool.name, tool] as const))("%s", (_, tool) => {
  it.each(Object.entries(rules))("%s", (_rule, check) => check(tool, search));
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

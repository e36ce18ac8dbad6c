import { describe, expect, it } from "vitest";
import { draftSchema, flowJsonSchema } from "../../src/flows/graph/document.ts";
import { NODE_TYPES } from "../../src/flows/graph/nodes.ts";
import { validateFlow } from "../../src/flows/graph/validate.ts";
import { draftOf, type Sketch } from "./flows.ts";

describe("the cost of checking", () => {
  it("stays small for a flow that is wrong everywhere", () => {
    const nodes = Array.from(
      { length: 500 },
      (_, i): Sketch => [`node-with-a-long-name-${i}`, "message", { text: "{{a}}".repeat(150) }],
    );
    const draft = draftOf(
      nodes,
      Array.from({ length: 1000 }, (_, i) => `node-with-a-long-nam-${i} > nobody-${i}`),
    );
    const { problems, errors } = validateFlow(draft);
    expect(problems).toHaveLength(100);
    expect(errors).toBeGreaterThan(70_000);
  });
});

describe("documents", () => {
  it("refuse what is too large, deep or strange to be kept at all", () => {
    const node = { id: "a", type: "message", data: {} };
    const deep = (levels: number): unknown => (levels === 0 ? 1 : [deep(levels - 1)]);
    const fits = (value: unknown) => draftSchema.safeParse(value).success;
    expect(fits({ nodes: [node], edges: [] })).toBe(true);
    expect(fits({ nodes: [{ id: "a", type: "end" }] })).toBe(true);
    expect(fits({ nodes: Array.from({ length: 501 }, () => node) })).toBe(false);
    expect(
      fits({ nodes: [], edges: Array.from({ length: 1001 }, () => ({ source: "a", target: "b" })) }),
    ).toBe(false);
    expect(fits({ nodes: [{ ...node, id: "x".repeat(61) }] })).toBe(false);
    expect(fits({ nodes: [{ ...node, data: { a: deep(11) } }] })).toBe(true);
    expect(fits({ nodes: [{ ...node, data: { a: deep(12) } }] })).toBe(false);
    expect(fits({ nodes: [{ ...node, data: { a: deep(5000) } }] })).toBe(false);
    expect(fits({ nodes: [{ ...node, extra: 1 }] })).toBe(false);
  });

  it("have a JSON Schema that describes every type", () => {
    const text = JSON.stringify(flowJsonSchema());
    for (const type of NODE_TYPES) expect(text).toContain(`"const":"${type}"`);
    expect(text).toContain("draft/2020-12");
    expect(text.length).toBeLessThan(30_000);
  });
});

import { describe, expect, it } from "vitest";
import { z } from "zod";
import type { Call } from "../../src/calls/define.ts";
import { MAX_RESULT_CHARACTERS } from "../../src/calls/shape.ts";
import { flowResources } from "../../src/flows/resources.ts";
import { flowTools } from "../../src/flows/tools.ts";
import { newId } from "../../src/tenant/ids.ts";
import { testCall } from "../call.ts";
import { allItems, failureOf, runTool } from "../run.ts";
import { draftOf, type Sketch } from "./flows.ts";
import { chatbotCall, GOOD } from "./stored.ts";

const run = (call: Call, name: string, args: object = {}) => runTool(flowTools, call, name, args);

describe("the tools", () => {
  it("are the catalogue's, in its order", () => {
    expect(flowTools.map(({ name, scope, hints }) => [name, scope, hints.destructive])).toEqual([
      ["list_flows", "flows:read", false],
      ["create_flow", "flows:write", false],
      ["delete_flow", "flows:publish", true],
      ["get_chatbot_flow", "flows:read", false],
      ["update_chatbot_flow", "flows:write", false],
      ["add_flow_node", "flows:write", false],
      ["update_flow_node", "flows:write", false],
      ["delete_flow_node", "flows:write", true],
      ["connect_flow_nodes", "flows:write", false],
      ["list_flow_versions", "flows:read", false],
      ["publish_flow_version", "flows:publish", true],
      ["validate_flow", "flows:read", false],
      ["simulate_flow", "flows:read", false],
    ]);
  });

  it("change a draft alone where no version is asked for, and refuse a late writer all the same", async () => {
    const { call, chatbotId } = await chatbotCall();
    const draft = await run(call, "update_chatbot_flow", { chatbotId, flow: GOOD, saveVersion: false });
    expect(draft).toMatchObject({ version: null, nodes: GOOD.nodes.length, flow: { revision: 2 } });
    expect(await run(call, "list_flow_versions", { chatbotId })).toMatchObject({ items: [] });
    const late = run(call, "update_chatbot_flow", { chatbotId, flow: GOOD, saveVersion: false, revision: 1 });
    await expect(late).rejects.toThrow("The draft is at revision 2, not 1");
    const kept = await run(call, "update_chatbot_flow", { chatbotId, flow: GOOD, versionName: "Kept" });
    expect(kept).toMatchObject({ version: { number: 1, name: "Kept" } });
  });

  it("carry a flow from its first draft to its visitors and back", async () => {
    const { call, chatbotId, flowId } = await chatbotCall();
    expect(await run(call, "get_chatbot_flow", { chatbotId })).toMatchObject({
      flow: { id: flowId, chatbotId, published: null, revision: 1, draftIsLive: false },
      version: null,
      nodes: [{ id: "start" }],
      hasMore: false,
    });
    const updated = await run(call, "update_chatbot_flow", {
      chatbotId,
      flow: GOOD,
      versionName: " First ",
      revision: 1,
    });
    expect(updated).toMatchObject({
      flow: { revision: 2 },
      version: { number: 1, name: "First", live: false, nodes: 4 },
      problems: [],
    });
    expect(await run(call, "publish_flow_version", { flowId })).toMatchObject({
      live: { number: 1, live: true },
      previousVersionId: null,
    });
    await run(call, "add_flow_node", {
      chatbotId,
      node: { id: "more", type: "message", data: { text: "More" }, position: { x: 1, y: 2 } },
    });
    const connected = await run(call, "connect_flow_nodes", {
      chatbotId,
      edge: { source: "ask", sourceHandle: "b", target: "more" },
    });
    expect(connected).toMatchObject({
      replaced: { target: "end" },
      nodes: 5,
      warnings: 1,
      flow: { draftIsLive: false },
    });
    const removed = await run(call, "delete_flow_node", { chatbotId, nodeId: "more" });
    expect(removed).toMatchObject({ removedEdges: [{ source: "ask", sourceHandle: "b" }], nodes: 4 });
    expect(await run(call, "publish_flow_version", { chatbotId, running: "end" })).toMatchObject({
      live: { number: 2 },
      sessionsChanged: 0,
    });
    const versions = await allItems(flowTools, call, "list_flow_versions", { chatbotId, limit: 1 });
    expect(versions.map(({ number, live }) => [number, live])).toEqual([
      [2, true],
      [1, false],
    ]);
    expect(await run(call, "get_chatbot_flow", { chatbotId, version: "1" })).toMatchObject({
      version: { number: 1 },
      edges: GOOD.edges,
    });
    expect(await run(call, "get_chatbot_flow", { flowId, version: "live" })).toMatchObject({
      version: { number: 2 },
    });
    expect(await allItems(flowTools, call, "list_flows", { chatbotId })).toMatchObject([
      { id: flowId, published: { number: 2 }, draftIsLive: true },
    ]);
    const made = await run(call, "create_flow", { name: "Reminder", flow: GOOD });
    expect(made).toMatchObject({ flow: { name: "Reminder", chatbotId: null }, errors: 0 });
    const { id } = (await allItems(flowTools, call, "list_flows", { query: "REMIND" }))[0] ?? {};
    expect(await run(call, "delete_flow", { flowId: id })).toMatchObject({ deleted: true });
    expect(await allItems(flowTools, call, "list_flows")).toHaveLength(1);
  });

  it("want exactly one of chatbotId and flowId", async () => {
    const { call, chatbotId, flowId } = await chatbotCall();
    for (const name of ["get_chatbot_flow", "list_flow_versions", "publish_flow_version"]) {
      expect(await failureOf(run(call, name, {}))).toMatchObject({
        code: "invalid_input",
        message: expect.stringContaining("exactly one"),
      });
      expect((await failureOf(run(call, name, { chatbotId, flowId }))).code).toBe("invalid_input");
      expect((await failureOf(run(call, name, { chatbotId: newId("chatbot") }))).code).toBe("not_found");
    }
    expect((await failureOf(run(call, "simulate_flow", {}))).code).toBe("invalid_input");
    expect((await failureOf(run(call, "validate_flow", { flow: GOOD, chatbotId, flowId }))).code).toBe(
      "invalid_input",
    );
    expect((await failureOf(run(call, "validate_flow", { flow: GOOD, flowId: newId("flow") }))).code).toBe(
      "not_found",
    );
  });

  it("refuse what has not the form of a flow, and say where", async () => {
    const { call, chatbotId } = await chatbotCall();
    const wrong = async (flow: unknown) => failureOf(run(call, "update_chatbot_flow", { chatbotId, flow }));
    expect((await wrong({ nodes: [{ id: "a" }] })).message).toContain("flow.nodes.0.type");
    expect((await wrong({ nodes: [], edges: [{ source: "a" }] })).message).toContain("flow.edges.0.target");
    expect((await wrong({ nodes: [{ id: "a", type: "end", dta: {} }] })).message).toContain("dta");
    expect((await wrong({ nodes: [], links: [] })).code).toBe("invalid_input");
    expect((await wrong("flow")).code).toBe("invalid_input");
  });

  it("answer a large flow in pages that put together are the flow", async () => {
    const { call, chatbotId } = await chatbotCall();
    const count = 300;
    const asks = Array.from({ length: count }, (_, i): Sketch => {
      return [`q${i}`, "question", { text: `${i} ${"x".repeat(900)}` }];
    });
    const large = draftOf(
      [["start", "start"], ...asks],
      [
        "start > q0",
        ...Array.from({ length: count - 1 }, (_, i) => `q${i}.answered > q${i + 1}`),
        "nobody > q1",
      ],
    );
    await run(call, "update_chatbot_flow", { chatbotId, flow: large });
    const graph = z.object({ nodes: z.array(z.unknown()), edges: z.array(z.unknown()) });
    const parts: z.output<typeof graph> = { nodes: [], edges: [] };
    let cursor: unknown;
    do {
      const page = await run(call, "get_chatbot_flow", { chatbotId, ...(cursor ? { cursor } : {}) });
      expect(page.errors).toBe(1);
      const { nodes, edges } = graph.parse(page);
      parts.nodes.push(...nodes);
      parts.edges.push(...edges);
      expect(JSON.stringify({ ...page, problems: [] }).length).toBeLessThan(MAX_RESULT_CHARACTERS * 0.7);
      cursor = page.nextCursor;
      if (cursor && parts.nodes.length < 60) {
        const stranger = { chatbotId, version: "1", cursor };
        expect((await failureOf(run(call, "get_chatbot_flow", stranger))).code).toBe("invalid_cursor");
      }
    } while (cursor);
    expect(parts.nodes).toEqual(large.nodes);
    expect(parts.edges).toEqual(large.edges);
  });
});

describe("validate_flow", () => {
  it("checks a given flow without keeping it", async () => {
    const { call, chatbotId } = await chatbotCall();
    expect(await run(call, "validate_flow", { flow: GOOD })).toMatchObject({ valid: true, errors: 0 });
    const answer = await run(call, "validate_flow", {
      chatbotId,
      flow: { nodes: [{ id: "a", type: "strat" }] },
    });
    expect(answer).toMatchObject({
      valid: false,
      problems: expect.arrayContaining([
        expect.objectContaining({
          code: "unknown_type",
          path: "nodes.a.type",
          candidates: ["start"],
          hint: expect.any(String),
        }),
        expect.objectContaining({ code: "no_start", path: "" }),
      ]),
    });
    expect(await run(call, "validate_flow", { chatbotId })).toMatchObject({ valid: true, warnings: 1 });
  });
});

describe("names that a flow uses", () => {
  it("of whom it hands over to and of categories are looked for, and warned of", async () => {
    const { call, chatbotId } = await chatbotCall();
    const flow = draftOf(
      [
        ["start", "start"],
        ["ai", "ai_answer", { categoryIds: [newId("category")] }],
        ["nobody", "handoff", { assignee: "mb_nobody" }],
      ],
      ["start > ai", "ai.answered > nobody", "ai.no_answer > nobody", "ai.handoff > nobody"],
    );
    const { problems, errors } = await run(call, "validate_flow", { chatbotId, flow });
    expect(errors).toBe(0);
    expect(problems).toMatchObject([
      { severity: "warning", code: "unknown_category", path: "nodes.ai.data.categoryIds" },
      { severity: "warning", code: "unknown_assignee", path: "nodes.nobody.data.assignee" },
    ]);
  });
});

describe("simulate_flow", () => {
  it("says so when it stops before the flow does", async () => {
    const { call } = await chatbotCall();
    const flow = draftOf(
      [
        ["start", "start"],
        ["wait", "delay", { seconds: 60 }],
        ["say", "message", { text: "Still here?" }],
      ],
      ["start > wait", "wait > say", "say > wait"],
    );
    const { stopped, transcript } = await run(call, "simulate_flow", { flow });
    expect(stopped).toBe(true);
    expect(
      z
        .array(z.looseObject({ text: z.string() }))
        .parse(transcript)
        .at(-1)?.text,
    ).toContain("250 turns");
  });
});

describe("parley://flow-schema", () => {
  it("is the schema that flows are held against", async () => {
    const [resource] = flowResources;
    const schema = await resource?.read(testCall(), {});
    const text = JSON.stringify(schema);
    expect(schema).toMatchObject({ $schema: "https://json-schema.org/draft/2020-12/schema", type: "object" });
    for (const word of ["search_products", "sourceHandle", "no_answer", "optionsFrom"])
      expect(text).toContain(word);
    expect(text.length).toBeLessThan(MAX_RESULT_CHARACTERS);
  });
});

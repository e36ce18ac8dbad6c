import { describe, expect, it } from "vitest";
import { z } from "zod";
import type { Call } from "../../src/calls/define.ts";
import { NODE_TYPES } from "../../src/flows/graph/nodes.ts";
import { validateFlow } from "../../src/flows/graph/validate.ts";
import { flowTools } from "../../src/flows/tools.ts";
import { failureOf, runTool } from "../run.ts";
import { draftOf } from "./flows.ts";
import { chatbotCall } from "./stored.ts";

/** Flows that are built node by node, as assistants do. */

const run = (call: Call, name: string, args: object) => runTool(flowTools, call, name, args);
const drafted = z.object({
  nodes: z.array(z.object({ id: z.string(), data: z.record(z.string(), z.unknown()) })),
  edges: z.array(z.object({ source: z.string(), sourceHandle: z.string().optional(), target: z.string() })),
});

async function building() {
  const { call, chatbotId } = await chatbotCall();
  const add = (id: string, type: string, data: object = {}) =>
    run(call, "add_flow_node", { chatbotId, node: { id, type, data } });
  const connect = (source: string, target: string, sourceHandle?: string) =>
    run(call, "connect_flow_nodes", {
      chatbotId,
      edge: { source, target, ...(sourceHandle && { sourceHandle }) },
    });
  const update = (nodeId: string, change: object) =>
    run(call, "update_flow_node", { chatbotId, nodeId, ...change });
  const draft = async () => drafted.parse(await run(call, "get_chatbot_flow", { chatbotId }));
  return { call, chatbotId, add, connect, update, draft };
}

const OPTIONS = [
  { id: "sales", label: "Sales" },
  { id: "support", label: "Support" },
  { id: "other_things", label: "Something else" },
];

describe("a flow built node by node", () => {
  it("takes one call for each node and one for each way, and no answer grows with the flow", async () => {
    const { call, chatbotId, add, connect } = await building();
    const answers = [
      await add("name", "question", { text: "Your name?", variable: "name", timeoutSeconds: 600 }),
      await add("topic", "choice", { text: "What is it about?", options: OPTIONS, timeoutSeconds: 600 }),
      await add("email", "question", {
        text: "Your email?",
        answer: "email",
        variable: "email",
        timeoutSeconds: 600,
      }),
      await add("lead", "create_lead"),
      await add("bye", "end", { message: "Thank you, {{name}}." }),
      await connect("start", "name"),
      await connect("name", "topic"),
      await connect("topic", "email"),
      await connect("email", "lead"),
      await connect("lead", "bye"),
    ];
    for (const answer of answers) {
      expect(answer).toMatchObject({ errors: 0, problems: [] });
    }
    const late = await connect("email", "bye", "timeout");
    expect(late).toMatchObject({ connected: [{ source: "email", sourceHandle: "timeout", target: "bye" }] });
    expect(await run(call, "validate_flow", { chatbotId })).toMatchObject({ valid: true, errors: 0 });
    expect(await run(call, "publish_flow_version", { chatbotId })).toMatchObject({ unreachable: [] });
    const played = await run(call, "simulate_flow", {
      chatbotId,
      inputs: ["Ada", "sales", "ada@example.com"],
    });
    expect(played).toMatchObject({
      outcome: "completed",
      effects: expect.arrayContaining([
        expect.objectContaining({
          type: "createLead",
          details: expect.objectContaining({ name: "Ada", email: "ada@example.com" }),
        }),
      ]),
    });
  });

  it("leaves by a node's main handle where none is named", async () => {
    const { add, connect, draft } = await building();
    const main: [string, object, string | undefined][] = [
      ["message", { text: "Hi" }, undefined],
      ["question", { text: "?" }, "answered"],
      ["choice", { text: "?", optionsFrom: "last_message" }, "answered"],
      ["choice", { text: "?", options: OPTIONS, multiple: true }, "answered"],
      ["http_request", { url: "https://api.example.com" }, "success"],
      ["ai_answer", {}, "answered"],
      ["search_products", { query: "x" }, "found"],
      ["delay", { seconds: 5 }, undefined],
    ];
    await add("end", "end");
    for (const [i, [type, data, handle]] of main.entries()) {
      await add(`n${i}`, type, data);
      const { connected } = await connect(`n${i}`, "end");
      expect(connected, type).toEqual([
        { source: `n${i}`, ...(handle === undefined ? {} : { sourceHandle: handle }), target: "end" },
      ]);
    }
    expect((await draft()).edges).toHaveLength(main.length);
  });

  it("connects all options of a choice at once, but those that lead somewhere already", async () => {
    const { add, connect, draft } = await building();
    await add("topic", "choice", { text: "?", options: OPTIONS });
    await add("a", "end");
    await add("b", "end");
    await connect("topic", "a", "sales");
    expect((await connect("topic", "b")).connected).toMatchObject([
      { sourceHandle: "support" },
      { sourceHandle: "other_things" },
    ]);
    expect((await draft()).edges.map(({ sourceHandle, target }) => [sourceHandle, target])).toEqual([
      ["sales", "a"],
      ["support", "b"],
      ["other_things", "b"],
    ]);
    expect(await failureOf(connect("topic", "a"))).toMatchObject({
      code: "invalid_input",
      detail: { candidates: ["sales", "support", "other_things", "other", "timeout"] },
    });
    expect(await failureOf(connect("a", "b"))).toMatchObject({ code: "invalid_input" });
    await add("if", "condition", {
      cases: [{ id: "yes", rules: [{ variable: "last_message", operator: "is_set" }] }],
    });
    expect(await failureOf(connect("if", "a"))).toMatchObject({ detail: { candidates: ["yes", "else"] } });
  });

  it("changes a node in its place: what is given is replaced, null is taken out, edges stay", async () => {
    const { add, connect, update, draft } = await building();
    await add("ask", "question", { text: "Email?", answer: "email", variable: "email", timeoutSeconds: 60 });
    await add("bye", "end", { message: "We write to {{email}}." });
    await connect("ask", "bye");
    const edges = (await draft()).edges;
    expect(
      await update("ask", {
        data: { text: "Where may we write to?", timeoutSeconds: null },
        position: { x: 4, y: 2 },
      }),
    ).toMatchObject({
      node: {
        id: "ask",
        type: "question",
        data: { text: "Where may we write to?", answer: "email", variable: "email" },
        position: { x: 4, y: 2 },
      },
      problems: [{ code: "no_timeout" }],
    });
    expect((await draft()).edges).toEqual(edges);
    // What others relied on is said; what was wrong elsewhere before is not.
    expect(await update("ask", { data: { variable: "address" } })).toMatchObject({
      errors: 1,
      problems: [{ code: "unknown_variable", path: "nodes.bye.data.message" }, { code: "no_timeout" }],
    });
    expect((await failureOf(update("aks", { data: {} }))).detail.candidates).toEqual(["ask"]);
    expect((await failureOf(update("ask", {}))).code).toBe("invalid_input");
  });

  it("that is published with nodes nobody comes to says which", async () => {
    const { call, chatbotId, add, connect } = await building();
    await add("hello", "message", { text: "Hello" });
    await add("lost", "message", { text: "Lost" });
    await add("bye", "end");
    await connect("start", "hello");
    await connect("hello", "bye");
    await connect("lost", "bye");
    expect(await run(call, "publish_flow_version", { chatbotId })).toMatchObject({ unreachable: ["lost"] });
  });

  it("takes twenty nodes at once", async () => {
    const { add, draft } = await building();
    await Promise.all(Array.from({ length: 20 }, (_, i) => add(`n${i}`, "message", { text: `${i}` })));
    expect((await draft()).nodes).toHaveLength(21);
  });
});

describe("what nodes hold", () => {
  it("is answered by validate_flow, for each type and without a flow", async () => {
    const { call, chatbotId } = await building();
    const { nodes, valid } = await run(call, "validate_flow", {});
    expect(valid).toBeNull();
    const schemas = z
      .array(z.object({ type: z.string(), schema: z.record(z.string(), z.unknown()) }))
      .parse(nodes);
    expect(schemas.map(({ type }) => type)).toEqual(NODE_TYPES);
    for (const { schema } of schemas) expect(schema.description).toMatch(/[Hh]andle/);
    expect(JSON.stringify(schemas).length).toBeLessThan(50_000);
    expect(await run(call, "validate_flow", { chatbotId, types: ["choice"] })).toMatchObject({
      valid: true,
      nodes: [{ type: "choice" }],
    });
  });

  it("is named by the place where something is wrong with it", () => {
    const hintOf = (type: string, data: Record<string, unknown>) =>
      validateFlow(
        draftOf([
          ["start", "start"],
          ["x", type, data],
        ]),
      ).problems.find(({ path }) => path.startsWith("nodes.x.data"));
    const option = (more: object) => ({ text: "?", options: [{ id: "a", label: "A", ...more }] });
    expect(hintOf("choice", option({ lable: "B" }))).toMatchObject({
      path: "nodes.x.data.options.0",
      hint: expect.stringMatching(/^options\.0 has: id, label, value/),
      candidates: ["label"],
    });
    expect(hintOf("choice", option({ id: "" }))?.hint).toMatch(/^options\.0 has: id, label, value/);
    expect(hintOf("question", { txt: "?" })?.hint).toMatch(/^data of question has: label, text, answer/);
    const rule = { variable: "last_message", operator: "equals", vaule: "x" };
    expect(hintOf("condition", { cases: [{ id: "a", rules: [rule] }] })).toMatchObject({
      hint: expect.stringMatching(/^cases\.0\.rules\.0 has: variable, operator, value/),
    });
    expect(hintOf("message", { text: "x", media: { kind: "gif", url: "https://a.example/x" } })?.hint).toBe(
      "media has: kind, url, alt.",
    );
  });
});

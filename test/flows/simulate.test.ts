import { describe, expect, it } from "vitest";
import { z } from "zod";
import type { Call } from "../../src/calls/define.ts";
import { flowTools } from "../../src/flows/tools.ts";
import { testCall } from "../call.ts";
import { runTool } from "../run.ts";
import { draftOf } from "./flows.ts";
import { chatbotCall, GOOD } from "./stored.ts";

const run = (call: Call, name: string, args: object = {}) => runTool(flowTools, call, name, args);

describe("simulate_flow", () => {
  it("plays a talk with a scripted visitor", async () => {
    const { call, chatbotId } = await chatbotCall();
    const answer = await run(call, "simulate_flow", {
      chatbotId,
      flow: GOOD,
      inputs: ["neither", "a", "more"],
    });
    expect(answer).toMatchObject({
      outcome: "completed",
      reason: "end",
      nodeId: "end",
      transcript: [
        { from: "flow", nodeId: "ask", text: "Which?", options: ["A", "B"] },
        { from: "visitor", text: "neither" },
        { from: "flow", text: "Please choose one of the options." },
        { from: "visitor", text: "a" },
        { from: "flow", nodeId: "end", text: "A it is." },
      ],
      path: [
        { nodeId: "start", handle: "next", to: "ask" },
        { nodeId: "ask", handle: "a", to: "tag" },
        { nodeId: "tag", handle: "next", to: "end" },
      ],
      variables: expect.arrayContaining([{ name: "which", value: "A" }]),
      unusedInputs: 1,
    });
    expect(answer.effects).toContainEqual({
      type: "setField",
      nodeId: "tag",
      details: { field: "name", value: "A" },
    });
    const silent = await run(call, "simulate_flow", { flow: GOOD, inputs: [{ timeout: true }] });
    expect(silent).toMatchObject({ outcome: "completed", path: [{}, { handle: "timeout" }] });
    expect(await run(call, "simulate_flow", { flow: GOOD })).toMatchObject({
      outcome: "waiting",
      nodeId: "ask",
    });
  });

  it("makes no request: results are given or assumed, and it says which", async () => {
    const call = testCall();
    const flow = draftOf(
      [
        ["start", "start", { variables: [{ name: "x", value: "?" }, { name: "list" }] }],
        ["h", "http_request", { url: "https://api.example.com", save: [{ path: "x", variable: "x" }] }],
        ["ai", "ai_answer", { question: "Have you {{x}}?" }],
        ["s", "search_products", { query: "{{x}}", variable: "list" }],
        ["f", "question", { text: "Photo?", answer: "file", variable: "x" }],
        ["d", "delay", { seconds: 3600 }],
        ["c", "choice", { text: "Which?", optionsFrom: "list" }],
      ],
      [
        "start > h",
        "h.success > ai",
        "ai.answered > s",
        "s.found > f",
        "s.none > f",
        "f.answered > d",
        "d > c",
      ],
    );
    const given = await run(call, "simulate_flow", {
      flow,
      inputs: [
        { result: { status: 200, body: { x: "lamp" } } },
        { result: { answer: "We have lamps." } },
        { result: { products: ["Lamp"] } },
        { file: "me.png" },
        "lamp",
      ],
    });
    expect(given).toMatchObject({ outcome: "completed", unusedInputs: 0 });
    const text = JSON.stringify(given.transcript);
    for (const part of ["We have lamps.", "(products: Lamp)", "me.png", "The delay passes.", "as given"])
      expect(text).toContain(part);
    expect(text).not.toContain("assumed");
    const assumed = await run(call, "simulate_flow", { flow, inputs: [] });
    expect(assumed).toMatchObject({ outcome: "waiting", nodeId: "f" });
    expect(JSON.stringify(assumed.transcript).match(/assumed/g)).toHaveLength(3);
    const failed = await run(call, "simulate_flow", { flow, inputs: [{ result: { status: 500 } }] });
    expect(failed).toMatchObject({ reason: "unconnected", nodeId: "h" });
  });

  it("goes on into published flows, and stops in one that never does", async () => {
    const call = testCall();
    const second = await run(call, "create_flow", { name: "Second", flow: GOOD });
    const { id } = z.object({ id: z.string() }).parse(second.flow);
    const first = draftOf(
      [
        ["start", "start"],
        ["g", "goto", { flowId: id }],
      ],
      ["start > g"],
    );
    expect(await run(call, "simulate_flow", { flow: first })).toMatchObject({
      outcome: "failed",
      reason: "missing_flow",
      problems: [{ code: "flow_not_published" }],
    });
    await run(call, "publish_flow_version", { flowId: id });
    expect(await run(call, "simulate_flow", { flow: first, inputs: ["B"] })).toMatchObject({
      outcome: "completed",
      transcript: [{}, {}, { text: "B it is." }],
    });
    const round = draftOf(
      [
        ["start", "start"],
        ["d", "delay", { seconds: 1 }],
      ],
      ["start > d", "d > d"],
    );
    expect(await run(call, "simulate_flow", { flow: round })).toMatchObject({
      outcome: "waiting",
      nodeId: "d",
    });
    const wrong = { nodes: [{ id: "start", type: "start", data: { x: 1 } }] };
    expect(await run(call, "simulate_flow", { flow: wrong, inputs: ["hi"] })).toMatchObject({
      outcome: "not_run",
      errors: 1,
      unusedInputs: 1,
    });
  });
});

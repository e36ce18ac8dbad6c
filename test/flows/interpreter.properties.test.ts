import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Draft, type Flow, handlesOf } from "../../src/flows/graph/document.ts";
import { MAX_FLOW_DEPTH, MAX_STEPS } from "../../src/flows/graph/limits.ts";
import { validateFlow } from "../../src/flows/graph/validate.ts";
import { runTurn } from "../../src/flows/run/interpreter.ts";
import {
  type FlowInput,
  type FlowLookup,
  type FlowState,
  flowStateSchema,
  newState,
  type Turn,
} from "../../src/flows/run/state.ts";
import { property } from "../property.ts";
import { NOW } from "./flows.ts";
import { anyInput, secondFlow, soundDraft, wildDraft } from "./generated.ts";

const second = secondFlow();

function flowsWith(main: Flow): Record<string, Flow> {
  return { main, second };
}

/** Everything that must hold after any turn of any flow. */
function check(flows: Record<string, Flow>, before: FlowState, turn: Turn): void {
  const { state, path, effects } = turn;
  const entered = path.filter(({ type }) => type === "enter");
  // Stops: no more steps than a turn may take (one more where a visitor's open question began a new turn).
  expect(entered.length).toBeLessThanOrEqual(MAX_STEPS + 1);
  expect(state.trail.length).toBeLessThanOrEqual(MAX_FLOW_DEPTH);
  // Only edges that are there, or the jump of a goto.
  let here = before.nodeId;
  for (const trace of path) {
    const flow = flows[trace.flowId];
    const node = flow?.nodes.find((each) => each.id === trace.nodeId);
    expect(node, trace.nodeId).toBeDefined();
    if (trace.type === "enter") {
      expect(here === null || here === trace.nodeId).toBe(true);
      here = trace.nodeId;
      continue;
    }
    expect(trace.nodeId).toBe(here);
    here = trace.to;
    if (trace.handle === null) {
      expect(node?.type).toBe("goto");
      continue;
    }
    if (node) expect(handlesOf(node).map(({ id }) => id)).toContain(trace.handle);
    const edge = flow?.edges.find(
      (each) => each.source === trace.nodeId && (each.sourceHandle ?? "next") === trace.handle,
    );
    expect(edge?.target ?? null).toBe(trace.to);
  }
  // The state is plain data that can be stored, small, and says what it waits for.
  expect(flowStateSchema.parse(JSON.parse(JSON.stringify(state)))).toEqual(state);
  expect(JSON.stringify(state).length).toBeLessThan(100_000);
  expect(state.waiting !== null).toBe(state.status === "waiting");
  expect(state.reason === null).toBe(state.status === "waiting");
  expect(effects.filter(({ type }) => type === "end").length).toBe(
    state.status === "waiting" || before.status !== "waiting" ? 0 : 1,
  );
}

/** Runs a whole session, checking each turn; answers how it came out. */
function runSession(
  main: Flow,
  inputs: { input: FlowInput; seconds: number }[],
  given: { seed: number },
): FlowState {
  const flows = flowsWith(main);
  const frozen = JSON.stringify(flows);
  const lookup: FlowLookup = (flowId) => {
    const flow = Object.hasOwn(flows, flowId) ? flows[flowId] : undefined;
    return flow && { versionId: "1", flow };
  };
  let state = newState({ flowId: "main", versionId: "1", seed: given.seed });
  let now = NOW;
  for (const { input, seconds } of [{ input: { type: "start" as const }, seconds: 0 }, ...inputs]) {
    now += seconds * 1000;
    const awaited = input.type === "result" && input.call === 0 ? { ...input, call: state.calls } : input;
    const before = JSON.stringify(state);
    const turn = runTurn(lookup, state, awaited, now);
    expect(JSON.stringify(state)).toBe(before);
    check(flows, state, turn);
    // The same again, from what a database would give back.
    expect(runTurn(lookup, JSON.parse(before), awaited, now)).toEqual(turn);
    state = turn.state;
  }
  expect(JSON.stringify(flows)).toBe(frozen);
  return state;
}

function runnable(draft: Draft): Flow {
  const { flow } = validateFlow(draft);
  if (!flow) throw new Error("every generated node fits its type");
  return flow;
}

const inputs = fc.array(anyInput, { maxLength: 12 });

describe("generated sessions", () => {
  it("in any graph stop, follow only edges that are there, and can be repeated", async () => {
    const outcomes = new Set<string>();
    await property(
      [wildDraft, inputs, fc.integer()],
      (draft, given, seed) => {
        const state = runSession(runnable(draft), given, { seed });
        outcomes.add(state.reason ?? state.status);
      },
      { runs: 600 },
    );
    // Invalid graphs must really have been run into.
    for (const reason of ["no_start", "missing_node", "too_many_steps", "unconnected"])
      expect(outcomes).toContain(reason);
  });

  it("in a flow without errors never fail from within", async () => {
    const outcomes = new Set<string>();
    let sound = 0;
    await property(
      [soundDraft, inputs, fc.integer()],
      (draft, given, seed) => {
        const known = { flowId: "main", fields: ["size"], flows: [{ id: "second", published: true }] };
        const { errors } = validateFlow(draft, known);
        if (errors > 0) return;
        sound += 1;
        const state = runSession(runnable(draft), given, { seed });
        outcomes.add(state.reason ?? state.status);
        expect(state.status, `${state.reason} at ${state.nodeId}`).not.toBe("failed");
      },
      { runs: 1500 },
    );
    expect(sound).toBeGreaterThan(300);
    for (const reason of ["waiting", "end", "handoff", "unconnected"]) expect(outcomes).toContain(reason);
  });
});

describe("generated drafts", () => {
  it("of any data are checked without a fault, and run only if every node fits", async () => {
    const wildNode = fc.record({
      id: fc.string({ minLength: 1, maxLength: 60 }),
      type: fc.oneof(
        fc.constantFrom("start", "question", "choice", "condition", "http_request", "goto"),
        fc.string({ maxLength: 20 }),
      ),
      data: fc.dictionary(
        fc.constantFrom(
          "text",
          "options",
          "cases",
          "url",
          "variable",
          "pattern",
          "nodeId",
          "save",
          "__proto__",
        ),
        fc.anything({ maxDepth: 3 }),
      ),
    });
    await property(
      [fc.array(wildNode, { maxLength: 6 })],
      (nodes) => {
        const { flow, errors, problems } = validateFlow({
          nodes: JSON.parse(JSON.stringify(nodes)),
          edges: [],
        });
        expect(problems.length).toBeLessThanOrEqual(100);
        if (flow === null) expect(errors).toBeGreaterThan(0);
        else runSession(flow, [], { seed: 1 });
      },
      { runs: 500 },
    );
  });
});

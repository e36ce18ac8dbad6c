import fc from "fast-check";
import { type Draft, type Flow, handlesOf } from "../../src/flows/graph/document.ts";
import { NODE_TYPES, type NodeType } from "../../src/flows/graph/nodes.ts";
import { validateFlow } from "../../src/flows/graph/validate.ts";
import type { EffectResult, FlowInput } from "../../src/flows/run/state.ts";

/** Generated flows, valid and invalid, and generated visitors. Few names, so that things meet. */

const id = fc.constantFrom("a", "b", "c", "d", "e", "f", "g", "h");
const variable = fc.constantFrom("v", "w", "list");
const text = fc.constantFrom(
  "Hi",
  "{{v}}",
  "{{w}} and {{last_message}}",
  "{{list}}",
  "{{1+1}}",
  "x".repeat(300),
);
const timeout = fc.option(fc.constantFrom(10, 60), { nil: undefined });
const option = fc.constantFrom({ id: "yes", label: "Yes" }, { id: "no", label: "No {{v}}", value: "{{w}}n" });

function some<T extends Record<string, fc.Arbitrary<unknown>>>(
  required: T,
  optional: Record<string, fc.Arbitrary<unknown>> = {},
) {
  const model: Record<string, fc.Arbitrary<unknown>> = { ...required, ...optional };
  return fc.record(model, { requiredKeys: Object.keys(required) });
}

/** Data that fits each type of node. */
const DATA: Record<NodeType, fc.Arbitrary<object>> = {
  start: some(
    {},
    { variables: fc.constant([{ name: "v", value: "first" }, { name: "w" }, { name: "list" }]) },
  ),
  message: some({ text }),
  question: some(
    {
      answer: fc.constantFrom("text", "number", "email", "rating", "date"),
    },
    { text, maxRetries: fc.constantFrom(0, 1), variable, timeoutSeconds: timeout },
  ),
  choice: fc.oneof(
    some(
      {
        text,
        options: fc.uniqueArray(option, { minLength: 1, selector: (each) => each.id }),
        multiple: fc.boolean(),
      },
      { variable, timeoutSeconds: timeout },
    ),
    some({ text, optionsFrom: variable }, { variable }),
  ),
  condition: some({
    cases: fc.constantFrom(
      [{ id: "one", rules: [{ variable: "v", operator: "is_set" }] }],
      [
        {
          id: "one",
          rules: [{ variable: "w", operator: "greater_than", value: 3, measure: "number_or_length" }],
        },
        {
          id: "two",
          match: "any",
          rules: [
            { variable: "list", operator: "contains", value: "{{v}}" },
            { variable: "v", operator: "matches", value: "(a|b)+", search: true },
          ],
        },
      ],
    ),
  }),
  set_variable: some({
    variable,
    value: fc.constantFrom("x", "{{v}}{{w}}", "{{list}}", 5),
    operation: fc.constantFrom("set", "append", "increment", "now", "random"),
  }),
  set_field: some({ field: fc.constantFrom("name", "size"), value: text }),
  add_tag: some({ tag: fc.constant("vip") }),
  remove_tag: some({ tag: fc.constant("vip") }),
  create_ticket: some({ subject: fc.constant("Help {{v}}") }),
  create_lead: some({}),
  delay: some({ seconds: fc.constantFrom(1, 3600) }),
  http_request: some(
    { url: fc.constantFrom("https://api.example.com/{{v}}", "https://api.example.com") },
    { save: fc.constant([{ path: "a.0", variable: "list" }]) },
  ),
  ai_answer: some({ maxTurns: fc.constantFrom(1, 3) }, { question: text, variable, timeoutSeconds: timeout }),
  search_products: some({ query: text }, { variable: fc.constant("list") }),
  handoff: some({}, { message: text }),
  goto: fc.oneof(some({ nodeId: id }), some({ flowId: fc.constantFrom("main", "second", "gone") })),
  end: some({}, { message: text }),
};

/** Nodes that fit their types; whether the graph makes sense is left to chance. */
const node = fc
  .constantFrom(...NODE_TYPES.filter((type) => type !== "start"))
  .chain((type) => fc.record({ id, type: fc.constant(type), data: DATA[type] }));

const HANDLES = [
  "next",
  "answered",
  "invalid",
  "timeout",
  "other",
  "yes",
  "no",
  "one",
  "two",
  "else",
  "success",
  "error",
  "found",
  "none",
  "no_answer",
  "handoff",
  "gone",
];
const wildEdge = fc.record({
  source: fc.oneof(id, fc.constant("start")),
  sourceHandle: fc.constantFrom(undefined, ...HANDLES),
  target: fc.oneof(
    { weight: 9, arbitrary: id },
    { weight: 1, arbitrary: fc.constantFrom("start", "nobody") },
  ),
});

/** Nodes and edges at random: no start or several, ids twice, edges from and to nowhere. */
const randomDraft: fc.Arbitrary<Draft> = fc.record({
  nodes: fc
    .tuple(
      fc.array(
        fc.record({ id: fc.constantFrom("start", "a"), type: fc.constant("start"), data: DATA.start }),
        { maxLength: 2 },
      ),
      fc.array(node, { maxLength: 10 }),
    )
    .map((parts) => parts.flat().map((each) => ({ ...each, data: { ...each.data } }))),
  edges: fc.array(wildEdge, { maxLength: 20 }),
});

/** Mostly sound graphs: one start that leads on, ids once, and most handles connected. */
export const soundDraft: fc.Arbitrary<Draft> = fc
  .tuple(
    DATA.start,
    fc.uniqueArray(node, { minLength: 1, maxLength: 8, selector: (each) => each.id }),
    fc.infiniteStream(fc.nat()),
  )
  .map(([startData, others, numbers]) => {
    const start = {
      id: "start",
      type: "start",
      data: { ...startData, variables: [{ name: "v", value: "first" }, { name: "w" }, { name: "list" }] },
    };
    const nodes = [start, ...others.map((each) => ({ ...each, data: { ...each.data } }))];
    const { flow } = validateFlow({ nodes, edges: [] });
    const pick = <T>(list: readonly T[]) => list[(numbers.next().value ?? 0) % list.length];
    const edges = (flow?.nodes ?? []).flatMap((each) =>
      handlesOf(each).flatMap((handle) => {
        const target = pick(others)?.id;
        return target === undefined || pick([0, 1, 2, 3]) === 0
          ? []
          : [{ source: each.id, sourceHandle: handle.id, target }];
      }),
    );
    return { nodes, edges };
  });

/** A mostly sound graph with something broken: a node gone or there twice, edges bent, circles that never wait. */
const brokenDraft: fc.Arbitrary<Draft> = fc
  .record({
    draft: soundDraft,
    gone: fc.option(fc.oneof(id, fc.constant("start")), { nil: null }),
    twice: fc.option(node, { nil: null }),
    more: fc.array(wildEdge, { maxLength: 3 }),
    talkOnly: fc.boolean(),
  })
  .map(({ draft, gone, twice, more, talkOnly }) => {
    const kept = draft.nodes.filter((each) => each.id !== gone);
    const talking = talkOnly
      ? kept.map((each) =>
          each.type === "start" ? each : { ...each, type: "message", data: { text: "Hi" } },
        )
      : kept;
    const edges = talkOnly ? draft.edges.map(({ source, target }) => ({ source, target })) : draft.edges;
    const nodes = twice ? [...talking, { ...twice, data: { ...twice.data } }] : talking;
    return { nodes, edges: [...more, ...edges] };
  });

/** Any graph, however wrong; every node fits its type. */
export const wildDraft = fc.oneof(
  { weight: 1, arbitrary: randomDraft },
  { weight: 3, arbitrary: brokenDraft },
);

const result: fc.Arbitrary<EffectResult> = fc.oneof(
  fc.record({
    kind: fc.constant("http" as const),
    status: fc.constantFrom(200, 404),
    body: fc.constantFrom({ a: ["Red", "Blue"] }, null, "text", { a: [{ b: 1 }] }),
  }),
  fc.constant({ kind: "http" as const, error: "timeout" }),
  fc.record({
    kind: fc.constant("ai" as const),
    answer: fc.constantFrom("Yes.", null),
    confidence: fc.constantFrom(0.2, 0.9),
    handoff: fc.boolean(),
  }),
  fc.record({
    kind: fc.constant("products" as const),
    items: fc.constantFrom([], [{ id: "pr_1", name: "Lamp" }]),
  }),
);

/** What may come in, fitting or not; `call` 0 stands for the awaited one, and time is in seconds to let pass. */
export const anyInput: fc.Arbitrary<{ input: FlowInput; seconds: number }> = fc.record({
  seconds: fc.constantFrom(0, 1, 100, 4000),
  input: fc.oneof(
    fc.record({
      type: fc.constant("message" as const),
      text: fc.oneof(
        fc.constantFrom("yes", "No", "2", "7.5", "a@example.com", "2026-01-31", ""),
        fc.string({ unit: "binary", maxLength: 30 }),
      ),
    }),
    fc.constant({ type: "wake" as const }),
    fc.constant({ type: "start" as const, text: "Hello" }),
    fc.record({ type: fc.constant("result" as const), call: fc.constantFrom(0, 0, 0, 1, 99), result }),
  ),
});

/** A second flow for the first to go to. */
export function secondFlow(): Flow {
  const { flow } = validateFlow({
    nodes: [
      { id: "start", type: "start", data: {} },
      { id: "q", type: "question", data: { text: "Second?" } },
      { id: "back", type: "goto", data: { flowId: "main" } },
    ],
    edges: [
      { source: "start", target: "q" },
      { source: "q", sourceHandle: "answered", target: "back" },
    ],
  });
  if (!flow) throw new Error("the second flow is valid");
  return flow;
}

import fc from "fast-check";
import type { Move } from "./typebot-compare.ts";
import type { PlayedBlock, PlayedBot, World } from "./typebot-played.ts";

/** Bots that make sense to Typebot, of every kind of block that it has a behaviour for, and visitors for them. */

const VARIABLES = [
  { id: "va", name: "A" },
  { id: "vb", name: "B b", value: "start" },
  { id: "vn", name: "Count", value: "3" },
  { id: "vl", name: "List", value: ["one", "two"] },
  { id: "vm", name: "More" },
];
const variableId = fc.constantFrom("va", "vb", "vn", "vl", "vm");
const placeholder = fc.constantFrom("{{A}}", "{{B b}}", "{{Count}}", "{{More}}", "{{Nobody}}");
const groupIds = ["g0", "g1", "g2", "g3"];

const words = fc
  .tuple(
    fc.constantFrom("Hello", "And then", "What now?", "Well:", "Größe"),
    fc.option(placeholder, { nil: "" }),
  )
  .map(([text, more]) => `${text} ${more}`.trim());
const paragraph = (text: string) => ({ richText: [{ type: "p", children: [{ text }] }] });

/** What code comes to that a bot of these may hold. */
const CODE: Record<string, unknown> = { "Math.max(1, 2)": 2, '["x"].join("-")': "x", "[1, 2].length": 2 };
const expression = fc.constantFrom(
  ...[
    "",
    "0",
    "5",
    "007",
    "1.50",
    "he",
    "Hello {{A}}!",
    "https://example.com/{{A}}",
    "'quoted'",
    "two words",
  ],
  ...["{{A}}", "{{Count}} + 5", "{{Count}} - 1", "2 + {{Count}}", "{{A}} + {{Count}}", "{{Nobody}} + 1"],
  ...["5 kg", "Yes, please", "null", ...Object.keys(CODE)],
);

const comparison = fc.record(
  {
    variableId,
    comparisonOperator: fc.constantFrom(
      ...["Equal to", "Not equal", "Contains", "Does not contain", "Greater than", "Greater or equal to"],
      ...["Less than", "Less or equal to", "Is set", "Is empty", "Starts with", "Ends with"],
      ...["Matches regex", "Does not match regex"],
    ),
    value: fc.constantFrom(
      ...[
        "",
        "red",
        "Red",
        "one",
        "3",
        "5",
        "10",
        "re",
        "null",
        "/ed/i",
        "/^re/",
        "^one$",
        "o",
        "[",
        "{{Count}}",
      ],
      ...["{{A}}", "green, blue", "hello"],
    ),
  },
  { requiredKeys: ["variableId", "comparisonOperator"] },
);
const conditionContent = fc.record({
  logicalOperator: fc.constantFrom("AND", "OR"),
  comparisons: fc.array(comparison, { minLength: 0, maxLength: 3 }),
});

/** A block before it has ids and edges: its items say how many it has, `to` where its ways lead. */
interface Sketch {
  type: string;
  content?: object;
  options?: Record<string, unknown>;
  items?: Record<string, unknown>[];
  /** The text behind a model's answer. */
  saying?: string;
}

const label = fc.constantFrom("red", "green, blue", "one", "Yes ✅", "two", `long ${"x".repeat(110)}`);
const items = fc.uniqueArray(
  fc.record({ content: label, value: fc.constantFrom("L", "5", "") }, { requiredKeys: ["content"] }),
  { selector: ({ content }) => content, minLength: 1, maxLength: 3 },
);
const stored = fc.record({ variableId }, { requiredKeys: [] });
const retried = fc.record(
  { variableId, retryMessageContent: fc.constantFrom("Again {{A}}?", "") },
  { requiredKeys: [] },
);
const shown = fc.record({ isEnabled: fc.boolean(), condition: conditionContent });

const said: fc.Arbitrary<Sketch> = fc.oneof(
  words.map((text) => ({ type: "text", content: paragraph(text) })),
  fc.constant({ type: "image", content: { url: "https://example.com/a.png" } }),
  fc.constantFrom("https://example.com/{{A}}", "").map((url) => ({ type: "Redirect", options: { url } })),
  fc.constant({ type: "embed", content: { url: "https://example.com/page" } }),
);
const asked: fc.Arbitrary<Sketch> = fc.oneof(
  stored.map((options) => ({ type: "text input", options })),
  fc
    .record({ variableId, min: fc.constantFrom(2, "2"), max: fc.constant(50) }, { requiredKeys: [] })
    .map((options) => ({ type: "number input", options })),
  retried.map((options) => ({ type: "email input", options })),
  fc
    .record(
      {
        variableId,
        length: fc.constantFrom(5, 10),
        startsAt: fc.constantFrom(0, 1),
        buttonType: fc.constant("Numbers"),
      },
      { requiredKeys: [] },
    )
    .map((options) => ({ type: "rating input", options })),
  fc
    .tuple(items, fc.record({ variableId, isMultipleChoice: fc.boolean() }, { requiredKeys: [] }))
    .map(([offers, options]) => ({ type: "choice input", options, items: offers })),
  fc.tuple(items, stored, shown).map(([offers, options, displayCondition]) => ({
    type: "choice input",
    options,
    items: offers.map((item, i) => (i === 0 ? { ...item, displayCondition } : item)),
  })),
  fc.constantFrom("vl", "vm").map((list) => ({
    type: "choice input",
    options: { variableId: "va", dynamicVariableId: list },
    items: [{ content: "Click to edit" }],
  })),
  fc.tuple(items, stored).map(([offers, options]) => ({
    type: "picture choice input",
    options,
    items: offers.map(({ content, ...item }) => ({
      ...item,
      title: content,
      pictureSrc: "https://example.com/p.png",
    })),
  })),
  fc.tuple(items, variableId).map(([offers, id]) => ({
    type: "cards",
    options: { saveResponseMapping: [{ field: "Title", variableId: id }] },
    items: offers.map(({ content }) => ({
      title: content,
      paths: [{ id: `path ${content}`, text: "Choose" }],
    })),
  })),
);
const done: fc.Arbitrary<Sketch> = fc.oneof(
  {
    arbitrary: fc
      .record({ variableId, expressionToEvaluate: expression, isCode: fc.boolean() })
      .map((options) => ({ type: "Set variable", options })),
    weight: 3,
  },
  fc
    .record({ variableId, type: fc.constant("Append value(s)"), item: fc.constantFrom("x", "{{A}}") })
    .map((options) => ({ type: "Set variable", options })),
  fc
    .record({ variableId, type: fc.constantFrom("Empty", "Pop", "Moment of the day", "Transcript") })
    .map((options) => ({ type: "Set variable", options })),
  {
    arbitrary: fc
      .array(conditionContent, { minLength: 1, maxLength: 3 })
      .map((contents) => ({ type: "Condition", items: contents.map((content) => ({ content })) })),
    weight: 3,
  },
  fc.constantFrom(0, 100).map((aPercent) => ({ type: "AB test", options: { aPercent }, items: [{}, {}] })),
  fc
    .record(
      { groupId: fc.constantFrom(...groupIds, "gone", "{{A}}"), blockId: fc.constantFrom("g1b1", "gone") },
      { requiredKeys: [] },
    )
    .map((options) => ({ type: "Jump", options })),
  fc
    .record(
      {
        typebotId: fc.constantFrom("current", "other"),
        groupId: fc.constantFrom(...groupIds, "gone", "{{A}}"),
      },
      { requiredKeys: ["typebotId"] },
    )
    .map((options) => ({ type: "Typebot link", options })),
  fc.constant({ type: "Return" }),
  fc.constant({ type: "Wait", options: { secondsToWaitFor: "0" } }),
  fc
    .tuple(
      variableId,
      fc.constantFrom(
        "data.items[1].name",
        "data.items.map(item => item.name)",
        "statusCode",
        'data["a.b"]',
        "data.items.length > 1",
      ),
    )
    .map(([id, bodyPath]) => ({
      type: "Webhook",
      options: {
        webhook: { method: "GET", url: "https://api.example.com/x" },
        responseVariableMapping: [{ variableId: id, bodyPath }],
      },
    })),
  fc.constantFrom("vm", "va").map((id) => ({
    type: "openai",
    options: {
      action: "Create chat completion",
      responseMapping: [{ item: "Message content", variableId: id }],
    },
    saying: id === "vm" ? "{{More}}" : "It says {{A}}",
  })),
  fc.constantFrom("Code", "Google Sheets", "Pixel").map((type) => ({ type })),
);

const sketch = fc.oneof(
  { arbitrary: said, weight: 3 },
  { arbitrary: asked, weight: 3 },
  { arbitrary: done, weight: 3 },
);

/** Where a way leads: to a group, to a block of it, to an edge that there is not, or nowhere of its own. */
const way = fc.oneof(
  { arbitrary: fc.constant(null), weight: 3 },
  { arbitrary: fc.constantFrom(...groupIds).map((groupId) => ({ groupId })), weight: 3 },
  fc.record({ groupId: fc.constantFrom(...groupIds), blockId: fc.constantFrom("g0b0", "g1b1", "g2b1") }),
  fc.constant("missing" as const),
);
type Way = { groupId: string; blockId?: string } | "missing" | null;

export const playableBot: fc.Arbitrary<PlayedBot> = fc
  .array(
    fc.array(fc.tuple(sketch, fc.array(way, { minLength: 4, maxLength: 4 })), { minLength: 1, maxLength: 5 }),
    {
      minLength: 2,
      maxLength: 4,
    },
  )
  .map((groups) => assembled(groups));

function assembled(groups: [Sketch, Way[]][][]): PlayedBot {
  const edges: PlayedBot["edges"] = [{ id: "start", to: { groupId: "g0" } }];
  const edgeTo = (to: Way | undefined): { outgoingEdgeId?: string } => {
    if (!to) return {};
    if (to === "missing") return { outgoingEdgeId: "no such edge" };
    const id = `e${edges.length}`;
    edges.push({ id, to });
    return { outgoingEdgeId: id };
  };
  return {
    id: "bot",
    version: "6.1",
    events: [{ id: "ev", type: "start", outgoingEdgeId: "start" }],
    variables: VARIABLES,
    edges,
    groups: groups.map((sketches, g) => ({
      id: `g${g}`,
      title: `Group ${g}`,
      blocks: sketches.flatMap(([{ saying, ...sketched }, [own, ...ways]], b): PlayedBlock[] => {
        const id = `g${g}b${b}`;
        const withEdges = (sketched.items ?? []).map((item, i) => {
          const edge = edgeTo(ways[i]);
          const paths = Array.isArray(item.paths)
            ? item.paths.map((path) => ({ ...path, ...edge }))
            : undefined;
          return { ...item, id: `${id}i${i}`, ...(paths ? { paths } : edge) };
        });
        // What a model answers is said at once, so its block leads nowhere else.
        const block = { ...sketched, id, items: withEdges, ...(saying === undefined ? edgeTo(own) : {}) };
        const text = { id: `${id}s`, type: "text", content: paragraph(saying ?? "") };
        return saying === undefined ? [block] : [block, text];
      }),
    })),
  };
}

export const move: fc.Arbitrary<Move> = fc.oneof(
  {
    arbitrary: fc.array(fc.nat({ max: 2 }), { minLength: 1, maxLength: 2 }).map((picks) => ({ picks })),
    weight: 3,
  },
  fc
    .constantFrom("red", "one", "hello", "5", "12", "77", "0", "a@example.com", "Red")
    .map((text) => ({ text })),
);

export const world: World = {
  model: "the model says",
  response: { statusCode: 200, data: { items: [{ name: "one" }, { name: "two" }], "a.b": "dotted" } },
  evaluate(code, [first, second]) {
    if (Object.hasOwn(CODE, code)) return CODE[code];
    if (code === "null") return null;
    if (/^\d+(\.\d+)?$/.test(code)) return Number(code);
    const quoted = /^'(.*)'$/.exec(code);
    if (quoted) return quoted[1];
    // As JavaScript adds and takes away.
    const operands: Record<string, unknown> = { v0: first, v1: second };
    const sum = /^(v\d|\d+)? ?([+-]) (v\d|\d+)$/.exec(code);
    if (!sum) throw new Error("no code");
    const [, left = "", sign, right = ""] = sum;
    const operandValue = (operand: string) =>
      operand in operands ? operands[operand] : operand === "" ? 0 : Number(operand);
    const [a, b] = [operandValue(left), operandValue(right)];
    if (sign === "+" && (typeof a === "string" || typeof b === "string")) return `${a}${b}`;
    return sign === "+" ? Number(a) + Number(b) : Number(a) - Number(b);
  },
};

import fc from "fast-check";
import { AI_MODES } from "../../src/chatbots/settings.ts";

/** Generated documents, as a team (or somebody who means ill) might hand them in. */

const words = (maxLength: number, minLength = 0) =>
  fc.oneof(
    fc.string({ minLength, maxLength, unit: "grapheme" }),
    fc.string({ minLength, maxLength, unit: "binary" }),
    fc.constantFrom(
      "Hello {{name}}",
      " padded ",
      "a\u200bb",
      "😀\uFE0F\u200D😀",
      "a\uFE0F\u200D😀",
      "line\r\nline\u2028line",
    ),
  );

/** Names must say something. */
const named = (maxLength: number) => words(maxLength - 2).map((text) => `x${text}`);

const color = fc
  .tuple(
    fc.constantFrom(3, 6),
    fc.boolean(),
    fc.array(fc.constantFrom(..."0123456789abcdef"), { minLength: 6, maxLength: 6 }),
  )
  .map(([length, upper, digits]) => {
    const hex = `#${digits.slice(0, length).join("")}`;
    return upper ? hex.toUpperCase() : hex;
  });

const widget = fc.record(
  {
    headerBgColor: color,
    botMsgColor: color,
    userMsgTextColor: color,
    widgetPosition: fc.constantFrom("left", "center", "right"),
    bubbleStyle: fc.constantFrom("rounded", "square", "speech"),
    headerTitle: words(40),
    chatIconCtaText: words(40),
    enableKnowledgeBase: fc.boolean(),
    botAutoOpen: fc.boolean(),
    autoOpenDelaySeconds: fc.integer({ min: 0, max: 600 }),
    allowedDomains: fc.array(
      fc.oneof(fc.domain(), fc.constantFrom("*.example.com", "LOCALHOST:3000", "https://bücher.example/")),
      { maxLength: 5 },
    ),
  },
  { requiredKeys: [] },
);

const settings = fc.record(
  {
    name: named(60),
    description: words(200),
    disabled: fc.boolean(),
    language: fc.constantFrom("auto", "AUTO", "de", "pt-br", "zh-hant-TW", "en-GB"),
    model: fc.constantFrom("gpt-4o", "gpt-4o-mini", "claude-sonnet-4-5"),
    temperature: fc.double({ min: 0.1, max: 1, noNaN: true }),
    strictness: fc.integer({ min: 0, max: 100 }),
    instructions: words(400),
    ai: fc.record(
      {
        enabled: fc.boolean(),
        mode: fc.constantFrom(...AI_MODES),
        greetingOverride: fc.option(named(50)),
      },
      { requiredKeys: [] },
    ),
    widgetEnabled: fc.boolean(),
    widget,
    widgetTexts: fc.record(
      {
        welcomeMessage: words(100),
        inputPlaceholder: named(50),
        thinkingLabel: named(50),
        submitLabel: named(30),
      },
      { requiredKeys: [] },
    ),
  },
  { requiredKeys: ["name"] },
);

/** A draft may hold anything in its nodes' data. */
const node = fc.record(
  {
    id: fc.stringMatching(/^[a-z]{1,10}$/),
    type: fc.constantFrom("start", "message", "question", "ai_answer", "handoff", "goto", "nonsense"),
    data: fc.dictionary(
      fc.constantFrom("text", "categoryIds", "assignee", "flowId", "nodeId", "variable", "x\u200by"),
      fc.oneof(fc.jsonValue({ maxDepth: 2 }), words(100)),
    ),
    position: fc.record({
      x: fc.integer({ min: -5000, max: 5000 }),
      y: fc.double({ min: -5000, max: 5000, noNaN: true }),
    }),
  },
  { requiredKeys: ["id", "type"] },
);

const flow = fc.record(
  {
    nodes: fc.uniqueArray(node, { maxLength: 8, selector: ({ id }) => id }),
    edges: fc.array(
      fc.record(
        {
          source: fc.stringMatching(/^[a-z]{1,5}$/),
          target: fc.stringMatching(/^[a-z]{1,5}$/),
          sourceHandle: fc.constantFrom("next", "else"),
          label: fc.string({ maxLength: 20 }),
        },
        { requiredKeys: ["source", "target"] },
      ),
      { maxLength: 8 },
    ),
  },
  { requiredKeys: ["nodes"] },
);

/** Documents that an import takes. */
export const anyDocument = fc.record(
  { format: fc.constant("parley.chatbot"), version: fc.constant(1), chatbot: settings, flow },
  { requiredKeys: ["format", "version", "chatbot"] },
);

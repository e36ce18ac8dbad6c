import fc from "fast-check";

/** Typebot exports to read: one by hand, and any number of generated ones. */

export const text = (id: string, words: string) => ({
  id,
  type: "text",
  content: { richText: [{ type: "p", children: [{ text: words }] }] },
});
export const edge = (id: string, from: object, groupId: string, blockId?: string) => ({
  id,
  from,
  to: { groupId, ...(blockId ? { blockId } : {}) },
});
export const at = (x: number, y = 0) => ({ graphCoordinates: { x, y } });

/** A bot in the newest format that uses most of what there is. */
export const bot = {
  version: "6.1",
  id: "clbot",
  name: "Lead form",
  workspaceId: "somebody",
  events: [
    { id: "ev1", type: "start", outgoingEdgeId: "e1", ...at(0) },
    { id: "ev2", type: "command", options: { command: "/restart" }, ...at(0) },
  ],
  variables: [
    { id: "v1", name: "Full Name" },
    { id: "v2", name: "Lead score", value: "0" },
    { id: "v3", name: "Übergröße" },
    { id: "v4", name: "last_message" },
    { id: "v5", name: "full  name" },
  ],
  groups: [
    {
      id: "g1",
      title: "Welcome",
      ...at(10.4, 20.6),
      blocks: [
        {
          id: "b1",
          type: "text",
          content: {
            richText: [
              { type: "p", children: [{ text: "Hello " }, { bold: true, text: "you" }, { text: "!" }] },
              {
                type: "ul",
                children: [
                  { type: "li", children: [{ type: "lic", children: [{ text: "one" }] }] },
                  { type: "li", children: [{ type: "lic", children: [{ text: "two" }] }] },
                ],
              },
              {
                type: "p",
                children: [{ type: "a", url: "https://example.com/docs", children: [{ text: "Docs" }] }],
              },
            ],
          },
        },
        { id: "b2", type: "image", content: { url: "https://example.com/logo.png" } },
        text("b3", "What is your name?"),
        {
          id: "b4",
          type: "text input",
          options: { variableId: "v1", isLong: true },
        },
        text("b5", "Thanks {{Full Name}}{{=1+1=}}. Which size, {{Nobody}}?"),
        {
          id: "b6",
          type: "choice input",
          options: { variableId: "v3" },
          items: [
            { id: "i1", content: "Small", outgoingEdgeId: "e2" },
            { id: "i2", content: "Large" },
            { id: "i3", content: "  " },
          ],
          outgoingEdgeId: "e3",
        },
      ],
    },
    {
      id: "g2",
      title: "Small",
      ...at(300),
      blocks: [
        {
          id: "b7",
          type: "Set variable",
          options: { variableId: "v2", expressionToEvaluate: "{{Lead score}} + 10" },
        },
        { id: "b8", type: "Code", options: { content: "fetch('https://evil.example')" } },
        { id: "b9", type: "Jump", options: { groupId: "g4", blockId: "b16" } },
      ],
    },
    {
      id: "g3",
      title: "Large",
      ...at(300, 300),
      blocks: [
        { id: "b10", type: "number input", options: { variableId: "v2", min: 1, max: "{{x}}" } },
        {
          id: "b11",
          type: "Condition",
          items: [
            {
              id: "i4",
              content: {
                logicalOperator: "OR",
                comparisons: [
                  { id: "c1", variableId: "v2", comparisonOperator: "Greater than", value: "30" },
                  { id: "c2", variableId: "v1", comparisonOperator: "Matches regex", value: "/^A.*$/i" },
                ],
              },
              outgoingEdgeId: "e4",
            },
            {
              id: "i5",
              content: {
                comparisons: [{ id: "c3", variableId: "v1", comparisonOperator: "Does not match regex" }],
              },
            },
          ],
          outgoingEdgeId: "e5",
        },
      ],
    },
    {
      id: "g4",
      title: "End",
      ...at(600),
      blocks: [
        {
          id: "b12",
          type: "Webhook",
          options: {
            isCustomBody: true,
            responseVariableMapping: [{ id: "m", variableId: "v4", bodyPath: "data.items[0].name" }],
            webhook: {
              method: "POST",
              url: "https://api.example.com/leads",
              body: '{"name": "{{Full Name}}"}',
              headers: [
                { id: "h1", key: "Authorization", value: "Bearer secret" },
                { id: "h2", key: "X-Source", value: "bot" },
              ],
              queryParams: [
                { id: "q", key: "na me", value: "a&{{Full Name}}" },
                { id: "p", key: "api_key", value: "secret" },
              ],
            },
          },
        },
        {
          id: "b13",
          type: "AB test",
          options: { aPercent: 30 },
          items: [
            { id: "i6", path: "a", outgoingEdgeId: "e6" },
            { id: "i7", path: "b" },
          ],
        },
        { id: "b14", type: "Wait", options: { secondsToWaitFor: "2.5" } },
        { id: "b15", type: "Redirect", options: { url: "https://example.com/bye" } },
        text("b16", "Bye"),
        { id: "b17", type: "rating input", options: { length: 5 } },
      ],
    },
  ],
  edges: [
    edge("e1", { eventId: "ev1" }, "g1"),
    edge("e2", { blockId: "b6", itemId: "i1" }, "g2"),
    edge("e3", { blockId: "b6" }, "g3"),
    edge("e4", { blockId: "b11", itemId: "i4" }, "g4"),
    edge("e5", { blockId: "b11" }, "g4", "b16"),
    edge("e6", { blockId: "b13", itemId: "i6" }, "g4", "b16"),
  ],
  theme: {
    general: { background: { type: "Color", content: "#F7F8FF" } },
    chat: {
      hostBubbles: { backgroundColor: "#ABCDEF", color: "rgba(0,0,0,.5)" },
      guestBubbles: { backgroundColor: "#123" },
    },
  },
  settings: { metadata: { description: "Collects leads" } },
};

const ids = fc.constantFrom("a", "b", "c", "d");
const words = fc.oneof(
  fc.string({ maxLength: 30 }),
  fc.constantFrom("{{x}}", "{{", "\u0000", "\ud800", "https://a.example"),
);
const option = fc.oneof(words, fc.integer(), fc.boolean(), ids, fc.constant(null));
const block = fc.record(
  {
    id: ids,
    type: fc.constantFrom(
      ...["text", "image", "video", "embed", "text input", "number input", "date input", "rating input"],
      ...["choice input", "picture choice input", "Set variable", "Condition", "AB test", "Wait", "Jump"],
      ...["Redirect", "Webhook", "Chatwoot", "Typebot link", "Code", "start", "constructor", "cards"],
    ),
    outgoingEdgeId: ids,
    content: fc.oneof(
      fc.record({
        richText: fc.array(fc.jsonValue({ maxDepth: 4 })),
        url: words,
        type: fc.constant("url"),
      }),
      fc.jsonValue(),
    ),
    items: fc.array(
      fc.record(
        {
          id: ids,
          outgoingEdgeId: ids,
          content: fc.oneof(
            words,
            fc.record({
              logicalOperator: fc.constantFrom("AND", "OR"),
              comparisons: fc.array(
                fc.record({
                  variableId: ids,
                  comparisonOperator: fc.constantFrom(
                    "Equal to",
                    "Is set",
                    "Matches regex",
                    "Less than",
                    "?",
                  ),
                  value: words,
                }),
                { maxLength: 3 },
              ),
            }),
          ),
        },
        { requiredKeys: ["id"] },
      ),
      { maxLength: 4 },
    ),
    options: fc.oneof(
      fc.record({
        webhook: fc.record({
          method: fc.constantFrom("GET", "POST", "TRACE"),
          url: words,
          headers: fc.array(fc.record({ key: words, value: words }), { maxLength: 3 }),
          queryParams: fc.array(fc.record({ key: words, value: words }), { maxLength: 3 }),
        }),
        isCustomBody: fc.boolean(),
      }),
      fc.dictionary(
        fc.constantFrom(
          ...[
            "variableId",
            "min",
            "max",
            "length",
            "startsAt",
            "isMultipleChoice",
            "dynamicVariableId",
            "type",
          ],
          ...["expressionToEvaluate", "item", "url", "secondsToWaitFor", "aPercent", "groupId", "blockId"],
        ),
        option,
      ),
    ),
  },
  { requiredKeys: ["id", "type"] },
);
const group = fc.record(
  { id: ids, title: words, graphCoordinates: fc.jsonValue(), blocks: fc.array(block, { maxLength: 6 }) },
  { requiredKeys: ["id", "blocks"] },
);
/** Whatever looks like an export: dangling, doubled and senseless in every way. */
export const anyBot = fc.record(
  {
    name: words,
    groups: fc.array(group, { maxLength: 4 }),
    edges: fc.array(
      fc.record({
        id: ids,
        from: fc.record({ blockId: ids, itemId: ids, eventId: ids }, { requiredKeys: [] }),
        to: fc.record({ groupId: ids, blockId: ids }, { requiredKeys: ["groupId"] }),
      }),
      { maxLength: 6 },
    ),
    variables: fc.array(fc.record({ id: ids, name: words }), { maxLength: 4 }),
    events: fc.array(fc.record({ id: ids, type: fc.constantFrom("start", "reply"), outgoingEdgeId: ids })),
    theme: fc.jsonValue(),
    settings: fc.jsonValue(),
  },
  { requiredKeys: ["groups", "edges"] },
);

import { describe, expect, it } from "vitest";
import { z } from "zod";
import type { Call } from "../../src/calls/define.ts";
import { chatbotTools } from "../../src/chatbots/tools.ts";
import { readTotal } from "../../src/figures/totals.ts";
import { createInbox } from "../../src/inboxes/store.ts";
import { ID_PREFIXES, newId } from "../../src/tenant/ids.ts";
import { testCall } from "../call.ts";
import { property } from "../property.ts";
import { allItems } from "../run.ts";
import { anyDocument } from "./documents.ts";
import { chatbotEvents, idOf, make, refusal, run } from "./setting.ts";

const exported = z.object({
  configuration: z.looseObject({
    chatbot: z.record(z.string(), z.unknown()),
    flow: z.object({
      nodes: z.array(z.looseObject({ id: z.string(), data: z.record(z.string(), z.unknown()) })),
      edges: z.array(z.unknown()),
    }),
  }),
  leftOut: z.array(z.object({ path: z.string(), reason: z.string() })),
});

async function exportOf(call: Call, chatbotId: string) {
  return exported.parse(await run(call, "export_chatbot", { chatbotId }));
}

async function importOf(call: Call, configuration: object, name?: string): Promise<string> {
  return idOf(await run(call, "import_chatbot", { configuration, ...(name ? { name } : {}) }));
}

const minimal = { format: "parley.chatbot", version: 1, chatbot: { name: "Bot" } };

const flow = {
  nodes: [
    { id: "start", type: "start", data: {} },
    { id: "hi", type: "message", data: { text: "Hello" }, position: { x: 10, y: 0.5 } },
  ],
  edges: [{ source: "start", sourceHandle: "next", target: "hi" }],
};

describe("export and import", () => {
  it("are inverse for any chatbot", async () => {
    const call = testCall();
    const elsewhere = testCall();
    await property(
      [anyDocument],
      async (document) => {
        const { configuration } = await exportOf(call, await importOf(call, document));
        const again = await exportOf(elsewhere, await importOf(elsewhere, configuration));
        expect(again.configuration).toEqual(configuration);
        expect(again.leftOut).toEqual([]);
      },
      { runs: 60 },
    );
  });

  it("carry every setting and the draft", async () => {
    const call = testCall();
    const chatbotId = await make(call, { name: "Support", description: "Helps" });
    await run(call, "update_chatbot", { chatbotId, disabled: true, widgetEnabled: false, strictness: 7 });
    await run(call, "update_chatbot_instructions", { chatbotId, instructions: "Be kind." });
    await run(call, "update_chatbot_model", { chatbotId, model: "gpt-4o", temperature: 0.9 });
    await run(call, "update_chatbot_language", { chatbotId, language: "de" });
    await run(call, "update_ai_config", { chatbotId, mode: "ai_only", greetingOverride: "Hallo" });
    await run(call, "update_widget_config", { chatbotId, config: { botAutoOpen: true } });
    await run(call, "update_widget_texts", { chatbotId, submitLabel: "Los" });
    const { configuration, leftOut } = await exportOf(call, chatbotId);
    expect(leftOut).toEqual([]);
    expect(configuration).toMatchObject({
      format: "parley.chatbot",
      version: 1,
      chatbot: {
        name: "Support",
        description: "Helps",
        disabled: true,
        language: "de",
        model: "gpt-4o",
        temperature: 0.9,
        strictness: 7,
        instructions: "Be kind.",
        ai: { enabled: true, mode: "ai_only", greetingOverride: "Hallo" },
        widgetEnabled: false,
        widget: { botAutoOpen: true },
        widgetTexts: { submitLabel: "Los" },
      },
      flow: { nodes: [{ id: "start", type: "start" }], edges: [] },
    });
    const other = testCall();
    const copy = await importOf(other, configuration, "Renamed");
    const { configuration: back } = await exportOf(other, copy);
    expect(back).toEqual({ ...configuration, chatbot: { ...configuration.chatbot, name: "Renamed" } });
  });

  it("carry no id of the workspace, and say what that leaves out", async () => {
    const call = testCall();
    const own = {
      nodes: [
        { id: "start", type: "start", data: {} },
        { id: "ai", type: "ai_answer", data: { categoryIds: [newId("product")], maxTurns: 2 } },
        { id: "team", type: "handoff", data: { assignee: newId("member"), note: "Look" } },
        { id: "other", type: "goto", data: { flowId: newId("flow") } },
      ],
      edges: [],
    };
    const chatbotId = await importOf(call, { ...minimal, flow: own });
    await createInbox(call.tenant, { channel: "web", name: "Shop", chatbotId });
    const { configuration, leftOut } = await exportOf(call, chatbotId);
    expect(leftOut.map(({ path }) => path)).toEqual([
      "flow.nodes.ai.data.categoryIds",
      "flow.nodes.team.data.assignee",
      "flow.nodes.other.data.flowId",
    ]);
    expect(configuration.flow.nodes.map(({ data }) => data)).toEqual([
      {},
      { maxTurns: 2 },
      { note: "Look" },
      {},
    ]);
    const anyId = new RegExp(`\\b(${Object.values(ID_PREFIXES).join("|")}|pub)_[0-9a-z]{10,}`);
    expect(JSON.stringify({ configuration, leftOut })).not.toMatch(anyId);
    expect(JSON.stringify(own)).toMatch(anyId);
  });

  it("give what is left out its default, and an unknown model the first one", async () => {
    const call = testCall();
    const answer = await run(call, "import_chatbot", {
      configuration: { ...minimal, chatbot: { name: "Bot", model: "gone-1", widget: { botAutoOpen: true } } },
    });
    expect(answer).toMatchObject({
      chatbot: { name: "Bot", model: "gpt-4o-mini", strictness: 50, primary: true },
      notCarriedOver: [{ consequence: "to_know", reason: expect.stringContaining("gone-1"), nodeIds: [] }],
    });
    const { configuration } = await exportOf(call, idOf(answer));
    expect(configuration.chatbot.widget).toMatchObject({ botAutoOpen: true, widgetPosition: "right" });
    expect(await chatbotEvents(call)).toMatchObject([{ data: { created: true } }]);
  });

  it("take a Typebot export, and say what it could not carry over", async () => {
    const call = testCall();
    const configuration = {
      version: "6",
      name: "From Typebot",
      events: [{ id: "ev", type: "start", outgoingEdgeId: "e" }],
      groups: [
        {
          id: "g",
          title: "Welcome",
          graphCoordinates: { x: 0, y: 0 },
          blocks: [
            { id: "b1", type: "text", content: { richText: [{ type: "p", children: [{ text: "Hi" }] }] } },
            { id: "b2", type: "Code", options: { content: "1" } },
          ],
        },
      ],
      edges: [{ id: "e", from: { eventId: "ev" }, to: { groupId: "g" } }],
      variables: [],
    };
    const answer = await run(call, "import_chatbot", { configuration });
    expect(answer).toMatchObject({
      chatbot: { name: "From Typebot" },
      notCarriedOver: [{ consequence: "not_done", reason: "scripts are not run", nodeIds: ["end"] }],
    });
    const { configuration: ours } = await exportOf(call, idOf(answer));
    expect(ours.flow.nodes.map(({ id }) => id)).toEqual(["start", "message_1", "end"]);
    expect(ours.flow.edges).toHaveLength(2);
  });

  it("refuse to answer a document that would be cut", async () => {
    const call = testCall();
    const nodes = Array.from({ length: 100 }, (_, i) => ({
      id: `n${i}`,
      type: "message",
      data: { text: "x".repeat(800) },
    }));
    const chatbotId = await importOf(call, { ...minimal, flow: { nodes, edges: [] } });
    expect((await refusal(call, "export_chatbot", { chatbotId })).code).toBe("unsupported");
    const copy = idOf(await run(call, "duplicate_chatbot", { chatbotId }));
    expect((await refusal(call, "export_chatbot", { chatbotId: copy })).message).toMatch(/\d{5} characters/);
  });
});

/** Nested arrays as a value that no recursion survives. */
function nested(depth: number): unknown {
  let value: unknown = [];
  for (let i = 0; i < depth; i++) value = [value];
  return value;
}

describe("a hostile document", () => {
  it.each<[string, Record<string, unknown>]>([
    ["nothing", {}],
    ["another format", { format: "other", version: 1 }],
    ["a later version", { ...minimal, version: 2 }],
    ["no name", { ...minimal, chatbot: {} }],
    ["an unknown setting", { ...minimal, chatbot: { name: "Bot", primry: true } }],
    ["an id", { ...minimal, id: "cb_x" }],
    ["a setting out of bounds", { ...minimal, chatbot: { name: "Bot", temperature: 5 } }],
    ["a colour that is none", { ...minimal, chatbot: { name: "Bot", widget: { headerBgColor: "red" } } }],
    ["an unknown widget setting", { ...minimal, chatbot: { name: "Bot", widget: { onload: "alert(1)" } } }],
    [
      "instructions that are too long",
      { ...minimal, chatbot: { name: "Bot", instructions: "x".repeat(15_001) } },
    ],
    [
      "too many nodes",
      { ...minimal, flow: { nodes: Array.from({ length: 501 }, (_, i) => ({ id: `n${i}`, type: "end" })) } },
    ],
    [
      "a node with more than nodes have",
      { ...minimal, flow: { nodes: [{ id: "a", type: "end", run: "code" }] } },
    ],
    ["deep nesting", { ...minimal, flow: { nodes: [{ id: "a", type: "end", data: { x: nested(40) } }] } }],
    ["bottomless nesting", { ...minimal, more: nested(50_000) }],
    ["too many bytes", { ...minimal, more: "ä".repeat(310_000) }],
    [
      "a prototype",
      JSON.parse('{"format": "parley.chatbot", "version": 1, "__proto__": {"chatbot": {"name": "x"}}}'),
    ],
  ])("with %s is refused, and nothing is made", async (_, configuration) => {
    const call = testCall();
    const failure = await refusal(call, "import_chatbot", { configuration });
    expect(failure.code).toBe("invalid_input");
    expect(failure.message.length).toBeLessThan(1000);
    expect(await readTotal(call.tenant, "chatbots")).toBe(0);
    expect(await chatbotEvents(call)).toEqual([]);
  });

  it("that is no object is refused", async () => {
    for (const configuration of ["{}", [], null, 1]) {
      expect((await refusal(testCall(), "import_chatbot", { configuration })).code).toBe("invalid_input");
    }
  });

  it("is told the nearest name of what it got wrong", async () => {
    const configuration = { ...minimal, chatbot: { name: "Bot", widget: { botAutopen: true } } };
    const failure = await refusal(testCall(), "import_chatbot", { configuration });
    expect(failure.message).toContain("chatbot.widget");
    expect(failure.detail.candidates).toContain("botAutoOpen");
  });
});

describe("a copy", () => {
  it("has everything of the original but its inboxes and its being primary", async () => {
    const call = testCall();
    const document = { ...minimal, chatbot: { name: "Original", instructions: "Be kind." }, flow };
    const original = await importOf(call, document);
    await createInbox(call.tenant, { channel: "web", name: "Shop", chatbotId: original });
    const { chatbot } = await run(call, "duplicate_chatbot", { chatbotId: original });
    expect(chatbot).toMatchObject({ name: "Original (copy)", primary: false });
    const copy = idOf({ chatbot });
    expect(copy).not.toBe(original);
    const [before, after] = [await exportOf(call, original), await exportOf(call, copy)];
    expect(after.configuration).toEqual({
      ...before.configuration,
      chatbot: { ...before.configuration.chatbot, name: "Original (copy)" },
    });
    expect(after.configuration.flow).toEqual(flow);
    expect(await run(call, "get_chatbot", { chatbotId: copy })).toMatchObject({ inboxes: [] });
    const list = await allItems(chatbotTools([]), call, "list_chatbots");
    expect(list.map(({ primary }) => primary)).toEqual([true, false]);
  });

  it("keeps ids that its flow names, since it stays in the workspace", async () => {
    const call = testCall();
    const assignee = newId("member");
    const nodes = [{ id: "team", type: "handoff", data: { assignee } }];
    const original = await importOf(call, { ...minimal, flow: { nodes, edges: [] } });
    const copy = idOf(await run(call, "duplicate_chatbot", { chatbotId: original }));
    expect((await exportOf(call, copy)).leftOut).toMatchObject([{ path: "flow.nodes.team.data.assignee" }]);
  });

  it("has the name that it is given, or one that fits", async () => {
    const call = testCall();
    const original = await make(call, { name: "x".repeat(100) });
    const named = await run(call, "duplicate_chatbot", { chatbotId: original, name: "Second" });
    expect(named).toMatchObject({ chatbot: { name: "Second" } });
    const unnamed = await run(call, "duplicate_chatbot", { chatbotId: original });
    expect(unnamed).toMatchObject({ chatbot: { name: `${"x".repeat(93)} (copy)` } });
  });
});

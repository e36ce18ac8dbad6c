import { describe, expect, it } from "vitest";
import { z } from "zod";
import type { Call } from "../../src/calls/define.ts";
import { chatbotPrompts } from "../../src/chatbots/prompts.ts";
import { chatbotResources } from "../../src/chatbots/resources.ts";
import { conversationTools } from "../../src/conversations/tools.ts";
import { flowResources } from "../../src/flows/resources.ts";
import { flowTools } from "../../src/flows/tools.ts";
import { newId } from "../../src/tenant/ids.ts";
import { testCall } from "../call.ts";
import { callIn, makeInbox, write } from "../conversations/setting.ts";
import { draftOf } from "../flows/flows.ts";
import { failureOf, runTool } from "../run.ts";
import { make } from "./setting.ts";

const message = z.object({
  role: z.literal("user"),
  content: z.union([
    z.object({ type: z.literal("text"), text: z.string() }),
    z.object({
      type: z.literal("resource"),
      resource: z.object({ uri: z.string(), mimeType: z.string(), text: z.string() }),
    }),
  ]),
});

function prompt() {
  const found = chatbotPrompts.find(({ name }) => name === "build-chatbot-flow");
  if (!found) throw new Error("No such prompt.");
  return found;
}

async function build(call: Call, args: Record<string, string>) {
  const messages = z.array(message).parse(await prompt().get(call, args));
  const texts = messages.map(({ content }) => ("text" in content ? content.text : content.resource.text));
  const { content: schema } = messages[1] ?? {};
  const draft: unknown = JSON.parse((texts[2] ?? "").slice("The current draft:\n".length));
  return { texts, schema, draft };
}

describe("build-chatbot-flow", () => {
  it("carries the schema, the draft as it is now and its problems", async () => {
    const call = testCall();
    const chatbotId = await make(call);
    const flow = draftOf(
      [
        ["start", "start"],
        ["ask", "question", { text: "{{nothing}}?" }],
      ],
      ["start > ask"],
    );
    await runTool(flowTools, call, "update_chatbot_flow", { chatbotId, flow });
    const { texts, schema, draft } = await build(call, {
      chatbotId,
      description: " Ask for the shoe size. ",
    });
    expect(texts[0]).toContain(chatbotId);
    expect(texts[0]).toContain("\n\nAsk for the shoe size.\n\n");
    const [resource] = flowResources;
    expect(schema).toEqual({
      type: "resource",
      resource: {
        uri: "parley://flow-schema",
        mimeType: "application/schema+json",
        text: JSON.stringify(await resource?.read(call, {})),
      },
    });
    const stored = await runTool(flowTools, call, "get_chatbot_flow", { chatbotId });
    const { nodes, edges, errors, warnings, problems } = stored;
    expect(draft).toEqual({ flow: stored.flow, nodesLeftOut: 0, nodes, edges, errors, warnings, problems });
    expect(errors).toBe(1);
    for (const name of ["validate_flow", "simulate_flow", "update_chatbot_flow", "revision 2"]) {
      expect(texts[3]).toContain(name);
    }
  });

  it("shows a large draft in part, and says so", async () => {
    const call = testCall();
    const chatbotId = await make(call);
    const many = Array.from({ length: 200 }, (_, i) => ({
      ...{ id: `m${i}`, type: "message", data: { text: "x".repeat(1000) } },
    }));
    const flow = { nodes: [{ id: "start", type: "start", data: {} }, ...many], edges: [] };
    await runTool(flowTools, call, "update_chatbot_flow", { chatbotId, flow });
    const { texts, draft } = await build(call, { chatbotId, description: "Shorten it." });
    const { nodes, nodesLeftOut } = z
      .looseObject({ nodes: z.array(z.unknown()), nodesLeftOut: z.int() })
      .parse(draft);
    expect(nodes.length + nodesLeftOut).toBe(201);
    expect(nodesLeftOut).toBeGreaterThan(100);
    expect(texts[3]).toContain("get_chatbot_flow");
    expect(texts.join("").length).toBeLessThan(120_000);
  });

  it("is for a chatbot of the workspace, and needs something to build", async () => {
    const call = testCall();
    const chatbotId = await make(call, { name: "Acme Support" });
    const code = async (caller: Call, args: Record<string, string>) =>
      (await failureOf(prompt().get(caller, args))).code;
    expect(await code(testCall(), { chatbotId, description: "x" })).toBe("not_found");
    expect(await code(call, { chatbotId: newId("chatbot"), description: "x" })).toBe("not_found");
    expect(await code(call, { chatbotId, description: "  " })).toBe("invalid_input");
    expect(await code(call, { chatbotId, description: "x".repeat(5000) })).toBe("invalid_input");
    expect(await prompt().complete?.(call, "chatbotId", "supp")).toEqual([
      { value: chatbotId, label: "Acme Support" },
    ]);
    expect(await prompt().complete?.(testCall(), "chatbotId", "supp")).toEqual([]);
    expect(await prompt().complete?.(call, "description", "supp")).toEqual([]);
  });
});

describe("parley://chatbot/{chatbotId}/conversations", () => {
  const resource = chatbotResources.find(({ uri }) => uri === "parley://chatbot/{chatbotId}/conversations");
  const read = async (call: Call, chatbotId: string) => resource?.read(call, { chatbotId });

  it("is what list_conversations answers of the chatbot's inboxes, for this caller", async () => {
    const call = testCall();
    const chatbotId = await make(call, { name: "Acme" });
    const [first, second] = [await makeInbox(call, { chatbotId }), await makeInbox(call, { chatbotId })];
    const elsewhere = await makeInbox(call);
    for (const [inbox, text] of [
      [first, "One"],
      [second, "Two"],
      [elsewhere, "Three"],
    ] as const) {
      await write(call, inbox, text, { from: text });
    }
    for (const caller of [call, callIn(call, { inboxes: [second.id] })]) {
      const { items, hasMore } = await runTool(conversationTools, caller, "list_conversations", {
        chatbotId,
      });
      expect(await read(caller, chatbotId)).toEqual({ items, hasMore });
      expect(items).toHaveLength(caller === call ? 2 : 1);
    }
    expect(await read(callIn(call, { inboxes: [elsewhere.id] }), chatbotId)).toEqual({
      items: [],
      hasMore: false,
    });
    expect((await failureOf(read(testCall(), chatbotId))).code).toBe("not_found");
    expect(await resource?.complete?.(call, "chatbotId", "acm")).toEqual([
      { value: chatbotId, label: "Acme" },
    ]);
    expect(resource).toMatchObject({
      scope: "conversations:read",
      untrusted: ["name", "tags", "subject", "text"],
    });
  });
});

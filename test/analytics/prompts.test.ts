import { describe, expect, it } from "vitest";
import { z } from "zod";
import { analyticsPrompts } from "../../src/analytics/prompts.ts";
import { analyticsResources } from "../../src/analytics/resources.ts";
import { analyticsTools } from "../../src/analytics/tools.ts";
import type { Call } from "../../src/calls/define.ts";
import { chatbotTools } from "../../src/chatbots/tools.ts";
import { updateDraft } from "../../src/flows/edit/drafts.ts";
import { publishFlow } from "../../src/flows/edit/publish.ts";
import { getFlow } from "../../src/flows/edit/store.ts";
import { flowTools } from "../../src/flows/tools.ts";
import { responseTools } from "../../src/responses/tools.ts";
import { newId } from "../../src/tenant/ids.ts";
import { testCall } from "../call.ts";
import { survey, Visit } from "../responses/setting.ts";
import { failureOf, runTool } from "../run.ts";
import { callAs, makeWorkspace } from "./traffic.ts";

/** A chatbot with a published survey: one visitor answered all of it, one the first question, one nothing. */
async function surveyed(): Promise<{ call: Call; chatbotId: string; flowId: string; inboxId: string }> {
  const workspace = await makeWorkspace("UTC");
  const call = callAs(workspace);
  const { tenant } = call;
  const [inbox] = workspace.inboxes;
  const [chatbotId, inboxId] = [inbox?.chatbotId ?? "", inbox?.id ?? ""];
  const { id: flowId } = await getFlow(tenant, { chatbotId });
  await updateDraft(tenant, { flowId }, survey(), {});
  await publishFlow(tenant, { flowId }, { running: "keep" });
  const links = { chatbotId, inboxId };
  for (const answers of [["ada@example.com", "Small"], ["bob@example.com"], []]) {
    const visit = await Visit.begin(tenant, { [flowId]: survey() }, links);
    for (const answer of answers) await visit.say(answer);
  }
  return { call, chatbotId, flowId, inboxId };
}

const FIGURES = {
  responses: { started: 3, completed: 1, completionRate: 0.3333 },
  dropOff: [
    { nodeId: "email", type: "question", label: "Email", reached: 3, answered: 2, dropOffRate: 0.3333 },
    {
      nodeId: "size",
      type: "choice",
      label: "Which size, {{email}}?",
      reached: 2,
      answered: 1,
      dropOffRate: 0.5,
    },
  ],
};

describe("get_chatbot_analytics", () => {
  it("answers completion and drop-off by the names of the published flow, in the caller's inboxes", async () => {
    const { call, chatbotId, flowId, inboxId } = await surveyed();
    const read = (as: Call) => runTool(analyticsTools, as, "get_chatbot_analytics", { chatbotId, days: 2 });
    const dropOff = FIGURES.dropOff.map((node) => ({ flowId, ...node }));
    expect(await read(call)).toMatchObject({
      chatbot: { id: chatbotId, name: "Support" },
      ...FIGURES,
      dropOff,
      trend: {
        columns: ["day", "started", "completed"],
        rows: [expect.anything(), [expect.any(String), 3, 1]],
      },
    });
    const { workspaceId } = call.tenant;
    const there = testCall({ workspaceId, inboxes: [inboxId] });
    expect(await read(there)).toMatchObject({ ...FIGURES, dropOff });
    const elsewhere = testCall({ workspaceId, inboxes: [newId("inbox")] });
    expect(await read(elsewhere)).toMatchObject({
      responses: { started: 0, completed: 0, completionRate: null },
      dropOff: [],
    });
  });

  it("names no node that is not published any more", async () => {
    const { call, chatbotId, flowId } = await surveyed();
    const { tenant } = call;
    const flow = survey();
    const nodes = flow.nodes.filter(({ id }) => id !== "size");
    const edges = flow.edges
      .filter(({ source, target }) => source !== "size" && target !== "size")
      .concat({ source: "email", sourceHandle: "answered", target: "end" });
    await updateDraft(tenant, { flowId }, { nodes, edges }, {});
    await publishFlow(tenant, { flowId }, { running: "keep" });
    const answer = await runTool(analyticsTools, call, "get_chatbot_analytics", { chatbotId });
    expect(answer).toMatchObject({
      dropOff: [
        { nodeId: "email", label: "Email" },
        { nodeId: "size", type: null, label: null, reached: 2 },
      ],
    });
  });
});

describe("the chatbot's analytics resource", () => {
  const [resource] = analyticsResources;

  it("is what the tool answers for 30 days, and completes ids by name", async () => {
    const { call, chatbotId } = await surveyed();
    expect(resource?.uri).toBe("parley://chatbot/{chatbotId}/analytics");
    expect(await resource?.read(call, { chatbotId })).toEqual(
      await runTool(analyticsTools, call, "get_chatbot_analytics", { chatbotId, days: 30 }),
    );
    const complete = async (as: Call, typed: string) => resource?.complete?.(as, "chatbotId", typed);
    expect(await complete(call, "supp")).toEqual([{ value: chatbotId, label: "Support" }]);
    expect(await complete(testCall(), "supp")).toEqual([]);
    const stranger = resource?.read(testCall(), { chatbotId }) ?? Promise.resolve();
    expect((await failureOf(stranger)).code).toBe("not_found");
  });
});

const block = z.union([
  z.object({ type: z.literal("text"), text: z.string() }),
  z.object({
    type: z.literal("resource"),
    resource: z.object({ uri: z.string(), mimeType: z.literal("application/json"), text: z.string() }),
  }),
]);

/** A prompt's data by address or heading, and its last message: what it asks for. */
async function get(call: Call, name: string, args: Record<string, string>) {
  const prompt = analyticsPrompts.find((one) => one.name === name);
  const messages = (await prompt?.get(call, args)) ?? [];
  const blocks = messages.map(({ role, content }) => {
    expect(role).toBe("user");
    return block.parse(content);
  });
  const last = blocks.at(-1);
  const data = new Map(
    blocks.slice(0, -1).map((one): [string, unknown] => {
      if (one.type === "resource") return [one.resource.uri, JSON.parse(one.resource.text)];
      const [heading = "", json = ""] = one.text.split(":\n");
      return [heading, JSON.parse(json)];
    }),
  );
  return { data, asks: last?.type === "text" ? last.text : "", length: JSON.stringify(messages).length };
}

describe("prompts", () => {
  it("analyze-chatbot-performance carries settings, figures and the newest responses as they are now", async () => {
    const { call, chatbotId } = await surveyed();
    const { data, asks } = await get(call, "analyze-chatbot-performance", { chatbotId });
    const tool = (tools: typeof analyticsTools, name: string, args: object = {}) =>
      runTool(tools, call, name, { chatbotId, ...args });
    const address = `parley://chatbot/${chatbotId}`;
    expect(data.get(address)).toEqual(await tool(chatbotTools([]), "get_chatbot"));
    expect(data.get(`${address}/analytics`)).toEqual(await tool(analyticsTools, "get_chatbot_analytics"));
    const values = [...data.values()];
    expect(values).toContainEqual(await tool(analyticsTools, "get_analytics"));
    const { untrustedFields: _, ...responses } = await tool(responseTools, "list_responses", { limit: 20 });
    expect(values).toContainEqual(responses);
    expect(JSON.stringify(responses)).toContain("ada@example.com");
    expect(asks).toMatch(/written by visitors.*never instructions/);
    expect(asks).toMatch(/recommendations/);
    expect(asks).not.toContain("ada@example.com");
  });

  it("generate-analytics-report carries the figures of the days that are asked for", async () => {
    const { call, chatbotId } = await surveyed();
    const seven = await get(call, "generate-analytics-report", { chatbotId, days: "7" });
    for (const name of ["get_chatbot_analytics", "get_analytics", "get_conversation_summary"]) {
      const args = { chatbotId, days: 7 };
      expect([...seven.data.values()]).toContainEqual(await runTool(analyticsTools, call, name, args));
    }
    expect(seven.asks).toContain("Markdown");
    const month = await get(call, "generate-analytics-report", { chatbotId });
    expect(month.data.get(`parley://chatbot/${chatbotId}/analytics`)).toMatchObject({ period: { days: 30 } });
    for (const days of ["0", "366", "-1", "7.5", "week", "7 or so"]) {
      const refused = await failureOf(get(call, "generate-analytics-report", { chatbotId, days }));
      expect(refused.code).toBe("invalid_input");
    }
    const year = await get(call, "generate-analytics-report", { chatbotId, days: "365" });
    expect(year.length).toBeLessThan(100_000);
  });

  it("optimize-chatbot carries figures, flow, widget and AI settings", async () => {
    const { call, chatbotId } = await surveyed();
    const { data, asks } = await get(call, "optimize-chatbot", { chatbotId });
    const tool = (tools: typeof analyticsTools, name: string) => runTool(tools, call, name, { chatbotId });
    const address = `parley://chatbot/${chatbotId}`;
    expect(data.get(`${address}/analytics`)).toMatchObject(FIGURES);
    expect(data.get(`${address}/widget`)).toEqual(await tool(chatbotTools([]), "get_widget_config"));
    const values = [...data.values()];
    expect(values).toContainEqual(await tool(flowTools, "get_chatbot_flow"));
    expect(data.get("AI settings")).toMatchObject({
      name: "Support",
      ai: await tool(chatbotTools([]), "get_ai_config"),
    });
    expect(asks).toMatch(/improvements/);
  });

  it("are about chatbots of the caller's workspace, complete their ids, and need the scopes of what they carry", async () => {
    const { call, chatbotId } = await surveyed();
    const scopes = new Map(analyticsPrompts.map((prompt) => [prompt.name, [...prompt.scopes].sort()]));
    expect([...scopes]).toEqual([
      ["analyze-chatbot-performance", ["analytics:read", "chatbots:read", "responses:read"]],
      ["generate-analytics-report", ["analytics:read"]],
      ["optimize-chatbot", ["analytics:read", "chatbots:read", "flows:read"]],
    ]);
    for (const { name, complete } of analyticsPrompts) {
      for (const args of [{ chatbotId }, { chatbotId: "" }]) {
        expect((await failureOf(get(testCall(), name, args))).code).toBe("not_found");
      }
      expect(await complete?.(call, "chatbotId", "sal")).toMatchObject([{ label: "Sales" }]);
      expect(await complete?.(call, "days", "7")).toEqual([]);
    }
  });
});

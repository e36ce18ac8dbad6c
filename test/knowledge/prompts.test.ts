import { describe, expect, it } from "vitest";
import { z } from "zod";
import type { Call } from "../../src/calls/define.ts";
import { recordGap } from "../../src/knowledge/gaps.ts";
import { knowledgePrompts } from "../../src/knowledge/prompts.ts";
import { testCall } from "../call.ts";
import { make as makeChatbot, run as runChatbotTool } from "../chatbots/setting.ts";
import { failureOf } from "../run.ts";
import { run, write } from "./setting.ts";

const [prompt] = knowledgePrompts;

async function ask(call: Call, args: Record<string, string>): Promise<{ text: string; data: unknown }> {
  const messages = (await prompt?.get(call, args)) ?? [];
  const [{ content } = {}] = z
    .array(
      z.object({ role: z.literal("user"), content: z.object({ type: z.literal("text"), text: z.string() }) }),
    )
    .length(1)
    .parse(messages);
  const text = content?.text ?? "";
  const at = text.lastIndexOf("\n\n{");
  return { text: text.slice(0, at), data: JSON.parse(text.slice(at)) };
}

describe("setup-knowledge-base", () => {
  it("carries what there is now, as the tools answer it", async () => {
    const call = testCall();
    const chatbotId = await makeChatbot(call, { name: "Shop bot" });
    await runChatbotTool(call, "update_ai_config", { chatbotId, mode: "human_first" });
    const { category } = await run(call, "create_knowledge_category", { chatbotId, name: "Money" });
    const categoryId = (category as { id: string }).id;
    const refunds = await write(call, chatbotId, { title: "Refunds", description: "Money back", categoryId });
    const draft = await write(call, chatbotId, { title: "Vouchers", reviewStatus: "draft" });
    const question = "Do you take vouchers?\u202e";
    await recordGap(call.tenant, { chatbotId, question, inboxId: null, conversationId: null, hits: 0 });
    const { text, data } = await ask(call, { chatbotId, topic: "Returns and \n\n{refunds}" });
    expect(text).toContain("Topic: Returns and \n\n{refunds}");
    expect(text).toContain("create_knowledge_article");
    const { items: categories } = await run(call, "list_knowledge_categories", { chatbotId });
    expect(data).toEqual({
      chatbot: { id: chatbotId, name: "Shop bot", description: "", language: "auto" },
      ai: await runChatbotTool(call, "get_ai_config", { chatbotId }),
      categories,
      moreCategories: false,
      articles: [
        { id: draft, title: "Vouchers", reviewStatus: "draft", categoryId: null, description: "" },
        { id: refunds, title: "Refunds", reviewStatus: "published", categoryId, description: "Money back" },
      ],
      moreArticles: false,
      unansweredQuestions: [{ question, count: 1 }],
      untrustedFields: ["question"],
    });
  });

  it("tells of the caller's workspace and inboxes alone, and completes chatbots", async () => {
    const call = testCall();
    const chatbotId = await makeChatbot(call, { name: "Shop bot" });
    const asked = { chatbotId, question: "Secret?", inboxId: "ib_1", conversationId: null, hits: 0 };
    await recordGap(call.tenant, asked);
    const limited = testCall({ workspaceId: call.tenant.workspaceId, inboxes: ["ib_2"] });
    expect((await ask(limited, { chatbotId, topic: "x" })).data).toMatchObject({ unansweredQuestions: [] });
    const stranger = testCall();
    expect((await failureOf(ask(stranger, { chatbotId, topic: "x" }))).code).toBe("not_found");
    const complete = async (who: Call, argument: string, typed: string) =>
      ((await prompt?.complete?.(who, argument, typed)) ?? []).map(({ value }) => value);
    expect(await complete(call, "chatbotId", "shop")).toEqual([chatbotId]);
    expect(await complete(call, "chatbotId", chatbotId.slice(0, 6))).toEqual([chatbotId]);
    expect(await complete(call, "topic", "shop")).toEqual([]);
    expect(await complete(stranger, "chatbotId", "shop")).toEqual([]);
  });
});

import { afterEach, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { testQuestions } from "../../src/answers/schema.ts";
import { MAX_QUESTIONS, testQuestionRemoval } from "../../src/answers/test-questions.ts";
import { answerTools } from "../../src/answers/tools.ts";
import type { Call } from "../../src/calls/define.ts";
import { chatbotTools } from "../../src/chatbots/tools.ts";
import { reportGaps } from "../../src/knowledge/gaps.ts";
import { upsertArticles } from "../../src/knowledge/import.ts";
import { knowledgeTools } from "../../src/knowledge/tools.ts";
import { testCall } from "../call.ts";
import { make } from "../chatbots/setting.ts";
import { wordsOnly } from "../knowledge/setting.ts";
import { chatApi } from "../models/chat-api.ts";
import { failureOf, runTool } from "../run.ts";
import { ARTICLES } from "./setting.ts";

afterEach(() => {
  vi.unstubAllGlobals();
});

const articles = z.object({ items: z.array(z.object({ id: z.string(), title: z.string() })) });

/** A chatbot with articles, and the articles' ids by title. */
async function chatbot(call: Call = testCall()) {
  const chatbotId = await make(call, { name: "Helper" });
  await upsertArticles(call.tenant, chatbotId, ARTICLES, wordsOnly);
  const { items } = articles.parse(await runTool(knowledgeTools, call, "list_knowledge_base", { chatbotId }));
  const idOf = (title: string) => items.find((one) => one.title === title)?.id ?? "";
  const run = (name: string, args: object) => runTool(answerTools, call, name, { chatbotId, ...args });
  return { call, chatbotId, idOf, run };
}

const ranSchema = z.object({
  passed: z.int(),
  failed: z.int(),
  better: z.int(),
  worse: z.int(),
  items: z.array(
    z.looseObject({
      question: z.string(),
      change: z.string(),
      passed: z.boolean(),
      missing: z.array(z.string()),
    }),
  ),
});

describe("simulate_ai_answer", () => {
  it("answers as a visitor would be answered, and leaves nothing behind", async () => {
    const { call, chatbotId, run, idOf } = await chatbot();
    const answer = await run("simulate_ai_answer", { question: "How can I return something?" });
    expect(answer).toMatchObject({
      answer: expect.stringContaining("**Returns**"),
      ...{ action: "answer", model: null, reason: "no_model", handedOver: false },
      passages: [{ articleId: idOf("Returns"), cited: true }],
      found: [{ articleId: idOf("Returns"), text: expect.stringContaining("within 30 days") }],
    });
    expect(await run("simulate_ai_answer", { question: "Do you repair bicycles?" })).toMatchObject({
      ...{ action: "none", handedOver: true, answer: expect.stringContaining("passed your question on") },
    });
    const { gaps } = await reportGaps(call.tenant, { chatbotId, days: 1, limit: 10 });
    expect(gaps).toEqual([]);
  });

  it("asks the model with what was said before, and counts the call", async () => {
    const { call, run } = await chatbot();
    Object.assign(call, { env: { ...call.env, MODEL_API_URL: "https://models.example/v1" } });
    const exchanges = chatApi(() =>
      JSON.stringify({ action: "answer", cites: [1], answer: "Within 30 days." }),
    );
    const answer = await run("simulate_ai_answer", {
      question: "And how long do I have?",
      history: [
        { from: "visitor", text: "I want to return a kettle" },
        { from: "assistant", text: "Sure." },
      ],
    });
    expect(answer).toMatchObject({ answer: "Within 30 days.\n\nSource: Returns", model: expect.any(String) });
    expect(JSON.stringify(exchanges)).toContain("I want to return a kettle");
    expect(await call.workspace.modelUsage()).toMatchObject({ used: 1 });
  });
});

describe("a question set", () => {
  it("tells what got better and what worse since the last run", async () => {
    const { call, chatbotId, run, idOf } = await chatbot();
    const returns = idOf("Returns");
    for (const [question, expects] of [
      ["How can I return something?", { articleId: returns, words: ["30 DAYS"] }],
      ["How much is express shipping?", { words: ["15 €"] }],
      ["Do you repair bicycles?", { handover: true }],
    ] as const) {
      await run("create_test_question", { question, expects });
    }
    const first = ranSchema.parse(await run("run_test_questions", {}));
    expect(first).toMatchObject({ passed: 2, failed: 1, better: 0, worse: 0 });
    expect(first.items.map(({ question, change }) => [question, change])).toEqual([
      ["How much is express shipping?", "new"],
      ["How can I return something?", "new"],
      ["Do you repair bicycles?", "new"],
    ]);
    expect(first.items[0]?.missing).toEqual(['Not in the answer: "15 €".']);

    await runTool(knowledgeTools, call, "update_knowledge_article", {
      ...{ chatbotId, articleId: idOf("Shipping costs") },
      content: "Express shipping costs 15 €.",
    });
    await runTool(knowledgeTools, call, "update_knowledge_article", {
      ...{ chatbotId, articleId: returns, reviewStatus: "draft" },
    });
    const second = ranSchema.parse(await run("run_test_questions", {}));
    expect(second).toMatchObject({ passed: 2, failed: 1, better: 1, worse: 1 });
    expect(second.items.map(({ question, change }) => [question, change])).toEqual([
      ["How can I return something?", "worse"],
      ["How much is express shipping?", "better"],
      ["Do you repair bicycles?", "same"],
    ]);
    expect(second.items[0]).toMatchObject({ answersOtherwise: true, passed: false });
    // What it says was kept, and the next run compares with it.
    const listed = await run("list_test_questions", {});
    expect(JSON.parse(JSON.stringify(listed)).items[0]).toMatchObject({
      expects: { articleId: returns, words: ["30 DAYS"] },
      lastRun: { passed: false, action: "none" },
    });
    expect(ranSchema.parse(await run("run_test_questions", {}))).toMatchObject({ better: 0, worse: 0 });
  });

  it("refuses what expects nothing, contradicts itself, or names another chatbot's article", async () => {
    const { call, run } = await chatbot();
    const other = await chatbot(call);
    const refused = (expects: object) =>
      failureOf(run("create_test_question", { question: "Why?", expects }));
    expect((await refused({})).code).toBe("invalid_input");
    expect((await refused({ handover: true, words: ["yes"] })).code).toBe("invalid_input");
    expect((await refused({ articleId: other.idOf("Returns") })).code).toBe("not_found");
  });

  it("has a bound, and goes with its chatbot", async () => {
    const { call, chatbotId, run } = await chatbot();
    for (let i = 0; i < MAX_QUESTIONS; i++) {
      await run("create_test_question", { question: `Question ${i}?`, expects: { handover: true } });
    }
    const full = await failureOf(
      run("create_test_question", { question: "More?", expects: { handover: true } }),
    );
    expect(full).toMatchObject({ code: "invalid_input", message: expect.stringContaining("at most 50") });
    const { items } = z
      .object({ items: z.array(z.object({ id: z.string() })) })
      .parse(await run("list_test_questions", { limit: 1 }));
    await runTool(answerTools, call, "delete_test_question", { questionId: items[0]?.id });
    await run("create_test_question", { question: "More?", expects: { handover: true } });
    await runTool(chatbotTools([testQuestionRemoval]), call, "delete_chatbot", { chatbotId });
    const left = await call.tenant.db.select().from(testQuestions).where(call.tenant.of(testQuestions));
    expect(left).toEqual([]);
  });
});

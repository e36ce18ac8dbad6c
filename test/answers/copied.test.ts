import { expect, it } from "vitest";
import { z } from "zod";
import { catalogue } from "../../src/catalogue.ts";
import { readMainDraft } from "../../src/chatbots/store.ts";
import { listCategories } from "../../src/knowledge/categories.ts";
import { upsertArticles } from "../../src/knowledge/import.ts";
import { testCall } from "../call.ts";
import { make } from "../chatbots/setting.ts";
import { draftOf } from "../flows/flows.ts";
import { wordsOnly } from "../knowledge/setting.ts";
import { allItems, runTool } from "../run.ts";
import { ARTICLES } from "./setting.ts";

const made = z.object({
  chatbot: z.looseObject({ id: z.string() }),
  copied: z.looseObject({ testQuestions: z.int() }),
});
it("a duplicated chatbot is held to the same questions, by its own articles, and its flow answers from its own", async () => {
  const call = testCall();
  const { tenant } = call;
  const run = (name: string, args: object) => runTool(catalogue.tools, call, name, args);
  const original = await make(call, { name: "Shop" });
  const articles = ARTICLES.map((one) => ({ ...one, category: "Orders" }));
  await upsertArticles(tenant, original, articles, wordsOnly);
  const [returns] = (
    await allItems(catalogue.tools, call, "list_knowledge_base", { chatbotId: original })
  ).filter(({ title }) => title === "Returns");
  const [category] = (await listCategories(tenant, original, { limit: 5 })).items;
  const data = { categoryIds: [category?.id], maxTurns: 1 };
  const flow = draftOf(
    [
      ["start", "start"],
      ["ai", "ai_answer", data],
    ],
    ["start > ai"],
  );
  await run("update_chatbot_flow", { chatbotId: original, flow });
  for (const [question, expects] of [
    ["How can I return something?", { articleId: returns?.id, words: ["30 days"] }],
    ["Do you repair bicycles?", { handover: true }],
    ["Where is the label?", { articleId: returns?.id }],
  ] as const) {
    await run("create_test_question", { chatbotId: original, question, expects });
  }
  await run("run_test_questions", { chatbotId: original });

  const { chatbot, copied } = made.parse(await run("duplicate_chatbot", { chatbotId: original }));
  expect(copied.testQuestions).toBe(3);
  const set = async (chatbotId: string) =>
    allItems(catalogue.tools, call, "list_test_questions", { chatbotId });
  const [before, after] = [await set(original), await set(chatbot.id)];
  expect(after.map(({ question }) => question)).toEqual(before.map(({ question }) => question));
  // Nobody has asked the copy yet.
  expect(after.map(({ lastRun }) => lastRun ?? null)).toEqual([null, null, null]);
  const answer = JSON.stringify(await run("run_test_questions", { chatbotId: chatbot.id }));
  expect(answer).not.toContain(String(returns?.id));
  expect(answer).toContain('"change":"new"');
  const results = z
    .looseObject({ items: z.array(z.looseObject({ question: z.string(), passed: z.boolean() })) })
    .parse(JSON.parse(answer)).items;
  expect(results.find(({ question }) => question === "How can I return something?")?.passed).toBe(true);

  const [own] = (await listCategories(tenant, chatbot.id, { limit: 5 })).items;
  expect(own?.id).not.toBe(category?.id);
  const draft = await readMainDraft(tenant, chatbot.id);
  expect(draft.nodes[1]?.data).toMatchObject({ categoryIds: [own?.id] });
});

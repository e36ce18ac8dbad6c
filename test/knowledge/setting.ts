import { z } from "zod";
import type { Call } from "../../src/calls/define.ts";
import type { Indexing } from "../../src/knowledge/index-rows.ts";
import { knowledgeTools } from "../../src/knowledge/tools.ts";
import { events } from "../../src/tenant/schema.ts";
import { allItems, failureOf, runTool } from "../run.ts";

/** No vectors are configured, as by default. */
export const wordsOnly: Indexing = {
  vectors: null,
  onVectorFault: (error) => {
    throw error;
  },
};

/** Runs a knowledge tool as the lanes do. */
export function run(call: Call, name: string, args: object = {}): Promise<Record<string, unknown>> {
  return runTool(knowledgeTools, call, name, args);
}

/** The code of the failure that a knowledge tool answers with. */
export async function refusal(call: Call, name: string, args: object = {}): Promise<string> {
  return (await failureOf(run(call, name, args))).code;
}

export const list = (call: Call, args: object) => allItems(knowledgeTools, call, "list_knowledge_base", args);

const articleAnswer = z.object({ article: z.looseObject({ id: z.string() }) });

/** The article that an answer tells of. */
export const articleOf = (answer: unknown) => articleAnswer.parse(answer).article;

/** Writes an article; published unless `reviewStatus` says otherwise. Answers its id. */
export async function write(
  call: Call,
  chatbotId: string,
  { reviewStatus = "published", ...fields }: Record<string, unknown> = {},
): Promise<string> {
  const article = { title: "Untitled", description: "", content: "Nothing yet.", ...fields };
  const { id } = articleOf(await run(call, "create_knowledge_article", { chatbotId, ...article }));
  await run(call, "update_knowledge_article", { chatbotId, articleId: id, reviewStatus });
  return id;
}

const searchAnswer = z.object({
  items: z.array(
    z.object({
      articleId: z.string(),
      title: z.string(),
      categoryId: z.string().nullable(),
      heading: z.string(),
      text: z.string(),
      score: z.number(),
      found: z.array(z.object({ arm: z.string(), rank: z.int() })),
    }),
  ),
  arms: z.array(z.string()),
});

export async function search(call: Call, chatbotId: string, query: string, args: object = {}) {
  return searchAnswer.parse(await run(call, "search_knowledge", { chatbotId, query, ...args }));
}

/** Titles of what is found, the best first, each once. */
export async function titles(call: Call, chatbotId: string, query: string): Promise<string[]> {
  const { items } = await search(call, chatbotId, query);
  return [...new Set(items.map(({ title }) => title))];
}

/** The ids of the articles that became published, in order. */
export async function publications({ tenant }: Call): Promise<string[]> {
  const rows = await tenant.db
    .select({ type: events.type, subjectId: events.subjectId })
    .from(events)
    .where(tenant.of(events))
    .orderBy(events.seq);
  return rows.filter(({ type }) => type === "article.published").map(({ subjectId }) => subjectId);
}

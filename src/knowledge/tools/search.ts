import { z } from "zod";
import { defineTool, HINTS, type Tool } from "../../calls/define.ts";
import { reference } from "../../calls/references.ts";
import { logUnexpected } from "../../http/log.ts";
import { ARMS } from "../../search/hybrid.ts";
import { vectorArm } from "../../search/vectors.ts";
import { namesOf } from "../../tenant/names-of.ts";
import { limitInput, MAX_LIMIT } from "../../tenant/page.ts";
import { time } from "../../tenant/time.ts";
import { reportGaps } from "../gaps.ts";
import { searchKnowledge } from "../search.ts";

const facts = { toolset: "knowledge", scope: "knowledge:read", hints: HINTS.R } as const;

/** Passages are long: so many answer a question. */
const PASSAGES = 10;

const gapRow = z.object({
  question: z.string().describe("As it was asked last"),
  count: z.int().describe("How often it was asked"),
  lastAskedAt: time,
  examples: z.array(z.string()).describe("Its last wordings"),
  hits: z.int().describe("Passages found the last time, none of them good enough"),
  conversationId: z.string().nullable().describe("Where it was asked last"),
});

/** Finding what the knowledge base says, and what it does not. */
export const findTools: readonly Tool[] = [
  defineTool({
    ...facts,
    untrusted: [],
    name: "search_knowledge",
    title: "Search knowledge",
    description:
      "Finds passages of a chatbot's published help articles by a question in any language, forgiving typos, the best first, as the chatbot does. found says which arm of the search found each, and at which rank.",
    phrases:
      "what do our docs say on delivery times, answer from the help center, look up in the docs, find an " +
      "answer in our documentation, what would the bot find about, is there an article about, policy on " +
      "returns, what have we written on, do our docs cover",
    example: { chatbotId: "cb_01kajq3v7e8m2n4p6r8t0v", query: "how long does delivery take" },
    input: () =>
      z.strictObject({
        chatbotId: reference("chatbot"),
        query: z.string().min(1).max(500),
        limit: limitInput(MAX_LIMIT, PASSAGES),
      }),
    output: () =>
      z.object({
        items: z.array(
          z.object({
            articleId: z.string(),
            title: z.string(),
            categoryId: z.string().nullable(),
            categoryName: z.string().nullable(),
            heading: z.string().describe("The headings that it stands below, outermost first"),
            text: z.string().describe("Markdown"),
            score: z.number().describe("For comparing within this answer only"),
            found: z.array(z.object({ arm: z.enum(ARMS), rank: z.int().describe("From 1") })),
          }),
        ),
        arms: z.array(z.enum(ARMS)).describe("The arms that ran; meaning needs vectors to be configured"),
      }),
    async run({ tenant, env, requestId }, input) {
      const { found, arms } = await searchKnowledge(tenant, {
        ...input,
        vectors: vectorArm(env, "knowledge"),
        onVectorFault: (error) => logUnexpected(requestId, "search_knowledge, vectors", error),
      });
      const names = await namesOf(
        tenant,
        found.map(({ categoryId }) => categoryId),
      );
      return {
        items: found.map((one) => ({ ...one, categoryName: names.get(one.categoryId) ?? null })),
        arms,
      };
    },
  }),
  defineTool({
    ...facts,
    untrusted: ["question", "examples"],
    name: "get_knowledge_gaps",
    title: "Get knowledge gaps",
    description:
      "Answers what visitors asked a chatbot and its knowledge base had no good answer to, the most frequent first, " +
      "with counts. Use it to decide which articles to write.",
    phrases:
      "what should we write articles about, missing topics, unanswered questions, what does the bot not " +
      "know, topics without article, where does the bot fail, where is our help center lacking",
    example: { chatbotId: "cb_01kajq3v7e8m2n4p6r8t0v", days: 30 },
    input: () =>
      z.strictObject({
        chatbotId: reference("chatbot"),
        days: z.int().min(1).max(365).default(30),
        limit: limitInput(),
      }),
    output: () =>
      z.object({
        items: z.array(gapRow),
        from: z.iso
          .date()
          .describe("The first day counted: later than asked for when there is too much to group"),
        to: z.iso.date(),
        asked: z.int().describe("All unanswered questions in these days"),
      }),
    async run({ tenant }, input) {
      const { gaps: items, ...report } = await reportGaps(tenant, input);
      return { items, ...report };
    },
  }),
];

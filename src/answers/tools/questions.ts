import { z } from "zod";
import { defineTool, HINTS, type Tool } from "../../calls/define.ts";
import { reference } from "../../calls/references.ts";
import { mayChangeChatbot } from "../../inboxes/shared.ts";
import { namesOf } from "../../tenant/names-of.ts";
import { cursorInput, limitInput, pageOutput } from "../../tenant/page.ts";
import type { Tenant } from "../../tenant/tenant.ts";
import { time } from "../../tenant/time.ts";
import { answererOf } from "../ask-once.ts";
import { runQuestions } from "../run-questions.ts";
import { expectations, type Outcome } from "../schema.ts";
import {
  createTestQuestion,
  deleteTestQuestion,
  listTestQuestions,
  MAX_QUESTIONS,
  type TestQuestion,
} from "../test-questions.ts";
import { questionInput } from "./simulation.ts";

const facts = { toolset: "chatbots", untrusted: [] } as const;
const reads = { ...facts, scope: "chatbots:read", hints: HINTS.R } as const;
const writes = { ...facts, scope: "chatbots:write" } as const;

const chatbotId = reference("chatbot");

const outcomeOutput = z.object({
  passed: z.boolean(),
  missing: z.array(z.string()).describe("What was expected and did not come"),
  action: z.enum(["answer", "clarify", "handoff", "none"]).describe("none: nothing was found"),
  answer: z.string().describe("The beginning of what a visitor would have read"),
  articles: z.array(z.object({ id: z.string(), title: z.string().nullable() })).describe("What it rests on"),
  model: z.string().nullable(),
});

const questionRow = z.object({
  id: z.string(),
  question: z.string(),
  expects: z.object({
    articleId: z.string().optional(),
    words: z.array(z.string()).optional(),
    handover: z.boolean().optional(),
  }),
  createdAt: time,
  lastRun: outcomeOutput.extend({ at: time }).nullable(),
});

/** The titles of the articles that outcomes rest on. */
function titlesOf(tenant: Tenant, outcomes: readonly (Outcome | null)[]) {
  return namesOf(
    tenant,
    outcomes.flatMap((outcome) => outcome?.articleIds ?? []),
  );
}

type Titles = Awaited<ReturnType<typeof titlesOf>>;

function showOutcome({ articleIds, ...outcome }: Outcome, titles: Titles): z.input<typeof outcomeOutput> {
  return { ...outcome, articles: articleIds.map((id) => ({ id, title: titles.get(id) ?? null })) };
}

function showQuestion(
  { id, question, expects, createdAt, ranAt, outcome }: TestQuestion,
  titles: Titles,
): z.input<typeof questionRow> {
  const lastRun = outcome && ranAt !== null ? { ...showOutcome(outcome, titles), at: ranAt } : null;
  return { id, question, expects, createdAt, lastRun };
}

/** The question set of a chatbot: what its answers are held to. */
export const questionTools: readonly Tool[] = [
  defineTool({
    ...reads,
    name: "list_test_questions",
    title: "List test questions",
    description:
      "Lists the questions that a chatbot's answers are held to, with what came of each when last run.",
    phrases:
      "question set, regression tests of the bot, which answers are checked, evaluation set, test cases",
    example: { chatbotId: "cb_01kajq3v7e8m2n4p6r8t0v" },
    input: () => z.strictObject({ chatbotId, cursor: cursorInput, limit: limitInput() }),
    output: () => pageOutput(questionRow),
    async run({ tenant }, input) {
      const page = await listTestQuestions(tenant, input);
      const titles = await titlesOf(
        tenant,
        page.items.map(({ outcome }) => outcome),
      );
      return { ...page, items: page.items.map((question) => showQuestion(question, titles)) };
    },
  }),
  defineTool({
    ...writes,
    hints: HINTS.W,
    name: "create_test_question",
    title: "Create test question",
    description: `Adds a question, with what its answer must be, to the set that a chatbot is tested with: at most ${MAX_QUESTIONS}.`,
    phrases:
      "make sure the bot always answers this, add a regression test, expect this article for that question, it must " +
      "hand this over, add to the evaluation set, new test case",
    example: {
      chatbotId: "cb_01kajq3v7e8m2n4p6r8t0v",
      question: "How long may I return things?",
      expects: { words: ["30 days"] },
    },
    input: () =>
      z.strictObject({
        chatbotId,
        question: questionInput,
        expects: z.strictObject({
          articleId: reference("article").optional().describe("The answer rests on it"),
          words: expectations.shape.words.describe("All stand in the answer, whatever their case"),
          handover: z.boolean().optional().describe("People get it; false: they must not"),
        }),
      }),
    output: () => z.object({ question: questionRow }),
    async run({ tenant }, input) {
      return { question: showQuestion(await createTestQuestion(tenant, input), new Map()) };
    },
  }),
  defineTool({
    ...writes,
    hints: HINTS.D,
    grantScope: "chatbots:delete",
    name: "delete_test_question",
    title: "Delete test question",
    description: "Deletes a question from the set that a chatbot is tested with.",
    phrases:
      "question is outdated, drop a test case, remove from the evaluation set, no longer check this answer",
    example: { questionId: "tq_01kajq3v7e8m2n4p6r8t0v" },
    input: () => z.strictObject({ questionId: reference("testQuestion") }),
    output: () => z.object({ id: z.string(), deleted: z.literal(true) }),
    async run({ tenant }, { questionId }) {
      await deleteTestQuestion(tenant, questionId);
      return { id: questionId, deleted: true as const };
    },
  }),
  defineTool({
    ...writes,
    hints: { ...HINTS.W, idempotent: true },
    interactive: true,
    name: "run_test_questions",
    title: "Run test questions",
    description:
      "Asks a chatbot all its test questions, and says what got better or worse since the last run. Use it after each change of articles, instructions or model. Model calls count.",
    phrases:
      "did the bot get worse, regression run, check all answers again, evaluate the assistant, quality of the answers " +
      "after my change, test the new prompt, compare with before",
    example: { chatbotId: "cb_01kajq3v7e8m2n4p6r8t0v" },
    input: () => z.strictObject({ chatbotId }),
    output: () =>
      z.object({
        passed: z.int(),
        failed: z.int(),
        better: z.int().describe("Pass now, and failed before"),
        worse: z.int().describe("Fail now, and passed before"),
        items: z
          .array(
            z.object({
              questionId: z.string(),
              question: z.string(),
              change: z.enum(["new", "better", "worse", "same"]),
              answersOtherwise: z.boolean().describe("Other articles or another action than the last time"),
              ...outcomeOutput.shape,
            }),
          )
          .describe("What got worse first, then what fails"),
      }),
    async run(call, input) {
      const [answerer] = await Promise.all([
        answererOf(call.tenant, input.chatbotId),
        mayChangeChatbot(call.tenant, input.chatbotId),
      ]);
      const ran = await runQuestions(call, answerer, (done, of) => call.progress(done, of));
      const titles = await titlesOf(
        call.tenant,
        ran.map(({ outcome }) => outcome),
      );
      const count = (which: (one: (typeof ran)[number]) => boolean) => ran.filter(which).length;
      return {
        passed: count(({ outcome }) => outcome.passed),
        failed: count(({ outcome }) => !outcome.passed),
        better: count(({ change }) => change === "better"),
        worse: count(({ change }) => change === "worse"),
        items: ran.map(({ question, outcome, change, answersOtherwise }) => ({
          ...{ questionId: question.id, question: question.question, change, answersOtherwise },
          ...showOutcome(outcome, titles),
        })),
      };
    },
  }),
];

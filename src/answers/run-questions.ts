import type { Call } from "../calls/define.ts";
import type { Answerer } from "../chatbots/answerer.ts";
import { fold } from "../tenant/fold.ts";
import { askOnce, type Tried } from "./ask-once.ts";
import type { Outcome } from "./schema.ts";
import { allTestQuestions, keepOutcome, type TestQuestion } from "./test-questions.ts";

/** Asking all of a chatbot's test questions, and what changed since they were last asked. */

/** Questions under way at once: models limit how many they take. */
const AT_ONCE = 4;
/** Characters of an answer that are kept. */
const KEPT = 1000;

/** Of a question since its last run; `new`: it was never asked. */
export type Change = "new" | "better" | "worse" | "same";

export interface Ran {
  question: TestQuestion;
  outcome: Outcome;
  change: Change;
  /** It was asked before, and other articles or another action came of it, whether it passed or not. */
  answersOtherwise: boolean;
}

/**
 * Asks every question, as visitors would, and keeps what came of each. Nothing is said to anybody, and no gap recorded.
 * @param onDone hears how many are done
 * @returns those that got worse first, then those that fail, each in the order of the set
 */
export async function runQuestions(
  call: Call,
  answerer: Answerer,
  onDone: (done: number, of: number) => Promise<void> = async () => {},
): Promise<Ran[]> {
  const questions = await allTestQuestions(call.tenant, answerer.id);
  const waiting = [...questions];
  const ran: Ran[] = [];
  const work = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      call.signal.throwIfAborted();
      ran.push(compared(next, outcomeOf(next, await askOnce(call, answerer, next.question))));
      await onDone(ran.length, questions.length);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  const at = call.tenant.now();
  if (ran.length > 0) {
    await call.tenant.batch(
      ran.map(({ question, outcome }) => keepOutcome(call.tenant, question.id, outcome, at)),
    );
  }
  const rank = ({ change, outcome }: Ran) => (change === "worse" ? 0 : outcome.passed ? 2 : 1);
  return ran.sort((a, b) => rank(a) - rank(b) || (a.question.id < b.question.id ? -1 : 1));
}

/** What a question came to, held against what is expected of it. */
export function outcomeOf({ expects }: Pick<TestQuestion, "expects">, tried: Tried): Outcome {
  const { answer, text, handsOver } = tried;
  const articleIds = [
    ...new Set(
      answer.cited.flatMap((source) => (source.kind === "passage" ? [source.passage.articleId] : [])),
    ),
  ];
  const missing: string[] = [];
  const { articleId, words = [], handover } = expects;
  if (articleId !== undefined && !articleIds.includes(articleId)) {
    missing.push(`The article ${articleId} is not what the answer rests on.`);
  }
  const read = fold(text);
  const absent = handsOver ? words : words.filter((word) => !read.includes(fold(word)));
  if (absent.length > 0)
    missing.push(`Not in the answer: ${absent.map((word) => JSON.stringify(word)).join(", ")}.`);
  if (handover === true && !handsOver) missing.push("It was answered, not handed over.");
  if (handover === false && handsOver) missing.push("It was handed over, not answered.");
  return {
    passed: missing.length === 0,
    ...{ missing, action: answer.action, articleIds, model: answer.model },
    answer: text.slice(0, KEPT).toWellFormed(),
  };
}

function compared(question: TestQuestion, outcome: Outcome): Ran {
  const { outcome: before } = question;
  if (!before) return { question, outcome, change: "new", answersOtherwise: false };
  const change = before.passed === outcome.passed ? "same" : outcome.passed ? "better" : "worse";
  const shape = ({ action, articleIds }: Outcome) => JSON.stringify([action, articleIds.toSorted()]);
  return { question, outcome, change, answersOtherwise: shape(before) !== shape(outcome) };
}

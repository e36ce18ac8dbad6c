import { type Answer, complete, fromPassages, type Pending, prepare } from "../answers/answer.ts";
import { type Line, linesOf } from "../answers/history.ts";
import { OWN_WORDS } from "../answers/own-words.ts";
import { answerRecord, linksOf, spokenAnswer } from "../answers/shown.ts";
import { courtesyOf, wantsPerson } from "../answers/understood.ts";
import type { Context } from "../calls/define.ts";
import { type Answerer, readAnswerer } from "../chatbots/answerer.ts";
import type { Conversation } from "../conversations/append.ts";
import type { AiResult } from "../flows/run/state.ts";
import type { Asked } from "./play.ts";
import { shownProduct } from "./shown-product.ts";

/** What an `ai_answer` of a flow comes to: the chatbot's AI is asked, as the flow's author has it. */

type AskedAi = Extract<Asked, { type: "aiAnswer" }>;

/** Where a flow runs, as far as its AI cares. */
export interface AiScene {
  chatbotId: string | null;
  conversation: Pick<Conversation, "id" | "openedAt" | "visitor">;
  /** What the visitor was shown before the conversation began, and is stored with this turn. */
  said?: readonly string[];
}

/** An answer for which a model has to be asked. */
interface Waiting {
  answerer: Answerer;
  pending: Pending;
  history: readonly Line[];
}

/** Until a model is asked, what was found for it. */
const waiting = new WeakMap<AskedAi, Waiting>();

/** The result where the flow has no chatbot: nobody answers. */
const NOBODY: AiResult = { kind: "ai", answer: null, confidence: 0, handoff: false };

/** The answer that takes no model; null where one has to be asked, see {@link finishAnswer}. */
export async function answerAtOnce(
  context: Context,
  asked: AskedAi,
  { chatbotId, conversation, said = [] }: AiScene,
): Promise<AiResult | null> {
  if (chatbotId === null) return NOBODY;
  const [answerer, lines] = await Promise.all([
    readAnswerer(context.tenant, chatbotId),
    linesOf(context.tenant, conversation),
  ]);
  if (!answerer) return NOBODY;
  const shown = said.map((text): Line => ({ from: "assistant", text }));
  const one = asOneQuestion(lines, asked.question);
  const history = [...shown, ...one.history];
  const prepared = await prepare(context, answerer, {
    ...{ text: one.text, history, instructions: asked.instructions, categoryIds: asked.categoryIds },
    ...(conversation.visitor.locale === undefined ? {} : { locale: conversation.visitor.locale }),
  });
  if ("answer" in prepared) return resultOf(context, prepared.answer, answerer, asked, history);
  waiting.set(asked, { answerer, history, pending: prepared.pending });
  return null;
}

/**
 * Asks the model that {@link answerAtOnce} left to ask.
 * @param scene is read where another process had begun it
 * @param mayAsk counts the call; false: nothing is left to spend
 * @param onText hears what the visitor may read so far
 */
export async function finishAnswer(
  context: Context,
  asked: AskedAi,
  scene: () => Promise<AiScene>,
  mayAsk: () => Promise<boolean>,
  onText: (text: string) => void = () => {},
): Promise<AiResult> {
  const known = waiting.get(asked);
  if (!known) {
    const result = await answerAtOnce(context, asked, await scene());
    return result ?? finishAnswer(context, asked, scene, mayAsk, onText);
  }
  waiting.delete(asked);
  const { answerer, pending, history } = known;
  const answer = (await mayAsk())
    ? await complete(context, answerer, pending, onText)
    : fromPassages(answerer, pending.sources, pending.language, "over_limit");
  return resultOf(context, answer, answerer, asked, history);
}

/**
 * What is asked, and what was said before it. The question stands in the conversation already: in its last line, or in
 * several that were one burst, of which the last counts that says anything, or asks for a person.
 */
function asOneQuestion(lines: readonly Line[], question: string): { text: string; history: readonly Line[] } {
  let left = question.trim();
  let first = lines.length;
  while (left !== "") {
    const last = lines[first - 1];
    const said = last?.from === "visitor" ? last.text.trim() : "";
    if (said === "" || !left.endsWith(said)) return { text: question, history: lines };
    first -= 1;
    left = left.slice(0, -said.length).trimEnd();
  }
  const burst = lines.slice(first);
  if (burst.length < 2) return { text: question, history: lines.slice(0, first) };
  const person = burst.findLastIndex(({ text }) => wantsPerson(text));
  const says = burst.findLastIndex(({ text }) => courtesyOf(text) === null);
  const asks = person >= 0 ? person : Math.max(says, 0);
  return { text: burst[asks]?.text ?? question, history: lines.slice(0, first + asks) };
}

function resultOf(
  context: Context,
  answer: Answer,
  { id, name, ai }: Answerer,
  asked: AskedAi,
  history: readonly Line[],
): AiResult {
  const alone = ai.mode === "ai_only";
  const { action, text, confidence, language, isGap, sources } = answer;
  const unsure = action === "answer" && confidence < asked.minConfidence;
  const answers = (action === "answer" || action === "clarify") && !unsure;
  const own = OWN_WORDS[language];
  const links = linksOf(context, answer.cited);
  const line = answers ? own.toPerson : unsure ? (alone ? own.noAnswer : own.handedOver) : text;
  return {
    kind: "ai",
    answer: answers ? spokenAnswer(answer, links, { greeting: ai.greetingOverride, history }) : null,
    confidence,
    handoff: action === "handoff",
    asksBack: action === "clarify",
    line,
    ...(alone ? { stays: true } : {}),
    ...(isGap || unsure ? { gap: { question: asked.question, hits: sources.length } } : {}),
    said: {
      by: { id, name },
      record: answerRecord(answer, { handedOver: !answers && !alone }),
      ...(answers ? { links, products: productsOf(answer) } : {}),
      ...(answers && !alone ? { personLabel: own.personLabel } : {}),
    },
  };
}

function productsOf({ cited }: Answer) {
  return cited.flatMap((source) => (source.kind === "product" ? [shownProduct(source.product)] : []));
}

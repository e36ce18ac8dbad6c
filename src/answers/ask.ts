import type { Context } from "../calls/define.ts";
import type { Answerer } from "../chatbots/answerer.ts";
import { completeChat, ModelFault, type ModelFaultKind } from "../models/chat.ts";
import { type Fault, faultOf, type Known, withoutForeignLinks } from "./check.ts";
import type { ModelPrompt } from "./prompt.ts";
import { type ModelAnswer, readAnswer, readSoFar } from "./reading.ts";

/** Asking a model once, and letting through what it may say. */

/** Tokens and characters of an answer, at most. */
const MAX_TOKENS = 800;
const MAX_ANSWER = 3000;
/** How long a visitor waits for a model, in milliseconds. */
export const MODEL_TIME = 20_000;

/** Why there is no answer of the model's. */
export type Unanswered = ModelFaultKind | Fault | "no_json" | "empty";

/**
 * @param onText hears the text so far whenever a sentence of it is whole and nothing is wrong with it; nothing once
 * something was
 */
export async function askModel(
  { env, signal }: Pick<Context, "env" | "signal">,
  { model, temperature }: Answerer,
  { messages }: ModelPrompt,
  known: Known,
  onText: (text: string) => void,
): Promise<ModelAnswer | { fault: Unanswered }> {
  const spoken = new Sentences(known, onText);
  let text: string;
  try {
    text = await completeChat(env, {
      ...{ model, messages, temperature, signal, maxTokens: MAX_TOKENS, timeout: MODEL_TIME },
      ...{ json: true, retries: 1 },
      onText: (soFar) => spoken.hear(soFar),
    });
  } catch (error) {
    if (error instanceof ModelFault) return { fault: error.kind };
    throw error;
  }
  const answer = readAnswer(text);
  if (!answer) return { fault: "no_json" };
  if (answer.action === "handoff") return answer;
  const said = withoutForeignLinks(answer.answer, known).slice(0, MAX_ANSWER).toWellFormed();
  if (said.trim() === "") return { fault: "empty" };
  const fault = faultOf(answer.answer, known);
  return fault ? { fault } : { ...answer, answer: said };
}

const SENTENCE_ENDS = /(?<=[.!?。！？…:]["'”»)*]*)\s|\n/gu;

/** Lets an answer through while it is written, a sentence at a time, each looked at before. */
class Sentences {
  readonly #known: Known;
  readonly #onText: (text: string) => void;
  #told = 0;
  #stopped = false;

  constructor(known: Known, onText: (text: string) => void) {
    this.#known = known;
    this.#onText = onText;
  }

  hear(text: string): void {
    if (this.#stopped) return;
    const { action, answer } = readSoFar(text);
    if (action !== "answer" && action !== "clarify") return;
    const ends = [...answer.matchAll(SENTENCE_ENDS)].at(-1)?.index ?? 0;
    if (ends <= this.#told) return;
    const whole = answer.slice(0, ends);
    this.#stopped = faultOf(whole, this.#known) !== null;
    if (this.#stopped) return;
    this.#told = ends;
    this.#onText(withoutForeignLinks(whole, this.#known));
  }
}

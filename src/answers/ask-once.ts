import type { Call } from "../calls/define.ts";
import { type Answerer, readAnswerer } from "../chatbots/answerer.ts";
import { notFound } from "../tenant/failure.ts";
import type { Tenant } from "../tenant/tenant.ts";
import { type Answer, complete, fromPassages, prepare } from "./answer.ts";
import type { Line } from "./history.ts";
import { linksOf, spokenAnswer, withProducts } from "./shown.ts";

/** An answer as a visitor would get it, and nothing stored or said: what simulations and test questions ask. */
export interface Tried {
  answer: Answer;
  /** What the visitor would read. */
  text: string;
  links: { label: string; url: string }[];
  handsOver: boolean;
}

type Asking = Pick<Call, "tenant" | "env" | "signal" | "requestId" | "workspace">;

/** @throws Failure `not_found` */
export async function answererOf(tenant: Tenant, chatbotId: string): Promise<Answerer> {
  const answerer = await readAnswerer(tenant, chatbotId);
  if (!answerer) throw notFound("chatbot", chatbotId);
  return answerer;
}

/** Asks a chatbot's AI. A call to a model counts towards the workspace's day; where that is used up, passages answer. */
export async function askOnce(
  call: Asking,
  answerer: Answerer,
  text: string,
  history: readonly Line[] = [],
): Promise<Tried> {
  const prepared = await prepare(call, answerer, { text, history, instructions: null, categoryIds: null });
  const answer = "answer" in prepared ? prepared.answer : await asked();
  const links = linksOf(call, answer.cited);
  const answers = answer.action === "answer" || answer.action === "clarify";
  const { greetingOverride: greeting, mode } = answerer.ai;
  return {
    ...{ answer, links },
    text: answers
      ? withProducts(spokenAnswer(answer, links, { greeting, history }), answer.cited)
      : answer.text,
    handsOver: !answers && mode !== "ai_only",
  };

  async function asked(): Promise<Answer> {
    if (!("pending" in prepared)) throw new Error("unreachable: it has an answer");
    const { pending } = prepared;
    if (await call.workspace.useModel()) return complete(call, answerer, pending);
    return fromPassages(answerer, pending.sources, pending.language, "over_limit");
  }
}

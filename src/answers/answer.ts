import type { Context } from "../calls/define.ts";
import { type Answerer, aiAnswers } from "../chatbots/answerer.ts";
import { isModelConfigured } from "../models/chat.ts";
import { askModel } from "./ask.ts";
import { isUnsafe, knownFrom } from "./check.ts";
import type { Line } from "./history.ts";
import { OWN_WORDS, type OwnLanguage } from "./own-words.ts";
import { passagesThatFit, spoken } from "./passages.ts";
import { type ModelPrompt, promptFor, STRICT } from "./prompt.ts";
import { retrieve, type Source } from "./retrieve.ts";
import { courtesyOf, ownLanguage, wantsPerson } from "./understood.ts";

/** How an AI comes to its answer: what it finds, what a model makes of it, and what the visitor reads in the end. */

/** A question of a visitor, with what it takes to answer it. */
export interface AiQuestion {
  text: string;
  /** What was said before it, the oldest first. */
  history: readonly Line[];
  /** Of the flow's node. */
  instructions: string | null;
  categoryIds: readonly string[] | null;
  /** Of the visitor's browser. */
  locale?: string;
}

/** What it came to. */
export interface Answer {
  action: "answer" | "clarify" | "handoff" | "none";
  /** What the visitor reads; of `handoff` and `none` it is the line that says so. */
  text: string;
  /** What was found, the best first, and which of it the answer rests on. */
  sources: readonly Source[];
  cited: readonly Source[];
  /** Whose words they are; null: the team's, or the AI's own. */
  model: string | null;
  confidence: number;
  /** Why it is not the model's answer; null where it is. */
  reason: string | null;
  language: OwnLanguage;
  /** The knowledge base has nothing for it. */
  isGap: boolean;
}

/** An answer, or what a model has to be asked for it. */
export type Prepared = { answer: Answer } | { pending: Pending };

export interface Pending {
  sources: readonly Source[];
  prompt: ModelPrompt;
  language: OwnLanguage;
}

/** From here on what was found is worth a model's look; it may still find that it answers nothing. */
const WORTH_ASKING = 0.25;
/** How well a model's answer fits that names its sources, at least; and one that names none. */
const CITED = 0.75;
const UNCITED = 0.4;

/**
 * Looks for an answer, without a model: most of it is one round trip to the data. Nothing found, a greeting, the wish for
 * a person and a server without a model are answered at once.
 */
export async function prepare(context: Context, answerer: Answerer, question: AiQuestion): Promise<Prepared> {
  const { text, history, categoryIds, locale } = question;
  const polite = courtesyOf(text);
  const language =
    polite && answerer.language === "auto" ? polite.language : ownLanguage(answerer.language, text, locale);
  const own = OWN_WORDS[language];
  const answered = (more: Partial<Answer> & Pick<Answer, "action" | "text" | "reason">): Prepared => ({
    answer: { ...{ sources: [], cited: [], model: null, confidence: 0, language, isGap: false }, ...more },
  });
  if (!aiAnswers(answerer.ai) || answerer.disabled) {
    return answered({ action: "none", text: own.handedOver, reason: "switched_off" });
  }
  if (polite) {
    const { greetingOverride: greeting } = answerer.ai;
    const said = polite.says === "greeting" && greeting !== null ? greeting : own[polite.says];
    return answered({ action: "clarify", text: said, confidence: 1, reason: "courtesy" });
  }
  if (wantsPerson(text)) {
    const line = answerer.ai.mode === "ai_only" ? own.nobody : own.toPerson;
    return answered({ action: "handoff", text: line, confidence: 1, reason: "asked_for_person" });
  }
  const before = history.findLast(({ from }) => from === "visitor")?.text ?? null;
  const sources = await retrieve(context, answerer.id, { text, before, categoryIds });
  const confidence = sources[0]?.confidence ?? 0;
  if (!isModelConfigured(context.env, answerer.model)) {
    return { answer: fromPassages(answerer, sources, language, "no_model") };
  }
  if (confidence < WORTH_ASKING) {
    return { answer: { ...nothing(answerer, sources, language, "nothing_found"), isGap: true } };
  }
  const { instructions } = question;
  return {
    pending: {
      sources,
      language,
      prompt: promptFor(answerer, { question: text, history, instructions }, sources),
    },
  };
}

/**
 * Asks the model, once. What it answers counts where it holds against the sources; else, and where it does not answer,
 * the passages themselves do, or people.
 * @param onText hears what the visitor may read of the answer so far, sentence by sentence
 */
export async function complete(
  context: Pick<Context, "env" | "signal">,
  answerer: Answerer,
  pending: Pending,
  onText: (text: string) => void = () => {},
): Promise<Answer> {
  const { sources, prompt, language } = pending;
  const told = await askModel(context, answerer, prompt, knownFrom(sources, prompt), onText);
  if ("fault" in told) {
    // Somebody may have talked it into that: what feeds bring is not shown then, and articles are the team's.
    const own = isUnsafe(told.fault) ? sources.filter(({ kind }) => kind === "passage") : sources;
    return fromPassages(answerer, own, language, told.fault);
  }
  const { action, cites, answer: text } = told;
  const cited = [...new Set(cites)].flatMap((number) => sources[number - 1] ?? []);
  const found = sources[0]?.confidence ?? 0;
  const made = { sources, cited, model: answerer.model, language, reason: null };
  if (action === "handoff") {
    // It looked, and what there is does not answer it.
    return {
      ...nothing(answerer, sources, language, "model_found_nothing"),
      model: answerer.model,
      isGap: true,
    };
  }
  if (action === "clarify") return { ...made, action, text, confidence: found, isGap: false };
  if (cited.length === 0 && answerer.strictness >= STRICT) {
    return { ...nothing(answerer, sources, language, "uncited"), isGap: true };
  }
  const confidence = cited.length > 0 ? Math.max(CITED, ...cited.map((one) => one.confidence)) : UNCITED;
  return { ...made, action, text, confidence, isGap: false };
}

/** What the team wrote, as it stands; a question without an answer where nothing fits well. */
export function fromPassages(
  answerer: Answerer,
  sources: readonly Source[],
  language: OwnLanguage,
  reason: string,
): Answer {
  const cited = passagesThatFit(sources, answerer.strictness);
  if (cited.length === 0) {
    // A model that fails tells nothing of what the knowledge base holds.
    return { ...nothing(answerer, sources, language, reason), isGap: reason === "no_model" };
  }
  const confidence = Math.max(...cited.map((one) => one.confidence));
  return {
    ...{ action: "answer", sources, cited, model: null, confidence, reason, language, isGap: false },
    text: spoken(cited, language),
  };
}

function nothing(
  { ai }: Answerer,
  sources: readonly Source[],
  language: OwnLanguage,
  reason: string,
): Answer {
  const own = OWN_WORDS[language];
  return {
    action: "none",
    text: ai.mode === "ai_only" ? own.noAnswer : own.handedOver,
    ...{
      sources,
      cited: [],
      model: null,
      confidence: sources[0]?.confidence ?? 0,
      reason,
      language,
      isGap: false,
    },
  };
}

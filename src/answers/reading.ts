import { z } from "zod";

/** Reads what a model answers, also while it is being written. */

export const MODEL_ACTIONS = ["answer", "clarify", "handoff"] as const;

const answerSchema = z.object({
  action: z.enum(MODEL_ACTIONS),
  answer: z.string().default(""),
  // Some write the numbers as text, or one alone.
  cites: z
    .preprocess(
      (value) => (value === undefined || value === null ? [] : [value].flat()),
      z.array(z.coerce.number()),
    )
    .default([]),
});
export type ModelAnswer = z.output<typeof answerSchema>;

/** The answer in a finished text; null where it holds none: some models put words or a fence around the object. */
export function readAnswer(text: string): ModelAnswer | null {
  const [from, to] = [text.indexOf("{"), text.lastIndexOf("}")];
  if (from === -1 || to < from) return null;
  try {
    return answerSchema.safeParse(JSON.parse(text.slice(from, to + 1))).data ?? null;
  } catch {
    return null;
  }
}

/** What can be told of an answer so far. */
export interface SoFar {
  action: ModelAnswer["action"] | null;
  /** Null: not known yet. */
  cites: number[] | null;
  answer: string;
}

const ACTION = /"action"\s*:\s*"(answer|clarify|handoff)"/;
const CITES = /"cites"\s*:\s*\[([^\]]*)\]/;
const ANSWER = /"answer"\s*:\s*"/;
const STRING = /^(?:[^"\\\n]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*/;

export function readSoFar(text: string): SoFar {
  const action = MODEL_ACTIONS.find((one) => one === ACTION.exec(text)?.[1]) ?? null;
  const cites = CITES.exec(text)?.[1];
  const begins = ANSWER.exec(text);
  const written = begins ? (STRING.exec(text.slice(begins.index + begins[0].length))?.[0] ?? "") : "";
  return {
    action,
    cites: cites === undefined ? null : cites.split(",").flatMap((one) => /\d+/.exec(one)?.map(Number) ?? []),
    answer: written === "" ? "" : z.string().parse(JSON.parse(`"${written}"`)),
  };
}

import { type Flow, flowSchema } from "../graph/document.ts";
import type { FlowLookup } from "./state.ts";

/**
 * The flow of a chatbot whose AI answers where no flow of its author does: it takes questions, and hands over where the
 * AI has no answer. Its sessions are those of the chatbot's main flow, so that publishing one, or deleting it, does to
 * them what it does to all.
 */

/** As the AI answers first, or alone; or once people had their time. */
export const BUILT_IN = { ai: "built-in:ai", afterPeople: "built-in:after-people" } as const;
export type BuiltIn = (typeof BUILT_IN)[keyof typeof BUILT_IN];

/** How long people have, where they are to answer first, in seconds. */
export const PEOPLE_FIRST_SECONDS = 300;
/** Questions that the AI answers in one conversation before people go on. */
export const MAX_ANSWERS = 20;

export function isBuiltIn(versionId: string): versionId is BuiltIn {
  return versionId === BUILT_IN.ai || versionId === BUILT_IN.afterPeople;
}

const at = { x: 0, y: 0 };
const NODES = {
  start: { id: "start", type: "start", data: {}, position: at },
  people: { id: "people", type: "delay", data: { seconds: PEOPLE_FIRST_SECONDS }, position: at },
  ai: { id: "ai", type: "ai_answer", data: { maxTurns: MAX_ANSWERS, minConfidence: 0 }, position: at },
} as const;

let made: Record<BuiltIn, Flow> | undefined;

function flows(): Record<BuiltIn, Flow> {
  const { start, people, ai } = NODES;
  made ??= {
    [BUILT_IN.ai]: flowSchema.parse({ nodes: [start, ai], edges: [{ source: "start", target: "ai" }] }),
    [BUILT_IN.afterPeople]: flowSchema.parse({
      nodes: [start, people, ai],
      edges: [
        { source: "start", target: "people" },
        { source: "people", target: "ai" },
      ],
    }),
  };
  return made;
}

/** Finds the built-in flows, for whatever flow they stand in. */
export const builtInLookup: FlowLookup = (_, versionId) =>
  versionId !== null && isBuiltIn(versionId) ? { versionId, flow: flows()[versionId] } : undefined;

import type { Draft } from "../flows/graph/document.ts";
import type { ChatbotSettings } from "./settings.ts";

/**
 * What a loss means for visitors, the worst first: nodes that nobody comes to, a conversation that goes another way,
 * words that are not said, things that are not done, answers that are taken or kept differently, looks and wording,
 * and what nobody loses by but its owner should know.
 */
export const CONSEQUENCES = [
  "unreachable",
  "goes_another_way",
  "not_said",
  "not_done",
  "answers_differ",
  "looks_different",
  "to_know",
] as const;
export type Consequence = (typeof CONSEQUENCES)[number];

/** Something that a new chatbot does not have of what it was made from, or has otherwise. */
export interface LeftOut {
  /** What it means for visitors. */
  consequence: Consequence;
  reason: string;
  /** Where in the flow: these nodes, or those that come in place of what is missing. None: all of it. */
  nodeIds: string[];
}

/** A chatbot to be made, as a document describes it. */
export interface ImportedChatbot {
  settings: ChatbotSettings;
  draft: Draft;
  leftOut: LeftOut[];
}

import type { Draft } from "../flows/graph/document.ts";
import type { ChatbotSettings } from "./settings.ts";
import type { Consequence } from "./typebot/report.ts";

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

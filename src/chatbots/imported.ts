import type { Draft } from "../flows/graph/document.ts";
import type { ChatbotSettings } from "./settings.ts";

/** Something that a document or a new chatbot does not have of what it was made from. */
export interface LeftOut {
  /** Where it was. */
  path: string;
  reason: string;
}

/** A chatbot to be made, as a document describes it. */
export interface ImportedChatbot {
  settings: ChatbotSettings;
  draft: Draft;
  leftOut: LeftOut[];
}

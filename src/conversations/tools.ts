import type { Tool } from "../calls/define.ts";
import { draftReplyTools } from "./tools/drafts.ts";
import { contactMessagesTool, getTool, listConversationsTool, searchTool } from "./tools/reading.ts";
import { sendTools } from "./tools/sending.ts";
import { noteTool, stateTools } from "./tools/state.ts";

/** The conversations toolset, in the catalogue's order. */
export const conversationTools: readonly Tool[] = [
  listConversationsTool,
  getTool,
  contactMessagesTool,
  searchTool,
  ...sendTools,
  noteTool,
  ...draftReplyTools,
  ...stateTools,
];

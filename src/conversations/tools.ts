import type { Tool } from "../calls/define.ts";
import { draftTools } from "./tools/drafts.ts";
import { contactMessagesTool, getTool, listTool, searchTool } from "./tools/reading.ts";
import { sendTools } from "./tools/sending.ts";
import { noteTool, stateTools } from "./tools/state.ts";

/** The conversations toolset, in the catalogue's order. */
export const conversationTools: readonly Tool[] = [
  listTool,
  getTool,
  contactMessagesTool,
  searchTool,
  ...sendTools,
  noteTool,
  ...draftTools,
  ...stateTools,
];

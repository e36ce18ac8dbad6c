import type { Tool } from "../calls/define.ts";
import { contactMessagesTool, getTool, listTool, searchTool } from "./read-tools.ts";
import { draftTools, noteTool, sendTools, stateTools } from "./write-tools.ts";

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

import type { Tool } from "../calls/define.ts";
import { getFlowTool, listFlowsTool, listVersionsTool, simulateTool, validateTool } from "./read-tools.ts";
import { draftTools, lifeTools, publishTool } from "./write-tools.ts";

/** The flows toolset, in the catalogue's order. */
export const flowTools: readonly Tool[] = [
  listFlowsTool,
  ...lifeTools,
  getFlowTool,
  ...draftTools,
  listVersionsTool,
  publishTool,
  validateTool,
  simulateTool,
];

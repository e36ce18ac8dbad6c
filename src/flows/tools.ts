import type { Tool } from "../calls/define.ts";
import { draftTools, lifeTools, publishTool } from "./tools/editing.ts";
import { nodeTools } from "./tools/nodes.ts";
import { getFlowTool, listFlowsTool, listVersionsTool, simulateTool, validateTool } from "./tools/reading.ts";

/** The flows toolset, in the catalogue's order. */
export const flowTools: readonly Tool[] = [
  listFlowsTool,
  ...lifeTools,
  getFlowTool,
  ...draftTools,
  ...nodeTools,
  listVersionsTool,
  publishTool,
  validateTool,
  simulateTool,
];

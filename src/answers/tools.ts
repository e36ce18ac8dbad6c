import type { Tool } from "../calls/define.ts";
import { questionTools } from "./tools/questions.ts";
import { simulateAnswerTool } from "./tools/simulation.ts";

/** Answers by AI: trying one, and the questions that they are held to. Part of the chatbots toolset. */
export const answerTools: readonly Tool[] = [simulateAnswerTool, ...questionTools];

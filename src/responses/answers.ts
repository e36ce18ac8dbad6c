import { z } from "zod";
import { valueText } from "../flows/graph/placeholders.ts";
import { time } from "../tenant/time.ts";
import { FIRST_ANSWERS } from "./journey.ts";
import { RESPONSE_STATUSES, type RecordedAnswer } from "./schema.ts";

/** What the tools of responses answer. */

/** Characters of each answer in a list. */
const BRIEF_VALUE = 100;

export const answerRow = z.object({
  nodeId: z.string(),
  flowId: z.string(),
  question: z.string().describe("What the node asks, as its author wrote it"),
  variable: z.string().nullable(),
  value: z.union([z.string(), z.number(), z.boolean(), z.array(z.string())]),
  at: time,
});

export const responseRow = z.object({
  id: z.string(),
  status: z.enum(RESPONSE_STATUSES),
  startedAt: time,
  completedAt: time.nullable().describe("When the flow came to an end; null unless completed"),
  endedAt: time.nullable().describe("Completed, handed off, abandoned or failed"),
  flowId: z.string().describe("The flow that it began in"),
  flowName: z.string().nullable(),
  versionId: z.string(),
  contact: z.object({ id: z.string(), name: z.string().nullable() }).nullable(),
  conversationId: z.string().nullable(),
  inboxId: z.string().nullable(),
  inboxName: z.string().nullable(),
  answerCount: z.int(),
});

export const listedRow = responseRow.extend({
  answers: z
    .array(z.object({ question: z.string(), variable: z.string().nullable(), value: z.string() }))
    .describe(`The first ${FIRST_ANSWERS}, cut to ${BRIEF_VALUE} characters`),
});

/** An answer in a list. */
export function briefAnswer({ question, variable, value }: RecordedAnswer) {
  return { question: brief(question), variable, value: brief(valueText(value)) };
}

function brief(text: string): string {
  return text.slice(0, BRIEF_VALUE).toWellFormed();
}

export const pathRow = z.object({
  flowId: z.string(),
  nodeId: z.string(),
  handle: z.string().nullable().describe("How it was left; null: not left, or by a goto"),
  reply: z
    .enum(["awaited", "given"])
    .nullable()
    .describe("Where it waits for the visitor: given once a reply led on"),
  at: time,
});

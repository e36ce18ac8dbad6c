import { z } from "zod";
import { defineTool, HINTS } from "../../calls/define.ts";
import { reference } from "../../calls/references.ts";
import { aiRecordOutput } from "../../conversations/answers.ts";
import { typedText } from "../../tenant/typed-text.ts";
import { answererOf, askOnce } from "../ask-once.ts";
import { MAX_LINES } from "../history.ts";
import { answerRecord } from "../shown.ts";

export const questionInput = typedText(2000, { visible: true });

/** `simulate_ai_answer`: one question, as a visitor would be answered. */
export const simulateAnswerTool = defineTool({
  toolset: "chatbots",
  scope: "chatbots:read",
  hints: HINTS.R,
  untrusted: ["name"],
  name: "simulate_ai_answer",
  title: "Simulate AI answer",
  description:
    "Answers a question as the chatbot's AI would answer a visitor, with the passages found and why. Nothing is sent or stored; a model call counts.",
  phrases:
    "what would the bot say to this, try a question, test the assistant, ask the bot something, how does the ai " +
    "reply, why does it hand over, preview an answer, check what the knowledge base gives",
  example: { chatbotId: "cb_01kajq3v7e8m2n4p6r8t0v", question: "Can I return a sale item?" },
  input: () =>
    z.strictObject({
      chatbotId: reference("chatbot"),
      question: questionInput,
      history: z
        .array(
          z.strictObject({
            from: z.enum(["visitor", "assistant", "team"]),
            text: typedText(2000, { visible: true }),
          }),
        )
        .max(MAX_LINES)
        .default([])
        .describe("What was said before"),
    }),
  output: () =>
    z.object({
      answer: z.string().describe("What the visitor would read"),
      links: z.array(z.object({ label: z.string(), url: z.string() })),
      language: z.string().describe("Of the AI's own words"),
      ...aiRecordOutput.shape,
      found: z
        .array(z.object({ articleId: z.string(), text: z.string() }))
        .describe("The passages' texts, in the order of passages"),
    }),
  async run(call, { chatbotId, question, history }) {
    const answerer = await answererOf(call.tenant, chatbotId);
    const { answer, text, links, handsOver } = await askOnce(call, answerer, question, history);
    return {
      answer: text,
      ...{ links, language: answer.language },
      ...answerRecord(answer, { handedOver: handsOver }),
      found: answer.sources.flatMap((source) =>
        source.kind === "passage" ? [{ articleId: source.passage.articleId, text: source.passage.text }] : [],
      ),
    };
  },
});

import { z } from "zod";
import { defineTool, HINTS, type Tool } from "../calls/define.ts";
import { chatbotIdInput } from "../chatbots/shapes.ts";
import { idInput } from "../conversations/filters.ts";
import { chatbotFigures, chatbotFiguresOutput } from "./chatbot.ts";
import { conversationFigures, conversationOutput } from "./conversation.ts";
import { dashboardOf, dashboardOutput } from "./dashboard.ts";
import { daysInput } from "./figures.ts";
import { overviewOf, overviewOutput } from "./overview.ts";
import { summaryOf, summaryOutput } from "./summary.ts";

const facts = { toolset: "analytics", scope: "analytics:read", hints: HINTS.R, untrusted: [] } as const;

/** What happened, in figures of the caller's inboxes. Every figure is defined in docs/metrics.md. */
export const analyticsTools: readonly Tool[] = [
  defineTool({
    ...facts,
    name: "get_analytics",
    title: "Get analytics",
    description:
      "Use it for traffic: sessions, messages by channel and sender, the share of sessions that was answered, and " +
      "every day's figures.",
    input: z.strictObject({ chatbotId: chatbotIdInput.optional(), days: daysInput(30) }),
    example: { chatbotId: "cb_01kajq3v7e8m2n4p6r8t0v", days: 30 },
    output: overviewOutput,
    run: ({ tenant }, input) => overviewOf(tenant, input),
  }),
  defineTool({
    ...facts,
    name: "get_chatbot_analytics",
    title: "Get chatbot analytics",
    description:
      "Use it for how a chatbot's flow does: responses started and completed, the nodes at which visitors drop off, " +
      "and every day's figures.",
    input: z.strictObject({ chatbotId: chatbotIdInput, days: daysInput(30) }),
    example: { chatbotId: "cb_01kajq3v7e8m2n4p6r8t0v", days: 90 },
    output: chatbotFiguresOutput,
    run: ({ tenant }, input) => chatbotFigures(tenant, input),
  }),
  defineTool({
    ...facts,
    toolset: "conversations",
    name: "get_conversation_analytics",
    title: "Get conversation analytics",
    description:
      "Use it to judge one conversation: duration, first response, messages by sender, resolution, and the " +
      "customer's sentiment as a model estimates it.",
    input: z.strictObject({
      chatbotId: chatbotIdInput.optional().describe("Found only if this chatbot answers its inbox"),
      conversationId: idInput,
    }),
    example: { conversationId: "cv_01kajq3v7e8m2n4p6r8t0v" },
    output: conversationOutput,
    run: conversationFigures,
  }),
  defineTool({
    ...facts,
    toolset: "conversations",
    name: "get_conversation_summary",
    title: "Get conversation summary",
    description:
      "Answers how conversations went: totals and daily trend by status and channel, response and resolution times (median and p90), rates and waiting.",
    input: z.strictObject({ chatbotId: chatbotIdInput.optional(), days: daysInput(30) }),
    example: { days: 7 },
    output: summaryOutput,
    run: ({ tenant }, input) => summaryOf(tenant, input),
  }),
  defineTool({
    ...facts,
    toolset: "workspace",
    scope: "workspace:read",
    name: "get_dashboard",
    title: "Get dashboard",
    description:
      "Use it to see where to look closer: sessions by channel, the busiest chatbots, open conversations and " +
      "tickets, and the latest activity.",
    input: z.strictObject({ days: daysInput(7) }),
    example: { days: 7 },
    output: dashboardOutput,
    run: ({ tenant }, input) => dashboardOf(tenant, input),
  }),
];

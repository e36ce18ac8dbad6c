import { z } from "zod";
import { defineTool, HINTS, type Tool } from "../calls/define.ts";
import { reference } from "../calls/references.ts";
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
    phrases:
      "how many sessions on whatsapp versus web, overall traffic, numbers of the whole workspace, sessions " +
      "per day, number of visitors, visits this week, how busy was the site chat, message volume, general " +
      "statistics, growth, how much is our chat used, total sessions",
    input: () => z.strictObject({ chatbotId: reference("chatbot").optional(), days: daysInput(30) }),
    example: { chatbotId: "cb_01kajq3v7e8m2n4p6r8t0v", days: 30 },
    output: () => overviewOutput,
    run: ({ tenant }, input) => overviewOf(tenant, input),
  }),
  defineTool({
    ...facts,
    name: "get_chatbot_analytics",
    title: "Get chatbot analytics",
    description:
      "Use it for how a chatbot's flow does: responses started and completed, the nodes at which visitors drop off, " +
      "and every day's figures.",
    phrases:
      "at which step do visitors quit, how did the bot do last month, where do people give up, completion " +
      "rate, bot conversion, flow performance, which question makes people leave, how many finish the " +
      "flow, success of the bot, funnel report, trends of a bot",
    input: () => z.strictObject({ chatbotId: reference("chatbot"), days: daysInput(30) }),
    example: { chatbotId: "cb_01kajq3v7e8m2n4p6r8t0v", days: 90 },
    output: () => chatbotFiguresOutput,
    run: ({ tenant }, input) => chatbotFigures(tenant, input),
  }),
  defineTool({
    ...facts,
    toolset: "conversations",
    name: "get_conversation_analytics",
    interactive: true,
    title: "Get conversation analytics",
    description:
      "Use it to judge one conversation: duration, first response, messages by sender, resolution, and the " +
      "customer's sentiment as a model estimates it.",
    phrases:
      "how did this chat go, was the customer happy, how long until the first answer in this chat, was " +
      "this customer satisfied, mood of the customer, rate this chat, how long did this chat take, was the " +
      "chat handled well, is the customer angry, tone of the customer",
    input: () =>
      z.strictObject({
        chatbotId: reference("chatbot").optional().describe("Found only if this chatbot answers its inbox"),
        conversationId: reference("conversation"),
      }),
    example: { conversationId: "cv_01kajq3v7e8m2n4p6r8t0v" },
    output: () => conversationOutput,
    run: conversationFigures,
  }),
  defineTool({
    ...facts,
    toolset: "conversations",
    name: "get_conversation_summary",
    title: "Get conversation summary",
    description:
      "Answers how conversations went: totals and daily trend by status and channel, response and resolution times (median and p90), rates and waiting.",
    phrases:
      "number of chats per day, busiest days, support workload over time, average response time, how fast " +
      "are chats resolved, service level, support performance, sla, team response times, how long do " +
      "customers wait, support kpis, weekly support report",
    input: () => z.strictObject({ chatbotId: reference("chatbot").optional(), days: daysInput(30) }),
    example: { days: 7 },
    output: () => summaryOutput,
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
    phrases:
      "morning briefing, how are things going, overview of the week, state of everything at a glance, what " +
      "needs my attention, what should i work on today, daily digest, big picture, status of the business, " +
      "overall health, which bot has the most conversations",
    input: () => z.strictObject({ days: daysInput(7) }),
    example: { days: 7 },
    output: () => dashboardOutput,
    run: ({ tenant }, input) => dashboardOf(tenant, input),
  }),
];

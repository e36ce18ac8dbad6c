import { defineResource, type Resource } from "../calls/define.ts";
import { completeChatbotId } from "../chatbots/resources.ts";
import { chatbotFigures } from "./chatbot.ts";

/** Days of which the resource tells. */
const DAYS = 30;

export const analyticsResources: readonly Resource[] = [
  defineResource({
    name: "chatbot-analytics",
    title: "Chatbot analytics",
    description: `A chatbot's responses, completion and drop-off of the last ${DAYS} days, with every day's figures.`,
    uri: "parley://chatbot/{chatbotId}/analytics",
    toolset: "analytics",
    scope: "analytics:read",
    mimeType: "application/json",
    untrusted: [],
    read: ({ tenant }, { chatbotId = "" }) => chatbotFigures(tenant, { chatbotId, days: DAYS }),
    complete: completeChatbotId,
  }),
];

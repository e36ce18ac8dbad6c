import { z } from "zod";
import { defineResource, type Resource } from "../calls/define.ts";
import { conversationRow, conversationRows, namesFor, UNTRUSTED_ROW } from "../conversations/answers.ts";
import { resolveFilters } from "../conversations/filters.ts";
import { listConversations } from "../conversations/list.ts";
import { chatbotDetails, chatbotRow, showDetails, showRows, showWidget } from "./answers.ts";
import { findChatbots } from "./find.ts";
import { getChatbot, listChatbots } from "./store.ts";

/** Chatbots of which the list resource tells; list_chatbots goes on from there. */
const LISTED = 100;

/** Conversations that a chatbot's resource tells of; list_conversations goes on from there. */
const CONVERSATIONS = 25;

/** Values offered for one argument. */
const OFFERED = 20;

/** What a resource answers: nothing that the tools do not. */
const chatbotList = z.object({ items: z.array(chatbotRow), hasMore: z.boolean() });

const facts = {
  toolset: "chatbots",
  scope: "chatbots:read",
  mimeType: "application/json",
  untrusted: [],
} as const;

/**
 * Completes the argument `chatbotId`, also of prompts and resources of other nouns: chatbots by the beginning of their
 * id, or by name, as a person types one. Offers none to callers that may not read chatbots.
 */
export const completeChatbotId: NonNullable<Resource["complete"]> = async (call, argument, typed) => {
  if (argument !== "chatbotId" || !call.principal.scopes.includes("chatbots:read")) return [];
  const found = await findChatbots(call.tenant, typed, OFFERED);
  return found.map(({ id, name }) => ({ value: id, label: name }));
};

export const chatbotResources: readonly Resource[] = [
  defineResource({
    ...facts,
    name: "chatbots",
    title: "Chatbots",
    description: `The workspace's first ${LISTED} chatbots with their models and response counts.`,
    uri: "parley://chatbots",
    async read({ tenant }) {
      const { items, hasMore } = await listChatbots(tenant, { limit: LISTED });
      return chatbotList.parse({ items: await showRows(tenant, items), hasMore });
    },
  }),
  defineResource({
    ...facts,
    name: "chatbot",
    title: "Chatbot",
    description:
      "One chatbot: instructions, model, language, AI and widget settings, inboxes and the state of its search index.",
    uri: "parley://chatbot/{chatbotId}",
    async read(call, { chatbotId = "" }) {
      return chatbotDetails.parse(await showDetails(call, await getChatbot(call.tenant, chatbotId)));
    },
    complete: completeChatbotId,
  }),
  defineResource({
    ...facts,
    name: "chatbot-widget",
    title: "Chatbot widget",
    description: "How a chatbot's web widget looks, behaves and speaks, and where it can be put on a page.",
    uri: "parley://chatbot/{chatbotId}/widget",
    async read(call, { chatbotId = "" }) {
      return showWidget(call, await getChatbot(call.tenant, chatbotId));
    },
    complete: completeChatbotId,
  }),
  defineResource({
    ...facts,
    name: "chatbot-conversations",
    title: "Chatbot conversations",
    description: `The latest ${CONVERSATIONS} conversations in the inboxes that a chatbot answers, with contact, status and last message.`,
    uri: "parley://chatbot/{chatbotId}/conversations",
    scope: "conversations:read",
    untrusted: [...UNTRUSTED_ROW, "text"],
    async read(call, { chatbotId = "" }) {
      const { tenant } = call;
      const args = { chatbotId: (await getChatbot(tenant, chatbotId)).id };
      const filters = await resolveFilters(tenant, args);
      const [{ items, hasMore }, names] = await Promise.all([
        listConversations(tenant, filters, { args, limit: CONVERSATIONS }),
        namesFor(call, filters.inboxes.values()),
      ]);
      const rows = await conversationRows(tenant, items, filters.inboxes, names);
      // What the schema of list_conversations does not name is left out here as well.
      return { items: rows.map((row) => conversationRow.parse(row)), hasMore };
    },
    complete: completeChatbotId,
  }),
];

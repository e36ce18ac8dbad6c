import type { NameLookup } from "../calls/references.ts";
import { chatbotsCalled, findChatbots } from "./find.ts";

/** Chatbots among which one that is nearly called so is looked for. */
const LOOKED_AT = 500;

/** Chatbots, by name. */
export const chatbotNames: NameLookup = {
  kind: "chatbot",
  noun: "chatbot",
  list: "list_chatbots",
  scope: "chatbots:read",
  called: ({ tenant }, name) => chatbotsCalled(tenant, name),
  near: ({ tenant }) => findChatbots(tenant, "", LOOKED_AT),
};

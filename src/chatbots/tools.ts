import { z } from "zod";
import { defineTool, HINTS, type Tool } from "../calls/define.ts";
import { reference } from "../calls/references.ts";
import { cursorInput, limitInput, pageOutput } from "../tenant/page.ts";
import { chatbotDetails, chatbotOutput, chatbotRow, showChatbot, showDetails, showRows } from "./answers.ts";
import { modelsOf } from "./models.ts";
import {
  chatbotNameInput,
  descriptionInput,
  newSettings,
  PUT_ON_AN_INBOX,
  strictnessInput,
} from "./settings.ts";
import {
  type ChatbotGuard,
  type ChatbotRemoval,
  changeChatbot,
  createChatbot,
  deleteChatbot,
  getChatbot,
  listChatbots,
} from "./store.ts";
import { configTools } from "./tools/configuration.ts";
import { type ChatbotCopier, transferTools } from "./tools/transfer.ts";

const facts = { toolset: "chatbots", untrusted: [] } as const;

const readTools: readonly Tool[] = [
  defineTool({
    ...facts,
    name: "list_chatbots",
    title: "List chatbots",
    description:
      "Lists the workspace's chatbots, oldest first. Use it to find a chatbotId, or the primary one.",
    phrases:
      "all assistants, is the bot on or off, main bot, how many bots, id of a bot, bots overview, names of " +
      "assistants, which bot is primary",
    scope: "chatbots:read",
    hints: HINTS.R,
    example: {},
    input: () => z.strictObject({ cursor: cursorInput, limit: limitInput() }),
    output: () => pageOutput(chatbotRow),
    async run({ tenant }, input) {
      const page = await listChatbots(tenant, input);
      return { ...page, items: await showRows(tenant, page.items) };
    },
  }),
  defineTool({
    ...facts,
    name: "get_chatbot",
    title: "Get chatbot",
    description:
      "Answers everything about one chatbot but its flow: instructions, model, language, AI, widget, inboxes, search index.",
    phrases:
      "what is this bot told to do, is it up to date, bot settings, details of the bot, how is the bot " +
      "configured, show the prompt, which model does the bot use, index progress, is retraining done, is " +
      "this bot active, current setup of the assistant",
    scope: "chatbots:read",
    hints: HINTS.R,
    example: { chatbotId: "cb_01kajq3v7e8m2n4p6r8t0v" },
    input: () => z.strictObject({ chatbotId: reference("chatbot") }),
    output: () => chatbotDetails,
    async run(call, { chatbotId }) {
      return showDetails(call, await getChatbot(call.tenant, chatbotId));
    },
  }),
];

const writeTools: readonly Tool[] = [
  defineTool({
    ...facts,
    name: "create_chatbot",
    title: "Create chatbot",
    description: `Makes a chatbot with default settings and an empty flow, on no inbox: ${PUT_ON_AN_INBOX}. create_from_template and import_chatbot make one that is filled.`,
    phrases:
      "set up a fresh assistant, start a bot from scratch, new bot called, another bot for a shop, second " +
      "assistant, add a chatbot for a new brand",
    scope: "chatbots:write",
    hints: HINTS.W,
    example: { name: "Shop assistant", description: "Answers questions about orders." },
    input: () => z.strictObject({ name: chatbotNameInput, description: descriptionInput.optional() }),
    output: () => z.object({ chatbot: chatbotOutput }),
    async run({ tenant, env }, { name, description = "" }) {
      const settings = { ...newSettings({ name, model: modelsOf(env)[0] }), description };
      return { chatbot: showChatbot(await createChatbot(tenant, settings)) };
    },
  }),
  defineTool({
    ...facts,
    name: "update_chatbot",
    title: "Update chatbot",
    description: "Changes the given fields of a chatbot. Making it primary takes that from the one that was.",
    phrases:
      "give it a new name, stick closer to the articles, main bot, rename a bot, disable the chatbot, turn " +
      "the bot off for now, enable the bot again, hide or show the widget, bot should not make things up, " +
      "answer only from articles, strictness, stop the bot for a while",
    scope: "chatbots:write",
    hints: { ...HINTS.W, idempotent: true },
    example: { chatbotId: "cb_01kajq3v7e8m2n4p6r8t0v", strictness: 80, primary: true },
    input: () =>
      z.strictObject({
        chatbotId: reference("chatbot"),
        name: chatbotNameInput.optional(),
        description: descriptionInput.optional(),
        disabled: z.boolean().optional().describe("It answers nothing"),
        widgetEnabled: z.boolean().optional().describe("Web pages show the chat"),
        primary: z.boolean().optional().describe("The workspace's main chatbot"),
        strictness: strictnessInput.optional().describe("How closely answers keep to the knowledge base"),
      }),
    output: () => z.object({ chatbot: chatbotOutput }),
    async run({ tenant }, { chatbotId, primary, ...changes }) {
      const { after } = await changeChatbot(tenant, chatbotId, () => ({ ...changes, isPrimary: primary }));
      return { chatbot: showChatbot(after) };
    },
  }),
];

function deleteTool(removals: readonly ChatbotRemoval[], guards: readonly ChatbotGuard[]): Tool {
  return defineTool({
    ...facts,
    name: "delete_chatbot",
    title: "Delete chatbot",
    description:
      "Deletes a chatbot with its flow, knowledge and settings for good; conversations, tickets and leads stay. update_chatbot with disabled only stops it.",
    phrases:
      "do not need that bot any more, remove an assistant for good, remove a bot, get rid of a chatbot, " +
      "erase the test bot, bot is no longer needed, delete permanently",
    scope: "chatbots:delete",
    hints: HINTS.D,
    example: { chatbotId: "cb_01kajq3v7e8m2n4p6r8t0v" },
    input: () => z.strictObject({ chatbotId: reference("chatbot") }),
    output: () => z.object({ id: z.string(), deleted: z.literal(true) }),
    async run({ tenant }, { chatbotId }) {
      await deleteChatbot(tenant, chatbotId, removals, guards);
      return { id: chatbotId, deleted: true as const };
    },
  });
}

/**
 * The chatbots toolset in the catalogue's order.
 * @param removals what other nouns remove when a chatbot is deleted
 * @param guards what else of it a limited caller may not remove
 * @param copiers what other nouns copy when it is duplicated
 */
export function chatbotTools(
  removals: readonly ChatbotRemoval[],
  guards: readonly ChatbotGuard[] = [],
  copiers: readonly ChatbotCopier[] = [],
): readonly Tool[] {
  return [
    ...readTools,
    ...writeTools,
    deleteTool(removals, guards),
    ...transferTools(copiers),
    ...configTools,
  ];
}

import { z } from "zod";
import { defineTool, HINTS, type Tool } from "../../calls/define.ts";
import { reference } from "../../calls/references.ts";
import { tellInboxChanged } from "../../http/news.ts";
import { Failure } from "../../tenant/failure.ts";
import {
  aiConfigOutput,
  chatbotOutput,
  showAiConfig,
  showChatbot,
  showWidget,
  widgetOutput,
} from "../answers.ts";
import { offeredModel } from "../models.ts";
import {
  AI_MODES,
  aiSettings,
  instructionsInput,
  languageInput,
  modelInput,
  temperatureInput,
} from "../settings.ts";
import { changeChatbot, getChatbot } from "../store.ts";
import { widgetSettings, widgetTexts } from "../widget.ts";

const facts = { toolset: "chatbots", untrusted: [] } as const;
const reads = { ...facts, scope: "chatbots:read", hints: HINTS.R } as const;
const writes = { ...facts, scope: "chatbots:write", hints: { ...HINTS.W, idempotent: true } } as const;

const chatbotId = reference("chatbot");

const behaviourTools: readonly Tool[] = [
  defineTool({
    ...writes,
    name: "update_chatbot_instructions",
    title: "Update chatbot instructions",
    description:
      "Replaces the instructions by which a chatbot's AI answers, and answers the previous ones too. 15 to 40 lines work best.",
    phrases:
      "system prompt, be more polite, add to its rules, the bot shall always, personality, tone of voice, " +
      "tell the bot how to behave, bot must never promise, do not mention competitors, teach the bot " +
      "manners, change how the bot talks, rewrite what the ai is told",
    example: {
      chatbotId: "cb_01kajq3v7e8m2n4p6r8t0v",
      instructions: "Answer from the knowledge base. Be brief and friendly.",
    },
    input: () => z.strictObject({ chatbotId, instructions: instructionsInput }),
    output: () => z.object({ chatbot: chatbotOutput, previousInstructions: z.string() }),
    async run({ tenant }, { chatbotId, instructions }) {
      const { before, after } = await changeChatbot(tenant, chatbotId, () => ({ instructions }));
      return { chatbot: showChatbot(after), previousInstructions: before.instructions };
    },
  }),
  defineTool({
    ...writes,
    name: "update_chatbot_model",
    title: "Update chatbot model",
    description:
      "Changes the model that a chatbot's AI answers with, its temperature, or both. get_ai_config lists the models.",
    phrases:
      "another llm, cheaper or smarter model, lower the temperature, more creative, less random, switch " +
      "the model, use gpt, use claude, choose another llm, faster model, better model, temperature down, " +
      "set temperature",
    example: { chatbotId: "cb_01kajq3v7e8m2n4p6r8t0v", temperature: 0.2 },
    input: () =>
      z.strictObject({
        chatbotId,
        model: modelInput.optional(),
        temperature: temperatureInput.optional().describe("Higher varies more"),
      }),
    output: () => z.object({ chatbot: chatbotOutput }),
    async run({ tenant, env }, { chatbotId, ...changes }) {
      if (changes.model === undefined && changes.temperature === undefined) {
        throw new Failure("invalid_input", "Give model, temperature, or both.");
      }
      const { after } = await changeChatbot(tenant, chatbotId, ({ model }) => {
        // One that is no longer offered may stay, but not be chosen.
        if (changes.model === undefined || changes.model === model) return changes;
        return { ...changes, model: offeredModel(env, changes.model) };
      });
      return { chatbot: showChatbot(after) };
    },
  }),
  defineTool({
    ...writes,
    name: "update_chatbot_language",
    title: "Update chatbot language",
    description: "Sets the language that a chatbot answers in; auto is each visitor's own.",
    phrases:
      "reply in spanish, talk italian from now on, speak german, bot should speak another language, answer " +
      "in french, make it multilingual, respond in german, switch language of the bot, use the visitor's " +
      "language, change the bot from english",
    example: { chatbotId: "cb_01kajq3v7e8m2n4p6r8t0v", language: "de" },
    input: () =>
      z.strictObject({ chatbotId, language: languageInput.describe('BCP 47, such as de, or "auto"') }),
    output: () => z.object({ chatbot: chatbotOutput }),
    async run({ tenant }, { chatbotId, language }) {
      const { after } = await changeChatbot(tenant, chatbotId, () => ({ language }));
      return { chatbot: showChatbot(after) };
    },
  }),
];

const aiTools: readonly Tool[] = [
  defineTool({
    ...reads,
    name: "get_ai_config",
    title: "Get AI configuration",
    description:
      "Answers whether and when a chatbot's AI answers, its greeting and model, and the models that can be chosen.",
    phrases:
      "which ai models are available, ai settings, who answers first, bot or human first, what does the ai " +
      "greet with, list llms",
    example: { chatbotId: "cb_01kajq3v7e8m2n4p6r8t0v" },
    input: () => z.strictObject({ chatbotId }),
    output: () => aiConfigOutput,
    async run({ tenant, env }, { chatbotId }) {
      return showAiConfig(env, await getChatbot(tenant, chatbotId));
    },
  }),
  defineTool({
    ...writes,
    name: "update_ai_config",
    title: "Update AI configuration",
    description:
      "Changes whether a chatbot's AI answers, who answers first, or its greeting. human_only and ai_only leave the other side out.",
    phrases:
      "switch ai on or off, only people answer, ai only at night, turn ai off, enable ai answers, stop " +
      "automatic answers, ai as a fallback when nobody is there, disable artificial intelligence, who " +
      "replies first",
    example: {
      chatbotId: "cb_01kajq3v7e8m2n4p6r8t0v",
      mode: "ai_first",
      greetingOverride: "Hello! What can I do for you?",
    },
    input: () =>
      z.strictObject({
        chatbotId,
        enabled: z.boolean().optional(),
        mode: z.enum(AI_MODES).optional().describe("Who answers a new conversation first, or alone"),
        greetingOverride: aiSettings.shape.greetingOverride
          .optional()
          .describe("The AI's greeting; null: one of its own"),
      }),
    output: () => aiConfigOutput,
    async run({ tenant, env }, { chatbotId, ...changes }) {
      const { after } = await changeChatbot(tenant, chatbotId, ({ ai }) => ({ ai: merged(ai, changes) }));
      return showAiConfig(env, after);
    },
  }),
];

const widgetTools: readonly Tool[] = [
  defineTool({
    ...reads,
    name: "get_widget_config",
    title: "Get widget configuration",
    description:
      "Answers how a chatbot's web widget looks, behaves and speaks, and the HTML that puts it on a page where there is any.",
    phrases:
      "script to paste into my homepage, embed code, script for my site, how to install the chat, put the " +
      "chat on wordpress or shopify, html snippet, widget appearance, what color is the widget, integrate " +
      "the chat bubble, add the bot to my website",
    example: { chatbotId: "cb_01kajq3v7e8m2n4p6r8t0v" },
    input: () => z.strictObject({ chatbotId }),
    output: () => widgetOutput,
    async run(call, { chatbotId }) {
      return showWidget(call, await getChatbot(call.tenant, chatbotId));
    },
  }),
  defineTool({
    ...writes,
    name: "update_widget_config",
    title: "Update widget configuration",
    description:
      "Changes the given settings of a chatbot's web widget: colours (hex, such as #1d4ed8), position and behaviour.",
    phrases:
      "round green bubbles, move it to the left, open by itself, brand the chat button, allowed websites, " +
      "brand colors, dark theme, left or right corner, open automatically, style of the chat window, " +
      "header color, make the bubble bigger, look of the chat",
    example: {
      chatbotId: "cb_01kajq3v7e8m2n4p6r8t0v",
      config: { headerBgColor: "#0f766e", widgetPosition: "right", botAutoOpen: true },
    },
    input: () => z.strictObject({ chatbotId, config: widgetSettings.partial() }),
    output: () => widgetOutput,
    async run(call, { chatbotId, config }) {
      const { tenant, env, requestId } = call;
      const { after } = await changeChatbot(tenant, chatbotId, ({ widget }) => ({
        widget: merged(widget, config),
      }));
      const shown = await showWidget(call, after);
      if (config.allowedDomains !== undefined) {
        const { workspaceId } = tenant;
        const told = shown.embed.map(({ inboxId }) =>
          tellInboxChanged(env, { workspaceId, inboxId }, requestId),
        );
        await Promise.all(told);
      }
      return shown;
    },
  }),
  defineTool({
    ...writes,
    name: "update_widget_texts",
    title: "Update widget texts",
    description: "Changes what a chatbot's web widget says to visitors.",
    phrases:
      "chat should say hi when it opens, welcome text, greeting, placeholder of the input, label of the " +
      "send button, change the welcome message, button label, texts of the chat window, translate the " +
      "widget, thinking label, wording in the widget, call to action text",
    example: {
      chatbotId: "cb_01kajq3v7e8m2n4p6r8t0v",
      welcomeMessage: "Hello! How can we help?",
      submitLabel: "Send",
    },
    input: () => z.strictObject({ chatbotId, ...widgetTexts.partial().shape }),
    output: () => widgetOutput,
    async run(call, { chatbotId, ...texts }) {
      const { after } = await changeChatbot(call.tenant, chatbotId, (before) => ({
        widgetTexts: merged(before.widgetTexts, texts),
      }));
      return showWidget(call, after);
    },
  }),
];

/** The settings with what the caller gave; an argument that is undefined was not given. */
function merged<T extends object>(before: T, given: Partial<T>): T {
  const set = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  return { ...before, ...set };
}

/** Instructions, model, language, AI and widget of a chatbot: the second half of the chatbots toolset. */
export const configTools: readonly Tool[] = [...behaviourTools, ...aiTools, ...widgetTools];

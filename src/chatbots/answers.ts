import { z } from "zod";
import { readChatbotTotals } from "../figures/totals.ts";
import { CHANNELS, type Inbox, listInboxes } from "../inboxes/store.ts";
import { isModelConfigured } from "../models/chat.ts";
import { readSearchIndex, searchIndexOutput } from "../search/index-state.ts";
import type { Tenant } from "../tenant/tenant.ts";
import { time } from "../tenant/time.ts";
import { aiAnswers } from "./answerer.ts";
import { correctedColors } from "./contrast.ts";
import { embedOf, embedOutput } from "./embed.ts";
import { modelsOf } from "./models.ts";
import { aiSettings, PUT_ON_AN_INBOX } from "./settings.ts";
import type { Chatbot, ChatbotBrief } from "./store.ts";
import { widgetSettings, widgetTexts } from "./widget.ts";

/** A chatbot in a list. */
export const chatbotRow = z.object({
  id: z.string(),
  name: z.string(),
  model: z.string(),
  disabled: z.boolean().describe("Answers nothing"),
  primary: z.boolean().describe("The workspace's main chatbot"),
  responseCount: z.int().describe("Flow sessions that visitors began, in inboxes that the caller may see"),
});

/** Rows with their counts, which are those of the caller's inboxes. */
export async function showRows(
  tenant: Tenant,
  chatbots: readonly ChatbotBrief[],
): Promise<z.input<typeof chatbotRow>[]> {
  const counts = await readChatbotTotals(
    tenant,
    "responses",
    chatbots.map(({ id }) => id),
  );
  return chatbots.map((chatbot) => ({
    ...chatbot,
    primary: chatbot.isPrimary,
    responseCount: counts.get(chatbot.id) ?? 0,
  }));
}

/** A chatbot as tools that change one answer it. */
export const chatbotOutput = z.object({
  id: z.string(),
  name: z.string(),
  description: z.string(),
  disabled: z.boolean().describe("Answers nothing"),
  primary: z.boolean().describe("The workspace's main chatbot"),
  language: z.string().describe("BCP 47, or auto: the visitor's"),
  model: z.string(),
  temperature: z.number(),
  strictness: z.int().describe("0–100: how closely answers keep to the knowledge base"),
  widgetEnabled: z.boolean(),
  createdAt: time,
  updatedAt: time,
});

export function showChatbot(chatbot: Chatbot): z.input<typeof chatbotOutput> {
  return { ...chatbot, primary: chatbot.isPrimary };
}

/** AI settings, and what comes of them. */
const aiOutput = z.object({
  ...aiSettings.shape,
  answering: z.boolean().describe("Whether the AI answers visitors by itself"),
  answersWith: z
    .enum(["model", "passages"])
    .describe(
      "passages: without a model the best passages of the knowledge base are the answer, as they stand",
    ),
  reason: z.string().nullable().describe("Why it does not answer, or not with its model"),
});

function showAi(env: Env, { ai, disabled, model }: Chatbot): z.input<typeof aiOutput> {
  const answering = !disabled && aiAnswers(ai);
  const configured = isModelConfigured(env, model);
  return { ...ai, answering, answersWith: configured ? "model" : "passages", reason: reasonOf() };

  function reasonOf(): string | null {
    if (disabled) return "The chatbot is disabled.";
    if (!ai.enabled) return "The AI is off: update_ai_config with enabled.";
    if (!answering) return "In the mode human_only people answer alone.";
    return configured ? null : `This server has no access to the model ${model}.`;
  }
}

/** AI settings with what else decides how the AI answers. */
export const aiConfigOutput = aiOutput.extend({
  chatbotId: z.string(),
  model: z.string(),
  temperature: z.number(),
  strictness: z.int(),
  models: z.array(z.string()).describe("What update_chatbot_model takes"),
});

export function showAiConfig(env: Env, chatbot: Chatbot): z.input<typeof aiConfigOutput> {
  const { id, model, temperature, strictness } = chatbot;
  return { chatbotId: id, ...showAi(env, chatbot), model, temperature, strictness, models: modelsOf(env) };
}

export const widgetOutput = z.object({
  chatbotId: z.string(),
  enabled: z.boolean(),
  config: z
    .object(widgetSettings.shape)
    .describe("Appearance and behaviour, as update_widget_config takes them"),
  corrected: z
    .array(z.object({ setting: z.string(), set: z.string(), shown: z.string(), contrast: z.number() }))
    .describe("Text colours too close to what they stand on (below 4.5:1), and what is shown instead"),
  texts: z.object(widgetTexts.shape),
  embed: z
    .array(
      z.object({
        inboxId: z.string(),
        inboxName: z.string(),
        ...embedOutput.shape,
      }),
    )
    .describe(`One for each web inbox of the chatbot; none: ${PUT_ON_AN_INBOX}`),
});

/** Inboxes of a chatbot that are shown with it. */
const SHOWN_INBOXES = 100;

async function inboxesOf(tenant: Tenant, chatbotId: string): Promise<Inbox[]> {
  return (await listInboxes(tenant, { chatbotId, limit: SHOWN_INBOXES })).items;
}

function widgetOf(env: Env, chatbot: Chatbot, inboxes: readonly Inbox[]): z.input<typeof widgetOutput> {
  return {
    chatbotId: chatbot.id,
    enabled: chatbot.widgetEnabled,
    config: chatbot.widget,
    corrected: correctedColors(chatbot.widget),
    texts: chatbot.widgetTexts,
    embed: inboxes
      .filter(({ channel }) => channel === "web")
      .map((inbox) => ({
        ...{ inboxId: inbox.id, inboxName: inbox.name },
        ...embedOf(env, inbox, chatbot.widgetEnabled),
      })),
  };
}

/** For whom something is shown, and where. */
interface Shown {
  tenant: Tenant;
  env: Env;
}

/** The widget with those of its inboxes that the caller may see. */
export async function showWidget(
  { tenant, env }: Shown,
  chatbot: Chatbot,
): Promise<z.input<typeof widgetOutput>> {
  return widgetOf(env, chatbot, await inboxesOf(tenant, chatbot.id));
}

/** Everything about a chatbot. */
export const chatbotDetails = chatbotOutput.omit({ widgetEnabled: true }).extend({
  instructions: z.string(),
  ai: aiOutput,
  widget: widgetOutput.omit({ chatbotId: true }),
  inboxes: z
    .array(z.object({ id: z.string(), name: z.string(), channel: z.enum(CHANNELS), state: z.string() }))
    .describe(`Where it is, of what the caller may see; none: ${PUT_ON_AN_INBOX}`),
  responseCount: chatbotRow.shape.responseCount,
  searchIndex: searchIndexOutput,
});

export async function showDetails(
  { tenant, env }: Shown,
  chatbot: Chatbot,
): Promise<z.input<typeof chatbotDetails>> {
  const [inboxes, [row], searchIndex] = await Promise.all([
    inboxesOf(tenant, chatbot.id),
    showRows(tenant, [chatbot]),
    readSearchIndex(tenant, chatbot.id),
  ]);
  // The widget's settings stand in a part of their own.
  const { isPrimary: primary, widgetEnabled: _, widgetTexts: __, revision: ___, ...shown } = chatbot;
  return {
    ...shown,
    primary,
    ai: showAi(env, chatbot),
    widget: widgetOf(env, chatbot, inboxes),
    inboxes,
    responseCount: row?.responseCount ?? 0,
    searchIndex,
  };
}

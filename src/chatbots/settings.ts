import { z } from "zod";
import { typedText } from "../tenant/typed-text.ts";
import { MAX_MODEL_NAME } from "./models.ts";
import { DEFAULT_TEXTS, DEFAULT_WIDGET, widgetSettings, widgetTexts } from "./widget.ts";

/** Who answers a new conversation: the AI or the team first, or only one of them. */
export const AI_MODES = ["ai_first", "human_first", "ai_only", "human_only"] as const;

/** How a chatbot is put on an inbox. */
export const PUT_ON_AN_INBOX = "update_channel puts it on one, create_channel makes one";

/** Most characters of a chatbot's instructions. */
export const MAX_INSTRUCTIONS = 15_000;

/** Sampling temperatures that a chatbot may be given. */
export const TEMPERATURE = { min: 0.1, max: 1, byDefault: 0.3 };

export const chatbotNameInput = typedText(100, { visible: true });
export const descriptionInput = typedText(500, { min: 0, visible: true });
export const instructionsInput = typedText(MAX_INSTRUCTIONS, { min: 0, visible: true });
export const strictnessInput = z.int().min(0).max(100);
export const modelInput = z.string().trim().min(1).max(MAX_MODEL_NAME);
export const temperatureInput = z.number().min(TEMPERATURE.min).max(TEMPERATURE.max);

/** `auto`, or a language tag in its canonical spelling (RFC 5646, 4.5). */
export const languageInput = z
  .string()
  .trim()
  .min(2)
  .max(35)
  .refine((tag) => canonicalTag(tag) !== null, {
    error: 'must be a BCP 47 language tag, such as "de" or "pt-BR", or "auto"',
  })
  .overwrite((tag) => canonicalTag(tag) ?? tag);

function canonicalTag(tag: string): string | null {
  if (/^auto(matic)?$/i.test(tag)) return "auto";
  // Structurally valid, but no language begins so: four letters are reserved, five to eight were never given out.
  if (!/^[a-z]{2,3}(-|$)/i.test(tag)) return null;
  try {
    return Intl.getCanonicalLocales(tag)[0] ?? null;
  } catch {
    return null;
  }
}

export const aiSettings = z.strictObject({
  enabled: z.boolean(),
  mode: z.enum(AI_MODES),
  /** What the AI greets with, in place of a greeting of its own. */
  greetingOverride: typedText(1000, { visible: true }).nullable(),
});
export type AiSettings = z.output<typeof aiSettings>;

/** Everything that a team sets about a chatbot, beside its flow: what an export carries. */
export const chatbotSettings = z.strictObject({
  name: chatbotNameInput,
  description: descriptionInput,
  disabled: z.boolean(),
  language: languageInput,
  model: modelInput,
  temperature: temperatureInput,
  strictness: strictnessInput,
  instructions: instructionsInput,
  ai: aiSettings,
  widgetEnabled: z.boolean(),
  widget: widgetSettings,
  widgetTexts,
});
export type ChatbotSettings = z.output<typeof chatbotSettings>;

/**
 * The settings of a new chatbot: the AI on and answering first, the widget shown, closeness to the knowledge base
 * in the middle.
 */
export function newSettings(named: Pick<ChatbotSettings, "name" | "model">): ChatbotSettings {
  return {
    ...named,
    description: "",
    disabled: false,
    language: "auto",
    temperature: TEMPERATURE.byDefault,
    strictness: 50,
    instructions: "",
    ai: { enabled: true, mode: "ai_first", greetingOverride: null },
    widgetEnabled: true,
    widget: DEFAULT_WIDGET,
    widgetTexts: DEFAULT_TEXTS,
  };
}

/** What an import takes: every setting but the name may be left out, and then has the default of a new chatbot. */
export const importedSettings = z.strictObject({
  ...chatbotSettings.partial().shape,
  name: chatbotNameInput,
  ai: aiSettings.partial().optional(),
  widget: widgetSettings.partial().optional(),
  widgetTexts: widgetTexts.partial().optional(),
});

/** The settings with what was left out filled in. */
export function completeSettings(
  given: z.output<typeof importedSettings>,
  defaultModel: string,
): ChatbotSettings {
  const defaults = newSettings({ name: given.name, model: defaultModel });
  return {
    ...defaults,
    ...given,
    ai: { ...defaults.ai, ...given.ai },
    widget: { ...defaults.widget, ...given.widget },
    widgetTexts: { ...defaults.widgetTexts, ...given.widgetTexts },
  };
}

/** The settings of something that holds more than them, such as a stored chatbot. */
export function settingsOf(chatbot: ChatbotSettings): ChatbotSettings {
  const { name, description, disabled, language, model, temperature, strictness, instructions } = chatbot;
  const { ai, widgetEnabled, widget, widgetTexts } = chatbot;
  return {
    ...{ name, description, disabled, language, model, temperature, strictness, instructions },
    ...{ ai, widgetEnabled, widget, widgetTexts },
  };
}

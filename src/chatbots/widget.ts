import { z } from "zod";
import { normaliseDomains } from "../inboxes/domains.ts";
import { Failure } from "../tenant/failure.ts";
import { commaFree, typedText } from "../tenant/typed-text.ts";

const HEX_COLOR = /^#([0-9a-f]{3}|[0-9a-f]{6})$/i;

/** `#rgb` or `#rrggbb`, kept as six lower-case digits. Without a pattern in the JSON Schema: eight would cost much. */
const color = z
  .string()
  .refine((text) => HEX_COLOR.test(text), { error: "must be a hex colour such as #1d4ed8" })
  .overwrite((text) => {
    const digits = text.slice(1).toLowerCase();
    return `#${digits.length === 3 ? digits.replace(/./g, "$&$&") : digits}`;
  });

/** The longest host name (RFC 1035, 2.3.4), with a port. */
const MAX_DOMAIN = 253 + ":65535".length;

/** What is wrong with a list of domains; null when nothing is. */
function domainProblem(list: string[]): string | null {
  try {
    return normaliseDomains(list).some((domain) => domain.length > MAX_DOMAIN) ? "has too long a name" : null;
  } catch (error) {
    if (error instanceof Failure) return error.message.replace(/\.$/, "");
    throw error;
  }
}

/** Domains as inboxes take them. */
const domains = z
  .array(commaFree(z.string()))
  .max(50)
  .superRefine((list, context) => {
    const message = domainProblem(list);
    if (message !== null) context.addIssue({ code: "custom", message });
  })
  .overwrite((list) => (domainProblem(list) === null ? normaliseDomains(list) : list));

/** How the widget looks and behaves. */
export const widgetSettings = z.strictObject({
  headerBgColor: color,
  headerTextColor: color,
  backgroundColor: color,
  botMsgColor: color,
  botMsgTextColor: color,
  userMsgColor: color,
  userMsgTextColor: color,
  chatIconColor: color,
  widgetPosition: z.enum(["left", "center", "right"]),
  bubbleStyle: z.enum(["rounded", "square", "speech"]),
  headerTitle: typedText(60, { min: 0, visible: true }).describe("Empty: the chatbot's name"),
  chatIconCtaText: typedText(60, { min: 0, visible: true }).describe("Said beside the icon"),
  enableKnowledgeBase: z.boolean().describe("Visitors may browse published articles"),
  botAutoOpen: z.boolean(),
  autoOpenDelaySeconds: z.int().min(0).max(600),
  askForRating: z.boolean().describe("Asks once, 1 to 5 and a word, when a conversation is resolved"),
  allowedDomains: domains.describe("Sites that may show it, as example.com or *.example.com; empty: any"),
});
export type WidgetSettings = z.output<typeof widgetSettings>;

/** What the widget says to visitors. */
export const widgetTexts = z.strictObject({
  welcomeMessage: typedText(1000, { min: 0, visible: true }).describe("Empty: none"),
  inputPlaceholder: typedText(100, { visible: true }),
  thinkingLabel: typedText(100, { visible: true }).describe("Shown while an answer is made"),
  submitLabel: typedText(40, { visible: true }),
});
export type WidgetTexts = z.output<typeof widgetTexts>;

export const DEFAULT_WIDGET: WidgetSettings = {
  headerBgColor: "#1d4ed8",
  headerTextColor: "#ffffff",
  backgroundColor: "#ffffff",
  botMsgColor: "#f1f5f9",
  botMsgTextColor: "#0f172a",
  userMsgColor: "#1d4ed8",
  userMsgTextColor: "#ffffff",
  chatIconColor: "#1d4ed8",
  widgetPosition: "right",
  bubbleStyle: "rounded",
  headerTitle: "",
  chatIconCtaText: "",
  enableKnowledgeBase: false,
  botAutoOpen: false,
  autoOpenDelaySeconds: 5,
  askForRating: false,
  allowedDomains: [],
};

export const DEFAULT_TEXTS: WidgetTexts = {
  welcomeMessage: "",
  inputPlaceholder: "Write a message…",
  thinkingLabel: "Thinking…",
  submitLabel: "Send",
};

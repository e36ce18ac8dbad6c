import { z } from "zod";
import { Empty } from "./layout.tsx";
import type { Page } from "./page.ts";
import { doingsOf, type Field, FormOf, type ToolForm } from "./tool-form.tsx";
import { use } from "./use.ts";
import { linkTo, param, type Visit } from "./visit.ts";
import { WidgetPreview } from "./widget-preview.tsx";

const ofChatbot = (visit: Visit) => ({ chatbotId: param(visit, "chatbot") });
const here = (visit: Visit) => `/chatbots/${param(visit, "chatbot")}/widget`;

const COLOURS = [
  "headerBgColor",
  "headerTextColor",
  "backgroundColor",
  "botMsgColor",
  "botMsgTextColor",
  "userMsgColor",
  "userMsgTextColor",
  "chatIconColor",
] as const;
const PLACES = ["left", "center", "right"] as const;
const BUBBLES = ["rounded", "square", "speech"] as const;

const LOOK: readonly Field[] = [
  ...COLOURS.map((name): Field => ({ name, label: name, kind: "colour" })),
  {
    name: "widgetPosition",
    label: "widgetPosition",
    kind: "choice",
    options: ({ words }) => PLACES.map((one) => [one, words.widgetPage.places[one]]),
  },
  {
    name: "bubbleStyle",
    label: "bubbleStyle",
    kind: "choice",
    options: ({ words }) => BUBBLES.map((one) => [one, words.widgetPage.bubbles[one]]),
  },
  { name: "headerTitle", label: "headerTitle", kind: "text", max: 60 },
  { name: "chatIconCtaText", label: "chatIconCtaText", kind: "text", max: 60 },
];

const BEHAVIOUR: readonly Field[] = [
  { name: "enableKnowledgeBase", label: "enableKnowledgeBase", kind: "tick" },
  { name: "botAutoOpen", label: "botAutoOpen", kind: "tick" },
  { name: "autoOpenDelaySeconds", label: "autoOpenDelaySeconds", kind: "number" },
  { name: "askForRating", label: "askForRating", kind: "tick" },
  { name: "allowedDomains", label: "domains", kind: "list" },
];

const config = { tool: "update_widget_config", needs: "chatbots:write", within: "config" } as const;

const FORMS = {
  texts: {
    heading: "saveTexts",
    tool: "update_widget_texts",
    needs: "chatbots:write",
    fields: [
      { name: "welcomeMessage", label: "welcome", kind: "text", max: 500 },
      { name: "inputPlaceholder", label: "placeholder", kind: "text", required: true, max: 100 },
      { name: "thinkingLabel", label: "thinking", kind: "text", required: true, max: 100 },
      { name: "submitLabel", label: "submit", kind: "text", required: true, max: 40 },
    ],
    args: ofChatbot,
    to: here,
  },
  look: { ...config, heading: "saveLook", fields: LOOK, args: ofChatbot, to: here },
  behaviour: { ...config, heading: "saveBehaviour", fields: BEHAVIOUR, args: ofChatbot, to: here },
  on: {
    heading: "enableWidget",
    tool: "update_chatbot",
    needs: "chatbots:write",
    args: (visit) => ({ ...ofChatbot(visit), widgetEnabled: true }),
    to: here,
  },
  off: {
    heading: "disableWidget",
    tool: "update_chatbot",
    needs: "chatbots:write",
    args: (visit) => ({ ...ofChatbot(visit), widgetEnabled: false }),
    to: here,
  },
} satisfies Record<string, ToolForm>;

const answer = z.object({
  enabled: z.boolean(),
  config: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.array(z.string())])),
  corrected: z.array(z.object({ setting: z.string(), set: z.string(), shown: z.string() })),
  texts: z.object({
    welcomeMessage: z.string(),
    inputPlaceholder: z.string(),
    thinkingLabel: z.string(),
    submitLabel: z.string(),
  }),
  embed: z.array(
    z.object({ inboxName: z.string(), snippet: z.string().nullable(), reason: z.string().nullable() }),
  ),
});
type Widget = z.output<typeof answer>;

/** A setting as a form has it. */
function typedIn(value: Widget["config"][string]): string {
  if (Array.isArray(value)) return value.join("\n");
  return typeof value === "boolean" ? (value ? "yes" : "") : String(value);
}

/** `/chatbots/<chatbot>/widget`: the line for a web page, what the chat says, how it looks and behaves. */
export const widgetPage: Page = {
  path: "/chatbots/:chatbot/widget",
  needs: "chatbots:read",
  actions: doingsOf(FORMS),
  async show(visit, refused) {
    const { words } = visit;
    const t = words.widgetPage;
    const [widget, { name }] = await Promise.all([
      use(visit, "get_widget_config", ofChatbot(visit)).then((found) => answer.parse(found)),
      use(visit, "get_chatbot", ofChatbot(visit)).then((found) =>
        z.object({ name: z.string() }).parse(found),
      ),
    ]);
    const { config: settings, texts } = widget;
    const values = Object.fromEntries(Object.entries(settings).map(([key, value]) => [key, typedIn(value)]));
    const switching = widget.enabled ? ("off" as const) : ("on" as const);
    const labelOf = (setting: string) => words.columns[setting as keyof typeof words.columns] ?? setting;
    return {
      title: words.nav.widget,
      at: "/chatbots",
      body: (
        <>
          <p>
            <a href={linkTo(visit, `/chatbots/${param(visit, "chatbot")}`)}>{words.chatbot}</a>
          </p>
          <p>
            <span class={widget.enabled ? "tag active" : "tag revoked"}>
              {widget.enabled ? words.switchedOn : words.switchedOff}
            </span>
          </p>
          <h2>{t.embed}</h2>
          <EmbedLines visit={visit} widget={widget} />
          <div class="two widget">
            <div>
              <FormOf visit={visit} name="texts" form={FORMS.texts} refused={refused} values={texts} />
              <h2>{t.look}</h2>
              {widget.corrected.map(({ setting, set, shown }) => (
                <p class="warning">{t.corrected(labelOf(setting), set, shown)}</p>
              ))}
              <FormOf visit={visit} name="look" form={FORMS.look} refused={refused} values={values} />
              <h2>{t.behaviour}</h2>
              <FormOf
                visit={visit}
                name="behaviour"
                form={FORMS.behaviour}
                refused={refused}
                values={values}
              />
              <FormOf visit={visit} name={switching} form={FORMS[switching]} refused={refused} />
            </div>
            <aside aria-label={t.preview}>
              <h2>{t.preview}</h2>
              <WidgetPreview visit={visit} look={{ config: settings, texts, name }} />
            </aside>
          </div>
        </>
      ),
    };
  },
};

function EmbedLines({ visit, widget: { embed } }: { visit: Visit; widget: Widget }) {
  const { words } = visit;
  if (embed.length === 0)
    return (
      <Empty>
        {words.empty.embed} <a href={linkTo(visit, "/settings/inboxes")}>{words.nav.inboxes}</a>
      </Empty>
    );
  return (
    <>
      {embed.map(({ inboxName, snippet, reason }) => (
        <>
          <h3>{inboxName}</h3>
          {snippet === null ? (
            <p>{reason}</p>
          ) : (
            <pre tabindex={0}>
              <code data-copyable>{snippet}</code>
            </pre>
          )}
        </>
      ))}
    </>
  );
}

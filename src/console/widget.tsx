import { z } from "zod";
import { detailPage } from "./detail.tsx";
import { linkTo, param, type Visit } from "./visit.ts";

const ofChatbot = (visit: Visit) => ({ chatbotId: param(visit, "chatbot") });
const here = (visit: Visit) => `/chatbots/${param(visit, "chatbot")}/widget`;

/** Colours that the form asks for, in the tool's own names. */
const COLOURS = [
  "headerBgColor",
  "headerTextColor",
  "userMsgColor",
  "userMsgTextColor",
  "chatIconColor",
] as const;

/** `/chatbots/<chatbot>/widget`: the line for a web page, what the chat says, and how it looks. */
export const widgetPage = detailPage({
  path: "/chatbots/:chatbot/widget",
  at: "/chatbots",
  needs: "chatbots:read",
  tool: "get_widget_config",
  args: ofChatbot,
  answer: z.object({
    enabled: z.boolean(),
    config: z.record(z.string(), z.unknown()),
    texts: z.object({
      welcomeMessage: z.string(),
      inputPlaceholder: z.string(),
      thinkingLabel: z.string(),
      submitLabel: z.string(),
    }),
    embed: z.array(
      z.object({ inboxName: z.string(), snippet: z.string().nullable(), reason: z.string().nullable() }),
    ),
  }),
  title: (_, { words }) => words.nav.widget,
  facts: ({ enabled }, { words }) => [
    [
      "status",
      <span class={enabled ? "tag active" : "tag revoked"}>
        {enabled ? words.switchedOn : words.switchedOff}
      </span>,
    ],
  ],
  body: ({ embed }, visit) => (
    <>
      <p>
        <a href={linkTo(visit, `/chatbots/${param(visit, "chatbot")}`)}>{visit.words.chatbot}</a>
      </p>
      <h2>{visit.words.widgetPage.embed}</h2>
      {embed.length === 0 && (
        <p class="empty">
          {visit.words.empty.embed} <a href={linkTo(visit, "/settings/inboxes")}>{visit.words.nav.inboxes}</a>
        </p>
      )}
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
  ),
  forms: {
    on: {
      heading: "enableWidget",
      tool: "update_chatbot",
      needs: "chatbots:write",
      args: (visit) => ({ ...ofChatbot(visit), widgetEnabled: true }),
      to: here,
      shown: ({ enabled }) => !enabled,
    },
    off: {
      heading: "disableWidget",
      tool: "update_chatbot",
      needs: "chatbots:write",
      args: (visit) => ({ ...ofChatbot(visit), widgetEnabled: false }),
      to: here,
      shown: ({ enabled }) => enabled,
    },
    texts: {
      heading: "saveTexts",
      tool: "update_widget_texts",
      needs: "chatbots:write",
      fields: [
        { name: "welcomeMessage", label: "welcome", kind: "text", max: 500 },
        { name: "inputPlaceholder", label: "placeholder", kind: "text", max: 100 },
        { name: "thinkingLabel", label: "thinking", kind: "text", max: 100 },
        { name: "submitLabel", label: "submit", kind: "text", max: 40 },
      ],
      args: ofChatbot,
      to: here,
      values: ({ texts }) => texts,
    },
    look: {
      heading: "saveLook",
      gathered: true,
      tool: "update_widget_config",
      needs: "chatbots:write",
      args: (visit, form) => ({
        ...ofChatbot(visit),
        config: Object.fromEntries(
          COLOURS.flatMap((name) => (form.get(name) ? [[name, form.get(name)?.trim()]] : [])),
        ),
      }),
      fields: COLOURS.map((name) => ({ name, label: name, kind: "text", max: 7 })),
      to: here,
      values: ({ config }) => Object.fromEntries(COLOURS.map((name) => [name, String(config[name] ?? "")])),
      folded: true,
    },
  },
});

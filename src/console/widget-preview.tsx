import { visibleText } from "../tenant/visible-text.ts";
import type { Visit } from "./visit.ts";

/** The settings that the picture shows, by the names that the form has for them. */
export interface Look {
  config: Readonly<Record<string, unknown>>;
  texts: Readonly<Record<string, string>>;
  name: string;
}

/** The picture's size, and the chat's within it. */
const PAGE = { width: 400, height: 440 };
const CHAT = { width: 268, height: 340 };
/** Where the chat stands on the page, as the script moves it. */
const PLACES = { left: 16, center: (PAGE.width - CHAT.width) / 2, right: PAGE.width - CHAT.width - 16 };
/** How round what is said stands there. */
const CORNERS = { rounded: 14, square: 2, speech: 14 };
/** Letters that one line has room for. */
const LINE = 30;

const pick = <T extends object>(from: T, name: unknown, otherwise: keyof T): T[keyof T] =>
  typeof name === "string" && Object.hasOwn(from, name) ? from[name as keyof T] : from[otherwise];

/**
 * How the chat looks with these settings: drawn, since pages may hold no styles of their own. The console's script keeps it
 * as the form beside says; without script it shows what is saved.
 */
export function WidgetPreview({ visit, look }: { visit: Visit; look: Look }) {
  const { config, texts } = look;
  const t = visit.words.widgetPage;
  const colour = (name: string) => ({ fill: String(config[name] ?? "#888888"), "data-fill": name });
  const line = (text: unknown, otherwise: string) => {
    const shown = visibleText(String(text ?? "")) || otherwise;
    return shown.length > LINE ? `${shown.slice(0, LINE - 1).toWellFormed()}…` : shown;
  };
  const corner = { rx: pick(CORNERS, config.bubbleStyle, "rounded"), "data-corner": JSON.stringify(CORNERS) };
  const words = (name: string, value: unknown, otherwise: string) => ({
    "data-words": name,
    "data-otherwise": otherwise,
    children: line(value, otherwise),
  });
  const right = CHAT.width - 12;
  return (
    <svg class="preview" viewBox={`0 0 ${PAGE.width} ${PAGE.height}`} role="img" data-preview>
      <title>{t.preview}</title>
      <rect class="preview-page" width={PAGE.width} height={PAGE.height} rx="12" />
      <g
        data-places={JSON.stringify(PLACES)}
        transform={`translate(${pick(PLACES, config.widgetPosition, "right")} 16)`}
      >
        <rect width={CHAT.width} height={CHAT.height} rx="12" {...colour("backgroundColor")} />
        <path
          d={`M0 12a12 12 0 0 1 12-12h${CHAT.width - 24}a12 12 0 0 1 12 12v40H0z`}
          {...colour("headerBgColor")}
        />
        <text
          x="16"
          y="32"
          font-weight="600"
          {...colour("headerTextColor")}
          {...words("headerTitle", config.headerTitle, look.name)}
        />
        <rect x="12" y="68" width="220" height="40" {...corner} {...colour("botMsgColor")} />
        <text
          x="24"
          y="93"
          font-size="12"
          {...colour("botMsgTextColor")}
          {...words("welcomeMessage", texts.welcomeMessage, t.hello)}
        />
        <rect x={right - 150} y="122" width="150" height="40" {...corner} {...colour("userMsgColor")} />
        <text x={right - 138} y="147" font-size="12" {...colour("userMsgTextColor")}>
          {t.visitorSays}
        </text>
        <text
          x="16"
          y="188"
          font-size="11"
          {...colour("botMsgTextColor")}
          {...words("thinkingLabel", texts.thinkingLabel, "…")}
        />
        <rect x="12" y="292" width="178" height="36" rx="8" class="preview-field" />
        <text
          x="22"
          y="314"
          font-size="12"
          class="preview-hint"
          {...words("inputPlaceholder", texts.inputPlaceholder, "…")}
        />
        <rect x={right - 58} y="292" width="58" height="36" rx="8" {...colour("userMsgColor")} />
        <text
          x={right - 29}
          y="314"
          font-size="12"
          text-anchor="middle"
          {...colour("userMsgTextColor")}
          {...words("submitLabel", texts.submitLabel, "→")}
        />
        <circle cx={CHAT.width - 28} cy={CHAT.height + 44} r="26" {...colour("chatIconColor")} />
        <path
          d={`M${CHAT.width - 39} ${CHAT.height + 36}h22v14h-12l-6 5v-5h-4z`}
          {...colour("headerTextColor")}
        />
        <text
          x={CHAT.width - 64}
          y={CHAT.height + 49}
          font-size="13"
          text-anchor="end"
          class="preview-hint"
          {...words("chatIconCtaText", config.chatIconCtaText, "")}
        />
      </g>
    </svg>
  );
}

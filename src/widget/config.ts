import type { z } from "zod";
import { MAX_VISITOR_TEXT } from "../channels/web/input.ts";
import { admitPage, inboxBehind } from "../channels/web/visited-inbox.ts";
import { readableColors, readableOn } from "../chatbots/contrast.ts";
import { chatbotOfInbox, type InboxChatbot } from "../chatbots/store.ts";
import { DEFAULT_TEXTS, DEFAULT_WIDGET } from "../chatbots/widget.ts";
import { type Inbox, inboxOf } from "../inboxes/store.ts";
import { rulesOfInbox, type SpokenRule } from "../sales/store.ts";
import type { WidgetConfig, widgetConfig } from "./wire.ts";
import { wordsFor } from "./words/choose.ts";

/** Who asks: a page with an inbox's public key. */
export interface AskingPage {
  inboxKey: string;
  /** BCP 47, of the visitor; undefined: not said. */
  locale?: string;
  origin?: string;
}

/**
 * What the widget of an inbox looks like and says, as it is set now, in the language of its chatbot or the visitor's own.
 * Asks the control database, and the workspace's own once. Writes nothing.
 * @throws Failure as `visitInbox`
 */
export async function configOfWidget(
  env: Env,
  { inboxKey, locale, origin }: AskingPage,
): Promise<z.input<typeof widgetConfig>> {
  const { tenant, inboxId, unknown } = await inboxBehind(env, inboxKey);
  const [[inbox], [chatbot], rules] = await tenant.db.batch([
    inboxOf(tenant, inboxId),
    chatbotOfInbox(tenant, inboxId),
    rulesOfInbox(tenant, inboxId),
  ]);
  if (!inbox) throw unknown;
  admitPage(inbox, chatbot?.widget.allowedDomains ?? [], origin);
  return shown(inbox, chatbot ?? null, rules, locale);
}

function shown(
  inbox: Inbox,
  chatbot: InboxChatbot | null,
  rules: SpokenRule[],
  locale: string | undefined,
): WidgetConfig {
  const widget = readableColors(chatbot?.widget ?? DEFAULT_WIDGET);
  const fixed = chatbot?.language === "auto" ? undefined : chatbot?.language;
  const { words, ...speaks } = wordsFor([fixed, locale]);
  /** What nobody has written anew is said in the widget's language. */
  const own = (text: keyof typeof DEFAULT_TEXTS, word: string) => {
    const set = chatbot?.widgetTexts[text] ?? DEFAULT_TEXTS[text];
    return set === DEFAULT_TEXTS[text] ? word : set;
  };
  return {
    enabled: chatbot?.widgetEnabled ?? true,
    title: widget.headerTitle || chatbot?.name || inbox.name,
    colors: {
      header: widget.headerBgColor,
      headerText: widget.headerTextColor,
      background: widget.backgroundColor,
      text: readableOn(widget.backgroundColor),
      bot: widget.botMsgColor,
      botText: widget.botMsgTextColor,
      user: widget.userMsgColor,
      userText: widget.userMsgTextColor,
      icon: widget.chatIconColor,
      iconText: readableOn(widget.chatIconColor),
    },
    followsPage: (["backgroundColor", "botMsgColor", "botMsgTextColor"] as const).every(
      (name) => widget[name] === DEFAULT_WIDGET[name],
    ),
    position: widget.widgetPosition,
    bubbleStyle: widget.bubbleStyle,
    callToAction: widget.chatIconCtaText,
    opensAfter: widget.botAutoOpen ? widget.autoOpenDelaySeconds : null,
    articles: widget.enableKnowledgeBase && chatbot !== null,
    texts: {
      welcome: own("welcomeMessage", ""),
      placeholder: own("inputPlaceholder", words.placeholder),
      thinking: own("thinkingLabel", words.thinking),
      submit: own("submitLabel", words.send),
    },
    rules,
    longest: MAX_VISITOR_TEXT,
    ...speaks,
    words,
  };
}

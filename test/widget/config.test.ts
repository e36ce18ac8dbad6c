import { expect, it } from "vitest";
import { changeChatbot } from "../../src/chatbots/store.ts";
import { updateInbox } from "../../src/inboxes/store.ts";
import { createSalesRule } from "../../src/sales/store.ts";
import { LANGUAGES } from "../../src/widget/words/choose.ts";
import { en } from "../../src/widget/words/en.ts";
import { widget } from "./asked.ts";

/** What the widget of an inbox is told. */
async function configured() {
  const place = await widget();
  const ask = (headers: Record<string, string> = {}) => place.ask("/widget", {}, headers);
  const config = async (locale = "") =>
    (await place.ask("/widget", locale ? { locale } : {})).json<Record<string, unknown>>();
  return { ...place, ask, config };
}

it("tells the widget of every setting and text as it is now", async () => {
  const { tenant, inbox, chatbot, config } = await configured();
  expect(await config()).toMatchObject({
    ...{ enabled: true, title: "Guide", position: "right", bubbleStyle: "rounded", callToAction: "" },
    ...{ opensAfter: null, articles: false, rules: [], followsPage: true, longest: 4000 },
    texts: { welcome: "", placeholder: en.placeholder, thinking: en.thinking, submit: en.send },
  });
  const rule = { chatbotId: chatbot.id, name: "Time", message: "Questions?", active: true };
  const timed = await createSalesRule(tenant, { ...rule, trigger: { kind: "time_on_page", seconds: 5 } });
  await createSalesRule(tenant, { ...rule, active: false, trigger: { kind: "exit_intent" } });
  await changeChatbot(tenant, chatbot.id, ({ widget }) => ({
    widget: {
      ...widget,
      ...{ headerBgColor: "#000000", headerTextColor: "#111111", backgroundColor: "#222222" },
      ...{
        botMsgColor: "#333333",
        botMsgTextColor: "#eeeeee",
        userMsgColor: "#eeeeee",
        userMsgTextColor: "#000000",
      },
      ...{ chatIconColor: "#ffff00", widgetPosition: "left" as const, bubbleStyle: "speech" as const },
      ...{ headerTitle: "Ask us", chatIconCtaText: "Need help?", enableKnowledgeBase: true },
      ...{ botAutoOpen: true, autoOpenDelaySeconds: 7 },
    },
    widgetTexts: { welcomeMessage: "Hi!", inputPlaceholder: "Type", thinkingLabel: "Hm", submitLabel: "Go" },
  }));
  expect(await config()).toMatchObject({
    title: "Ask us",
    colors: {
      // Nobody could have read the one that was set.
      ...{ header: "#000000", headerText: "#ffffff", background: "#222222", text: "#ffffff" },
      ...{ bot: "#333333", botText: "#eeeeee", user: "#eeeeee", userText: "#000000" },
      ...{ icon: "#ffff00", iconText: "#000000" },
    },
    ...{ followsPage: false, position: "left", bubbleStyle: "speech", callToAction: "Need help?" },
    ...{ articles: true, opensAfter: 7 },
    texts: { welcome: "Hi!", placeholder: "Type", thinking: "Hm", submit: "Go" },
    rules: [{ id: timed.id, trigger: { kind: "time_on_page", seconds: 5 }, message: "Questions?" }],
  });
  await changeChatbot(tenant, chatbot.id, () => ({ widgetEnabled: false }));
  expect(await config()).toMatchObject({ enabled: false });
  // Without a chatbot people answer, and the widget is the plain one.
  await updateInbox(tenant, inbox.id, { chatbotId: null });
  expect(await config()).toMatchObject({ enabled: true, title: inbox.name, rules: [], articles: false });
});

it("speaks ten languages: the chatbot's where it has one, else the visitor's, else English", async () => {
  const { tenant, chatbot, config } = await configured();
  expect(Object.keys(LANGUAGES)).toHaveLength(10);
  for (const [language, words] of Object.entries(LANGUAGES)) {
    expect(Object.values(words).filter((word) => word.trim() === "")).toEqual([]);
    // What stands in a word stands in each language's.
    const holes = (all: Record<string, string>) =>
      Object.entries(all).map(([name, word]) => `${name} ${word.match(/\{\w+\}/g)?.join() ?? ""}`);
    expect(holes(words).toSorted()).toEqual(holes(en).toSorted());
    expect(await config(`${language}-XX`)).toMatchObject({ language, texts: { submit: words.send } });
  }
  expect(await config("ar")).toMatchObject({ direction: "rtl" });
  expect(await config("xx")).toMatchObject({ language: "en", direction: "ltr" });
  await changeChatbot(tenant, chatbot.id, () => ({ language: "de-AT" }));
  expect(await config("fr")).toMatchObject({ language: "de" });
});

it("sends what did not change once, and tells pages that may not ask nothing", async () => {
  const { tenant, inbox, ask } = await configured();
  const first = await ask();
  expect(first.headers.get("cache-control")).toBe("no-cache");
  const etag = first.headers.get("etag") ?? "";
  expect((await ask({ "if-none-match": etag })).status).toBe(304);
  await updateInbox(tenant, inbox.id, { allowedDomains: ["shop.example"] });
  const allowed = await ask({ origin: "https://shop.example" });
  expect(allowed.status).toBe(200);
  expect(allowed.headers.get("access-control-allow-origin")).toBe("https://shop.example");
  const refused = await ask({ origin: "https://other.example" });
  expect(refused.status).toBe(403);
  expect(refused.headers.get("access-control-allow-origin")).toBeNull();
  await updateInbox(tenant, inbox.id, { allowedDomains: [], state: "disabled" });
  expect((await ask({ "if-none-match": etag })).status).toBe(403);
});

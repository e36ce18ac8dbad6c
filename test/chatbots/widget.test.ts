import { env } from "cloudflare:workers";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { contrast, correctedColors, readableColors, readableOn } from "../../src/chatbots/contrast.ts";
import { embedOfInbox } from "../../src/chatbots/embed.ts";
import { newSettings } from "../../src/chatbots/settings.ts";
import { createChatbot } from "../../src/chatbots/store.ts";
import { DEFAULT_WIDGET } from "../../src/chatbots/widget.ts";
import { createInbox, getInbox, updateInbox } from "../../src/inboxes/store.ts";
import { testCall } from "../call.ts";
import { browser, chat } from "../channels/browser.ts";
import { property } from "../property.ts";
import { chatbotEvents, make, refusal, run } from "./setting.ts";

describe("the widget's configuration", () => {
  it("changes in what is named, colours in one spelling", async () => {
    const call = testCall();
    const chatbotId = await make(call);
    const answer = await run(call, "update_widget_config", {
      chatbotId,
      config: {
        headerBgColor: "#ABC",
        botMsgColor: "#A1B2C3",
        widgetPosition: "center",
        bubbleStyle: "speech",
        chatIconCtaText: " Need help? ",
        enableKnowledgeBase: true,
        botAutoOpen: true,
        allowedDomains: ["https://Shop.example.com/", "*.example.com", "bücher.example"],
      },
    });
    expect(answer).toMatchObject({
      chatbotId,
      enabled: true,
      config: {
        headerBgColor: "#aabbcc",
        botMsgColor: "#a1b2c3",
        headerTextColor: "#ffffff",
        widgetPosition: "center",
        bubbleStyle: "speech",
        chatIconCtaText: "Need help?",
        enableKnowledgeBase: true,
        botAutoOpen: true,
        allowedDomains: ["shop.example.com", "*.example.com", "xn--bcher-kva.example"],
      },
      texts: { submitLabel: "Send" },
    });
    expect(await run(call, "get_widget_config", { chatbotId })).toEqual(answer);
    await run(call, "update_widget_config", { chatbotId, config: { headerBgColor: "#AABBCC" } });
    await run(call, "update_widget_config", { chatbotId, config: {} });
    expect(await chatbotEvents(call)).toHaveLength(2);
    expect((await chatbotEvents(call))[1]?.data.changed).toContain("widget.allowedDomains");
  });

  it("names the nearest key for an unknown one", async () => {
    const call = testCall();
    const chatbotId = await make(call);
    const failure = await refusal(call, "update_widget_config", {
      chatbotId,
      config: { headerBackgroundColor: "#fff", botAutoopen: true },
    });
    expect(failure.code).toBe("invalid_input");
    expect(failure.detail.candidates).toEqual(expect.arrayContaining(["botAutoOpen"]));
    expect(failure.message).toContain("headerBackgroundColor");
    expect(failure.message).toContain("headerBgColor");
  });

  it.each([
    { headerBgColor: "blue" },
    { headerBgColor: "#12" },
    { headerBgColor: "#12345678" },
    { headerBgColor: "url(javascript:alert(1))" },
    { widgetPosition: "top" },
    { chatIconCtaText: "x".repeat(61) },
    { autoOpenDelaySeconds: 601 },
    { allowedDomains: ["not a domain"] },
    { allowedDomains: [`${"a".repeat(300)}.example`] },
    { allowedDomains: Array.from({ length: 51 }, (_, i) => `a${i}.example`) },
    { allowedDomains: "not a domain" },
  ])("refuses %j", async (config) => {
    const call = testCall();
    const chatbotId = await make(call);
    expect((await refusal(call, "update_widget_config", { chatbotId, config })).code).toBe("invalid_input");
    expect(await chatbotEvents(call)).toHaveLength(1);
  });

  it("has texts of its own", async () => {
    const call = testCall();
    const chatbotId = await make(call);
    await run(call, "update_widget_texts", { chatbotId, welcomeMessage: "Welcome!", submitLabel: "Go" });
    const { texts } = await run(call, "update_widget_texts", { chatbotId, thinkingLabel: "Hm…" });
    expect(texts).toEqual({
      welcomeMessage: "Welcome!",
      inputPlaceholder: "Write a message…",
      thinkingLabel: "Hm…",
      submitLabel: "Go",
    });
    expect((await refusal(call, "update_widget_texts", { chatbotId, submitLabel: "\u200b" })).code).toBe(
      "invalid_input",
    );
    expect((await chatbotEvents(call))[1]?.data.changed).toEqual([
      "widgetTexts.welcomeMessage",
      "widgetTexts.submitLabel",
    ]);
  });

  it("gives the HTML of each web inbox that the caller may see, only where it would show a chat", async () => {
    const call = testCall();
    const chatbotId = await make(call);
    const web = await createInbox(call.tenant, { channel: "web", name: "Shop", chatbotId });
    await createInbox(call.tenant, { channel: "telegram", name: "Telegram", chatbotId });
    await createInbox(call.tenant, { channel: "web", name: "Another's" });
    const embed = async () => (await run(call, "get_widget_config", { chatbotId })).embed;
    const snippet = `<script src="${env.PUBLIC_URL}/widget.js?inbox=${web.publicKey}" async></script>`;
    expect(await embed()).toEqual([{ inboxId: web.id, inboxName: "Shop", snippet, reason: null }]);
    await updateInbox(call.tenant, web.id, { state: "disabled" });
    expect(await embed()).toMatchObject([
      { snippet: null, reason: expect.stringContaining("update_channel") },
    ]);
    await updateInbox(call.tenant, web.id, { state: "active" });
    await run(call, "update_chatbot", { chatbotId, widgetEnabled: false });
    expect(await embed()).toMatchObject([
      { snippet: null, reason: expect.stringContaining("widgetEnabled") },
    ]);
    // As tools that answer one inbox say it.
    const ofChannel = await embedOfInbox(call, await getInbox(call.tenant, web.id));
    expect(ofChannel).toMatchObject({ snippet: null, reason: expect.stringContaining("widgetEnabled") });
  });

  it("says which text colours nobody could read, and what is shown in their place", async () => {
    const call = testCall();
    const chatbotId = await make(call);
    const { corrected, config } = await run(call, "update_widget_config", {
      chatbotId,
      config: { headerBgColor: "#ffee00", headerTextColor: "#ffffff", userMsgColor: "#123456" },
    });
    expect(corrected).toEqual([
      { setting: "headerTextColor", set: "#ffffff", shown: "#000000", contrast: expect.any(Number) },
    ]);
    // What was set stays: another background may suit it.
    expect(config).toMatchObject({ headerTextColor: "#ffffff" });
  });
});

/** Any colour, as settings hold it. */
const color = fc.integer({ min: 0, max: 0xffffff }).map((n) => `#${n.toString(16).padStart(6, "0")}`);

it("shows text of every two colours with a contrast of 4.5 at least", async () => {
  await property(
    [color, color, color, color],
    (headerBgColor, headerTextColor, botMsgColor, botMsgTextColor) => {
      const set = { ...DEFAULT_WIDGET, headerBgColor, headerTextColor, botMsgColor, botMsgTextColor };
      const shown = readableColors(set);
      expect(contrast(shown.headerTextColor, shown.headerBgColor)).toBeGreaterThanOrEqual(4.5);
      expect(contrast(shown.botMsgTextColor, shown.botMsgColor)).toBeGreaterThanOrEqual(4.5);
      expect(contrast(readableOn(botMsgColor), botMsgColor)).toBeGreaterThanOrEqual(4.5);
      const isChanged =
        shown.headerTextColor !== headerTextColor || shown.botMsgTextColor !== botMsgTextColor;
      expect(correctedColors(set).length > 0).toBe(isChanged);
    },
  );
});

describe("the widget's allowed domains", () => {
  it("hold at the visitor API, beside those of the inbox", async () => {
    const { tenant, inbox } = await chat({ allowedDomains: ["*.example.com"] });
    const settings = newSettings({ name: "Shop", model: "gpt-4o-mini" });
    const chatbot = await createChatbot(tenant, {
      ...settings,
      widget: { ...settings.widget, allowedDomains: ["shop.example.com"] },
    });
    const from = async (origin: string) =>
      (
        await browser({ origin })("POST", "/sessions", {
          body: { inboxKey: inbox.publicKey },
        })
      ).status;
    expect(await from("https://blog.example.com")).toBe(201);
    await updateInbox(tenant, inbox.id, { chatbotId: chatbot.id });
    expect(await from("https://blog.example.com")).toBe(403);
    expect(await from("https://shop.example.com")).toBe(201);
    await updateInbox(tenant, inbox.id, { allowedDomains: ["blog.example.com"] });
    expect(await from("https://shop.example.com")).toBe(403);
  });
});

import { describe, expect, it } from "vitest";
import { newSettings } from "../../src/chatbots/settings.ts";
import { createChatbot } from "../../src/chatbots/store.ts";
import { createInbox, updateInbox } from "../../src/inboxes/store.ts";
import { testCall } from "../call.ts";
import { browser, chat } from "../channels/browser.ts";
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

  it("names each web inbox that the caller may see, and says why there is no HTML for it yet", async () => {
    const call = testCall();
    const chatbotId = await make(call);
    const web = await createInbox(call.tenant, { channel: "web", name: "Shop", chatbotId });
    await createInbox(call.tenant, { channel: "telegram", name: "Telegram", chatbotId });
    await createInbox(call.tenant, { channel: "web", name: "Another's" });
    const { embed } = await run(call, "get_widget_config", { chatbotId });
    expect(embed).toEqual([
      {
        inboxId: web.id,
        inboxName: "Shop",
        snippet: null,
        reason: expect.stringContaining("no chat widget"),
      },
    ]);
  });
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

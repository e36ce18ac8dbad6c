import { createHmac } from "node:crypto";
import type { BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it, onTestFinished } from "vitest";
import { helpPages } from "./help-pages.ts";
import { takesFiles } from "./widget-files.ts";
import { saysFirst } from "./widget-says.ts";
import {
  faultsOf,
  field,
  heard,
  launcher,
  open,
  said,
  say,
  shot,
  styleOf,
  WidgetWorld,
} from "./widget-world.ts";

let world: WidgetWorld;
let chatbotId: string;

/** All of them on one server: what the widget says first, and what visitors do in it, stands in `widget-says.ts`. */
saysFirst(() => world);
helpPages(() => world);
takesFiles(() => world);

beforeAll(async () => {
  world = await WidgetWorld.start();
  chatbotId = await world.chatbotId();
});

afterAll(() => world?.stop());

/** The widget in a real browser, on pages of other people. */

it("leads a newcomer by buttons on a page with the narrowest policy, and an assistant's reply is there at once", async () => {
  const page = await world.visitor("/strict");
  // Whoever did not open it is nobody: nothing is kept, and nobody is made.
  expect(await page.evaluate("[localStorage.length, sessionStorage.length, document.cookie]")).toEqual([
    0,
    0,
    "",
  ]);
  await shot(page, "strict-closed");
  await open(page);
  const choice = page.getByRole("button", { name: "My order" });
  await choice.waitFor();
  await shot(page, "strict-open");
  await choice.click();
  await expect.poll(() => said(page)).toEqual(["My order"]);
  await expect.poll(async () => (await heard(page)).at(-1)).toContain("order number");
  const word = `Order W-${Date.now()}`;
  await say(page, word);
  await expect.poll(() => said(page)).toContain(word);
  const conversationId = await world.conversationWith(word);
  await world.tool("reply_to_conversation", {
    conversationId,
    text: "It is **on its way**: https://example.com/parcel.",
  });
  await page.locator(".other strong", { hasText: "on its way" }).waitFor();
  expect(await page.locator(".other a").last().getAttribute("href")).toBe("https://example.com/parcel");
  await shot(page, "strict-reply");
  await page.reload();
  // It stays open from page to page, with all that was said.
  await expect.poll(() => said(page)).toContain(word);
  expect(await page.context().cookies()).toEqual([]);
});

it("works on a page whose styles and scripts get in everything's way", async () => {
  const page = await world.visitor("/hostile", {}, true);
  await page.waitForTimeout(2000);
  await open(page);
  const { width, height } = (await launcher(page).boundingBox()) ?? {};
  expect([width, height]).toEqual([56, 56]);
  expect(await styleOf(page, ".launcher", "font-size")).toBe("15px");
  expect(await styleOf(page, ".launcher", "visibility")).toBe("visible");
  await page.getByRole("button", { name: "My order" }).click();
  await expect.poll(() => said(page)).toEqual(["My order"]);
  await field(page).pressSequentially("s/");
  expect(await field(page).inputValue()).toBe("s/");
  expect(await page.evaluate("shortcuts")).toEqual([]);
  await shot(page, "hostile");
});

it("shows the same in two tabs, and in one what is unread until the other has read it", async () => {
  const page = await world.visitor("/tents");
  const other = await page.context().newPage();
  await open(page);
  await say(page, "From the first tab");
  await expect.poll(() => said(page)).toEqual(["From the first tab"]);
  await other.goto(`${world.site}/tents`);
  await launcher(other).waitFor();
  await open(other);
  await expect.poll(() => said(other)).toEqual(["From the first tab"]);
  await say(other, "From the second tab");
  await expect.poll(() => said(other)).toEqual(["From the first tab", "From the second tab"]);
  await expect.poll(() => said(page)).toEqual(["From the first tab", "From the second tab"]);
});

it("keeps what is said without a network, and over a server that restarts, and sends it once", async () => {
  const page = await world.visitor("/tents", {}, true);
  await open(page);
  await say(page, "Before");
  await expect.poll(() => said(page)).toEqual(["Before"]);
  await page.context().setOffline(true);
  await world.server.kill();
  await say(page, "Without a network");
  await page.locator(".notice").waitFor();
  await page.locator(".pending").waitFor();
  await shot(page, "offline");
  // Also over the end of the page.
  await world.server.start();
  await page.context().setOffline(false);
  await page.reload();
  await expect.poll(() => said(page), { timeout: 60_000 }).toEqual(["Before", "Without a network"]);
  expect(await page.locator(".pending").count()).toBe(0);
  await world.server.restart();
  await say(page, "After a restart");
  await expect
    .poll(() => said(page), { timeout: 60_000 })
    .toEqual(["Before", "Without a network", "After a restart"]);
});

it("is used by keyboard alone: opened, written in, tapped, closed, and the keyboard goes back", async () => {
  const page = await world.visitor("/strict");
  await page.keyboard.press("Tab");
  expect(await page.evaluate("document.activeElement.localName")).toBe("parley-chat");
  await page.keyboard.press("Enter");
  await field(page).waitFor();
  await page.getByRole("button", { name: "My order" }).waitFor();
  const focused = () => page.evaluate<string>("document.activeElement.shadowRoot.activeElement.textContent");
  await page.keyboard.press("Shift+Tab");
  const labels = [await focused()];
  await page.keyboard.press("Enter");
  await expect.poll(() => said(page)).toEqual(labels);
  await field(page).focus();
  await page.keyboard.type("W-100234");
  await page.keyboard.press("Enter");
  await expect.poll(() => said(page)).toHaveLength(2);
  await page.keyboard.press("Escape");
  await page.locator(".panel").waitFor({ state: "detached" });
  await expect.poll(() => launcher(page).evaluate((one) => one.matches(":focus"))).toBe(true);
});

it.each([
  ["light", {}],
  ["dark", { colorScheme: "dark" }],
  ["forced colours", { forcedColors: "active" }],
  ["a phone", { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true }],
  ["right to left", { locale: "ar-EG" }],
  ["reduced motion", { reducedMotion: "reduce" }],
] satisfies [string, BrowserContextOptions][])("axe finds nothing: %s", async (name, options) => {
  await world.tool("update_widget_config", { chatbotId, config: { enableKnowledgeBase: true } });
  const page = await world.visitor(name === "dark" ? "/dark" : "/tents", { bypassCSP: true, ...options });
  expect(await faultsOf(page)).toEqual([]);
  await open(page);
  await page.locator(".choices button").first().waitFor();
  // It has come up by then.
  await page.waitForTimeout(400);
  expect(await faultsOf(page)).toEqual([]);
  await shot(page, `axe-${name.replaceAll(" ", "-")}`);
  const panel = await page.locator(".panel").boundingBox();
  if (name === "a phone") expect(panel).toEqual({ x: 0, y: 0, width: 390, height: 844 });
  if (name === "right to left") expect(await page.locator(".root").getAttribute("dir")).toBe("rtl");
  if (name === "dark") {
    expect(await styleOf(page, ".panel", "background-color")).toBe("rgb(15, 23, 42)");
  }
  await page.locator("nav button").last().click();
  await page.locator(".hits button").first().waitFor();
  expect(await faultsOf(page)).toEqual([]);
  await shot(page, `axe-${name.replaceAll(" ", "-")}-help`);
  await page.locator(".hits button").first().click();
  await page.locator("article").waitFor();
  expect(await faultsOf(page)).toEqual([]);
  await page.locator(".menu .icon").click();
  expect(await faultsOf(page)).toEqual([]);
});

it("looks and speaks as it is set now, without being embedded anew", async () => {
  const page = await world.visitor("/tents");
  await open(page);
  await page.getByRole("button", { name: "Close chat" }).first().click();
  onTestFinished(async () => {
    const config = {
      headerBgColor: "#1d4ed8",
      widgetPosition: "right",
      bubbleStyle: "rounded",
      chatIconCtaText: "",
    };
    await world.tool("update_widget_config", { chatbotId, config });
    await world.tool("update_widget_texts", {
      chatbotId,
      welcomeMessage: "",
      inputPlaceholder: "Write a message…",
      submitLabel: "Send",
    });
  });
  await world.tool("update_widget_config", {
    chatbotId,
    config: {
      ...{
        headerBgColor: "#0f766e",
        headerTextColor: "#0f766e",
        widgetPosition: "left",
        bubbleStyle: "square",
      },
      ...{ chatIconCtaText: "Need help?", headerTitle: "Ask Fernweh" },
    },
  });
  await world.tool("update_widget_texts", {
    chatbotId,
    welcomeMessage: "Good day!",
    inputPlaceholder: "Your words",
    submitLabel: "Go",
  });
  await open(page);
  await page.getByRole("heading", { name: "Ask Fernweh" }).waitFor();
  expect(await styleOf(page, ".panel header", "background-color")).toBe("rgb(15, 118, 110)");
  // Nobody could have read it.
  expect(await styleOf(page, ".panel h1", "color")).toBe("rgb(255, 255, 255)");
  expect((await page.locator(".panel").boundingBox())?.x).toBe(20);
  await page.locator(".bubble", { hasText: "Good day!" }).waitFor();
  expect(await page.getByPlaceholder("Your words").count()).toBe(1);
  expect(await page.getByRole("button", { name: "Go", exact: true }).count()).toBe(1);
  await shot(page, "settings");
  await page.keyboard.press("Escape");
  await launcher(page).getByText("Need help?").waitFor();
  await world.tool("update_widget_config", {
    chatbotId,
    config: { botAutoOpen: true, autoOpenDelaySeconds: 1, headerTitle: "" },
  });
  onTestFinished(async () => {
    await world.tool("update_widget_config", { chatbotId, config: { botAutoOpen: false } });
  });
  await page.reload();
  await page.locator(".panel").waitFor();
});

it("asks once for a rating when a conversation is resolved, where it is set to", async () => {
  await world.tool("update_widget_config", { chatbotId, config: { askForRating: true } });
  const page = await world.visitor("/tents");
  await open(page);
  const word = `Rate ${Date.now()}`;
  await say(page, word);
  await expect.poll(() => said(page)).toEqual([word]);
  const conversationId = await world.conversationWith(word);
  await world.tool("set_conversation_status", { conversationId, status: "resolved" });
  await page.getByRole("button", { name: "4: Good" }).click();
  await page.locator(".rate textarea").fill("Quick and kind");
  await shot(page, "rating");
  await page.locator(".rate button.main").click();
  await page.locator(".rate").waitFor({ state: "detached" });
  const { conversation } = await world.tool("get_conversation", { conversationId });
  expect(conversation.rating).toMatchObject({ value: 4, comment: "Quick and kind" });
  await page.reload();
  await expect.poll(() => said(page)).toEqual([word]);
  expect(await page.locator(".rate").count()).toBe(0);
});

it("holds several conversations: another one begun, earlier ones read", async () => {
  const page = await world.visitor("/tents");
  await open(page);
  await say(page, "The first matter");
  await expect.poll(() => said(page)).toEqual(["The first matter"]);
  await page.locator(".menu .icon").click();
  await page.getByRole("button", { name: "New conversation" }).click();
  await page.locator(".choices button").first().waitFor();
  expect(await said(page)).toEqual([]);
  await say(page, "The second matter");
  await expect.poll(() => said(page)).toEqual(["The second matter"]);
  await page.locator(".menu .icon").click();
  await page.getByRole("button", { name: "Conversations", exact: true }).click();
  expect(await page.locator(".list li").count()).toBe(2);
  await shot(page, "conversations");
  await page.locator(".list button").last().click();
  await expect.poll(() => said(page)).toEqual(["The first matter"]);
});

it("is told who its user is, in any browser, and tells the page what happens", async () => {
  const { id: inboxId } = (await world.tool("list_channels", { chatbotId })).items[0];
  const [{ id: workspace } = { id: "" }] = await world.server.parley<{ id: string }[]>("workspace", "list");
  const { secret } = await world.server.parley<{ secret: string }>(
    ...["inbox", "identity-secret", "--workspace", workspace, "--inbox", inboxId],
  );
  const signature = createHmac("sha256", secret).update("user-7").digest("hex");
  const identity = { id: "user-7", signature, name: "Grace" };
  const identify = (page: Page) =>
    page.evaluate(`(window.parley ||= []).push(["identify", ${JSON.stringify(identity)}])`);
  const page = await world.visitor("/strict");
  await identify(page);
  await page.evaluate(`
    window.told = [];
    for (const event of ["open", "close", "message"]) parley.on(event, (detail) => told.push([event, detail]));
    parley.open();
  `);
  await field(page).waitFor();
  await say(page, "As Grace");
  await expect.poll(() => said(page)).toEqual(["As Grace"]);
  await page.evaluate("parley.close()");
  const told = await page.evaluate<string>("JSON.stringify(told)");
  expect(told).toContain('["open",null]');
  expect(told).toContain('{"from":"visitor","text":"As Grace"}');
  expect(told).toContain('["close",null]');
  const elsewhere = await world.visitor("/tents");
  await identify(elsewhere);
  await open(elsewhere);
  await expect.poll(() => said(elsewhere)).toEqual(["As Grace"]);
});

import { expect, it, onTestFinished } from "vitest";
import { faultsOf, field, heard, launcher, open, said, say, shot, type WidgetWorld } from "./widget-world.ts";

/** What the widget says first, and asks for. @param world is there when the tests run */
export function saysFirst(world: () => WidgetWorld): void {
  it("asks for name and email in one form, and each is the answer to its own question", async () => {
    const page = await world().visitor("/strict", { bypassCSP: true });
    await open(page);
    await page.getByRole("button", { name: "Advice on gear" }).click();
    await expect.poll(async () => (await heard(page)).at(-1)).toContain("Where do you go");
    await say(page, "Two of us, the Alps");
    await page.getByLabel("Your name").fill("Ada Lovelace");
    await page.getByLabel("Your email address").fill("ada");
    expect(await faultsOf(page)).toEqual([]);
    await shot(page, "form");
    await page.locator(".details button").click();
    // The browser says what is wrong with it, before it is sent.
    expect(await said(page)).toHaveLength(2);
    await page.getByLabel("Your email address").fill("ada@example.com");
    await page.locator(".details button").click();
    await expect
      .poll(() => said(page))
      .toEqual(["Advice on gear", "Two of us, the Alps", "Ada Lovelace", "ada@example.com"]);
    await expect.poll(async () => (await heard(page)).at(-1)).toContain("Have a good trip");
    expect(await page.locator(".details").count()).toBe(0);
    await shot(page, "form-done");
    const { items } = await world().tool("list_leads", {});
    expect(items[0]).toMatchObject({ name: "Ada Lovelace", email: "ada@example.com" });
  });

  it("shows how much is unread, sounds where the visitor wants it, takes emoji, and shows products as cards", async () => {
    const page = await world().visitor("/strict");
    await page.evaluate(`
    window.chimes = 0;
    window.AudioContext = class extends AudioContext { constructor() { super(); window.chimes += 1; } };
  `);
    await open(page);
    await page.getByRole("button", { name: "Emoji" }).click();
    await page.getByRole("button", { name: "👋" }).click();
    const word = `What does the Skadi Winter sleeping bag cost? ${Date.now()}`;
    await field(page).pressSequentially(` ${word}`);
    await field(page).press("Enter");
    await expect.poll(() => said(page)).toEqual([`👋 ${word}`]);
    await page.locator(".card", { hasText: "Skadi Winter" }).getByText("379.00 EUR").waitFor();
    await shot(page, "cards");
    await page.keyboard.press("Escape");
    const conversationId = await world().conversationWith(word);
    const reply = (text: string) => world().tool("reply_to_conversation", { conversationId, text });
    await reply("One");
    await reply("Two");
    await launcher(page).locator(".badge", { hasText: "2" }).waitFor();
    expect(await launcher(page).getAttribute("aria-label")).toContain("New messages: 2");
    await shot(page, "unread");
    expect(await page.evaluate("chimes")).toBe(0);
    await open(page);
    expect(await page.locator(".badge").count()).toBe(0);
    await page.locator(".menu .icon").click();
    await page.getByRole("button", { name: "Sound on" }).press("Enter");
    // The keyboard is still in the chat.
    await page.keyboard.press("Escape");
    await page.locator(".panel").waitFor({ state: "detached" });
    await page.evaluate("window.chimes = 0");
    await reply("Three");
    await launcher(page).locator(".badge", { hasText: "1" }).waitFor();
    expect(await page.evaluate("chimes")).toBe(1);
  });

  it("speaks first at each moment that a sales rule names, once, and never again where it was sent away", async () => {
    const rules = {
      returning: { kind: "returning_visitor" },
      address: { kind: "page_url", contains: "/TENTS?from=mail" },
      time: { kind: "time_on_page", seconds: 3 },
      scroll: { kind: "scroll", percent: 60 },
      leaving: { kind: "exit_intent" },
      cart: { kind: "cart_value", minimum: 100 },
    };
    const made: Record<string, string> = {};
    for (const [name, trigger] of Object.entries(rules)) {
      const { rule } = await world().tool("create_sales_rule", {
        ...{ chatbotId: await world().chatbotId(), name, trigger, message: `Said by ${name}.` },
      });
      made[name] = rule.id;
    }
    const { items } = await world().tool("list_sales_rules", { chatbotId: await world().chatbotId() });
    const others = items.filter(({ id }: { id: string }) => !Object.values(made).includes(id));
    for (const { id } of others) await world().tool("update_sales_rule", { ruleId: id, active: false });
    onTestFinished(async () => {
      for (const id of Object.values(made))
        await world().tool("update_sales_rule", { ruleId: id, active: false });
      for (const { id } of others) await world().tool("update_sales_rule", { ruleId: id, active: true });
    });
    const page = await world().visitor("/tents?from=mail");
    const spoken = page.locator(".nudge .words");
    const says = async (name: string) => {
      await expect.poll(() => spoken.allTextContents()).toEqual([`Said by ${name}.`]);
      await page.locator(".nudge .icon").click();
      await spoken.waitFor({ state: "detached" });
    };
    await says("address");
    await says("time");
    // Until something happens no other one speaks.
    await page.waitForTimeout(1200);
    expect(await spoken.count()).toBe(0);
    await page.mouse.move(600, 400);
    await page.mouse.wheel(0, 300);
    await page.waitForTimeout(300);
    expect(await spoken.count()).toBe(0);
    await page.mouse.wheel(0, 3000);
    await says("scroll");
    await page.evaluate(
      "document.documentElement.dispatchEvent(new MouseEvent('mouseleave', { clientX: 300, clientY: -1 }))",
    );
    await says("leaving");
    await page.evaluate("parley.setCart({ value: 99.9 }); parley.setCart({ value: 100 })");
    await says("cart");
    await open(page);
    await say(page, "I was here");
    await expect.poll(() => said(page)).toEqual(["I was here"]);
    await page.keyboard.press("Escape");
    await page.reload();
    await says("returning");
    const counted = async () => {
      const { items } = await world().tool("list_sales_rules", { chatbotId: await world().chatbotId() });
      const shown = items.filter(({ id }: { id: string }) => Object.values(made).includes(id));
      return shown.map(({ shown }: { shown: number }) => shown);
    };
    await expect.poll(counted).toEqual([1, 1, 1, 1, 1, 1]);
  });

  it("counts what came of a sales rule", async () => {
    const { rule } = await world().tool("create_sales_rule", {
      ...{
        chatbotId: await world().chatbotId(),
        name: "Full cart",
        message: "Shipping is **free** for you today. Questions?",
      },
      trigger: { kind: "cart_value", minimum: 200 },
    });
    const page = await world().visitor("/strict");
    await page.evaluate("parley.setCart({ value: 120 })");
    await page.waitForTimeout(1500);
    expect(await page.locator(".nudge").count()).toBe(0);
    await page.evaluate("parley.setCart({ value: 250 })");
    await page.locator(".nudge strong", { hasText: "free" }).waitFor();
    await shot(page, "nudge");
    expect(await page.evaluate("localStorage.length")).toBe(0);
    await page.locator(".nudge .words").click();
    await page.locator(".bubble", { hasText: "Shipping is free" }).waitFor();
    await say(page, "Yes: is it waterproof?");
    await expect.poll(() => said(page)).toHaveLength(1);
    const counted = async () => {
      const { items } = await world().tool("list_sales_rules", { chatbotId: await world().chatbotId() });
      const { shown, opened, answered } = items.find(({ id }: { id: string }) => id === rule.id);
      return { shown, opened, answered };
    };
    await expect.poll(counted).toEqual({ shown: 1, opened: 1, answered: 1 });
  });
}

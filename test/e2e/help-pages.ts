import type { BrowserContextOptions } from "playwright-core";
import { expect, it } from "vitest";
import { faultsOf, shot, type WidgetWorld } from "./widget-world.ts";

const PHONE = { viewport: { width: 390, height: 844 } };

/** The help pages of the demo's workspace in a real browser. @param world is there when the tests run */
export function helpPages(world: () => WidgetWorld): void {
  it.each([
    ["light", {}],
    ["dark", { colorScheme: "dark" }],
    ["phone-light", PHONE],
    ["phone-dark", { ...PHONE, colorScheme: "dark" }],
    ["phone-right-to-left", { ...PHONE, locale: "ar-EG" }],
  ] satisfies [string, BrowserContextOptions][])(
    "help pages: axe finds nothing, and none is wider than the window: %s",
    async (name, options) => {
      const page = await world().page(
        `${world().server.url}/help/demo`,
        { bypassCSP: true, ...options },
        true,
      );
      const at = page.url();
      const links = await page
        .locator("main a")
        .evaluateAll((all) => all.map((one) => String(Reflect.get(one, "href"))));
      const article = links.find((link) => link.includes("/articles/")) ?? "";
      await page.goto(article);
      const category = await page.locator("nav a").last().getAttribute("href");
      const wrong: Record<string, unknown> = {};
      const paths = [
        at,
        article,
        `${article}?thanks`,
        category ?? "",
        `${at}/search?q=return`,
        `${at}/search?q=xyzzy`,
      ];
      for (const [i, address] of [...paths, `${at}/articles/none`].entries()) {
        await page.goto(address);
        const faults = await faultsOf(page, "document");
        const wide = await page.evaluate("document.documentElement.scrollWidth - innerWidth");
        if (faults.length > 0 || Number(wide) > 0) wrong[address] = { faults, wide };
        await shot(page, `help-${name}-${i}`);
      }
      expect(wrong).toEqual({});
    },
  );

  it("help pages: a reader finds an article, says that it helped, and the team sees both", async () => {
    const page = await world().page(`${world().server.url}/help/demo`, { javaScriptEnabled: false });
    await page.getByRole("searchbox").fill("return something");
    await page.getByRole("button", { name: "Search" }).click();
    await page.getByRole("link", { name: "Returns and refunds" }).click();
    await page.getByRole("button", { name: "Yes" }).click();
    await page.getByRole("status").getByText("Thank you").waitFor();
    expect(await page.context().cookies()).toEqual([]);
    const counted = async () => {
      const { items } = await world().tool("list_knowledge_base", { chatbotId: await world().chatbotId() });
      return items.find(({ title }: { title: string }) => title === "Returns and refunds");
    };
    await expect.poll(async () => (await counted()).helpful).toBe(1);
    expect((await counted()).views).toBeGreaterThan(0);
  });
}

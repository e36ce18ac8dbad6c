import { expect, it, onTestFinished } from "vitest";
import { launchChromium } from "./chromium.ts";
import { serverForTest } from "./server.ts";

it("prints a page on which a person is a visitor of the demo's website, led by its flow in the widget", async () => {
  const server = await serverForTest();
  const address = server.output.match(/http:\S+\/demo\?inbox=\S+/)?.[0] ?? "";
  const browser = await launchChromium();
  onTestFinished(() => browser.close());
  const page = await browser.newPage({ viewport: { width: 390, height: 844 } });
  const faults: string[] = [];
  page.on("console", (message) => message.type() === "error" && faults.push(message.text()));
  page.on("pageerror", (error) => faults.push(error.message));
  await page.goto(address);
  await page.getByRole("button", { name: "Open chat" }).click();
  await page.getByRole("textbox", { name: "Write a message…" }).fill("Hello");
  await page.getByRole("button", { name: "Send", exact: true }).click();
  const choice = page.locator(".choices button").first();
  await choice.waitFor();
  const label = await choice.textContent();
  if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/demo-390.png` });
  await choice.click();
  const said = () => page.locator(".own .bubble").allTextContents();
  await expect.poll(said).toEqual(["Hello", label]);
  // The flow goes on behind the choice, and its buttons are gone.
  await page.locator(".message").last().and(page.locator(".other")).waitFor();
  expect(await page.locator(".choices").count()).toBe(0);
  await page.reload();
  await expect.poll(said).toEqual(["Hello", label]);
  if (process.env.SHOTS) {
    await page.setViewportSize({ width: 1280, height: 800 });
    await page.screenshot({ path: `${process.env.SHOTS}/demo-1280.png` });
  }
  expect(faults).toEqual([]);
});

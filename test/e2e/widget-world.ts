import { createRequire } from "node:module";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { expect, onTestFinished } from "vitest";
import { launchChromium } from "./chromium.ts";
import { type Site, startSite } from "./embedding-site.ts";
import { startServer, type TestServer } from "./server.ts";

const AXE = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

/** A server with its demo workspace, a site that has its widget, and a browser. */
export class WidgetWorld {
  readonly server: TestServer;
  readonly #browser: Browser;
  readonly #site: Site;

  constructor(server: TestServer, browser: Browser, site: Site) {
    this.server = server;
    this.#browser = browser;
    this.#site = site;
  }

  static async start(): Promise<WidgetWorld> {
    const server = await startServer();
    const inboxKey = /demo\?inbox=(\S+)/.exec(server.output)?.[1] ?? "";
    return new WidgetWorld(server, await launchChromium(), await startSite(server.url, inboxKey));
  }

  async stop(): Promise<void> {
    this.#site.close();
    await this.#browser.close();
    await this.server.dispose();
  }

  get site(): string {
    return this.#site.url;
  }

  /** A tool, as an assistant of the demo's workspace calls it. */
  // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever JSON it was sent
  async tool(name: string, args: object): Promise<any> {
    const answer = await fetch(`${this.server.url}/api/v1/tools/${name}`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${this.server.demoToken}` },
      body: JSON.stringify(args),
    });
    const body = await answer.json();
    if (!answer.ok) throw new Error(`${name}: ${JSON.stringify(body)}`);
    return body;
  }

  /** The chatbot of the widget. */
  async chatbotId(): Promise<string> {
    const { items } = await this.tool("list_chatbots", {});
    return items.find(({ name }: { name: string }) => name === "Fernweh guide").id;
  }

  /** The conversation in which a visitor said this. */
  async conversationWith(text: string): Promise<string> {
    const { items } = await this.tool("search_conversations", { query: text });
    return items[0].id;
  }

  /** Somebody new on a page. What the page complains of fails the test. @param complains it may: it is cut off, or hostile */
  async visitor(path: string, options: BrowserContextOptions = {}, complains = false): Promise<Page> {
    const page = await this.page(this.#site.url + path, options, complains);
    await launcher(page).waitFor();
    return page;
  }

  /** Any page, as somebody new. */
  async page(address: string, options: BrowserContextOptions = {}, complains = false): Promise<Page> {
    const context = await this.#browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
    const page = await context.newPage();
    const faults: string[] = [];
    page.on("pageerror", (error) => faults.push(error.message));
    page.on("console", (message) => message.type() === "error" && faults.push(message.text()));
    onTestFinished(async () => {
      await context.close();
      if (!complains) expect(faults).toEqual([]);
    });
    await page.goto(address);
    return page;
  }
}

export const launcher = (page: Page) => page.locator(".launcher");
export const field = (page: Page) => page.locator(".composer textarea");
export const said = (page: Page) => page.locator(".own:not(.pending) .bubble").allTextContents();
export const heard = (page: Page) => page.locator(".other:not(.typing) .bubble").allTextContents();

/** A picture, where SHOTS names a folder for them. */
export async function shot(page: Page, name: string): Promise<void> {
  if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/${name}.png` });
}

export async function open(page: Page): Promise<void> {
  await launcher(page).click();
  await field(page).waitFor();
}

export async function say(page: Page, text: string): Promise<void> {
  await field(page).fill(text);
  await field(page).press("Enter");
}

/** A style of an element, as it is. */
export function styleOf(page: Page, selector: string, property: string): Promise<string> {
  return page
    .locator(selector)
    .evaluate(
      (one, name) => Reflect.get(globalThis, "getComputedStyle")(one).getPropertyValue(name),
      property,
    );
}

/** What axe finds wrong, with the widget or what is named in its place. */
export async function faultsOf(page: Page, what = '"parley-chat"'): Promise<string[]> {
  await page.addScriptTag({ path: AXE });
  const { violations } = await page.evaluate<{ violations: { id: string; nodes: { html: string }[] }[] }>(
    `axe.run(${what})`,
  );
  return violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
}

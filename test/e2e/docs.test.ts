import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { experimental_readRawConfig as readToml } from "wrangler";
import { z } from "zod";
import { launchChromium } from "./chromium.ts";
import { startServer, type TestServer } from "./server.ts";

/** The documentation in a real browser that runs no scripts, and its snippets where they are meant to be pasted. */
const run = promisify(execFile);
const ROOT = join(import.meta.dirname, "../..");

let server: TestServer;
let browser: Browser;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "parley-docs-"));
  [server, browser] = await Promise.all([startServer(), launchChromium()]);
});

afterAll(async () => {
  await browser?.close();
  await server?.dispose();
  rmSync(folder, { recursive: true, force: true });
});

interface Look {
  width: number;
  dark?: boolean;
}

/** A page in a browser without scripts; whatever its policy blocks fails the test. */
async function open(path: string, { width, dark }: Look): Promise<Page> {
  const context = await browser.newContext({
    javaScriptEnabled: false,
    viewport: { width, height: 800 },
    colorScheme: dark ? "dark" : "light",
  });
  onTestFinished(() => context.close());
  const page = await context.newPage();
  page.on("console", (message) => {
    if (message.type() === "error") throw new Error(`In the page: ${message.text()}`);
  });
  const answer = await page.goto(`${server.url}${path}`);
  expect(answer?.status()).toBe(200);
  return page;
}

/** Run in the page: texts whose contrast with what is behind them is less than WCAG 2.2 AA asks for. */
const PALE = `(() => {
  const rgb = (text) => text.match(/[\\d.]+/g).map(Number);
  const luminance = ([r, g, b]) => [r, g, b].reduce((sum, value, i) => {
    const channel = value / 255;
    return sum + [0.2126, 0.7152, 0.0722][i] * (channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4);
  }, 0);
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = rgb(getComputedStyle(at).backgroundColor);
      if (colour.length < 4 || colour[3] === 1) return colour;
    }
    return [255, 255, 255];
  };
  const texts = [...document.body.querySelectorAll("*")].filter((element) =>
    [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim() !== ""));
  const seen = new Map(texts.map((element) => {
    const [a, b] = [luminance(rgb(getComputedStyle(element).color)), luminance(behind(element))].sort((x, y) => y - x);
    return [element.tagName, Math.round(((a + 0.05) / (b + 0.05)) * 100) / 100];
  }));
  return { tags: seen.size, pale: [...seen].filter(([, ratio]) => ratio < 4.5) };
})()`;

const pale = z.object({ tags: z.int().min(5), pale: z.array(z.unknown()) });

/**
 * Run in the page: things to use whose border (or else their fill) stands out from what is around them by less than WCAG
 * 2.2 AA (1.4.11) asks for.
 */
const FAINT = `(() => {
  const rgb = (text) => text.match(/[\\d.]+/g).map(Number);
  const luminance = ([r, g, b]) => [r, g, b].reduce((sum, value, i) => {
    const channel = value / 255;
    return sum + [0.2126, 0.7152, 0.0722][i] * (channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4);
  }, 0);
  const contrast = (a, b) => {
    const [most, least] = [luminance(a), luminance(b)].sort((x, y) => y - x);
    return (most + 0.05) / (least + 0.05);
  };
  const around = (element) => {
    for (let at = element.parentElement; at; at = at.parentElement) {
      const colour = rgb(getComputedStyle(at).backgroundColor);
      if (colour.length < 4 || colour[3] === 1) return colour;
    }
    return [255, 255, 255];
  };
  return [...document.querySelectorAll("input, button")].map((element) => {
    const { borderColor, borderWidth } = getComputedStyle(element);
    return [element.outerHTML.slice(0, 60), borderWidth === "0px" ? 0 : contrast(rgb(borderColor), around(element))];
  }).filter(([, ratio]) => ratio < 3);
})()`;

/** Tallest that a page may be, in pixels: /docs/tools once had 57,084. The widest look and the narrowest of a phone. */
const TALLEST: Record<number, number> = { 1280: 16_000, 390: 22_000 };

describe.each([
  ["/docs/tools", "Tools"],
  ["/docs/tools/contacts", "Tools: contacts"],
  ["/docs/flow-nodes", "Flow nodes"],
  ["/docs/widget", "Chat widget"],
  ["/docs/connect", "Connect an assistant"],
])("%s without scripts", (path, title) => {
  it.each([320, 390, 768, 1280])("fits a window of %i pixels, with its headings in view", async (width) => {
    const page = await open(path, { width });
    const heading = page.getByRole("heading", { level: 1, name: title });
    expect(await heading.isVisible()).toBe(true);
    expect(await page.getByRole("heading", { level: 2 }).count()).toBeGreaterThan(5);
    expect(await page.getByRole("main").count()).toBe(1);
    const size: unknown = await page.evaluate(
      "({ wide: document.documentElement.scrollWidth, window: document.documentElement.clientWidth, tall: document.documentElement.scrollHeight })",
    );
    const { wide, window, tall } = z.object({ wide: z.int(), window: z.int(), tall: z.int() }).parse(size);
    expect(window).toBeLessThanOrEqual(width);
    expect(wide).toBeLessThanOrEqual(window);
    expect(tall).toBeGreaterThan(1500);
    expect(tall).toBeLessThan(TALLEST[width] ?? Number.POSITIVE_INFINITY);
    // Nothing is cut off at the side either.
    const beyond: unknown = await page.evaluate(
      "[...document.querySelectorAll('main *')].filter((one) => one.tagName !== 'CAPTION' && one.getBoundingClientRect().right > document.documentElement.clientWidth + 1).length",
    );
    expect(beyond).toBe(0);
  });

  it.each([false, true])("has texts that can be read (dark: %s)", async (dark) => {
    const page = await open(path, { width: 1280, dark });
    const seen = pale.parse(await page.evaluate(PALE));
    expect(seen.pale).toEqual([]);
    expect(await page.evaluate(FAINT)).toEqual([]);
  });

  it("can be walked through with the keyboard, first past the header", async () => {
    const page = await open(path, { width: 390 });
    await page.keyboard.press("Tab");
    const skip = page.locator(":focus");
    expect(await skip.textContent()).toContain("Skip to the content");
    expect((await skip.boundingBox())?.x).toBeGreaterThanOrEqual(0);
    await page.keyboard.press("Enter");
    await page.waitForURL(/#content$/);
    await page.keyboard.press("Tab");
    expect(await page.locator("main :focus").count()).toBe(1);
  });
});

it("tools are found with a form, without scripts", async () => {
  const page = await open("/docs/tools", { width: 390 });
  await page.getByRole("searchbox", { name: "What do you want to do?" }).fill("tag a contact");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\?q=tag\+a\+contact$/);
  await page.getByRole("link", { name: "add_contact_tags" }).click();
  await page.waitForURL(/\/docs\/tools\/contacts#add_contact_tags$/);
  // What would fill a screen is opened.
  const answer = page
    .getByRole("article", { name: /^add_contact_tags/ })
    .getByText("Answer", { exact: true });
  await answer.press("Enter");
  expect(await page.locator("details[open]").innerText()).toContain("tags: list of objects");
});

it.each([false, true])("a button copies its snippet, where scripts run (dark: %s)", async (dark) => {
  const context = await browser.newContext({
    viewport: { width: 390, height: 800 },
    colorScheme: dark ? "dark" : "light",
  });
  onTestFinished(() => context.close());
  await context.grantPermissions(["clipboard-read", "clipboard-write"], { origin: server.url });
  const page = await context.newPage();
  await page.goto(`${server.url}/docs/connect`);
  expect(await page.evaluate(FAINT)).toEqual([]);
  const [buttons, codes] = [page.getByRole("button", { name: "Copy" }), page.locator("main pre code")];
  expect(await buttons.count()).toBe(await codes.count());
  // In the corner of its snippet.
  const [corner, snippet] = await Promise.all([
    buttons.nth(2).boundingBox(),
    page.locator("main pre").nth(2).boundingBox(),
  ]);
  if (!corner || !snippet) throw new Error("not shown");
  expect(corner.y).toBeGreaterThan(snippet.y);
  expect(corner.y + corner.height).toBeLessThan(snippet.y + snippet.height);
  expect(corner.x + corner.width).toBeLessThan(snippet.x + snippet.width);
  await buttons.nth(2).click();
  expect(await page.evaluate("navigator.clipboard.readText()")).toBe(await codes.nth(2).textContent());
  expect(await page.getByRole("button", { name: "Copied" }).count()).toBe(1);
});

it("a link to a tool shows that tool", async () => {
  const page = await open("/docs/tools/tickets#create_ticket", { width: 390 });
  const heading = page.getByRole("heading", { name: "create_ticket" });
  const box = await heading.boundingBox();
  expect(box?.y).toBeGreaterThanOrEqual(0);
  expect(box?.y).toBeLessThan(400);
  const table = page.getByRole("article", { name: /^create_ticket/ }).getByRole("table");
  expect(await table.textContent()).toContain("subject (required)");
});

it("an older link to a tool shows it in the index", async () => {
  const page = await open("/docs/tools#create_ticket", { width: 390 });
  const box = await page.getByRole("link", { name: "create_ticket" }).boundingBox();
  expect(box?.y).toBeGreaterThanOrEqual(0);
  expect(box?.y).toBeLessThan(800);
});

/** The snippets of one language, as a person would copy them. */
async function snippets(language: string): Promise<string[]> {
  const page = await open("/docs/connect", { width: 1280 });
  return page.locator(`code.language-${language}`).allInnerTexts();
}

describe("the snippets of /docs/connect", () => {
  it("are TOML that Codex can read", async () => {
    const [text = "", ...others] = await snippets("toml");
    expect(others).toEqual([]);
    const file = join(folder, "config.toml");
    writeFileSync(file, text);
    expect(readToml({ config: file }).rawConfig).toEqual({
      mcp_servers: { parley: { url: `${server.url}/mcp`, bearer_token_env_var: "PARLEY_TOKEN" } },
    });
  });

  it("are JSON that parses", async () => {
    const texts = await snippets("json");
    expect(texts.length).toBeGreaterThan(8);
    for (const text of texts) expect(() => JSON.parse(text)).not.toThrow();
  });

  it("are commands that a shell takes apart as meant", async () => {
    const texts = await snippets("shell");
    expect(texts.length).toBeGreaterThan(5);
    for (const text of texts) await run("sh", ["-n", "-c", text]);
    const added = texts.find((text) => text.startsWith("code --add-mcp ")) ?? "";
    const script = `code() { printf %s "$2"; }; ${added}`;
    const { stdout } = await run("sh", ["-c", script]);
    expect(JSON.parse(stdout)).toEqual({ name: "parley", type: "http", url: `${server.url}/mcp` });
  });

  it("let the Inspector list the tools", async () => {
    const texts = await snippets("shell");
    const command = texts.find((text) => text.includes("--cli")) ?? "";
    // The copy that is installed here; npx would ask the registry.
    const local = command.replace("npx @modelcontextprotocol/inspector", "node_modules/.bin/mcp-inspector");
    const { stdout } = await run("sh", ["-c", local], {
      cwd: ROOT,
      env: { ...process.env, PARLEY_TOKEN: server.demoToken },
      maxBuffer: 16_000_000,
    });
    const { tools } = z.object({ tools: z.array(z.object({ name: z.string() })) }).parse(JSON.parse(stdout));
    expect(tools.map(({ name }) => name)).toContain("list_conversations");
  });

  it("let a program without MCP call a tool", async () => {
    const command = (await snippets("shell")).find((text) => text.startsWith("curl ")) ?? "";
    const { stdout } = await run("sh", ["-c", command], {
      env: { ...process.env, PARLEY_TOKEN: server.demoToken },
    });
    const { items } = z
      .object({ items: z.array(z.object({ status: z.string() })) })
      .parse(JSON.parse(stdout));
    expect(items.every(({ status }) => status === "open")).toBe(true);
    expect(items.length).toBeGreaterThan(0);
  });

  it.each(["mcp-remote", "parley-mcp"])("let a client that speaks only stdio use %s", async (bridge) => {
    const started = z.object({
      command: z.string(),
      args: z.array(z.string()),
      env: z.record(z.string(), z.string()),
    });
    const shape = z.object({ mcpServers: z.object({ parley: started }) });
    const text = (await snippets("json")).findLast((one) => one.includes(bridge)) ?? "";
    const { parley } = shape.parse(JSON.parse(text)).mcpServers;
    const args = parley.args.map((argument) => argument.replace("/path/to/parley", ROOT));
    // npx -y mcp-remote … is the installed copy here.
    const command =
      parley.command === "npx"
        ? join(ROOT, "node_modules/.bin", args[1] ?? "")
        : parley.command.replace("/path/to/parley", ROOT);
    const env = Object.fromEntries(
      Object.entries(parley.env).map(([name, value]) => [
        name,
        value.replace("YOUR_TOKEN", server.demoToken),
      ]),
    );
    const client = new Client({ name: "e2e", version: "1.0.0" });
    const rest = parley.command === "npx" ? args.slice(2) : args;
    await client.connect(
      new StdioClientTransport({ command, args: rest, env: { ...inherited(), ...env }, stderr: "ignore" }),
    );
    onTestFinished(() => client.close());
    expect(client.getServerVersion()?.name).toBe("parley");
    expect((await client.listTools()).tools.length).toBeGreaterThan(20);
  });
});

/** What a program needs to be found and run, with a home of its own for what it keeps. */
function inherited(): Record<string, string> {
  return { PATH: process.env.PATH ?? "", HOME: folder, MCP_REMOTE_CONFIG_DIR: folder };
}

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { gzipSync } from "node:zlib";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { launchChromium } from "./chromium.ts";
import { pagesFrom, signIn } from "./console-pages.ts";
import { startServer, type TestServer } from "./server.ts";

/** The console in a real browser, on the demo shop, signed in as its owner. */
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const violations = z.array(z.object({ id: z.string(), nodes: z.array(z.object({ html: z.string() })) }));

/** A page with all that it loads, gzipped. */
const MOST_BYTES = 60 * 1024;

let server: TestServer;
let browser: Browser;
let who: { email: string; password: string };
let paths: string[];

interface Look {
  width: number;
  dark?: boolean;
  scripts?: boolean;
}

const contexts: BrowserContext[] = [];

/** A page of a signed-in browser; whatever its policy blocks fails the test. */
async function signedIn({ width, dark = false, scripts = true }: Look): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width, height: 844 },
    colorScheme: dark ? "dark" : "light",
    javaScriptEnabled: scripts,
    // axe-core is put in by the test.
    bypassCSP: scripts,
  });
  contexts.push(context);
  const page = await context.newPage();
  page.on("pageerror", (error) => {
    throw error;
  });
  await signIn(page, server.printed("Console"), who);
  return page;
}

beforeAll(async () => {
  [server, browser] = await Promise.all([startServer(), launchChromium()]);
  const [, email = "", password = ""] =
    /Sign in \(console and OAuth clients\): (\S+) with the password (\S+)/.exec(server.output) ?? [];
  who = { email, password };
  paths = await pagesFrom(await signedIn({ width: 1280 }));
});

afterAll(async () => {
  await Promise.all(contexts.map((context) => context.close()));
  await browser?.close();
  await server?.dispose();
});

/** A client of a token, as an assistant has one. */
async function assistant(token: string): Promise<Client> {
  const client = new Client({ name: "triage", version: "1.0.0" });
  await client.connect(
    new StreamableHTTPClientTransport(new URL(server.mcpUrl), {
      requestInit: { headers: { authorization: `Bearer ${token}` } },
    }),
  );
  return client;
}

it("takes a person from the printed address to the visitor's window, live", async () => {
  const visitor = await (await browser.newContext()).newPage();
  contexts.push(visitor.context());
  await visitor.goto(server.output.match(/http:\S+\/demo\?inbox=\S+/)?.[0] ?? "");
  const say = async (text: string) => {
    await visitor.getByRole("textbox", { name: "Write a message…" }).fill(text);
    await visitor.getByRole("button", { name: "Send", exact: true }).click();
  };
  await visitor.getByRole("button", { name: "Open chat" }).click();
  await say("Is the Lofoten tent back in stock?");

  const page = await signedIn({ width: 1280 });
  await page.getByRole("link", { name: "Tokens" }).click();
  await page.getByLabel("Name").fill("Stock bot");
  await page.getByText("Only some").click();
  await page.getByLabel("Website chat").check();
  await page.getByRole("button", { name: "Make a token" }).click();
  const token = (await page.locator("#token").textContent()) ?? "";
  const line = page.locator("code", { hasText: "claude mcp add" }).first();
  expect(await line.textContent()).toContain(token.trim());
  await page.getByRole("link", { name: "I have copied it" }).click();

  // The log stands open while the assistant works.
  const client = await assistant(token.trim());
  await client.callTool({ name: "list_conversations", arguments: {} });
  const found = z.object({ items: z.array(z.object({ id: z.string() })) }).parse(
    (
      await client.callTool({
        name: "search_conversations",
        arguments: { query: "Lofoten tent back in stock" },
      })
    ).structuredContent,
  );
  const conversationId = found.items[0]?.id ?? "";
  const queue = await page.context().newPage();
  await queue.goto(
    `${new URL(page.url()).origin}${new URL(page.url()).pathname.split("/settings")[0]}/drafts`,
  );
  await client.callTool({
    name: "create_draft_reply",
    arguments: { conversationId, text: "Yes, it are back." },
  });
  await queue.getByText("Yes, it are back.").waitFor();
  await page.locator("#calls").getByText("create_draft_reply").waitFor();

  await queue.locator(".draft", { hasText: "Yes, it are back." }).getByRole("link").click();
  await queue.getByLabel("What will be sent").fill("Yes, it is back.");
  await queue.getByRole("button", { name: "See the difference" }).click();
  expect(await queue.locator("del").allTextContents()).toEqual(["are"]);
  expect(await queue.locator("ins").allTextContents()).toEqual(["is"]);
  await queue.getByRole("button", { name: "Send to the customer" }).click();
  await visitor.getByText("Yes, it is back.").first().waitFor({ timeout: 5_000 });

  // What the visitor writes stands in the open thread, and what was being typed stays.
  await queue.getByLabel("Reply").fill("You are wel");
  await say("Great, thank you!");
  await queue.locator("#messages").getByText("Great, thank you!").waitFor();
  expect(await queue.getByLabel("Reply").inputValue()).toBe("You are wel");
  await client.close();
});

it("changes a flow on the canvas and in the outline: adds, connects, sees what is wrong, undoes and publishes", async () => {
  const page = await signedIn({ width: 1280 });
  await page.goto(new URL(paths.find((path) => /\/flow$/.test(path)) ?? "", server.url).href);
  const canvas = page.locator("#canvas");
  const nodes = canvas.locator(".fc-node");
  const saved = () => canvas.getByText("All is saved").waitFor();
  const before = await nodes.count();
  await canvas.getByRole("button", { name: "See all" }).click();

  // A message is added; what it lacks stands at it, and in the outline.
  await canvas.getByRole("button", { name: "Add", exact: true }).click();
  const panel = page.locator("#panel");
  await panel.getByRole("heading", { name: "Message (message_1)" }).waitFor();
  await page.locator("#node-message_1 .problem").waitFor();
  const added = canvas.locator('[data-id="message_1"]');
  expect(await added.locator(".fc-error").count()).toBe(1);
  await panel.getByLabel("Text", { exact: true }).fill("We are back at eight.");
  await panel.getByRole("button", { name: "Save", exact: true }).click();
  await added.getByText("We are back at eight.").waitFor();
  await added.locator(".fc-error").waitFor({ state: "detached" });

  // Connected with the pointer, and on with the keyboard.
  const first = canvas.locator('[data-id="start"] .fc-way');
  const led = await first.getAttribute("title");
  await first.scrollIntoViewIfNeeded();
  const [from, to] = [await first.boundingBox(), await added.boundingBox()];
  if (!from || !to) throw new Error("nothing to draw between");
  await page.mouse.move(from.x + from.width - 4, from.y + from.height / 2);
  await page.mouse.down();
  await page.mouse.move(to.x + 20, to.y + 8, { steps: 4 });
  await page.mouse.up();
  await page.locator('#node-start a[href="#node-message_1"]').waitFor();
  await added.locator(".fc-way").press("Enter");
  await canvas.locator(`[data-id="${led?.replace("→ ", "")}"] .fc-head`).press("Enter");
  await page.locator("#node-message_1 .warning").waitFor({ state: "detached" });
  await saved();

  // Played beside, from the draft as it is.
  await page.getByRole("button", { name: "Begin", exact: true }).click();
  await page.locator("#simulation").getByText("We are back at eight.").waitFor();
  await canvas.locator('[data-id="message_1"].fc-passed').waitFor();

  // All of it is taken back, and done again.
  while (await canvas.getByRole("button", { name: "Undo" }).isEnabled())
    await canvas.getByRole("button", { name: "Undo" }).click();
  expect(await nodes.count()).toBe(before);
  while (await canvas.getByRole("button", { name: "Redo" }).isEnabled())
    await canvas.getByRole("button", { name: "Redo" }).click();
  await page.locator('#node-start a[href="#node-message_1"]').waitFor();
  await saved();

  await page.getByRole("link", { name: "Publish" }).click();
  await page.getByText("Message: We are back at eight.").first().waitFor();
  await page.getByRole("button", { name: "Publish the draft" }).click();
  await page.getByText("Published: visitors are led by it from now on.").waitFor();
});

it("does a day's work without scripts", async () => {
  const page = await signedIn({ width: 390, scripts: false });
  await page.locator(".rows a.main").first().click();
  await page.getByLabel("Reply").fill("Written without a script.");
  await page.getByRole("button", { name: "Send" }).click();
  await page.getByText("Written without a script.").waitFor();
  await page.getByRole("button", { name: "Resolve" }).click();
  await page.locator("#state").getByText("Resolved").waitFor();
});

it("makes a passkey, and signs in by it alone", async () => {
  const page = await signedIn({ width: 390 });
  const devices = await page.context().newCDPSession(page);
  await devices.send("WebAuthn.enable");
  await devices.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  const account = new URL("/account", server.url).href;
  await page.goto(account);
  await page.getByLabel("Name of the device").fill("Test phone");
  await page.getByRole("button", { name: "Add a passkey" }).click();
  await page.getByText("The passkey is kept").waitFor();
  await page.getByRole("button", { name: "Sign out", exact: true }).click();
  await page.getByRole("button", { name: "Sign in with a passkey" }).click();
  await page.waitForURL(/\/w/);
  await page.goto(account);
  await page.getByText("Test phone").waitFor();
});

describe.each([
  { width: 1280, dark: false },
  { width: 1280, dark: true },
  { width: 390, dark: false },
])("at $width pixels, dark: $dark", (look) => {
  it("has no page that axe finds something on, that is wider than the window, or that says something is wrong", async () => {
    const page = await signedIn(look);
    const wrong: Record<string, string> = {};
    expect(paths.length).toBeGreaterThan(20);
    for (const path of paths) {
      const answer = await page.goto(new URL(path, server.url).href);
      expect([path, answer?.status()]).toEqual([path, 200]);
      await page.evaluate(AXE);
      const result = await page.evaluate(
        "axe.run().then(({ violations }) => violations.map(({ id, nodes }) => ({ id, nodes: nodes.map(({ html }) => ({ html })) })))",
      );
      for (const { id, nodes } of violations.parse(result)) wrong[`${path} ${id}`] = nodes[0]?.html ?? "";
      const wide = await page.evaluate("document.documentElement.scrollWidth - innerWidth");
      if (Number(wide) > 0) wrong[`${path} width`] = String(wide);
    }
    expect(wrong).toEqual({});
  });
});

it("weighs less than 60 KB a page, with everything", async () => {
  const page = await signedIn({ width: 1280 });
  const { cookies } = await page.context().storageState();
  const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join("; ");
  const weigh = async (path: string) => {
    const answer = await fetch(new URL(path, server.url), { headers: { cookie } });
    return gzipSync(Buffer.from(await answer.arrayBuffer())).length;
  };
  const loaded = new Map<string, Promise<number>>();
  const once = (path: string) => {
    const weight = loaded.get(path) ?? weigh(path);
    loaded.set(path, weight);
    return weight;
  };
  const weights = await Promise.all(
    paths.map(async (path) => {
      const html = await (await fetch(new URL(path, server.url), { headers: { cookie } })).text();
      const parts = [...html.matchAll(/<(?:script|link)[^>]*\b(?:src|href)="([^"]+)"/g)].map(
        ([, at = ""]) => at,
      );
      const all = await Promise.all([path, ...parts].map(once));
      return [path, all.reduce((a, b) => a + b)] as const;
    }),
  );
  const heaviest = weights.toSorted(([, a], [, b]) => b - a)[0];
  console.log(
    `console: heaviest page ${heaviest?.[0]} ${heaviest?.[1]} bytes, gzipped, with all that it loads`,
  );
  for (const [path, bytes] of weights) expect([path, bytes < MOST_BYTES]).toEqual([path, true]);
});

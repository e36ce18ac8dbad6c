import { UnauthorizedError } from "@modelcontextprotocol/sdk/client/auth.js";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runAuthorizationSuite } from "./authorization-suite.ts";
import { launchChromium } from "./chromium.ts";
import { ClientApp, Memory } from "./oauth-client.ts";
import { OPENID_CLIENT, type OpenIdServer, type People, signInThere, startOpenId } from "./openid.ts";
import { freePort, startServer, type TestServer } from "./server.ts";

const PASSWORD = "correct horse battery";
const ada = { name: "Ada", email: "ada@example.com" };
const people: People = {
  ada: { ...ada, email_verified: true },
  claimsToBeAda: { ...ada, email_verified: false },
  stranger: { name: "Stranger", email: "stranger@example.com", email_verified: true },
};

let server: TestServer;
let openId: OpenIdServer;
let browser: Browser;
let workspaceId: string;
let app: ClientApp;
/** Ada's cookies: an address may sign in ten times a minute, and all of these tests come from one. */
let signedIn: Awaited<ReturnType<BrowserContext["storageState"]>>;

/** Run in the page: what has the focus, as its label says. */
const FOCUSED = `(({ labels, textContent, value }) => ({
  label: (labels?.[0]?.textContent ?? textContent).trim(), value,
}))(document.activeElement)`;

beforeAll(async () => {
  const port = await freePort();
  openId = await startOpenId(`http://localhost:${port}/sign-in/callback/oidc`, people);
  app = await ClientApp.start();
  [server, browser] = await Promise.all([
    startServer({
      port,
      env: {
        OIDC_ISSUER: openId.issuer,
        OIDC_CLIENT_ID: OPENID_CLIENT.id,
        OIDC_CLIENT_SECRET: OPENID_CLIENT.secret,
        OIDC_NAME: "Company ID",
      },
    }),
    launchChromium(),
  ]);
  const workspace = await server.parley<{ id: string }>(
    ...["workspace", "create", "--name", "Acme Support", "--plan", "enterprise"],
  );
  workspaceId = workspace.id;
  await server.parley(
    ...["user", "create", "--email", ada.email, "--name", ada.name, "--password", PASSWORD],
    ...["--workspace", workspaceId, "--role", "owner"],
  );
  for (const name of ["Website", "Shop"]) {
    await server.parley("inbox", "create", "--workspace", workspaceId, "--channel", "web", "--name", name);
  }
  const page = await freshPage();
  await page.goto(`${server.url}/sign-in`);
  await page.getByLabel("Email").fill(ada.email);
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.getByRole("heading", { name: "You are signed in" }).waitFor();
  signedIn = await page.context().storageState();
  await page.context().close();
});

afterAll(async () => {
  await browser?.close();
  await server?.dispose();
  await openId?.close();
  await app?.close();
});

/** A page of a browser of its own; what the page's own policy blocks, or else goes wrong in it, fails the test. */
async function freshPage(
  options: { width?: number; height?: number; dark?: boolean; signedIn?: boolean } = {},
): Promise<Page> {
  const context = await browser.newContext({
    ...(options.signedIn && { storageState: signedIn }),
    viewport: { width: options.width ?? 1280, height: options.height ?? 800 },
    colorScheme: options.dark ? "dark" : "light",
  });
  const page = await context.newPage();
  page.on("console", (message) => {
    // The statuses of pages that tell of a mistake are logged by the browser as errors too.
    if (message.type() === "error" && !message.text().startsWith("Failed to load resource")) {
      throw new Error(`In the page: ${message.text()}`);
    }
  });
  return page;
}

/** Asks the SDK's client to connect, which ends in the address that the person is to open. */
async function beginConnecting(path = "/mcp"): Promise<{ memory: Memory; connect: () => Promise<Client> }> {
  const memory = new Memory(app.redirectUri);
  const connect = async () => {
    const client = new Client({ name: "desk-assistant", version: "1.0.0" });
    await client.connect(
      new StreamableHTTPClientTransport(new URL(`${server.url}${path}`), { authProvider: memory }),
    );
    return client;
  };
  app.arrived = undefined;
  await expect(connect()).rejects.toThrow(UnauthorizedError);
  expect(memory.sentTo).toContain(`${server.url}/authorize?`);
  return { memory, connect };
}

async function finishConnecting(memory: Memory, path = "/mcp"): Promise<void> {
  const code = app.arrived?.get("code");
  if (!code) throw new Error(`no code arrived: ${app.arrived}`);
  const transport = new StreamableHTTPClientTransport(new URL(`${server.url}${path}`), {
    authProvider: memory,
  });
  await transport.finishAuth(code);
}

function listTools(path: string, token: string): Promise<Response> {
  return fetch(`${server.url}${path}`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${token}`,
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
    },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/list" }),
  });
}

describe("connecting an assistant", () => {
  it("works with the keyboard alone, from sign-in to a tool call, and ends with revocation", async () => {
    const { memory, connect } = await beginConnecting();
    const page = await freshPage();
    await page.goto(memory.sentTo);
    // The email field has the focus; everything else is reached with Tab.
    await page.locator("#email:focus").waitFor();
    await page.keyboard.type(ada.email);
    await page.keyboard.press("Tab");
    await page.keyboard.type(PASSWORD);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Let an app into your workspace?" }).waitFor();
    expect(await page.getByText("127.0.0.1").isVisible()).toBe(true);
    expect(await page.getByText("Acme Support").isVisible()).toBe(true);
    expect(await page.getByText("Choose another").count()).toBe(0);

    /** Presses Tab until the control of this label has the focus; gives its value. */
    const tabTo = async (what: RegExp): Promise<string> => {
      const seen: string[] = [];
      for (let presses = 0; presses < 80; presses++) {
        await page.keyboard.press("Tab");
        const { label, value } = await page.evaluate<{ label: string; value: string }>(FOCUSED);
        seen.push(label);
        if (what.test(label)) return value;
      }
      throw new Error(`Tab never reached ${what}, only ${seen.join(" | ")}`);
    };
    expect(await tabTo(/^Read and write/)).toBe("write");
    // Where the focus is can be seen.
    expect(
      await page.evaluate<string>('getComputedStyle(document.activeElement.closest("label")).outlineStyle'),
    ).toBe("solid");
    await page.keyboard.press("ArrowDown");
    expect((await page.evaluate<{ value: string }>(FOCUSED)).value).toBe("choose");
    expect(await page.getByText("Also allow").isVisible()).toBe(false);
    // What Enter presses is not seen.
    expect(await page.locator("[hidden]:visible").count()).toBe(0);
    await tabTo(/^Tick none/);
    await page.keyboard.press("Enter");
    await expect.poll(() => page.locator('input[name="scope"]:checked').count()).toBe(0);
    await tabTo(/^Read contacts/);
    await page.keyboard.press("Space");
    await tabTo(/^Read conversations/);
    await page.keyboard.press("Space");
    await tabTo(/^All inboxes/);
    await page.keyboard.press("ArrowDown");
    await tabTo(/^Shop/);
    await page.keyboard.press("Space");
    await tabTo(/^Allow/);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Connected" }).waitFor();
    expect(app.arrived?.get("iss")).toBe(server.url);

    await finishConnecting(memory);
    expect(memory.saved?.scope).toBe("contacts:read conversations:read");
    const client = await connect();
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toContain("list_contacts");
    expect(tools.map(({ name }) => name)).not.toContain("reply_to_conversation");
    await client.close();

    const token = memory.saved?.access_token ?? "";
    expect((await listTools("/mcp", token)).status).toBe(200);
    expect((await listTools("/mcp-readonly", token)).status).toBe(401);
    const [grant] = await server.parley<{ inboxes: string[] }[]>("grant", "list", "--workspace", workspaceId);
    expect(grant?.inboxes).toHaveLength(1);

    const revoked = await fetch(`${server.url}/oauth/token`, {
      method: "POST",
      body: new URLSearchParams({
        token: memory.saved?.refresh_token ?? "",
        client_id: memory.client?.client_id ?? "",
      }),
    });
    expect(revoked.status).toBe(200);
    expect((await listTools("/mcp", token)).status).toBe(401);
    await page.context().close();
  });

  it("offers nothing but reading at the read-only address", async () => {
    const { memory, connect } = await beginConnecting("/mcp-readonly");
    const page = await freshPage({ signedIn: true });
    await page.goto(memory.sentTo);
    expect(await page.getByRole("radio", { name: "Read and write" }).count()).toBe(0);
    await page.getByRole("button", { name: "Allow", exact: true }).click();
    await page.getByRole("heading", { name: "Connected" }).waitFor();
    await finishConnecting(memory, "/mcp-readonly");
    const client = await connect();
    const { tools } = await client.listTools();
    expect(tools.length).toBeGreaterThan(0);
    expect(tools.every(({ annotations }) => annotations?.readOnlyHint === true)).toBe(true);
    await client.close();
    await page.context().close();
  });

  it("tells the client when the person does not allow it", async () => {
    const { memory } = await beginConnecting();
    const page = await freshPage({ signedIn: true });
    await page.goto(memory.sentTo);
    await page.getByRole("button", { name: "Do not allow" }).click();
    await page.getByRole("heading", { name: "Connected" }).waitFor();
    expect(app.arrived?.get("error")).toBe("access_denied");
    await page.context().close();
  });

  it("cannot be put into a frame of another site", async () => {
    const { memory } = await beginConnecting();
    // Not freshPage: the browser's complaint about the frame is what this is about.
    const context = await browser.newContext({ storageState: signedIn });
    const page = await context.newPage();
    await page.goto(memory.sentTo);
    await page.getByRole("heading", { name: "Let an app into your workspace?" }).waitFor();
    await page.goto(`${app.origin}/frame?${new URLSearchParams({ src: memory.sentTo })}`);
    const frame = page.frames().at(1);
    await expect.poll(() => frame?.url()).toMatch(/^chrome-error:/);
    await context.close();
  });
});

describe("the official suite", () => {
  it("passes its scenarios for authorization servers", async () => {
    const page = await freshPage({ signedIn: true });
    const output = await runAuthorizationSuite(server.url, `${server.url}/mcp`, async (url) => {
      await page.goto(url);
      await page.getByRole("button", { name: "Allow", exact: true }).click();
    });
    expect(output).toContain("✓ authorization-server-metadata-endpoint");
    expect(output).toMatch(/✓ authorization-code-grant: [1-9]\d* passed, 0 failed/);
    expect(output).toMatch(/^Total: [1-9]\d* passed, 0 failed/m);
    await page.context().close();
  });
});

describe("the pages on a phone", () => {
  for (const dark of [false, true]) {
    it(`fit ${dark ? "in the dark" : "in daylight"}, without scrolling sideways`, async () => {
      const { memory } = await beginConnecting();
      const page = await freshPage({ width: 320, height: 640, dark, signedIn: true });
      const fits = async () => {
        const beyond = await page.evaluate<number>(
          "document.documentElement.scrollWidth - document.documentElement.clientWidth",
        );
        expect(beyond, page.url()).toBe(0);
      };
      await page.goto(`${server.url}/sign-in`);
      await fits();
      await page.goto(memory.sentTo);
      await fits();
      await page.getByRole("radio", { name: "Choose" }).check();
      await page.getByRole("radio", { name: "Only some" }).check();
      await fits();
      for (const control of await page.getByRole("button").all()) {
        // WCAG 2.2, 2.5.8: targets of at least 24 px; ours are as tall as a finger.
        expect((await control.boundingBox())?.height).toBeGreaterThanOrEqual(44);
      }
      await page.context().close();
    });
  }
});

describe("signing in with an OpenID Connect server", () => {
  it("goes there and back to where the person was headed", async () => {
    const { memory } = await beginConnecting();
    const page = await freshPage();
    await page.goto(memory.sentTo);
    await page.getByRole("button", { name: "Continue with Company ID" }).click();
    await signInThere(page, "ada");
    await page.getByRole("heading", { name: "Let an app into your workspace?" }).waitFor();
    expect(await page.getByText(`You are signed in as ${ada.email}`).isVisible()).toBe(true);
    await page.context().close();
  });

  for (const [login, problem] of [
    ["claimsToBeAda", "no verified email address"],
    ["stranger", "Nobody here has that email address"],
  ] as const) {
    it(`refuses ${login}`, async () => {
      const page = await freshPage();
      await page.goto(`${server.url}/sign-in`);
      await page.getByRole("button", { name: "Continue with Company ID" }).click();
      await signInThere(page, login);
      expect(await page.getByRole("alert").textContent()).toContain(problem);
      await page.goto(`${server.url}/sign-in`);
      expect(await page.getByLabel("Password").count()).toBe(1);
      await page.context().close();
    });
  }
});

describe("an invitation", () => {
  it("makes somebody a member who then connects", async () => {
    const { url } = await server.parley<{ url: string }>(
      ...["user", "invite", "--workspace", workspaceId, "--email", "grace@example.com", "--role", "agent"],
    );
    const page = await freshPage({ width: 320, height: 640 });
    await page.goto(url);
    await page.getByLabel("Your name").fill("Grace");
    await page.getByLabel("Password").fill(PASSWORD);
    await page.getByRole("button", { name: "Create account and join" }).click();
    await page.getByRole("heading", { name: "Welcome to Acme Support" }).waitFor();
    const { memory } = await beginConnecting();
    await page.goto(memory.sentTo);
    expect(await page.getByText("where you are an agent").isVisible()).toBe(true);
    await page.context().close();
  });
});

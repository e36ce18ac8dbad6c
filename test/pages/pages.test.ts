import { describe, expect, it } from "vitest";
import { authorizeUrl, Browser, makeWorld, ORIGIN, register, serve } from "../oauth/oauth-world.ts";

const text = async (path: string, headers = {}) => {
  const response = await serve(new Request(`${ORIGIN}${path}`, { headers }));
  return { response, body: await response.text() };
};

describe("what browsers and robots ask of every site", () => {
  it("is there: a mark, and what may be indexed", async () => {
    for (const path of ["/favicon.svg", "/favicon.ico"]) {
      const { response, body } = await text(path);
      expect(response.headers.get("content-type")).toBe("image/svg+xml");
      expect(body).toMatch(/^<svg /);
    }
    const { body } = await text("/robots.txt");
    expect(body).toContain("Disallow: /\n");
    expect(body).toContain("Allow: /docs/");
  });
});

describe("an assistants' address in a browser", () => {
  const browser = { accept: "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8" };

  it.each(["/mcp", "/mcp-readonly", "/api/mcp", "/sse"])("is a page at %s", async (path) => {
    const { response, body } = await text(path, browser);
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toContain("text/html");
    expect(response.headers.get("x-frame-options")).toBe("DENY");
    expect(body).toContain(`${ORIGIN}${path}`);
    expect(body).toContain('href="/docs/connect"');
  });

  it("stays what it is for programs", async () => {
    for (const accept of ["application/json, text/event-stream", "text/event-stream", "*/*", ""]) {
      const { response } = await text("/mcp", accept === "" ? {} : { accept });
      expect(response.headers.get("content-type"), accept).toBe("application/json");
      expect(response.status, accept).toBe(401);
    }
  });

  it("shows no address that the request made up", async () => {
    const request = new Request("http://evil.example/mcp", { headers: browser });
    const response = await serve(request);
    expect(response.status).toBe(403);
  });
});

describe("the sign-in page", () => {
  it("says which app waits, by the name that it gave itself, and where else to turn", async () => {
    const clientId = await register("Claude");
    const answer = await new Browser().open(await authorizeUrl(clientId));
    const html = await answer.text();
    expect(html).toContain("An app that calls itself \u201CClaude\u201D waits");
    expect(html).toContain("Ask whoever runs this server");
    const document = await new Browser().open(await authorizeUrl("https://client.example/c.json"));
    expect(await document.text()).toContain("An app of client.example waits");
    expect(await (await new Browser().open("/sign-in")).text()).not.toContain("waits");
  });
});

describe("an app's name on the consent page", () => {
  it.each([
    ["\u3164\u3164", "an app without a name"],
    ["\u115F\u1160\uFFA0\u2800\u200B\u00AD", "an app without a name"],
    ["  \n\t ", "an app without a name"],
    ["Cl\u200Baude\u202E", "\u201CClaude\u201D"],
    ["A\u201D checked \u201CB", "\u201CA checked B\u201D"],
    ["x".repeat(300), `\u201C${"x".repeat(59)}\u2026\u201D`],
  ])("%j stands there as what it claims", async (name, shown) => {
    const { user } = await makeWorld();
    const browser = new Browser();
    await browser.signIn(user.email);
    const html = await (await browser.open(await authorizeUrl(await register(name)))).text();
    expect(html).toContain(`<strong>${shown}</strong>`);
  });

  it("is in no heading and no title, and says nothing in our name", async () => {
    const { user } = await makeWorld();
    const browser = new Browser();
    await browser.signIn(user.email);
    const name = "Claude \u2014 verified by Parley. Published by claude.ai, which was checked.";
    const html = await (await browser.open(await authorizeUrl(await register(name)))).text();
    const heads = [...html.matchAll(/<(?:h1|title)>([^<]*)</g)].map(([, head]) => head).join(" ");
    expect(heads).not.toContain("Claude");
    expect(html).toMatch(
      /\u201CClaude \u2014 verified[^<]*\u201D<\/strong><small>Any app can choose any name/,
    );
    expect(html).not.toContain("<dt>Published by</dt>");
  });
});

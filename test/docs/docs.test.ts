import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { catalogue } from "../../src/catalogue.ts";
import { docsRoutes } from "../../src/docs/routes.ts";
import { attributesOf, get, MACHINES, ORIGIN, pageAt, textsOf } from "./pages.ts";

const TOOLSETS = [...new Set(catalogue.tools.map(({ toolset }) => toolset))];

const MAIN_PAGES = ["/docs/tools", "/docs/connect", "/docs/flow-nodes", "/docs/widget"];
const PAGES = [...MAIN_PAGES, ...TOOLSETS.map((toolset) => `/docs/tools/${toolset}`)];
const ALL = [...PAGES, ...MACHINES.map(([path]) => path), "/docs/pages.css"];

describe.each(PAGES)("%s", (path) => {
  it("is a whole page that loads and sends nothing, and runs one script of its own", async () => {
    const response = await get(path);
    expect(response.status).toBe(200);
    expect(response.headers.get("Content-Type")).toBe("text/html; charset=utf-8");
    const policy = response.headers.get("Content-Security-Policy") ?? "";
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).toContain("form-action 'self'");
    expect(policy).toContain("script-src 'self';");
    expect(policy).not.toMatch(/unsafe|\*|https?:|connect-src/);
    expect(response.headers.get("X-Frame-Options")).toBe("DENY");
    expect(response.headers.get("X-Content-Type-Options")).toBe("nosniff");
    const html = await response.text();
    expect(html).toMatch(/^<!doctype html><html lang="en">/);
    expect(html.match(/<script[\s\S]*?<\/script>/g)).toEqual([
      '<script src="/docs/copy.js" defer=""></script>',
    ]);
    expect((await get("/docs/copy.js")).headers.get("Content-Type")).toBe("text/javascript; charset=utf-8");
    expect(html).not.toMatch(/<style|<img|<iframe| style=| on[a-z]+="/);
    // What is looked for is all that a page sends.
    expect(await attributesOf(html, "form", "action")).toEqual(path === "/docs/tools" ? [path] : []);
    expect(html).toContain('<link rel="icon" href="/favicon.svg" type="image/svg+xml"/>');
    const styles = await attributesOf(html, "link[rel=stylesheet]", "href");
    expect(styles.length).toBeGreaterThan(0);
    for (const style of styles) {
      const answer = await get(style);
      expect(answer.headers.get("Content-Type")).toBe("text/css; charset=utf-8");
    }
  });

  it("has landmarks, one main heading, and no level left out", async () => {
    const html = await pageAt(path);
    for (const landmark of [
      "header",
      "main#content",
      "footer",
      "header nav[aria-label]",
      "main nav[aria-label]",
    ]) {
      expect(await textsOf(html, landmark)).toHaveLength(1);
    }
    const levels = (html.match(/<h[1-6]/g) ?? []).map((tag) => Number(tag.slice(2)));
    expect(levels.filter((level) => level === 1)).toHaveLength(1);
    levels.forEach((level, i) => {
      expect(level).toBeLessThanOrEqual((levels[i - 1] ?? 0) + 1);
    });
  });

  it("has links that lead somewhere, and ids that are there once", async () => {
    const html = await pageAt(path);
    const ids = await attributesOf(html, "[id]", "id");
    expect(new Set(ids).size).toBe(ids.length);
    for (const href of new Set(await attributesOf(html, "a", "href"))) {
      if (href.startsWith("#")) expect(ids).toContain(href.slice(1));
      else if (href.startsWith("/")) expect((await get(href)).status).toBe(200);
      else expect(href).toMatch(/^(cursor|vscode):/);
    }
    for (const id of await attributesOf(html, "[aria-labelledby]", "aria-labelledby"))
      expect(ids).toContain(id);
  });
});

describe("/docs/connect", () => {
  it("sets up every client for this very server", async () => {
    const html = await pageAt("/docs/connect");
    const clients = await attributesOf(html, "section h2", "id");
    expect(clients).toEqual([
      ...["token", "fewer-tools", "failing"],
      ...["claude-code", "codex", "cursor", "vscode", "windsurf", "jetbrains"],
      ...["gemini", "opencode", "zed", "cline", "lm-studio", "goose", "hermes", "n8n"],
      ...["inspector", "http", "claude-desktop", "stdio"],
      // This server is on a machine of one's own, which these do not reach.
      ...["claude", "chatgpt"],
    ]);
    const facts = await textsOf(html, "section p.facts");
    expect(facts.filter((text) => /^Held against .+ on \d+ \w+ 20\d\d\.$/.test(text))).toHaveLength(20);
    const snippets = await textsOf(html, "pre code");
    const general = snippets.filter(
      (text) => !text.includes(`${ORIGIN}/mcp`) && !text.includes(`${ORIGIN}/api/`),
    );
    expect(general).toEqual([
      `npm run -s parley -- --url ${ORIGIN} token create --workspace ws_… --kind api_key --name Claude --scopes all`,
      "npx @modelcontextprotocol/inspector",
    ]);
    // One that would work if it were pasted by mistake must not be there.
    expect(html).not.toMatch(/parley_[0-9a-z]+_/);
  });

  it("puts the hosted ones first where they reach the server, and warns where they do not", async () => {
    const ids = async (origin: string) => {
      const answer = await docsRoutes(catalogue).fetch(new Request(`${ORIGIN}/docs/connect`), {
        ...env,
        PUBLIC_URL: origin,
      });
      const html = (await answer?.text()) ?? "";
      return { html, first: (await attributesOf(html, "section h2", "id"))[3] };
    };
    const deployed = await ids("https://parley.example.com");
    expect(deployed.first).toBe("claude");
    expect(deployed.html).not.toContain("on your own machine.</strong>");
    expect((await ids(ORIGIN)).html).toContain("on your own machine.</strong>");
  });

  it("has JSON that parses, with the forms that each client reads", async () => {
    const texts = await textsOf(await pageAt("/docs/connect"), "code.language-json");
    expect(texts.length).toBeGreaterThan(8);
    const http = { url: `${ORIGIN}/mcp` };
    const found = texts.map((text): unknown => JSON.parse(text));
    const header = (reference: string) => ({ headers: { Authorization: `Bearer ${reference}` } });
    for (const expected of [
      { mcpServers: { parley: { type: "http", ...http, ...header(`\${PARLEY_TOKEN}`) } } },
      { mcpServers: { parley: { ...http, ...header(`\${env:PARLEY_TOKEN}`) } } },
      { mcpServers: { parley: { serverUrl: http.url, ...header(`\${env:PARLEY_TOKEN}`) } } },
      { servers: { parley: { type: "http", ...http } } },
    ]) {
      expect(found).toContainEqual(expected);
    }
  });

  it("has links that open Cursor and VS Code with this server filled in", async () => {
    const hrefs = await attributesOf(await pageAt("/docs/connect"), "section a", "href");
    const [cursor = "", vscode = ""] = hrefs.map((href) => href.replaceAll("&amp;", "&"));
    const config = new URL(cursor).searchParams.get("config") ?? "";
    expect(JSON.parse(atob(config))).toEqual({ url: `${ORIGIN}/mcp` });
    expect(JSON.parse(decodeURIComponent(new URL(vscode).search.slice(1)))).toEqual({
      name: "parley",
      type: "http",
      url: `${ORIGIN}/mcp`,
    });
  });

  it("has the address of the deployment that serves it", async () => {
    const docs = docsRoutes(catalogue);
    const there = { ...env, PUBLIC_URL: "https://chat.example.com/" };
    const answer = await docs.fetch(new Request("https://chat.example.com/docs/connect"), there);
    const html = (await answer?.text()) ?? "";
    expect(html).toContain("https://chat.example.com/mcp");
    expect(html).not.toContain("localhost");
  });
});

describe("the door", () => {
  it.each(ALL)("%s may be kept for minutes, and is not sent again while it is the same", async (path) => {
    const first = await get(path);
    expect(first.headers.get("Cache-Control")).toBe("public, max-age=300");
    const etag = first.headers.get("ETag") ?? "";
    for (const tag of [etag, `W/${etag}`, `"other", ${etag}`]) {
      const again = await get(path, { headers: { "If-None-Match": tag } });
      expect(again.status).toBe(304);
      expect(await again.text()).toBe("");
    }
    expect((await get(path, { headers: { "If-None-Match": '"other"' } })).status).toBe(200);
    expect((await get(`${path}/`)).headers.get("ETag")).toBe(etag);
  });

  it.each(ALL)("%s is only read", async (path) => {
    expect((await get(path, { method: "HEAD" })).status).toBe(200);
    const posted = await get(path, { method: "POST", body: "x" });
    expect(posted.status).toBe(405);
    expect(posted.headers.get("Allow")).toBe("GET, HEAD");
  });

  it("leads from /docs to the first page, and from the start page to both", async () => {
    const answer = await get("/docs");
    expect(answer.status).toBe(302);
    expect(answer.headers.get("Location")).toBe(`${ORIGIN}/docs/connect`);
    const home = await pageAt("/");
    for (const path of ["/docs/connect", "/docs/tools"]) expect(home).toContain(`href="${path}"`);
    for (const path of ["/docs/other", "/docs/tools/x", "/docs/constructor"]) {
      expect((await get(path)).status).toBe(404);
    }
  });
});

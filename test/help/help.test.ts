import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import type { Call } from "../../src/calls/define.ts";
import { catalogue } from "../../src/catalogue.ts";
import { gateOf } from "../../src/gate/gate.ts";
import { createWorkspace, setHelpSlug, type Workspace } from "../../src/gate/workspaces.ts";
import { articleHtml, plainText } from "../../src/help/markdown.ts";
import { HELP_LANGUAGES, HELP_WORDS } from "../../src/help/words.ts";
import { articleAddress } from "../../src/http/help-addresses.ts";
import worker from "../../src/index.ts";
import { testCall } from "../call.ts";
import { earlyInAMinute } from "../clock.ts";
import { makeWorld } from "../growing/world.ts";
import { runTool } from "../run.ts";

interface Site {
  workspace: Workspace;
  call: Call;
  chatbotId: string;
  slug: string;
}

const run = (call: Call, name: string, args: object) => runTool(catalogue.tools, call, name, args);
const idOf = (answer: Record<string, unknown>, of: string) => String(Reflect.get(Object(answer[of]), "id"));

let made = 0;
async function site({ language = "en" } = {}): Promise<Site> {
  made += 1;
  const slug = `shop-${made}-${crypto.randomUUID().slice(0, 8)}`;
  const { id } = await createWorkspace(env, { name: `Shop ${made}`, plan: "enterprise", shard: "TENANT_1" });
  const workspace = await setHelpSlug(env, id, slug);
  const call = testCall({ workspaceId: id, helpSlug: slug });
  const chatbotId = idOf(await run(call, "create_chatbot", { name: "Helper" }), "chatbot");
  await run(call, "update_chatbot_language", { chatbotId, language });
  return { workspace, call, chatbotId, slug };
}

async function article(
  { call, chatbotId }: Site,
  { publish = true, ...more }: Record<string, unknown> = {},
): Promise<{ id: string; slug: string }> {
  const answer = await run(call, "create_knowledge_article", {
    chatbotId,
    ...{
      title: "Returns & refunds",
      description: "How to send it back.",
      content: "Within **30 days**.",
      ...more,
    },
  });
  const id = idOf(answer, "article");
  if (publish)
    await run(call, "update_knowledge_article", { chatbotId, articleId: id, reviewStatus: "published" });
  return { id, slug: String(Reflect.get(Object(answer.article), "slug")) };
}

async function visit(path: string, options: RequestInit & { address?: string } = {}) {
  const { address = crypto.randomUUID(), ...init } = options;
  const ctx = createExecutionContext();
  const headers = { "cf-connecting-ip": address, ...Object.fromEntries(new Headers(init.headers)) };
  const url = path.startsWith("http") ? path : `${env.PUBLIC_URL}${path}`;
  const response = await worker.fetch(new Request(url, { redirect: "manual", ...init, headers }), env, ctx);
  const body = await response.text();
  await waitOnExecutionContext(ctx);
  return { status: response.status, headers: response.headers, body };
}

const addressOf = (of: Site, one: { id: string; slug: string }) =>
  articleAddress(env, of.call.tenant, one) ?? "";

describe("help pages", () => {
  it("show a published article to anybody, with what search engines ask of it", async () => {
    const shop = await site({ language: "de" });
    const category = idOf(
      await run(shop.call, "create_knowledge_category", {
        chatbotId: shop.chatbotId,
        name: "Shipping",
        icon: "📦",
      }),
      "category",
    );
    const one = await article(shop, {
      categoryId: category,
      seoKeywords: ["return", "refund"],
      metaDescription: "All about <returns>",
    });
    const page = await visit(addressOf(shop, one));
    expect(page.status).toBe(200);
    expect(page.body).toContain("<strong>30 days</strong>");
    expect(page.body).toContain('<html lang="de" dir="ltr">');
    expect(page.body).toContain('<meta name="description" content="All about &lt;returns&gt;"');
    expect(page.body).toContain('<meta name="keywords" content="return, refund"');
    expect(page.body).toContain(`<link rel="canonical" href="${addressOf(shop, one)}"`);
    expect(page.body).not.toContain("noindex");
    expect(page.headers.get("set-cookie")).toBeNull();
    expect(page.headers.get("content-security-policy")).not.toContain("script-src");
    expect(page.body).not.toContain("<script");

    const home = await visit(`/help/${shop.slug}/`);
    for (const text of ["Shipping", "Returns &amp; refunds", addressOf(shop, one)])
      expect(home.body).toContain(text);
    const listed = await visit(`/help/${shop.slug}/categories/${category.slice(3)}`);
    expect(listed.body).toContain(addressOf(shop, one));
    const sitemap = await visit(`/help/${shop.slug}/sitemap.xml`);
    expect(sitemap.headers.get("content-type")).toContain("application/xml");
    expect(sitemap.body).toContain(`<loc>${addressOf(shop, one)}</loc>`);
    const found = await visit(`/help/${shop.slug}/search?q=refnds`);
    expect(found.body).toContain(addressOf(shop, one));
    expect(found.body).toContain("noindex");
    for (const q of ["", "%20", "!!", "nowhere", "%00", "x".repeat(3000)]) {
      expect((await visit(`/help/${shop.slug}/search?q=${q}`)).status, q).toBe(200);
    }
    // An old title in the address leads on to the article's own.
    const old = addressOf(shop, { ...one, slug: "old-title" });
    const led = await visit(old);
    expect([led.status, led.headers.get("location")]).toEqual([301, addressOf(shop, one)]);
    expect((await visit("/robots.txt")).body).toContain("Allow: /help/");
    expect(await run(shop.call, "get_workspace", {})).toMatchObject({
      helpPages: `${env.PUBLIC_URL}/help/${shop.slug}`,
    });
  });

  it("are answered from what a browser has where nothing changed, and anew where something did", async () => {
    const shop = await site();
    const one = await article(shop);
    const first = await visit(addressOf(shop, one));
    const etag = String(first.headers.get("etag"));
    expect(first.headers.get("cache-control")).toBe("public, max-age=60");
    const again = await visit(addressOf(shop, one), { headers: { "if-none-match": etag } });
    expect([again.status, again.body]).toEqual([304, ""]);
    await run(shop.call, "update_knowledge_article", {
      ...{ chatbotId: shop.chatbotId, articleId: one.id },
      content: "New",
    });
    expect((await visit(addressOf(shop, one), { headers: { "if-none-match": etag } })).status).toBe(200);
  });

  it("are nowhere for drafts, hidden articles, disabled chatbots, other workspaces, and workspaces without help", async () => {
    const [shop, other] = [await site(), await site()];
    const [draft, reviewed, withdrawn, theirs] = [
      await article(shop, { publish: false, title: "Secret draft" }),
      await article(shop, { publish: false, title: "Secret review" }),
      await article(shop, { title: "Secret withdrawn" }),
      await article(other, { title: "Secret of others" }),
    ];
    const update = (articleId: string, reviewStatus: string) =>
      run(shop.call, "update_knowledge_article", { chatbotId: shop.chatbotId, articleId, reviewStatus });
    await update(reviewed.id, "in_review");
    await update(withdrawn.id, "draft");
    const disabled = {
      ...shop,
      chatbotId: idOf(await run(shop.call, "create_chatbot", { name: "Off" }), "chatbot"),
    };
    const hidden = await article(disabled, { title: "Secret disabled" });
    await run(shop.call, "update_chatbot", { chatbotId: disabled.chatbotId, disabled: true });
    const theirCategory = idOf(
      await run(other.call, "create_knowledge_category", {
        chatbotId: other.chatbotId,
        name: "Secret category",
      }),
      "category",
    );
    const home = `/help/${shop.slug}`;
    for (const path of [
      ...[draft, reviewed, withdrawn, hidden, theirs].map((one) => addressOf(shop, one)),
      ...[
        `${home}/articles/x`,
        `${home}/articles/`,
        `${home}/categories/${theirCategory.slice(3)}`,
        `${home}/nothing`,
      ],
      ...[
        "/help",
        "/help/nobody",
        "/help/nobody/search?q=a",
        "/help/nobody/sitemap.xml",
        `${home}/categories/%00`,
      ],
    ]) {
      const page = await visit(path);
      expect([path, page.status]).toEqual([path, 404]);
      expect(page.body).toContain("noindex");
      expect(page.headers.get("cache-control")).toBe("no-store");
    }
    for (const path of [home, `${home}/sitemap.xml`, `${home}/search?q=secret`]) {
      expect((await visit(path)).body, path).not.toMatch(
        /Secret (draft|review|withdrawn|of others|disabled)/,
      );
    }
    const shown = await article(other);
    await setHelpSlug(env, other.workspace.id, null);
    expect((await visit(addressOf(other, shown))).status).toBe(404);
    await setHelpSlug(env, other.workspace.id, other.slug);
    expect((await visit(addressOf(other, shown))).status).toBe(200);
    await gateOf(env, other.workspace.id).updateWorkspace({ suspendedAt: Date.now() });
    expect((await visit(addressOf(other, shown))).status).toBe(404);
  });

  it("count views and opinions of what is there, once a minute of an address, and nothing of robots", async () => {
    const shop = await site();
    const one = await article(shop);
    const at = addressOf(shop, one);
    const counts = async () => {
      const { article: row } = await run(shop.call, "get_knowledge_article", {
        chatbotId: shop.chatbotId,
        articleId: one.id,
      });
      const { views, helpful, notHelpful } = Object(row);
      return { views, helpful, notHelpful };
    };
    const mine = { address: "203.0.113.7" };
    for (let i = 0; i < 3; i++) await visit(at, mine);
    await visit(at, { headers: { "user-agent": "Examplebot/1.0" } });
    await visit(at, { headers: { "sec-purpose": "prefetch" } });
    await visit(at, { method: "HEAD" });
    expect(await counts()).toEqual({ views: 1, helpful: 0, notHelpful: 0 });
    await visit(at);
    expect((await counts()).views).toBe(2);

    const say = (helpful: string, more: RequestInit & { address?: string } = {}) =>
      visit(`${at}/feedback`, {
        method: "POST",
        body: new URLSearchParams({ helpful }),
        ...more,
        headers: { origin: env.PUBLIC_URL, ...Object.fromEntries(new Headers(more.headers)) },
      });
    const thanked = await say("yes", mine);
    expect([thanked.status, thanked.headers.get("location")]).toEqual([303, `${at}?thanks#helpful`]);
    for (let i = 0; i < 3; i++) await say("no", mine);
    expect(await counts()).toMatchObject({ helpful: 1, notHelpful: 0 });
    await say("no");
    await say("maybe");
    expect(await counts()).toMatchObject({ helpful: 1, notHelpful: 1 });
    // Not by a form of another site.
    expect((await say("yes", { headers: { origin: "https://evil.example" } })).status).toBe(403);
    const draft = await article(shop, { publish: false });
    const unseen = await visit(`${addressOf(shop, draft)}/feedback`, {
      method: "POST",
      body: new URLSearchParams({ helpful: "yes" }),
      headers: { origin: env.PUBLIC_URL },
    });
    expect(unseen.status).toBe(404);
    expect((await visit(`${at}?thanks`)).body).toContain(HELP_WORDS.en.thanks);
  });

  it("hold back an address that reads far more than people do", { timeout: 90_000 }, async () => {
    const shop = await site();
    await earlyInAMinute();
    const address = crypto.randomUUID();
    const statuses = new Set<number>();
    for (let i = 0; i < 130 && !statuses.has(429); i++)
      statuses.add((await visit(`/help/${shop.slug}`, { address })).status);
    expect([...statuses]).toEqual([200, 429]);
    expect((await visit(`/help/${shop.slug}`)).status).toBe(200);
  });

  it("speak the chatbot's language, else the browser's", async () => {
    const shop = await site({ language: "auto" });
    await article(shop);
    for (const language of HELP_LANGUAGES) {
      const page = await visit(`/help/${shop.slug}`, {
        headers: { "accept-language": `xx, ${language}-XX;q=0.8, en;q=0.1` },
      });
      expect(page.body).toContain(`<html lang="${language}"`);
      expect(page.body).toContain(HELP_WORDS[language].search);
    }
    expect((await visit(`/help/${shop.slug}`, { headers: { "accept-language": "xx" } })).body).toContain(
      'lang="en"',
    );
  });
});

describe("what an article becomes", () => {
  it.each([
    ["<script>alert(1)</script>", "<script"],
    ["<img src=x onerror=alert(1)>", "<img"],
    ["[x](javascript:alert(1))", 'href="javascript'],
    ["[x](JAVASCRIPT:alert(1))", 'href="JAVASCRIPT'],
    ["![x](javascript:alert(1))", 'src="javascript'],
    ["[x](data:text/html;base64,PHNjcmlwdD4=)", 'href="data'],
    ["<a href='vbscript:x'>x</a>", "<a href='vb"],
    ["[x]: javascript:alert(1)\n\n[x]", 'href="javascript'],
    ["<javascript:alert(1)>", 'href="javascript'],
    ["# <h1 onclick=x>", "<h1"],
    ["&#x3C;script&#x3E;", "<script"],
    ["```html\n<script>\n```", "<script>"],
  ])("is no more than text for %j", (markdown, wrong) => {
    expect(articleHtml(markdown)).not.toContain(wrong);
  });

  it("has headings below the page's own, tables, lists, links and code", () => {
    const html = articleHtml(
      "# One\n\n## Two\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n- x\n\nhttps://shop.example ~~old~~ `code`",
    );
    for (const part of [
      "<h2>One</h2>",
      "<h3>Two</h3>",
      "<table>",
      "<li>x</li>",
      'href="https://shop.example"',
      "<del>old</del>",
      "<code>code</code>",
    ]) {
      expect(html).toContain(part);
    }
    const levels = (markdown: string) =>
      [...articleHtml(markdown).matchAll(/<h(\d)>/g)].map(([, level]) => level);
    expect(levels("## a\n\n#### b\n\n### c\n\n## d\n\n# e\n\n###### f")).toEqual([
      "2",
      "3",
      "3",
      "2",
      "2",
      "3",
    ]);
    expect(articleHtml("a\n=\n\nb\n-")).toBe("<h2>a</h2>\n<h3>b</h3>");
    expect(plainText("# One\n\nTwo & <b>three</b>", 100)).toBe("One Two & <b>three</b>");
    expect(plainText("word ".repeat(100), 20)).toBe("word word word word…");
  });
});

describe("a workspace full of data", () => {
  let slug: string;
  let canaries: string[];
  beforeAll(async () => {
    const world = await makeWorld("help");
    slug = `world-${crypto.randomUUID().slice(0, 8)}`;
    await setHelpSlug(env, world.workspace.id, slug);
    canaries = [world.open.canary, world.other.canary];
  });

  it("tells a stranger nothing of its customers and inboxes", async () => {
    for (const path of ["", "/search?q=order", "/search?q=delivery", "/sitemap.xml"]) {
      const page = await visit(`/help/${slug}${path}`);
      expect(page.status).toBe(200);
      for (const canary of canaries) expect(page.body).not.toContain(canary);
    }
  });
});

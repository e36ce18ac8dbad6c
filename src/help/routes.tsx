import type { Context } from "hono";
import { accepts } from "hono/accepts";
import { csrf } from "hono/csrf";
import { etag } from "hono/etag";
import { READER } from "../channels/web/visited-inbox.ts";
import { clientAddress, overLimit } from "../gate/rate-limit.ts";
import { workspaceOfHelp } from "../gate/workspaces.ts";
import { type App, executionContext, newApp } from "../http/app.ts";
import { HELP_PATH, helpHome } from "../http/help-addresses.ts";
import { logUnexpected } from "../http/log.ts";
import {
  articlesIn,
  overview,
  publicArticle,
  published,
  type Reader,
  readers,
  searchPublished,
} from "../knowledge/published.ts";
import { recordFeedback, recordView } from "../knowledge/store.ts";
import { wordsOf } from "../search/words.ts";
import { isId, prefixedId } from "../tenant/ids.ts";
import { shardDatabase } from "../tenant/shards.ts";
import { Tenant } from "../tenant/tenant.ts";
import { visibleText } from "../tenant/visible-text.ts";
import {
  addressOf,
  Category,
  categoryAddress,
  Found,
  Overview,
  type Site,
  WholeArticle,
} from "./content.tsx";
import { HELP_POLICY, HELP_STYLESHEET_PATH, type HelpPage, helpPage } from "./frame.tsx";
import { plainText } from "./markdown.ts";
import { HELP_STYLESHEET } from "./style.ts";
import { HELP_LANGUAGES, HELP_WORDS, type HelpLanguage, helpLanguage } from "./words.ts";

/**
 * Help pages: what a workspace has published, for anybody, once it turned them on. They know nobody, set no cookie and
 * store nothing but counts of articles that are there.
 */

const HEADERS = {
  "Content-Type": "text/html; charset=utf-8",
  "Content-Security-Policy": HELP_POLICY,
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "strict-origin-when-cross-origin",
  "Cache-Control": "public, max-age=60",
  Vary: "Accept-Language",
};

/** Articles of one page of a category, and hits of a search. */
const PAGE = 50;
const HITS = 15;
const DESCRIPTION = 160;

type Exchange = Context<App>;

/** A workspace's help, as a stranger sees it. */
interface Visited extends Site {
  name: string;
  home: string;
  tenant: Tenant;
  readers: Reader[];
}

/** Whose help is asked for, and what of it may be read; null where there is none. */
async function visited(c: Exchange): Promise<Visited | null> {
  const helpSlug = c.req.param("workspace") ?? "";
  const workspace = await workspaceOfHelp(c.env, helpSlug);
  if (workspace === null) return null;
  const { id: workspaceId, shard, name, timeZone } = workspace;
  const options = { workspaceId, inboxes: null, actor: READER, timeZone, helpSlug };
  const tenant = new Tenant(shardDatabase(c.env, shard), options);
  const of = await readers(tenant);
  const home = helpHome(c.env, tenant) ?? "";
  return { env: c.env, helpSlug, name, home, tenant, readers: of, language: languageOf(c, of[0]) };
}

/** The chatbot's language where it is one of ours, else what the browser asks for. */
function languageOf(c: Exchange, reader: Reader | undefined): HelpLanguage {
  const own = reader && helpLanguage(reader.language);
  if (own) return own;
  const wanted = accepts(c, {
    header: "Accept-Language",
    supports: HELP_LANGUAGES,
    default: "en",
    match: (tags) =>
      tags.toSorted((a, b) => b.q - a.q).flatMap(({ type }) => helpLanguage(type) ?? [])[0] ?? "en",
  });
  return helpLanguage(wanted) ?? "en";
}

async function show(c: Exchange, page: HelpPage, status: 200 | 404 | 429 = 200): Promise<Response> {
  return c.body(await helpPage(page), status, {
    ...HEADERS,
    ...(status === 200 ? {} : { "Cache-Control": "no-store" }),
  });
}

/** What is not there, hidden, a draft or another's is all the same. */
function gone(c: Exchange, site: Visited | null): Promise<Response> {
  const language = site?.language ?? languageOf(c, undefined);
  const words = HELP_WORDS[language];
  const content = (
    <>
      <h1>{words.gone}</h1>
      <p>{words.goneHint}</p>
    </>
  );
  const page = { title: words.gone, site: site?.name ?? words.help, home: site?.home ?? null };
  return show(c, { ...page, language, canonical: null, content }, 404);
}

/** True when one address reads more than people do. */
async function isTooMuch(c: Exchange, limit: RateLimit, what: string): Promise<boolean> {
  return (await overLimit(limit, `help-${what}`, clientAddress(c.req.raw))) !== null;
}

function slow(c: Exchange): Promise<Response> {
  const language = languageOf(c, undefined);
  const { help, slow: said } = HELP_WORDS[language];
  c.header("Retry-After", "60");
  return show(
    c,
    { title: help, site: help, language, home: null, canonical: null, content: <p>{said}</p> },
    429,
  );
}

/** The id in the last part of an address, whatever title stands behind it; null when it is none. */
function idIn(kind: "article" | "category", part: string): string | null {
  const id = prefixedId(kind, part.split("-")[0] ?? "");
  return isId(kind, id) ? id : null;
}

/** An article of this help, that anybody may read. */
async function articleOf(c: Exchange, site: Visited | null) {
  const id = idIn("article", c.req.param("article") ?? "");
  return site && id ? publicArticle(site.tenant, site.readers, id) : null;
}

/** At most one view a minute of an article and an address; robots and what is fetched ahead are no views. */
async function countView(
  c: Exchange,
  site: Visited,
  article: { id: string; chatbotId: string },
): Promise<void> {
  const ahead = c.req.header("sec-purpose") ?? c.req.header("purpose") ?? "";
  const known = c.req.header("if-none-match") !== undefined;
  const robot = /bot|crawl|spider|slurp|preview/i.test(c.req.header("user-agent") ?? "");
  if (c.req.method !== "GET" || known || robot || ahead.includes("prefetch")) return;
  const whom = `${clientAddress(c.req.raw)}/${article.id}`;
  if ((await overLimit(c.env.HELP_COUNT_LIMIT, "help-view", whom)) !== null) return;
  await recordView(site.tenant, article.chatbotId, article.id);
}

const BASE = `${HELP_PATH}/:workspace`;
const ARTICLE = `${BASE}/articles/:article`;

export const helpRoutes = newApp();

helpRoutes.get(HELP_STYLESHEET_PATH, (c) =>
  c.body(HELP_STYLESHEET, 200, {
    "Content-Type": "text/css; charset=utf-8",
    "Cache-Control": "public, max-age=3600",
  }),
);

helpRoutes.use(`${HELP_PATH}/*`, async (c, next) => {
  if (await isTooMuch(c, c.env.VISITOR_ADDRESS_LIMIT, "page")) return slow(c);
  return next();
});

helpRoutes.use(`${HELP_PATH}/*`, etag({ retainedHeaders: [...Object.keys(HEADERS), "ETag"] }));

helpRoutes.get(BASE, async (c) => {
  const site = await visited(c);
  if (!site) return gone(c, null);
  const parts = await overview(site.tenant, site.readers);
  const words = HELP_WORDS[site.language];
  const content = (
    <>
      <h1>{words.home}</h1>
      <Overview site={site} parts={parts} readers={site.readers} />
    </>
  );
  const { name, home, language } = site;
  return show(c, { title: visibleText(name), site: name, language, home, canonical: home, content });
});

helpRoutes.get(`${BASE}/search`, async (c) => {
  if (await isTooMuch(c, c.env.VISITOR_LIMIT, "search")) return slow(c);
  const site = await visited(c);
  if (!site) return gone(c, null);
  const sought = (c.req.query("q") ?? "").trim().slice(0, 200).toWellFormed();
  const looked = wordsOf(sought).length > 0;
  const found = looked ? await searchPublished(site.tenant, site.readers, sought, HITS) : [];
  const { name, home, language } = site;
  const page = { title: HELP_WORDS[language].results, site: name, language, home, canonical: null, sought };
  return show(c, { ...page, content: <Found site={site} articles={found} /> });
});

helpRoutes.get(`${BASE}/categories/:category`, async (c) => {
  const site = await visited(c);
  const id = idIn("category", c.req.param("category"));
  const behind = c.req.query("before");
  const before = behind === undefined ? null : idIn("article", behind);
  const found = site && id && (await articlesIn(site.tenant, site.readers, id, before, PAGE));
  if (!site || !found || found.articles.length === 0) return gone(c, site);
  const { category } = found;
  const { name, home, language } = site;
  return show(c, {
    ...{ title: visibleText(category.name), site: name, language, home },
    canonical: before === null ? categoryAddress(site, category) : null,
    description: plainText(category.description, DESCRIPTION),
    content: <Category site={site} {...found} />,
  });
});

helpRoutes.get(ARTICLE, async (c) => {
  const site = await visited(c);
  const found = await articleOf(c, site);
  if (!site || !found) return gone(c, site);
  const { article, category } = found;
  const canonical = addressOf(site, article);
  // An address of an earlier title leads on to the one of today.
  if (new URL(canonical).pathname !== new URL(c.req.url).pathname.replace(/\/$/, ""))
    return c.redirect(canonical, 301);
  const counted = countView(c, site, article).catch((error: unknown) =>
    logUnexpected(c.get("requestId"), "help, view", error),
  );
  executionContext(c).waitUntil(counted);
  const reader = site.readers.find(({ id }) => id === article.chatbotId);
  const own = reader && reader.language !== "auto" ? reader.language : null;
  const description =
    article.metaDescription ?? plainText(article.description || article.content, DESCRIPTION);
  return show(c, {
    ...{
      title: visibleText(article.title),
      site: site.name,
      language: site.language,
      home: site.home,
      canonical,
    },
    description: visibleText(description),
    keywords: article.seoKeywords.map((keyword) => visibleText(keyword)),
    content: (
      <WholeArticle
        site={site}
        article={article}
        category={category}
        language={own}
        thanked={c.req.query("thanks") !== undefined}
      />
    ),
  });
});

helpRoutes.post(`${ARTICLE}/feedback`, csrf(), async (c) => {
  const site = await visited(c);
  const found = await articleOf(c, site);
  if (!site || !found) return gone(c, site);
  const { article } = found;
  const { helpful } = await c.req.parseBody();
  const whom = `${clientAddress(c.req.raw)}/${article.id}`;
  const isNew = (await overLimit(c.env.HELP_COUNT_LIMIT, "help-opinion", whom)) === null;
  if (isNew && (helpful === "yes" || helpful === "no")) {
    await recordFeedback(site.tenant, article.chatbotId, article.id, helpful === "yes");
  }
  return c.redirect(`${addressOf(site, article)}?thanks#helpful`, 303);
});

helpRoutes.get(`${BASE}/sitemap.xml`, async (c) => {
  const site = await visited(c);
  if (!site) return gone(c, null);
  const articles = await published(site.tenant, site.readers);
  const at = (address: string, day?: string) =>
    `<url><loc>${address.replaceAll("&", "&amp;").replaceAll("'", "&apos;")}</loc>${day ? `<lastmod>${day}</lastmod>` : ""}</url>`;
  const all = articles.map((article) =>
    at(addressOf(site, article), new Date(article.updatedAt).toISOString().slice(0, 10)),
  );
  const xml = `<?xml version="1.0" encoding="UTF-8"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">${[at(site.home), ...all].join("")}</urlset>`;
  return c.body(xml, 200, { ...HEADERS, "Content-Type": "application/xml; charset=utf-8" });
});

helpRoutes.all(`${HELP_PATH}/*`, (c) => gone(c, null));

import type { Catalogue } from "../calls/define.ts";
import { publicOrigin } from "../http/addresses.ts";
import { connectPage } from "./connect-page.tsx";
import { llmsText } from "./llms.ts";
import { DOCS_POLICY, DOCS_STYLESHEET_PATH } from "./page.tsx";
import { aiCatalog, CARD_PATHS, CARD_TYPE, CATALOG_PATH, CATALOG_TYPE, serverCard } from "./server-card.ts";
import { DOCS_STYLESHEET } from "./style.ts";
import { byToolset } from "./tool-reference.ts";
import { toolsPage } from "./tools-page.tsx";

/** Long enough to take load off, short enough that a deployment shows within minutes. */
const CACHE_CONTROL = "public, max-age=300";
/** Anybody may read these, pages of other origins too: they hold nothing of any workspace. */
const PUBLIC = { "Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin" };
const HTML = { "Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": DOCS_POLICY };

interface Document {
  headers: Record<string, string>;
  render(env: Env): string | Promise<string>;
}

/**
 * The door of the documentation: pages for people, `llms.txt` and the server card for machines, all made from the
 * catalogue's records.
 * @returns what answers a request, or null when its path is none of these
 */
export function createDocs(catalogue: Catalogue) {
  const card: Document = {
    headers: { "Content-Type": CARD_TYPE, ...PUBLIC },
    render: (env) => JSON.stringify(serverCard(env), null, 2),
  };
  const documents: Record<string, Document> = {
    "/docs/tools": { headers: HTML, render: () => toolsPage(catalogue) },
    "/docs/connect": { headers: HTML, render: (env) => connectPage(publicOrigin(env)) },
    [DOCS_STYLESHEET_PATH]: {
      headers: { "Content-Type": "text/css; charset=utf-8" },
      render: () => DOCS_STYLESHEET,
    },
    "/llms.txt": {
      headers: { "Content-Type": "text/plain; charset=utf-8", ...PUBLIC },
      render: (env) => llmsText(publicOrigin(env), byToolset(catalogue.tools)),
    },
    [CATALOG_PATH]: {
      headers: { "Content-Type": CATALOG_TYPE, ...PUBLIC },
      render: (env) => JSON.stringify(aiCatalog(env), null, 2),
    },
    ...Object.fromEntries(CARD_PATHS.map((path) => [path, card])),
  };
  /** Rendered once: nothing in them changes while a deployment runs. No promises: a request may not await another's. */
  const rendered = new Map<string, Rendered>();

  return async (request: Request, env: Env): Promise<Response | null> => {
    const { pathname } = new URL(request.url);
    const path = pathname.length > 1 && pathname.endsWith("/") ? pathname.slice(0, -1) : pathname;
    if (path === "/docs") {
      return new Response(null, { status: 302, headers: { Location: `${publicOrigin(env)}/docs/connect` } });
    }
    const document = Object.hasOwn(documents, path) ? documents[path] : undefined;
    if (!document) return null;
    if (request.method !== "GET" && request.method !== "HEAD") {
      return new Response(null, { status: 405, headers: { Allow: "GET, HEAD" } });
    }
    const key = `${env.PUBLIC_URL} ${path}`;
    const held = rendered.get(key) ?? (await render(document, env));
    rendered.set(key, held);
    return answer(request, document, held);
  };
}

interface Rendered {
  body: string;
  etag: string;
}

async function render(document: Document, env: Env): Promise<Rendered> {
  const body = await document.render(env);
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(body));
  return { body, etag: `"${new Uint8Array(digest.slice(0, 12)).toBase64({ alphabet: "base64url" })}"` };
}

function answer(request: Request, { headers }: Document, { body, etag }: Rendered): Response {
  const all = { ...headers, "Cache-Control": CACHE_CONTROL, ETag: etag };
  // A cache in between may have weakened the tag.
  const known = (request.headers.get("If-None-Match") ?? "")
    .split(",")
    .map((tag) => tag.trim().replace(/^W\//, ""));
  if (known.includes(etag) || known.includes("*")) return new Response(null, { status: 304, headers: all });
  return new Response(body, { headers: all });
}

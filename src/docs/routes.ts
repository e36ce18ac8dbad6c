import { etag } from "hono/etag";
import type { Catalogue } from "../calls/define.ts";
import { publicOrigin } from "../http/addresses.ts";
import { newApp } from "../http/app.ts";
import { connectPage } from "./connect-page.tsx";
import { COPY_SCRIPT, COPY_SCRIPT_PATH } from "./copy-script.ts";
import { flowNodesPage } from "./flow-nodes-page.tsx";
import { llmsText } from "./llms.ts";
import { metricsPage } from "./metrics-page.tsx";
import { DOCS_POLICY, DOCS_STYLESHEET_PATH } from "./page.tsx";
import { aiCatalog, CARD_PATHS, CARD_TYPE, CATALOG_PATH, CATALOG_TYPE, serverCard } from "./server-card.ts";
import { DOCS_STYLESHEET } from "./style.ts";
import { byToolset, toolReferences } from "./tool-reference.ts";
import { toolsPage } from "./tools-page.tsx";
import { toolsetAddress, toolsetPage } from "./toolset-page.tsx";
import { widgetPage } from "./widget-page.tsx";

/** Long enough to take load off, short enough that a deployment shows within minutes. */
const CACHE_CONTROL = "public, max-age=300";
/** Anybody may read these, pages of other origins too: they hold nothing of any workspace. */
const PUBLIC = { "Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin" };
const HTML = { "Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": DOCS_POLICY };

interface Document {
  headers: Record<string, string>;
  render(env: Env): string | Promise<string>;
  /** What stands there for a `?q=`; without it the query changes nothing. */
  find?(sought: string): Promise<string>;
}

/**
 * The documentation: pages for people, `llms.txt` and the server card for machines, all made from the catalogue's
 * records.
 */
export function docsRoutes(catalogue: Catalogue) {
  const card: Document = {
    headers: { "Content-Type": CARD_TYPE, ...PUBLIC },
    render: (env) => JSON.stringify(serverCard(env), null, 2),
  };
  const toolsets = [...new Set(catalogue.tools.map(({ toolset }) => toolset))];
  const toolsetDocument = (toolset: string): Document => ({
    headers: HTML,
    render: () =>
      toolsetPage(toolset, toolReferences(catalogue.tools.filter((tool) => tool.toolset === toolset))),
  });
  const documents: Record<string, Document> = {
    "/docs/tools": {
      headers: HTML,
      render: () => toolsPage(catalogue, ""),
      find: (sought) => toolsPage(catalogue, sought),
    },
    ...Object.fromEntries(toolsets.map((toolset) => [toolsetAddress(toolset), toolsetDocument(toolset)])),
    "/docs/flow-nodes": { headers: HTML, render: flowNodesPage },
    "/docs/widget": { headers: HTML, render: (env) => widgetPage(publicOrigin(env)) },
    "/docs/metrics": { headers: HTML, render: metricsPage },
    "/docs/connect": { headers: HTML, render: (env) => connectPage(publicOrigin(env)) },
    [DOCS_STYLESHEET_PATH]: {
      headers: { "Content-Type": "text/css; charset=utf-8" },
      render: () => DOCS_STYLESHEET,
    },
    [COPY_SCRIPT_PATH]: {
      headers: { "Content-Type": "text/javascript; charset=utf-8" },
      render: () => COPY_SCRIPT,
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
  const rendered = new Map<string, string>();
  const app = newApp();
  app.get("/docs", (c) => c.redirect(`${publicOrigin(c.env)}/docs/connect`));
  for (const [path, document] of Object.entries(documents)) {
    app.use(
      path,
      etag({ retainedHeaders: Object.keys({ ...document.headers, "Cache-Control": "", ETag: "" }) }),
    );
    app.get(path, async (c) => {
      const key = `${c.env.PUBLIC_URL} ${path}`;
      const headers = { ...document.headers, "Cache-Control": CACHE_CONTROL };
      const sought = c.req.query("q");
      if (sought && document.find) return c.body(await document.find(sought), 200, headers);
      const text = rendered.get(key) ?? (await document.render(c.env));
      rendered.set(key, text);
      return c.body(text, 200, headers);
    });
    app.all(path, (c) => c.body(null, 405, { Allow: "GET, HEAD" }));
  }
  return app;
}

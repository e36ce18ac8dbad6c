import type { Child } from "hono/jsx";
import { STYLESHEET_PATH } from "../pages/page.tsx";
import { COPY_SCRIPT_PATH } from "./copy-script.ts";

/** Where the documentation's own stylesheet is served. */
export const DOCS_STYLESHEET_PATH = "/docs/pages.css";

/** The pages run one script of their own, which they do not need, load nothing from elsewhere, send nothing but what is looked for here, and cannot be framed. */
export const DOCS_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

const PAGES = [
  { href: "/docs/connect", label: "Connect" },
  { href: "/docs/tools", label: "Tools" },
  { href: "/docs/flow-nodes", label: "Flow nodes" },
  { href: "/docs/widget", label: "Chat widget" },
  { href: "/docs/metrics", label: "Metrics" },
];

interface DocsPage {
  title: string;
  path: string;
  /** For search engines and previews. */
  description: string;
  content: Child;
}

/** A whole page of the documentation as HTML. Everything in it is escaped by hono/jsx. */
export async function docsPage({ title, path, description, content }: DocsPage): Promise<string> {
  const body = (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="description" content={description} />
        <title>{`${title} · Parley`}</title>
        <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
        <link rel="stylesheet" href={STYLESHEET_PATH} />
        <link rel="stylesheet" href={DOCS_STYLESHEET_PATH} />
        <script src={COPY_SCRIPT_PATH} defer></script>
      </head>
      <body class="docs">
        <header>
          <a class="skip" href="#content">
            Skip to the content
          </a>
          <a href="/">Parley</a>
          <nav aria-label="Documentation">
            <ul>
              {PAGES.map(({ href, label }) => (
                <li>
                  <a href={href} aria-current={currentAs(href, path)}>
                    {label}
                  </a>
                </li>
              ))}
            </ul>
          </nav>
        </header>
        <main id="content">
          <h1>{title}</h1>
          {content}
        </main>
        <footer>
          For machines: <a href="/llms.txt">llms.txt</a> and the{" "}
          <a href="/.well-known/mcp/server-card.json">server card</a>
        </footer>
      </body>
    </html>
  );
  return `<!doctype html>${await body.toString()}`;
}

/** Where a link of the header leads: to this very page, or to the one that this is a part of. */
function currentAs(href: string, path: string): "page" | "true" | undefined {
  if (href === path) return "page";
  return path.startsWith(`${href}/`) ? "true" : undefined;
}

/** Links to the parts of a page. */
export function Contents({ parts }: { parts: readonly { id: string; name: string }[] }) {
  return (
    <nav class="toc" aria-label="On this page">
      <ul>
        {parts.map(({ id, name }) => (
          <li>
            <a href={`#${id}`}>{name}</a>
          </li>
        ))}
      </ul>
    </nav>
  );
}

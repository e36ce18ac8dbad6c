import { raw } from "hono/html";
import type { Child } from "hono/jsx";
import { HELP_PATH } from "../http/help-addresses.ts";
import { visibleText } from "../tenant/visible-text.ts";
import { directionOf, HELP_WORDS, type HelpLanguage } from "./words.ts";

/** Where the help pages' stylesheet is served: no slug has a dot. */
export const HELP_STYLESHEET_PATH = `${HELP_PATH}/pages.css`;

/** Pages run no script and cannot be framed; articles may show pictures of other sites. */
export const HELP_POLICY =
  "default-src 'none'; style-src 'self'; img-src 'self' https: data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

export interface HelpPage {
  title: string;
  /** The workspace's name. */
  site: string;
  language: HelpLanguage;
  /** The address of the workspace's first help page; null where it is not known. */
  home: string | null;
  /** What search engines are told: the address that this page is at, and what it is about. Null: not to be indexed. */
  canonical: string | null;
  description?: string;
  keywords?: readonly string[];
  sought?: string;
  content: Child;
}

/** A whole page. Everything in it is escaped by hono/jsx, but an article's HTML, which its renderer made. */
export async function helpPage(page: HelpPage): Promise<string> {
  const { title, site, language, home, canonical, description, keywords = [], sought, content } = page;
  const words = HELP_WORDS[language];
  const name = visibleText(site);
  const whole = title === name ? `${name} · ${words.help}` : `${title} · ${name}`;
  const body = (
    <html lang={language} dir={directionOf(language)}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>{whole}</title>
        {description && <meta name="description" content={description} />}
        {keywords.length > 0 && <meta name="keywords" content={keywords.join(", ")} />}
        {canonical ? <link rel="canonical" href={canonical} /> : <meta name="robots" content="noindex" />}
        {canonical && <meta property="og:title" content={title} />}
        {canonical && description && <meta property="og:description" content={description} />}
        {canonical && <meta property="og:url" content={canonical} />}
        <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
        <link rel="stylesheet" href={HELP_STYLESHEET_PATH} />
      </head>
      <body>
        <a class="skip" href="#content">
          {words.skip}
        </a>
        <header>
          {home ? (
            <a class="brand" href={home}>
              {`${name} · ${words.help}`}
            </a>
          ) : (
            <span class="brand">{name}</span>
          )}
          {home && (
            <search>
              <form action={`${home}/search`}>
                <label for="q">{words.searchFor}</label>
                <input id="q" name="q" type="search" required maxlength={200} value={sought} />
                <button type="submit">{words.search}</button>
              </form>
            </search>
          )}
        </header>
        <main id="content">{content}</main>
      </body>
    </html>
  );
  return `<!doctype html>${await body.toString()}`;
}

/** HTML that an article's renderer made. */
export function Article({ html, language }: { html: string; language: string | null }) {
  return (
    <div lang={language ?? undefined} dir={language === null ? "auto" : directionOf(language)}>
      {raw(html)}
    </div>
  );
}

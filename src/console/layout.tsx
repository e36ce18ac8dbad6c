import type { Child } from "hono/jsx";
import { visibleText } from "../tenant/visible-text.ts";
import { NAVIGATION } from "./navigation.ts";
import { SCRIPT_PATH } from "./script.ts";
import { STYLE_PATH } from "./style.ts";
import { linkTo, may, type Visit } from "./visit.ts";
import type { Language, Words } from "./words.ts";

/** Pages run one script of their own, which they do not need, load and send nothing elsewhere, and cannot be framed. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/** What a page shows. */
export interface Content {
  title: string;
  body: Child;
  /** 200 unless said. */
  status?: number;
  /** A further script of ours, where the page is drawn on. */
  script?: string;
  /** Which part of the navigation it belongs to: its path. */
  at?: string;
}

interface Frame extends Content {
  language: Language;
  words: Words;
  navigation?: Child;
  account?: Child;
  /** Path of a further script of ours, which the page can do without. */
  script?: string;
}

/** A page of a workspace, with its navigation. */
export function workspacePage(visit: Visit, content: Content, done: string | null): Promise<Response> {
  const { words, language, person, workspace } = visit;
  const notice =
    done !== null && Object.hasOwn(words.done, done) ? words.done[done as keyof Words["done"]] : null;
  return frame({
    ...content,
    language,
    words,
    navigation: <Navigation visit={visit} at={content.at ?? null} />,
    account: (
      <p class="account">
        <a href="/w">{workspace.name}</a> · <a href="/account">{person.name}</a>
      </p>
    ),
    body: (
      <>
        {notice && (
          <p class="notice" role="status">
            {notice}
          </p>
        )}
        {content.body}
      </>
    ),
  });
}

/** A whole page. Everything in it is escaped by hono/jsx. */
export async function frame(facts: Frame): Promise<Response> {
  const { language, words, title, body, navigation, account } = facts;
  const html = (
    <html lang={language}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <title>{`${title} · Parley`}</title>
        <link rel="stylesheet" href={STYLE_PATH} />
        <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
        <script src={SCRIPT_PATH} defer></script>
        {facts.script && <script src={facts.script} defer></script>}
      </head>
      <body data-copy={words.copy} data-copied={words.copied} class={navigation ? undefined : "alone"}>
        <a class="skip" href="#content">
          {words.skip}
        </a>
        <header>
          <a class="brand" href="/w">
            Parley
          </a>
          {account}
        </header>
        {navigation}
        <main id="content" tabindex={-1}>
          <h1>{title}</h1>
          {body}
        </main>
      </body>
    </html>
  );
  return new Response(`<!doctype html>${await html.toString()}`, {
    status: facts.status ?? 200,
    headers: {
      "Content-Type": "text/html; charset=utf-8",
      "Content-Security-Policy": POLICY,
      "X-Frame-Options": "DENY",
      "X-Content-Type-Options": "nosniff",
      "Referrer-Policy": "same-origin",
      "Cache-Control": "no-store",
    },
  });
}

function Navigation({ visit, at }: { visit: Visit; at: string | null }) {
  const { words } = visit;
  return (
    <nav class="sections" aria-label={words.navigation}>
      {NAVIGATION.map(({ heading, entries }) => {
        const shown = entries.filter(({ needs }) => may(visit, needs));
        return (
          shown.length > 0 && (
            <>
              <h2>{words.headings[heading]}</h2>
              <ul>
                {shown.map(({ path, label }) => (
                  <li>
                    <a href={linkTo(visit, path)} aria-current={at === path ? "page" : undefined}>
                      {words.nav[label]}
                    </a>
                  </li>
                ))}
              </ul>
            </>
          )
        );
      })}
    </nav>
  );
}

/** A moment, in the workspace's time zone and the reader's language. @param at milliseconds, or as ISO text */
export function Time({ visit, at }: { visit: Visit; at: number | string | null }) {
  if (at === null) return <>{visit.words.never}</>;
  const date = new Date(at);
  const shown = new Intl.DateTimeFormat(visit.language, {
    dateStyle: "medium",
    timeStyle: "short",
    timeZone: visit.workspace.timeZone,
  }).format(date);
  return <time datetime={date.toISOString()}>{shown}</time>;
}

/** What somebody outside wrote, with every character that shows nothing left out. */
export function Said({ text }: { text: string }) {
  return <>{visibleText(text)}</>;
}

/** What is shown where a list has nothing: why, and what to do first. */
export function Empty({ children }: { children: Child }) {
  return <p class="empty">{children}</p>;
}

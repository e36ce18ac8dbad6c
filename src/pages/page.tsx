import type { Child } from "hono/jsx";
import { STYLESHEET } from "./page-style.ts";

/** Where the pages' stylesheet is served. */
export const STYLESHEET_PATH = "/sign-in/pages.css";

/**
 * Pages run no script but what they name of ours, load nothing from elsewhere and cannot be framed. `form-action` is left to the page: Chromium
 * applies it to every redirect that follows a form, and consent ends in redirects to the client's addresses.
 */
const POLICY =
  "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'";

export interface PageOptions {
  status?: number;
  /** Cookies and other headers that go with the page. */
  headers?: Headers;
  /** Room for addresses and code in one line. */
  wide?: boolean;
  /** The page's forms lead nowhere but here, so the browser may hold them to it. */
  formsStayHere?: boolean;
  /** Path of a script of ours, which the page can do without. */
  script?: string;
}

/** Renders a whole page with the headers that every page of ours has. Everything in it is escaped by hono/jsx. */
export async function page(title: string, content: Child, options: PageOptions = {}): Promise<Response> {
  const body = (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <title>{`${title} · Parley`}</title>
        <link rel="stylesheet" href={STYLESHEET_PATH} />
        <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
        {options.script && <script src={options.script} defer></script>}
      </head>
      <body class={options.wide ? "wide-page" : undefined}>
        <header>Parley</header>
        <main>
          <h1>{title}</h1>
          {content}
        </main>
      </body>
    </html>
  );
  const headers = new Headers(options.headers);
  headers.set("Content-Type", "text/html; charset=utf-8");
  const scripts = options.script ? "; script-src 'self'; connect-src 'self'" : "";
  const forms = options.formsStayHere ? "; form-action 'self'" : "";
  headers.set("Content-Security-Policy", POLICY + scripts + forms);
  headers.set("X-Frame-Options", "DENY");
  headers.set("X-Content-Type-Options", "nosniff");
  // Addresses of these pages hold authorization requests and invitation tokens. Not `no-referrer`, with which
  // browsers would withhold Origin from our own forms.
  headers.set("Referrer-Policy", "same-origin");
  headers.set("Cache-Control", "no-store");
  return new Response(`<!doctype html>${await body.toString()}`, { status: options.status ?? 200, headers });
}

/** What went wrong and what to do, in sentences for the person in front of it. */
export function sorry(
  title: string,
  sentences: string,
  options: { status?: number; again?: { href: string; label: string }; headers?: Headers } = {},
): Promise<Response> {
  return page(
    title,
    <>
      <p>{sentences}</p>
      {options.again && (
        <p>
          <a href={options.again.href}>{options.again.label}</a>
        </p>
      )}
    </>,
    { status: options.status ?? 400, headers: options.headers, formsStayHere: true },
  );
}

/** The page for somebody over a limit. */
export function tooMany(seconds: number): Promise<Response> {
  return sorry(
    "One moment, please",
    `There were too many attempts from your network. Try again in ${seconds} seconds.`,
    { status: 429, headers: new Headers({ "Retry-After": String(seconds) }) },
  );
}

/** Goes on to a place on this site after a form was taken. */
export function goTo(location: string, headers = new Headers()): Response {
  headers.set("Location", location);
  headers.set("Cache-Control", "no-store");
  return new Response(null, { status: 303, headers });
}

/** Where a page's problem stands: an address that ends in `#problem` leads to it. */
const PROBLEM_ID = "problem";

/** An address whose page opens at its problem, if it has one. */
export function atProblem(address: string): string {
  return `${address}#${PROBLEM_ID}`;
}

/** A problem with what was entered, read out by screen readers as soon as the page is there. */
export function Problem({ children }: { children: Child }) {
  return (
    <p class="problem" role="alert" id={PROBLEM_ID}>
      {children}
    </p>
  );
}

interface FieldProps {
  label: string;
  name: string;
  type?: "text" | "email" | "password";
  value?: string;
  autocomplete: string;
  hint?: string;
  minLength?: number;
  maxLength: number;
  autofocus?: boolean;
}

/** A labelled text field. */
export function Field({ label, name, hint, minLength, maxLength, type = "text", ...input }: FieldProps) {
  const hintId = hint ? `${name}-hint` : undefined;
  return (
    <p class="field">
      <label for={name}>{label}</label>
      <input
        id={name}
        name={name}
        type={type}
        required
        minlength={minLength}
        maxlength={maxLength}
        aria-describedby={hintId}
        {...input}
      />
      {hint && (
        <small class="hint" id={hintId}>
          {hint}
        </small>
      )}
    </p>
  );
}

export function stylesheet(): Response {
  return new Response(STYLESHEET, {
    headers: {
      "Content-Type": "text/css; charset=utf-8",
      "Cache-Control": "public, max-age=3600",
      "X-Content-Type-Options": "nosniff",
    },
  });
}

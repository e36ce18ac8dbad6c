import { html } from "hono/html";
import { newApp } from "../../http/app.ts";
import { isLoopback } from "../../http/origin.ts";
import { Failure } from "../../tenant/failure.ts";
import { DEMO_SCRIPT, DEMO_STYLE } from "./demo-script.ts";

/**
 * `/demo?inbox=pub_…`: a page on which a person is a visitor of a web inbox, until there is a widget. On a machine of
 * one's own alone: a deployment has no such page.
 */
export const demoPage = newApp();

demoPage.use("/demo/*", async (c, next) => {
  if (isLoopback(c.env)) return next();
  throw new Failure("not_found", "There is nothing at this address.");
});

const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; " +
  "form-action 'none'; frame-ancestors 'none'";

demoPage.get("/demo", (c) =>
  c.html(
    html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>A visitor's chat · Parley</title>
    <link rel="stylesheet" href="/sign-in/pages.css" />
    <link rel="stylesheet" href="/demo/demo.css" />
    <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
    <script type="module" src="/demo/demo.js"></script>
  </head>
  <body>
    <header>Parley</header>
    <main>
      <h1 id="chat">Chat</h1>
      <div role="log" aria-label="Messages"><ol id="log"></ol></div>
      <p id="state" role="status">Connecting …</p>
      <form id="say">
        <input name="text" aria-label="Your message" placeholder="Your message" maxlength="4000" autocomplete="off" />
        <button>Send</button>
      </form>
      <button id="anew" type="button" class="quiet">Begin as somebody new</button>
    </main>
  </body>
</html>`,
    200,
    { "Content-Security-Policy": POLICY },
  ),
);

const file = (text: string, type: string) => () =>
  new Response(text, { headers: { "Content-Type": `${type}; charset=utf-8` } });

demoPage.get("/demo/demo.js", file(DEMO_SCRIPT, "text/javascript"));
demoPage.get("/demo/demo.css", file(DEMO_STYLE, "text/css"));

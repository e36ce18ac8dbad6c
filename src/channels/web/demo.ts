import { html } from "hono/html";
import { newApp } from "../../http/app.ts";
import { isLoopback } from "../../http/origin.ts";
import { Failure } from "../../tenant/failure.ts";

/**
 * `/demo?inbox=pub_…`: a page of a shop with the chat widget on it, where a person is a visitor. On a machine of one's own
 * alone: a deployment has no such page.
 */
export const demoPage = newApp();

demoPage.use("/demo/*", async (c, next) => {
  if (isLoopback(c.env)) return next();
  throw new Failure("not_found", "There is nothing at this address.");
});

/** As strict as a site's own may be: the widget works under it, and makes no inline style or script. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' https:; connect-src 'self'; base-uri 'none'; " +
  "form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

/** What is in the shop window; a click puts it into the cart, which sales rules hear of. */
const GOODS = [
  { name: "Two-person tent", price: 389, about: "2.1 kg, stands in the rain of a whole week." },
  { name: "Down sleeping bag", price: 279, about: "Warm to -5 °C, as small as a loaf of bread." },
  { name: "Hiking boots", price: 229, about: "Leather, resoled for as long as they are loved." },
];

demoPage.get("/demo", (c) => {
  const inboxKey = c.req.query("inbox") ?? "";
  const goods = GOODS.map(
    ({ name, price, about }) => html`<li>
        <h2>${name}</h2>
        <p>${about}</p>
        <p><strong>€ ${price}</strong></p>
        <button type="button" data-price="${price}">Put into the cart</button>
      </li>`,
  );
  return c.html(
    html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>A shop with a chat · Parley</title>
    <link rel="stylesheet" href="/demo/demo.css" />
    <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
    <script src="/widget.js?inbox=${inboxKey}" async></script>
    <script type="module" src="/demo/demo.js"></script>
  </head>
  <body>
    <header><strong>Fernweh Outdoor</strong> <span>Cart: € <output id="cart">0</output></span></header>
    <main>
      <h1>For the days when you are outside longer than in</h1>
      <p>This page stands for a site of your own: the chat in its corner is one line of HTML.</p>
      <ul>${goods}</ul>
      <p><button id="anew" type="button">Be somebody new</button> Forgets who you were in this browser.</p>
    </main>
  </body>
</html>`,
    200,
    { "Content-Security-Policy": POLICY },
  );
});

const SCRIPT = `
const cart = document.getElementById("cart");
for (const button of document.querySelectorAll("[data-price]")) {
  button.addEventListener("click", () => {
    cart.value = Number(cart.value) + Number(button.dataset.price);
    (window.parley ||= []).push(["setCart", { value: Number(cart.value) }]);
  });
}
document.getElementById("anew").addEventListener("click", () => {
  localStorage.clear();
  sessionStorage.clear();
  location.reload();
});
`;

const STYLE = `
:root { color-scheme: light dark; --paper: #fbfaf7; --ink: #22302a; --soft: #5b6a62; --line: #d8dcd4; --accent: #1f5f4a; }
@media (prefers-color-scheme: dark) { :root { --paper: #121714; --ink: #e6ece8; --soft: #a4b0a9; --line: #313b35; --accent: #7cc9ac; } }
body { margin: 0; font: 1rem/1.6 Georgia, "Times New Roman", serif; color: var(--ink); background: var(--paper); }
header { display: flex; justify-content: space-between; padding: 1.25rem clamp(1rem, 5vw, 4rem); border-bottom: 1px solid var(--line); }
main { max-width: 62rem; margin: 0 auto; padding: 2rem clamp(1rem, 5vw, 4rem) 8rem; }
h1 { max-width: 22ch; margin: 1rem 0; font-size: clamp(1.75rem, 5vw, 3rem); line-height: 1.15; }
h2 { margin: 0; font-size: 1.125rem; }
p { margin: .5rem 0; color: var(--soft); }
ul { display: grid; grid-template-columns: repeat(auto-fit, minmax(14rem, 1fr)); gap: 1rem; margin: 2rem 0; padding: 0; list-style: none; }
li { padding: 1.25rem; border: 1px solid var(--line); border-radius: .75rem; }
button { min-height: 2.75rem; padding: 0 1rem; font: inherit; color: var(--accent); background: none; border: 1px solid var(--accent); border-radius: .5rem; cursor: pointer; }
`;

const file = (text: string, type: string) => () =>
  new Response(text, { headers: { "Content-Type": `${type}; charset=utf-8` } });

demoPage.get("/demo/demo.js", file(SCRIPT, "text/javascript"));
demoPage.get("/demo/demo.css", file(STYLE, "text/css"));

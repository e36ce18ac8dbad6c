import { COLOURS } from "../pages/page-style.ts";

/** The look of help pages: system font, light and dark, from 320 px, and on paper. */
export const HELP_STYLESHEET = `${COLOURS}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--paper); color: var(--ink);
  font: 1.0625rem/1.6 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; overflow-wrap: anywhere;
}
.skip { position: absolute; inset-inline-start: -100rem; }
.skip:focus { position: static; display: block; padding: .5rem 1rem; }
body > header, main, body > footer { max-width: 46rem; margin: 0 auto; padding: 0 1rem; }
body > header { display: flex; flex-wrap: wrap; gap: .75rem 1.5rem; align-items: center; justify-content: space-between; padding-block: 1.25rem; }
.brand { font-weight: 650; font-size: 1.125rem; color: var(--accent); text-decoration: none; }
search { flex: 1 1 18rem; max-width: 26rem; }
search form { display: flex; gap: .5rem; }
search label { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
input[type="search"] {
  flex: 1; min-width: 0; min-height: 2.75rem; padding: .375rem .75rem; font: inherit; font-size: 1rem; color: inherit;
  background: var(--card); border: 1px solid var(--edge); border-radius: .5rem;
}
button {
  min-height: 2.75rem; padding: .375rem 1rem; font: inherit; font-size: 1rem; font-weight: 600; color: var(--on-accent);
  background: var(--accent); border: 1px solid var(--accent); border-radius: .5rem; cursor: pointer;
}
button.quiet { color: var(--ink); background: transparent; border-color: var(--edge); }
main { padding-bottom: 3rem; }
main > section, article { margin: 0 0 1.25rem; padding: 1.25rem 1.5rem; background: var(--card); border: 1px solid var(--line); border-radius: .75rem; }
:is(main > section, article, .list li) > :last-child { margin-bottom: 0; }
h1 { margin: .5rem 0 1.25rem; font-size: 1.625rem; line-height: 1.25; }
article h1 { margin-top: 0; }
h2 { margin: 2rem 0 .5rem; font-size: 1.25rem; line-height: 1.3; }
section > h2 { margin: 0 0 .25rem; font-size: 1.125rem; }
h3 { margin: 1.5rem 0 .5rem; font-size: 1.0625rem; }
h4, h5, h6 { margin: 1.25rem 0 .5rem; font-size: 1rem; }
p, ul, ol, pre, .wide, blockquote { margin: 0 0 1rem; }
a { color: var(--accent); text-underline-offset: .15em; }
nav { margin-bottom: 1rem; font-size: .9375rem; }
nav ol { display: flex; flex-wrap: wrap; gap: .25rem .5rem; margin: 0; padding: 0; list-style: none; }
nav li + li::before { content: "/"; margin-inline-end: .5rem; color: var(--soft); }
.list { margin: .5rem 0 0; padding: 0; list-style: none; }
.list li { padding: .625rem 0; border-top: 1px solid var(--line); }
.list p { margin: .125rem 0 0; }
.soft, .list p { color: var(--soft); font-size: .9375rem; }
.on { margin: .75rem 0 0; }
img { max-width: 100%; height: auto; border-radius: .375rem; }
code { font: .9em/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
pre { padding: .75rem; overflow-x: auto; background: var(--paper); border: 1px solid var(--line); border-radius: .5rem; overflow-wrap: normal; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-size: .9375rem; }
th, td { padding: .375rem .625rem; border: 1px solid var(--line); text-align: start; vertical-align: top; }
blockquote { padding-inline-start: 1rem; border-inline-start: 3px solid var(--line); color: var(--soft); }
hr { border: 0; border-top: 1px solid var(--line); margin: 1.5rem 0; }
.asked { display: flex; flex-wrap: wrap; gap: .75rem; align-items: center; }
.asked p { margin: 0; font-weight: 600; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
@media (max-width: 30rem) { search { max-width: none; } main > section, article { padding: 1rem; } h1 { font-size: 1.375rem; } }
@media print { body > header search, .asked, nav { display: none; } article { border: 0; padding: 0; } }
`;

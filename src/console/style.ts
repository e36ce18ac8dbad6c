import { COLOURS } from "../pages/page-style.ts";

/** Where the console's stylesheet is served. */
export const STYLE_PATH = "/console.css";

/** The look of the console: from 320 px, light and dark. Nothing moves once the page is there. */
const STYLE = `${COLOURS}
* { box-sizing: border-box; }
[hidden] { display: none !important; }
body {
  margin: 0; min-height: 100vh; background: var(--paper); color: var(--ink);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; overflow-wrap: anywhere;
  display: grid; grid-template: auto 1fr / 14rem minmax(0, 1fr); grid-template-areas: "head head" "nav main";
}
body.alone { grid-template: auto 1fr / minmax(0, 1fr); grid-template-areas: "head" "main"; }
body > header {
  grid-area: head; display: flex; flex-wrap: wrap; gap: .25rem 1.5rem; align-items: center; justify-content: space-between;
  padding: .625rem 1.25rem; background: var(--card); border-bottom: 1px solid var(--line);
}
.brand { font-weight: 650; text-decoration: none; }
.brand::before {
  content: ""; display: inline-block; width: 1.25rem; height: 1.25rem; margin-right: .5rem; vertical-align: -.25rem;
  background: url("/favicon.svg") center / contain no-repeat;
}
.account { margin: 0; color: var(--soft); }
.skip { position: absolute; left: -100rem; }
.skip:focus { left: 1rem; top: .5rem; z-index: 1; padding: .5rem 1rem; background: var(--card); }
nav.sections { grid-area: nav; padding: .75rem; border-right: 1px solid var(--line); background: var(--card); }
nav.sections h2 { margin: 1rem .75rem .25rem; padding: 0; border: 0; color: var(--soft); font-size: .8125rem; font-weight: 600; }
nav.sections ul { margin: 0; padding: 0; list-style: none; }
nav.sections a { display: block; padding: .375rem .75rem; border-radius: .5rem; color: var(--ink); text-decoration: none; }
nav.sections a:hover { background: var(--tint); }
nav.sections a[aria-current] { background: var(--tint); color: var(--accent); font-weight: 600; }
main { grid-area: main; width: 100%; max-width: 78rem; padding: 1.25rem 1.5rem 4rem; }
main:focus { outline: none; }
.alone main { max-width: 40rem; margin: 0 auto; }
h1 { margin: 0 0 1rem; font-size: 1.5rem; line-height: 1.3; }
h2 { margin: 1.75rem 0 .75rem; font-size: 1.125rem; line-height: 1.3; }
h3 { margin: 1rem 0 .375rem; font-size: .9375rem; }
p { margin: 0 0 1rem; }
a { color: var(--accent); }
small, .hint { display: block; color: var(--soft); font-size: .875rem; }
dl { display: grid; grid-template-columns: minmax(8rem, max-content) 1fr; gap: .375rem 1.25rem; margin: 0 0 1.25rem; }
dt { color: var(--soft); }
dd { margin: 0; }
time, .number { font-variant-numeric: tabular-nums; white-space: nowrap; }
.text { white-space: pre-wrap; }
fieldset { min-width: 0; margin: 0 0 1.25rem; padding: 0; border: 0; }
legend { padding: 0; margin-bottom: .5rem; font-weight: 600; }
.field { margin: 0 0 1rem; }
.field label { display: block; margin-bottom: .25rem; font-weight: 600; }
.field .hint { margin-top: .25rem; }
input:not([type="radio"], [type="checkbox"], [type="hidden"]), select, textarea {
  width: 100%; padding: .5rem .75rem; font: inherit; color: inherit; background: var(--paper);
  border: 1px solid var(--edge); border-radius: .5rem;
}
input:not([type="radio"], [type="checkbox"], [type="hidden"]), select { height: 2.625rem; }
textarea { resize: vertical; }
form.wide { max-width: 40rem; }
.filters, form.row { display: flex; flex-wrap: wrap; gap: .25rem .75rem; align-items: flex-end; margin: 0 0 1.25rem; }
.filters .field, form.row .field { flex: 1 1 9rem; max-width: 18rem; margin: 0; }
.filters details { margin: .5rem 0; }
.filters > button { margin-top: .5rem; }
.option {
  display: flex; gap: .75rem; align-items: flex-start; padding: .5rem .75rem; margin-bottom: .5rem;
  border: 1px solid var(--edge); border-radius: .5rem; cursor: pointer;
}
.option:has(input:checked) { border-color: var(--accent); background: var(--tint); }
.option input, .tick input { flex: none; width: 1.125rem; height: 1.125rem; margin: .1875rem 0 0; accent-color: var(--accent); }
.tick { display: flex; gap: .75rem; padding: .25rem 0; cursor: pointer; }
.nested { margin: 0 0 1rem .75rem; padding: .25rem 0 0 1rem; border-left: 2px solid var(--line); columns: 18rem; }
form.token:has([name="preset"]:not([value="choose"]):checked) .for-choose,
form.token:has([name="inboxes"][value="all"]:checked) .for-picked,
form.token:has([name="kind"][value="bot"]:checked) .beyond-bot { display: none; }
button, .button {
  display: inline-block; min-height: 2.625rem; padding: .4375rem 1.125rem; font: inherit; font-weight: 600; line-height: 1.6;
  color: var(--on-accent); background: var(--accent); border: 1px solid var(--accent); border-radius: .5rem;
  text-decoration: none; text-align: center; cursor: pointer;
}
.quiet { color: var(--ink); background: transparent; border-color: var(--edge); font-weight: 400; }
.danger { color: var(--bad); background: transparent; border-color: var(--bad); }
.buttons { display: flex; flex-wrap: wrap; gap: .625rem; margin: 1rem 0; }
.press { margin: 0; }
summary { margin: 0 0 .5rem; color: var(--accent); cursor: pointer; }
details { margin: .75rem 0; }
form + form.press { margin-top: .75rem; }
form + details, form + h2 { margin-top: 1.25rem; }
.buttons form + form.press { margin: 0; }
code { font: .9375em/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; overflow-wrap: anywhere; }
pre { margin: 0 0 1rem; padding: .75rem; overflow-x: auto; white-space: pre-wrap; background: var(--card); border: 1px solid var(--line); border-radius: .5rem; }
.copy { min-height: 1.75rem; margin-left: .75rem; padding: 0 .75rem; font-size: .8125rem; }
.secret { padding: .75rem; background: var(--tint); border: 1px solid var(--accent); border-radius: .5rem; }
.card, .draft { margin: 0 0 1rem; padding: 1rem 1.25rem; background: var(--card); border: 1px solid var(--line); border-radius: .75rem; }
.card h2 { margin-top: 0; }
.card form + h2 { margin-top: 1.25rem; }
.draft { border-left: 4px solid var(--accent); }
.draft p:last-child, .card p:last-child { margin-bottom: 0; }
.empty { padding: 1.5rem; background: var(--card); border: 1px dashed var(--edge); border-radius: .75rem; color: var(--soft); }
.notice, .warning, .problem { padding: .75rem 1rem; border-radius: .5rem; }
.notice { background: var(--tint); }
.warning { color: var(--warn); background: var(--warn-tint); }
.problem { color: var(--bad); background: var(--bad-tint); }
.rows, .plain, .choices, .links, .tags, ol.messages { margin: 0 0 1.25rem; padding: 0; list-style: none; }
.rows > li {
  display: grid; grid-template-columns: auto auto 1fr auto; gap: 0 .625rem; align-items: baseline; padding: .75rem 1rem;
  background: var(--card); border: 1px solid var(--line); border-top-width: 0;
}
.rows > li:first-child { border-top-width: 1px; border-radius: .75rem .75rem 0 0; }
.rows > li:last-child { border-radius: 0 0 .75rem .75rem; }
.rows > li:only-child { border-radius: .75rem; }
.rows .main { font-weight: 600; grid-column: 1; }
.rows .when { grid-column: 4; grid-row: 1; color: var(--soft); font-size: .875rem; }
.rows .preview, .rows small, .rows details, .rows form { grid-column: 1 / -1; }
.rows .preview { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; color: var(--soft); }
.plain li { padding: .5rem 0; border-bottom: 1px solid var(--line); }
.choices a { display: block; padding: .75rem; margin-bottom: .5rem; background: var(--card); border: 1px solid var(--edge); border-radius: .5rem; text-decoration: none; }
.links, .tags { display: flex; flex-wrap: wrap; gap: .5rem 1.25rem; }
.tags li { display: flex; gap: .375rem; align-items: center; }
.tags button { min-height: 1.75rem; padding: 0 .625rem; font-size: .8125rem; }
.outline { margin: 0 0 1.25rem; padding: 0 0 0 2rem; }
.outline > li { margin: 0 0 .625rem; padding: .625rem 1rem; background: var(--card); border: 1px solid var(--line); border-radius: .5rem; }
.outline > li:target { border-color: var(--accent); }
.outline p { margin: 0; }
.outline ul { margin: 0; padding: 0; list-style: none; color: var(--soft); }
.columns { columns: 20rem; }
.article { max-width: 46rem; }
.article img { max-width: 100%; }
.article .wide { overflow-x: auto; }
.two.widget { grid-template-columns: minmax(0, 1fr) 24rem; }
@media (min-width: 60.01rem) { .two.widget aside { position: sticky; top: 1rem; } }
.preview { display: block; width: 100%; font: 14px system-ui, sans-serif; }
.preview-page { fill: var(--paper); stroke: var(--line); }
.preview-field { fill: none; stroke: var(--edge); }
.preview-hint { fill: var(--soft); }
@media (min-width: 30rem) { form.wide:has([type="color"]) { display: grid; grid-template-columns: repeat(auto-fill, minmax(11rem, 1fr)); gap: 0 1rem; } }
form.wide:has([type="color"]) > :is(button, .problem) { grid-column: 1 / -1; justify-self: start; }
input[type="color"] { max-width: 6rem; padding: .25rem; }
.canvas { height: 36rem; margin: 0 0 1.25rem; overflow: hidden; background: var(--card); border: 1px solid var(--line); border-radius: .75rem; }
@media (scripting: none), (max-width: 40rem) { .canvas { display: none; } }
.two.flow { grid-template-columns: minmax(0, 1fr) 22rem; }
main:has(.two.flow) { max-width: none; }
.beside-flow { display: flex; flex-direction: column; gap: 1rem; min-width: 0; align-self: start; }
.beside-flow > .card { margin: 0; }
@media (min-width: 60.01rem) { .beside-flow { position: sticky; top: 1rem; max-height: calc(100vh - 2rem); overflow-y: auto; } }
.outline .flow-problems { margin: .375rem 0; }
.flow-problems { margin: 0 0 1rem; padding: 0; list-style: none; }
.flow-problems li { padding: .375rem .75rem; margin-bottom: .25rem; border-radius: .5rem; font-size: .9375rem; }
.beside { margin-left: .75rem; font-size: .875rem; }
.part-rows { padding: .75rem; border: 1px solid var(--line); border-radius: .5rem; }
.part-rows > legend { padding: 0 .375rem; margin: 0; }
.part-row { padding: .5rem 0; border-bottom: 1px solid var(--line); }
.part-fields { display: grid; grid-template-columns: repeat(auto-fit, minmax(10rem, 1fr)); gap: 0 .75rem; }
.part-fields > .part-rows, .part-fields > details { grid-column: 1 / -1; }
.part-row .field { margin-bottom: .5rem; }
.nested-fields { padding-left: .75rem; border-left: 2px solid var(--line); }
.simulation .in { align-self: flex-start; }
.simulation ol.messages.short { max-height: 26rem; }
.tag { display: inline-block; padding: 0 .5rem; border: 1px solid var(--edge); border-radius: 1rem; font-size: .8125rem; white-space: nowrap; justify-self: start; }
.tag.open, .tag.active { border-color: var(--accent); color: var(--accent); }
.tag.waiting, .tag.pending { border-color: var(--warn); color: var(--warn); }
.tag.revoked, .tag.expired { border-color: var(--bad); color: var(--bad); }
.table { overflow-x: auto; margin: 0 0 1.25rem; background: var(--card); border: 1px solid var(--line); border-radius: .75rem; }
table { width: 100%; border-collapse: collapse; font-size: .9375rem; }
th, td { padding: .5rem .875rem; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; overflow-wrap: break-word; }
tbody tr:last-child > * { border-bottom: 0; }
thead th { color: var(--soft); font-size: .8125rem; font-weight: 600; white-space: nowrap; }
caption { padding: 0 0 .5rem; text-align: left; font-weight: 600; }
.bars { max-width: 40rem; margin-bottom: 1.25rem; }
.bars th, .bars td { padding: .1875rem .5rem .1875rem 0; border: 0; font-weight: 400; }
.bars td:nth-child(2) { width: 50%; }
.bars svg { display: block; width: 100%; height: 1rem; margin-top: .25rem; }
.bars rect { fill: var(--accent); }
.plot { display: block; width: 100%; height: 8rem; margin: 0 0 1rem; background: var(--card); border: 1px solid var(--line); border-radius: .5rem; }
.plot rect { fill: var(--accent); }
.figures { display: grid; grid-template-columns: repeat(auto-fill, minmax(9rem, 1fr)); gap: .75rem; }
.figures div { padding: .75rem 1rem; background: var(--card); border: 1px solid var(--line); border-radius: .75rem; }
.figures dd { font-size: 1.5rem; font-variant-numeric: tabular-nums; }
td form.press { display: inline-block; margin: 0 .375rem .25rem 0 !important; }
td button { min-height: 1.875rem; padding: .125rem .75rem; font-size: .875rem; }
meter { width: 8rem; vertical-align: middle; }
.two { display: grid; grid-template-columns: minmax(0, 1fr) 19rem; gap: 1.5rem; }
.two aside { padding: 1rem 1.25rem; background: var(--card); border: 1px solid var(--line); border-radius: .75rem; align-self: start; }
.two aside dl { grid-template-columns: 1fr; gap: 0; }
.two aside dd { margin-bottom: .5rem; }
.two aside h2:first-child { margin-top: 0; }
ol.messages { max-height: 60vh; overflow-y: auto; display: flex; flex-direction: column; gap: .625rem; padding: .25rem; }
ol.messages.short { max-height: 20rem; }
.messages li { max-width: 85%; padding: .5rem .875rem; border: 1px solid var(--line); border-radius: .75rem; background: var(--card); }
.messages li.out { align-self: flex-end; background: var(--tint); }
.messages li.note { align-self: flex-end; background: var(--warn-tint); }
.messages li.activity { align-self: center; color: var(--soft); font-size: .875rem; }
.messages p { margin: 0; }
.files { margin: .375rem 0 0; padding: 0; list-style: none; }
.files img { display: block; max-width: 100%; max-height: 16rem; border-radius: .5rem; }
.meta { margin: 0 0 .25rem; color: var(--soft); font-size: .8125rem; }
.meta strong { color: var(--ink); }
.messages .note em { color: var(--warn); }
blockquote { margin: 0 0 1rem; padding: .75rem 1rem; background: var(--card); border-left: 4px solid var(--edge); }
.difference, .same { padding: 1rem; background: var(--card); border: 1px solid var(--line); border-radius: .5rem; }
ins { background: var(--tint); color: var(--accent); text-decoration: underline; }
del { background: var(--bad-tint); color: var(--bad); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.option:has(:focus-visible) { outline: 3px solid var(--accent); outline-offset: 1px; }
.option :focus-visible { outline: none; }
@media (max-width: 60rem) {
  body { grid-template: auto auto 1fr / minmax(0, 1fr); grid-template-areas: "head" "nav" "main"; }
  nav.sections { display: flex; gap: .25rem; align-items: center; overflow-x: auto; padding: .375rem .75rem; border-right: 0; border-bottom: 1px solid var(--line); }
  nav.sections h2 { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); margin: 0; }
  nav.sections ul { display: flex; }
  nav.sections a { white-space: nowrap; }
  main { padding: 1rem 1rem 4rem; }
  .two, .two.flow, .two.widget { grid-template-columns: minmax(0, 1fr); }
  .two.widget aside { order: -1; }
}
@media (max-width: 40rem) {
  dl { grid-template-columns: 1fr; gap: 0; }
  dd { margin-bottom: .625rem; }
  .rows > li { grid-template-columns: auto 1fr; row-gap: .25rem; }
  .rows .main, .rows .when { grid-column: 1 / -1; grid-row: auto; }
  .filters .field { max-width: none; }
}
`;

export function style(): Response {
  return new Response(STYLE, {
    headers: {
      "Content-Type": "text/css; charset=utf-8",
      "Cache-Control": "public, max-age=300",
      "X-Content-Type-Options": "nosniff",
    },
  });
}

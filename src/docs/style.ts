/** What the documentation pages add to the look of the other pages: more room, tables, code. From 320 px. */
export const DOCS_STYLESHEET = `
.docs header, .docs main, .docs footer { max-width: 56rem; }
.docs header { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; align-items: center; }
.docs header::before { margin-right: -.75rem; }
.docs header .skip:focus { order: -1; }
.docs header [aria-current] { color: var(--ink); font-weight: 600; text-decoration: none; }
.docs header nav ul, .docs .toc ul { display: flex; flex-wrap: wrap; gap: .25rem 1rem; margin: 0; padding: 0; list-style: none; }
.docs header nav { font-weight: 400; }
.docs .skip { position: absolute; left: -100rem; }
.docs .skip:focus { position: static; flex-basis: 100%; }
.docs footer { margin: 1rem auto 0; padding-left: .25rem; color: var(--soft); font-size: .875rem; }
.docs .toc { margin: 0 0 1.5rem; padding: .75rem 1rem; background: var(--tint); border-radius: .5rem; }
.docs [id] { scroll-margin-top: 1rem; }
.docs h2 { margin: 2.25rem 0 .75rem; padding-top: 1.25rem; border-top: 1px solid var(--line); font-size: 1.1875rem; line-height: 1.3; }
.docs h3 { margin: 1.75rem 0 .5rem; font-size: 1rem; line-height: 1.4; }
.docs h3 a { text-decoration: none; }
.docs h3 a:hover, .docs h3 a:focus { text-decoration: underline; }
.docs h3 small { margin-left: .5rem; color: var(--soft); font-weight: 400; font-size: .875rem; }
.docs h4 { margin: .75rem 0 .25rem; font-size: .875rem; }
.docs .facts { color: var(--soft); font-size: .875rem; }
.docs ol { margin: 0 0 1rem; padding-left: 1.5rem; }
.docs code, .docs pre { font: .875em/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
.docs h2 code, .docs h3 code { font-weight: 600; }
.docs pre { margin: 0 0 1rem; padding: .75rem; background: var(--paper); border: 1px solid var(--line); border-radius: .5rem; font-size: .8125rem; white-space: pre-wrap; overflow: visible; }
.docs pre code { font: inherit; }
/* In the corner of the snippet that follows, whose lines keep clear of it. */
.docs .copy { float: right; margin: .5rem .5rem .25rem .75rem; padding: 0 .75rem; min-height: 1.75rem; font-size: .8125rem; font-weight: 400; }
.docs button.copy { background: var(--card); }
.docs table { width: 100%; margin: 0 0 1rem; border-collapse: collapse; font-size: .875rem; }
.docs caption { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
.docs th, .docs td { padding: .375rem .5rem; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
.docs th:first-child, .docs td:first-child { padding-left: 0; }
.docs tbody th { font-weight: 600; }
.docs th small { display: block; color: var(--soft); font-weight: 400; }
.docs h2 small { margin-left: .5rem; color: var(--soft); font-weight: 400; font-size: .875rem; }
.docs h2 a { text-decoration: none; }
.docs h2 a:hover, .docs h2 a:focus { text-decoration: underline; }
.docs search form { display: grid; grid-template-columns: 1fr auto; gap: .5rem; margin-bottom: 1.5rem; }
.docs search label { grid-column: 1 / -1; margin: 0; }
.docs .index { columns: 3 15rem; margin: 0; padding: 0; list-style: none; }
.docs .index li { padding: .1875rem 0; break-inside: avoid; }
.docs .index li:target { background: var(--tint); }
.docs details { margin: 0 0 .75rem; }
.docs td details { margin: .25rem 0 0; }
.docs summary { margin: 0 0 .375rem; width: fit-content; font-size: .875rem; }
.docs .shape { margin: 0; }
@media (min-width: 40.01rem) {
  .docs tbody th { width: 24%; }
  .docs .fields td:nth-of-type(1) { width: 34%; }
  .docs .halves td { width: 38%; }
}
@media (max-width: 40rem) {
  .docs thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .docs table, .docs tbody, .docs tr, .docs tbody th, .docs tbody td { display: block; width: auto; }
  .docs tr { padding: .375rem 0; border-bottom: 1px solid var(--line); }
  .docs tbody th, .docs tbody td { padding: 0; border: 0; }
  .docs tbody td { color: var(--soft); }
}
`;

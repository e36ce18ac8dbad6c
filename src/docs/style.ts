/** What the documentation pages add to the look of the other pages: more room, tables, code. From 320 px. */
export const DOCS_STYLESHEET = `
.docs header, .docs main, .docs footer { max-width: 56rem; }
.docs header { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; align-items: baseline; }
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
.docs h3 code { font-weight: 600; }
.docs pre { margin: 0 0 1rem; padding: .75rem; background: var(--paper); border: 1px solid var(--line); border-radius: .5rem; font-size: .8125rem; white-space: pre-wrap; }
.docs pre code { font: inherit; }
.docs .copy { display: block; margin: 0 0 .375rem auto; padding: .125rem .75rem; min-height: 1.75rem; font-size: .8125rem; font-weight: 400; }
.docs table { width: 100%; margin: 0 0 1rem; border-collapse: collapse; font-size: .875rem; }
.docs caption { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
.docs th, .docs td { padding: .375rem .5rem; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
.docs th:first-child, .docs td:first-child { padding-left: 0; }
.docs tbody th { width: 24%; font-weight: 600; }
.docs tbody td:nth-of-type(1) { width: 34%; }
@media (max-width: 40rem) {
  .docs thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .docs table, .docs tbody, .docs tr, .docs tbody th, .docs tbody td { display: block; width: auto; }
  .docs tr { padding: .375rem 0; border-bottom: 1px solid var(--line); }
  .docs tbody th, .docs tbody td { padding: 0; border: 0; }
  .docs tbody td, .docs tbody td:nth-of-type(1) { width: auto; color: var(--soft); }
  .docs tbody td:empty { display: none; }
}
`;

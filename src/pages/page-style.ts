/**
 * The colours of all pages, light and dark. `--line` only divides; what can be used has the border `--edge`, which WCAG
 * 2.2 (1.4.11) wants at 3:1.
 */
export const COLOURS = `
:root {
  color-scheme: light dark;
  --paper: #f6f6f3; --card: #fff; --ink: #1d2126; --soft: #5c646d; --line: #d9dcd8; --edge: #767f79;
  --accent: #0b6b5d; --on-accent: #fff; --tint: #e8f2ef;
  --warn: #7a4b00; --warn-tint: #fdf3de; --bad: #a3231a; --bad-tint: #fceceb; --shade: #00000026;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #15181b; --card: #1d2125; --ink: #e8eaec; --soft: #a2abb4; --line: #363c42; --edge: #78828c;
    --accent: #5cc8b4; --on-accent: #08201b; --tint: #1f2f2d;
    --warn: #f0c878; --warn-tint: #33290f; --bad: #ff9d94; --bad-tint: #3a1d1b; --shade: #00000080;
  }
}
`;

/** The look of the sign-in, consent and invitation pages: system font, one accent, light and dark, from 320 px. */
export const STYLESHEET = `${COLOURS}
* { box-sizing: border-box; }
/* Whatever else is said of how an element is laid out. */
[hidden] { display: none !important; }
body {
  margin: 0; padding: 1.5rem 1rem 3rem; background: var(--paper); color: var(--ink);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; overflow-wrap: anywhere;
}
header, main { max-width: 34rem; margin: 0 auto; }
body.wide-page header, body.wide-page main { max-width: 46rem; }
header { padding: 0 0 .75rem .25rem; font-weight: 650; letter-spacing: .01em; color: var(--accent); }
header::before {
  content: ""; display: inline-block; width: 1.25rem; height: 1.25rem; margin-right: .5rem; vertical-align: -.25rem;
  background: url("/favicon.svg") center / contain no-repeat;
}
@media (min-width: 30rem) and (min-height: 44rem) { body { padding-top: 4rem; } }
main { background: var(--card); border: 1px solid var(--line); border-radius: .75rem; padding: 1.5rem; }
h1 { margin: 0 0 1rem; font-size: 1.375rem; line-height: 1.3; }
p { margin: 0 0 1rem; }
a { color: var(--accent); }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .375rem 1rem; margin: 0 0 1.25rem; }
dt { color: var(--soft); }
dd { margin: 0; }
dd small, label small, .hint { display: block; color: var(--soft); font-size: .875rem; }
fieldset { min-width: 0; margin: 0 0 1.25rem; padding: 0; border: 0; }
legend { padding: 0; margin-bottom: .5rem; font-weight: 600; }
.field label { display: block; margin-bottom: .25rem; font-weight: 600; }
.field input {
  width: 100%; padding: .625rem .75rem; font: inherit; color: inherit; background: var(--paper);
  border: 1px solid var(--edge); border-radius: .5rem;
}
.field .hint { margin-top: .25rem; }
.option {
  display: flex; gap: .75rem; align-items: flex-start; padding: .625rem .75rem; margin-bottom: .5rem;
  border: 1px solid var(--edge); border-radius: .5rem; cursor: pointer;
}
.option:has(input:checked) { border-color: var(--accent); background: var(--tint); }
.option input, .tick input { flex: none; width: 1.125rem; height: 1.125rem; margin: .1875rem 0 0; accent-color: var(--accent); }
.tick { display: flex; gap: .75rem; padding: .3125rem 0; cursor: pointer; }
.more { margin: 0 0 1rem .75rem; padding: .25rem 0 0 1rem; border-left: 2px solid var(--line); }
form:has([name="access"]:not([value="write"]):checked) .for-write,
form:has([name="access"]:not([value="choose"]):checked) .for-choose,
form:has([name="inboxes"][value="all"]:checked) .for-picked { display: none; }
/* Cut amid a row, with a shadow where there is more: a list that ends between rows looks whole. */
.scroll {
  max-height: 18.25rem; overflow-y: auto; padding: 0 .5rem; border: 1px solid var(--line); border-radius: .5rem;
  background: linear-gradient(var(--card) 40%, transparent) top / 100% 2rem no-repeat local,
    linear-gradient(transparent, var(--card) 60%) bottom / 100% 2rem no-repeat local,
    linear-gradient(var(--shade), transparent) top / 100% .75rem no-repeat scroll,
    linear-gradient(transparent, var(--shade)) bottom / 100% .75rem no-repeat scroll, var(--card);
}
.group { margin: 0 0 1rem; }
.group legend { margin-bottom: .125rem; font-size: .875rem; }
.ticking { display: flex; flex-wrap: wrap; gap: .5rem; margin: 0 0 1rem; }
.ticking button { font-size: .875rem; font-weight: 400; }
html { scroll-padding-bottom: 6rem; }
.decide { position: sticky; bottom: 0; background: var(--card); border-top: 1px solid var(--line); padding: .75rem 0; }
code { font: .9375em/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; overflow-wrap: anywhere; }
pre { margin: 0 0 1rem; padding: .75rem; overflow-x: auto; background: var(--paper); border-radius: .5rem; }
summary { margin-bottom: .75rem; color: var(--accent); cursor: pointer; }
details ul { margin: 0 0 1rem; padding-left: 1.25rem; color: var(--soft); }
button, .button {
  display: inline-block; min-height: 2.75rem; padding: .5rem 1.25rem; font: inherit; font-weight: 600; line-height: 1.6;
  color: var(--on-accent); background: var(--accent); border: 1px solid var(--accent); border-radius: .5rem;
  text-decoration: none; text-align: center; cursor: pointer;
}
button.quiet { color: var(--ink); background: transparent; border-color: var(--edge); }
.buttons { display: flex; flex-wrap: wrap; gap: .75rem; margin: 1.25rem 0 0; }
.wide button { width: 100%; }
.providers { margin-top: 1.25rem; padding-top: 1.25rem; border-top: 1px solid var(--line); }
.providers form + form { margin-top: .75rem; }
.choices { list-style: none; margin: 0 0 1rem; padding: 0; }
.choices a { display: block; padding: .75rem; margin-bottom: .5rem; border: 1px solid var(--edge); border-radius: .5rem; text-decoration: none; }
.choices a:hover { border-color: var(--accent); }
.choices small { display: block; color: var(--soft); }
.warning, .problem { padding: .75rem; border-radius: .5rem; }
.warning { color: var(--warn); background: var(--warn-tint); }
.problem { color: var(--bad); background: var(--bad-tint); }
.who { margin: 1.25rem 0 0; color: var(--soft); font-size: .875rem; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.option:has(:focus-visible) { outline: 3px solid var(--accent); outline-offset: 1px; }
.option :focus-visible { outline: none; }
@media (max-width: 30rem) {
  main { padding: 1.125rem; }
  dl { grid-template-columns: 1fr; gap: 0; }
  dd { margin-bottom: .625rem; }
  .buttons:not(.decide) button { flex: 1 1 100%; }
  .decide button { flex: 1 1 auto; padding: .5rem; }
}
`;

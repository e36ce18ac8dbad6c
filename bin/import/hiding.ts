/** What a page holds and shows to nobody who reads it. */

/** Declarations of a style, the last of each name. Those of `!important` are like others here. */
function declarations(style: string): ReadonlyMap<string, string> {
  return new Map(
    bareSheet(style)
      .toLowerCase()
      .replaceAll("!important", "")
      .split(";")
      .map((one) => one.split(":", 2).map((part) => part.trim()))
      .map(([name = "", value = ""]) => [name, value]),
  );
}

/** Farther off than any page that is laid out reaches. */
const FAR_OFF =
  /^-\s*(?:(?:\d{4,}|[5-9]\d\d)(?:\.\d+)?(?:px|pt|rem|em|vw|%)?|[1-4]\d\d(?:\.\d+)?(?:rem|em|vw|%))$/;
const ZERO = /^0(?:\.0+)?(?:px|em|rem|%|pt)?$/;

/** Whether a style hides its element, or puts it where nobody sees it. */
function hidesByStyle(style: string): boolean {
  const of = declarations(style);
  const says = (name: string, value: RegExp) => value.test(of.get(name) ?? "");
  const anyOf = (names: readonly string[], value: RegExp) => names.some((name) => says(name, value));
  return (
    says("display", /^none$/) ||
    says("visibility", /^(hidden|collapse)$/) ||
    says("content-visibility", /^hidden$/) ||
    says("opacity", /^(0(\.0+)?%?|\.0+)$/) ||
    says("font-size", ZERO) ||
    says("transform", /^scale[xy3d]*\(0[,)]/) ||
    anyOf(["text-indent", "margin-left", "margin-top"], FAR_OFF) ||
    (says("position", /^(absolute|fixed)$/) && anyOf(["left", "right", "top", "bottom"], FAR_OFF)) ||
    (says("overflow", /^(hidden|clip)\b/) && anyOf(["height", "max-height", "width", "max-width"], ZERO))
  );
}

/** True for attributes of an element that no reader of the page sees. */
export function hides({ hidden, style }: { hidden: boolean; style: string }): boolean {
  return hidden || hidesByStyle(style);
}

/** An element as far as a simple selector asks. */
export interface Selected {
  /** In lower case. */
  tag: string;
  id: string;
  classes: readonly string[];
}

/** Characters of style sheets, and hidden selectors, that are looked at. */
const MAX_SHEET = 500_000;
const MAX_SELECTORS = 500;
/** A selector of one element by its tag, id and classes: what depends on more (a pointer, other elements) is not read. */
const SIMPLE = /^([a-z][a-z0-9-]*)?((?:[.#][\w-]+)+)$/i;

/**
 * What the document's own style sheets hide, whatever the screen. Rules within others (for print, say) are left out, and
 * so are those that a later rule of the same selector shows again.
 */
export function hiddenByRules(html: string): (element: Selected) => boolean {
  const sheet = between(html, /<style\b[^>]{0,200}>/gi, "</style")
    .join("\n")
    .slice(0, MAX_SHEET);
  const hidden = new Map<string, boolean>();
  for (const { selector, style } of rulesOf(sheet)) {
    const of = declarations(style);
    for (const one of selector.split(",").map((part) => part.trim())) {
      // Everything stands in these two.
      const own = one.length > 200 ? "" : one.replace(/^(?:(?:html|body)[\s>]+)+/i, "");
      if (!SIMPLE.test(own)) continue;
      if (hidesByStyle(style)) hidden.set(own, true);
      else if (of.has("display") || of.has("visibility")) hidden.set(own, false);
    }
  }
  const tests = [...hidden].flatMap(([selector, isHidden]) => (isHidden ? [matcher(selector)] : []));
  const some = tests.slice(0, MAX_SELECTORS);
  return (element) => some.some((matches) => matches(element));
}

/** What stands between a beginning and its end; nothing behind a beginning without an end. */
function between(text: string, beginning: RegExp, end: string): string[] {
  const found: string[] = [];
  const lower = text.toLowerCase();
  for (let at = beginning.exec(text); at !== null; at = beginning.exec(text)) {
    const from = at.index + at[0].length;
    const to = lower.indexOf(end, from);
    if (to < 0) break;
    found.push(text.slice(from, to));
    beginning.lastIndex = to + end.length;
  }
  return found;
}

/** Styles without their comments. */
function bareSheet(sheet: string): string {
  let bare = "";
  for (let at = 0; ; ) {
    const from = sheet.indexOf("/*", at);
    const to = from < 0 ? -1 : sheet.indexOf("*/", from + 2);
    if (to < 0) return bare + sheet.slice(at, from < 0 ? undefined : from);
    bare += sheet.slice(at, from);
    at = to + 2;
  }
}

/** The rules at the top of a style sheet. */
function* rulesOf(sheet: string): Generator<{ selector: string; style: string }> {
  const text = bareSheet(sheet);
  let depth = 0;
  let from = 0;
  let selector = "";
  for (let at = 0; at < text.length; at++) {
    const sign = text[at];
    if (sign === "{") {
      if (depth === 0) {
        selector = text.slice(from, at).trim();
        from = at + 1;
      }
      depth += 1;
    } else if (sign === "}") {
      depth = Math.max(0, depth - 1);
      if (depth > 0) continue;
      if (!selector.startsWith("@")) yield { selector, style: text.slice(from, at) };
      from = at + 1;
    } else if (sign === ";" && depth === 0) from = at + 1;
  }
}

function matcher(selector: string): (element: Selected) => boolean {
  const [, tag = "", rest = ""] = SIMPLE.exec(selector) ?? [];
  const parts = rest.match(/[.#][\w-]+/g) ?? [];
  return (element) =>
    (tag === "" || element.tag === tag.toLowerCase()) &&
    parts.every((part) =>
      part.startsWith("#") ? element.id === part.slice(1) : element.classes.includes(part.slice(1)),
    );
}

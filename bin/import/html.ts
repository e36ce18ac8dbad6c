import TurndownService from "turndown";
import { BadEntry } from "./entry.ts";
import { hiddenByRules, hides } from "./hiding.ts";

/** Characters of one document's HTML, and of one product's description without its pictures. */
const MAX_HTML = 5_000_000;
const MAX_DESCRIPTION = 200_000;
/** Elements in elements. */
const MAX_DEPTH = 256;

/** What is no text of a page. */
const NO_TEXT = ["script", "style", "noscript", "template", "iframe", "button", "dialog", "svg"] as const;
/** What stands around the text of a page. */
const AROUND = ["nav", "aside", "footer", "form"] as const;
/** What has no text that could be read. */
const MEDIA = ["img", "picture", "video", "audio", "canvas", "object", "embed", "map"] as const;

/** Lines without spaces at their ends, and at most one empty line between two. */
export function tidied(text: string): string {
  return text
    .replaceAll("\u00a0", " ")
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n")
    .replaceAll(/\n{3,}/g, "\n\n")
    .trim();
}

function oneLine(text: string): string {
  return text.trim().replaceAll(/\s+/g, " ");
}

/** What is needed of an element of the page, or of the document that it stands in. */
interface Element {
  nodeName: string;
  parentNode: Element | null;
  /** Missing in the document. */
  getAttribute?(name: string): string | null;
}

/** Tells whether `test` holds of an element, or of one that it stands in. */
function within(element: Element, test: (element: Element) => boolean): boolean {
  for (let at: Element | null = element; at !== null; at = at.parentNode) if (test(at)) return true;
  return false;
}

/**
 * Tells of a document's elements whose text is not the page's: what hides them is no part of
 * {@link TurndownService.remove}'s rules.
 */
function unseenIn(html: string): (element: Element) => boolean {
  const hiddenByRule = hiddenByRules(html);
  return (element) =>
    NO_TEXT.some((tag) => tag === element.nodeName.toLowerCase()) ||
    hides({
      hidden: typeof element.getAttribute?.("hidden") === "string",
      style: element.getAttribute?.("style") ?? "",
    }) ||
    hiddenByRule({
      tag: element.nodeName.toLowerCase(),
      id: element.getAttribute?.("id") ?? "",
      classes: (element.getAttribute?.("class") ?? "").split(/\s+/),
    });
}

function hasTag(tags: readonly string[]): (element: Element) => boolean {
  return (element) => tags.includes(element.nodeName.toLowerCase());
}

/** The head of a page, which is no head of an article. */
function isPageHeader(element: Element): boolean {
  const inside = (node: Element) => ["ARTICLE", "MAIN", "SECTION"].includes(node.nodeName);
  return element.nodeName === "HEADER" && !within(element, inside);
}

/** Leaves elements out with all that is in them. A rule of its own: turndown's `remove` comes behind its rule of images. */
function without(service: TurndownService, name: string, test: (element: Element) => boolean): void {
  service.addRule(name, { filter: test, replacement: () => "" });
}

/** Entities of white space. */
const BLANK_ENTITY =
  /&(?:nbsp|NonBreakingSpace|ensp|emsp|emsp1[34]|numsp|puncsp|thinsp|hairsp|MediumSpace|Tab|NewLine|#0{0,9}(?:9|1[0-3]|32|160|819[2-9]|820[0-2]|8239|8287|12288)|#x0{0,9}(?:9|[a-d]|20|a0|200[0-9a]|202f|205f|3000));/gi;

/** The same HTML without long white space, through which turndown goes again from each of its characters, and without the bytes of pictures. */
function withoutBulk(html: string): string {
  return html
    .replace(/data:[\w/+.-]{0,100};base64,[\w+/=%-]*/g, "")
    .replace(BLANK_ENTITY, "\u00a0")
    .replace(/(\s{100})\s+/g, "$1");
}

/**
 * HTML through a service. What it costs to go through grows with depth times length, so both are bounded.
 * @throws BadEntry for what is longer, or nested deeper, than any page is
 */
function turned(service: TurndownService, given: string, most: number): string {
  const html = withoutBulk(given);
  if (html.length > most) throw new BadEntry(`holds more than ${most} characters of HTML`);
  assertShallow(html);
  return service.turndown(html);
}

/** Elements whose end need not be written, or that have none: they do not nest by themselves. */
const ENDLESS =
  /^(p|li|dt|dd|option|optgroup|rp|rt|tr|td|th|thead|tbody|tfoot|colgroup|html|head|body|area|base|br|col|embed|hr|img|input|link|meta|source|track|wbr)$/;

/**
 * The parser's time and everybody's stack grow with depth, so it is looked at before anything is parsed: about as a
 * browser nests elements. @throws BadEntry
 */
function assertShallow(html: string): void {
  const text = html.toLowerCase();
  const open: string[] = [];
  const tag = /<(?:!--|(\/?)([a-z][^\s/>]{0,100})[^<>]{0,2000})/g;
  for (let found = tag.exec(text); found !== null; found = tag.exec(text)) {
    const [whole, slash = "", name] = found;
    const end =
      name === undefined ? "-->" : /^(script|style)$/.test(name) && slash === "" ? `</${name}` : null;
    if (end !== null) {
      // Nothing in there is an element; without an end, nothing behind it is.
      tag.lastIndex = text.indexOf(end, tag.lastIndex);
      if (tag.lastIndex < 0) return;
    } else if (name !== undefined && !ENDLESS.test(name)) {
      const drawing = open.includes("svg") || open.includes("math");
      if (slash !== "") open.length = open.includes(name) ? open.lastIndexOf(name) : open.length;
      else if (!(drawing && whole.endsWith("/"))) open.push(name);
      if (open.length > MAX_DEPTH) throw new BadEntry(`is nested more than ${MAX_DEPTH} deep`);
    }
  }
}

/** Text as it is: a shop's description is read by people and search, not rendered. */
function plainService(isUnseen: (element: Element) => boolean): TurndownService {
  const service = new TurndownService({ bulletListMarker: "-", headingStyle: "atx", hr: "", br: "" });
  service.escape = (text) => text;
  service.addRule("bare", {
    filter: ["strong", "b", "em", "i", "a", "code", "u", "s"],
    replacement: (content) => content,
  });
  service.addRule("heading", {
    filter: ["h1", "h2", "h3", "h4", "h5", "h6"],
    replacement: (content) => `\n\n${oneLine(content)}\n\n`,
  });
  service.addRule("item", {
    filter: "li",
    replacement: (content) => `- ${content.trim().replaceAll(/\n+/g, "\n  ")}\n`,
  });
  service.addRule("cell", { filter: ["th", "td"], replacement: (content) => `${oneLine(content)} ` });
  service.addRule("row", { filter: "tr", replacement: (content) => `\n${content.trim()}` });
  without(service, "media", hasTag(MEDIA));
  without(service, "unseen", isUnseen);
  return service;
}

const plain = plainService(unseenIn(""));

/** HTML as plain text: paragraphs, lists with hyphens, no markup. Text that is no HTML stays as it is. */
export function htmlToText(html: string): string {
  if (!/[<&]/.test(html)) return tidied(html);
  const service = /<style/i.test(html) ? plainService(unseenIn(html)) : plain;
  return tidied(turned(service, html, MAX_DESCRIPTION));
}

function divider(line: string): string {
  const cells = line.replaceAll("\\|", "").split("|").length - 2;
  return `|${" --- |".repeat(Math.max(cells, 1))}`;
}

export interface Page {
  /** Of its `title` element; "" without one. */
  title: string;
  markdown: string;
}

/** A page as Markdown: what is in its `main` element, or else all of it without navigation, footers and forms. */
export function htmlToMarkdown(html: string): Page {
  let title = "";
  let main = "";
  const isUnseen = unseenIn(html);
  const service = new TurndownService({
    bulletListMarker: "-",
    headingStyle: "atx",
    codeBlockStyle: "fenced",
    emDelimiter: "*",
  });
  service.addRule("title", {
    filter: "title",
    replacement: (content, node) => {
      // A picture may have a title as well.
      if (!within(node, isUnseen)) title ||= oneLine(content);
      return "";
    },
  });
  service.addRule("main", {
    filter: "main",
    replacement: (content, node) => {
      if (!within(node, isUnseen)) main = content;
      return `\n\n${content}\n\n`;
    },
  });
  service.addRule("cell", {
    filter: ["th", "td"],
    replacement: (content) => ` ${oneLine(content).replaceAll("|", "\\|")} |`,
  });
  service.addRule("row", { filter: "tr", replacement: (content) => `\n| ${oneLine(content)}` });
  service.addRule("section", {
    filter: ["thead", "tbody", "tfoot"],
    replacement: (content) => content,
  });
  service.addRule("table", {
    filter: "table",
    replacement: (content) => {
      const [first = "", ...rest] = content.split("\n").filter((line) => line.startsWith("|"));
      return first === "" ? content : `\n\n${[first, divider(first), ...rest].join("\n")}\n\n`;
    },
  });
  without(service, "around", (element) => hasTag(AROUND)(element) || isPageHeader(element));
  without(service, "media", hasTag(MEDIA));
  without(service, "unseen", isUnseen);
  const all = turned(service, html, MAX_HTML);
  return { title: unescaped(title), markdown: tidied(main.trim() === "" ? all : main) };
}

/** Text without the backslashes that Markdown needs. */
export function unescaped(markdown: string): string {
  return markdown.replaceAll(/\\([\\`*_{}[\]()#+\-.!>~|])/g, "$1");
}

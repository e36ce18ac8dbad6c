import TurndownService from "turndown";

/** What is no text of a page. */
const NO_TEXT = ["script", "style", "noscript", "template", "iframe", "button", "dialog", "svg"] as const;
/** What stands around the text of a page. */
const AROUND = ["nav", "aside", "footer", "form"] as const;

/** Lines without spaces at their ends, and at most one empty line between two. */
export function tidied(text: string): string {
  return text
    .replaceAll("\u00a0", " ")
    .replaceAll(/[ \t]+$/gm, "")
    .replaceAll(/\n{3,}/g, "\n\n")
    .trim();
}

function oneLine(text: string): string {
  return text.trim().replaceAll(/\s+/g, " ");
}

function withoutTags(service: TurndownService, tags: readonly string[]): void {
  service.remove((node) => tags.includes(node.nodeName.toLowerCase()));
}

/** Text as it is: a shop's description is read by people and search, not rendered. */
function plainService(): TurndownService {
  const service = new TurndownService({ bulletListMarker: "-", headingStyle: "atx", hr: "", br: "" });
  service.escape = (text) => text;
  withoutTags(service, [...NO_TEXT, "img", "video", "audio"]);
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
  return service;
}

const plain = plainService();

/** HTML as plain text: paragraphs, lists with hyphens, no markup. Text that is no HTML stays as it is. */
export function htmlToText(html: string): string {
  if (!/[<&]/.test(html)) return tidied(html);
  return tidied(plain.turndown(html));
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
  const service = new TurndownService({
    bulletListMarker: "-",
    headingStyle: "atx",
    codeBlockStyle: "fenced",
    emDelimiter: "*",
  });
  withoutTags(service, [...NO_TEXT, ...AROUND, "img", "video", "audio"]);
  service.addRule("title", {
    filter: "title",
    replacement: (content) => {
      title ||= oneLine(content);
      return "";
    },
  });
  service.addRule("main", {
    filter: "main",
    replacement: (content) => {
      main = content;
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
  const all = service.turndown(html);
  return { title: unescaped(title), markdown: tidied(main.trim() === "" ? all : main) };
}

/** Text without the backslashes that Markdown needs. */
export function unescaped(markdown: string): string {
  return markdown.replaceAll(/\\([\\`*_{}[\]()#+\-.!>~|])/g, "$1");
}

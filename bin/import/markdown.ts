import { hides } from "./hiding.ts";

/**
 * What readers of a Markdown document see of it. Left out are comments, hidden elements, pictures that stand in the text
 * themselves, and what only a program reads: scripts, and the imports and components of MDX. Goes through the text once.
 */

/** A tag of HTML or of a component is at most so long; what is longer is text. */
const MAX_TAG = 2000;
/** What they waste in all on tags that are none, for each character of a text. */
const WASTE = 20;
/** Elements without an end (https://html.spec.whatwg.org/#void-elements). */
const VOID = /^(area|base|br|col|embed|hr|img|input|link|meta|source|track|wbr)$/i;
/** Elements that go with all that is in them. */
const UNREAD = ["script", "style", "template", "noscript", "svg", "iframe", "object"];
/** Tags that mark up what is read, and stay. */
const KEPT =
  /^(a|abbr|b|blockquote|br|code|dd|del|details|dl|dt|em|h[1-6]|hr|i|ins|kbd|li|mark|ol|p|pre|q|s|strong|sub|summary|sup|table|tbody|td|tfoot|th|thead|tr|u|ul)$/;

interface Tag {
  name: string;
  closes: boolean;
  /** It has no content: `<br/>`. */
  empty: boolean;
  attributes: string;
  end: number;
}

/**
 * Reads the tag that begins at `from`, or says how many characters were looked at in vain. A component's attributes may
 * hold `{…}`.
 */
function tagAt(text: string, from: number): Tag | number {
  const [, slash, name] = sticky(/<(\/?)([A-Za-z][\w.-]{0,60}(?=[\s/>])|(?=>))/y, text, from) ?? [];
  if (slash === undefined || name === undefined) return 1;
  const begins = from + 1 + slash.length + name.length;
  let depth = 0;
  let quote = "";
  let at = begins;
  for (; at < text.length && at < from + MAX_TAG; at++) {
    const one = text[at] ?? "";
    if (quote !== "") {
      if (one === quote) quote = "";
    } else if (depth === 0 && one === ">") {
      const attributes = text.slice(begins, at);
      const empty = attributes.endsWith("/") || VOID.test(name);
      return { name, closes: slash === "/", empty, attributes, end: at + 1 };
    } else if (one === '"' || one === "'") quote = one;
    else if (one === "{") depth++;
    else if (one === "}") depth--;
    else if (one === "<" && depth === 0) break;
  }
  return at - from;
}

function sticky(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

function isHidden({ name, attributes }: Tag): boolean {
  if (UNREAD.includes(name.toLowerCase())) return true;
  const [, , style = ""] = /(?:^|\s)style\s*=\s*("|')([^"']{0,500})\1/i.exec(attributes) ?? [];
  // As a component writes it: style={{display: 'none'}}.
  const [, object = ""] = /(?:^|\s)style\s*=\s*\{\{([^{}]{0,500})\}\}/.exec(attributes) ?? [];
  const written = object
    .replace(/['"]/g, "")
    .replace(/,/g, ";")
    .replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  const hidden = /(?:^|\s)hidden(?=[\s=/]|$)/i.test(attributes.replace(/"[^"]*"|'[^']*'/g, '""'));
  return hides({ hidden, style: style || written });
}

/**
 * Leaves out what nobody sees of a document, outside of its code. Imports go from all of them: Docusaurus reads each as
 * MDX.
 * @param mdx exports go as well
 */
export function readableMarkdown(source: string, mdx: boolean): string {
  return new Reader(source).read(mdx);
}

class Reader {
  readonly #text: string;
  #read = "";
  #at = 0;
  /** Inside of a hidden element: its name and how many of them are open. */
  #hidden: { name: string; open: number } | null = null;
  /** Characters looked at for tags that were none. */
  #wasted = 0;
  /** Marks that were looked for behind some place and are not there. */
  readonly #absent = new Set<string>();

  constructor(text: string) {
    this.#text = text;
  }

  read(mdx: boolean): string {
    const text = this.#text;
    while (this.#at < text.length) {
      const begins = this.#at === 0 || text[this.#at - 1] === "\n";
      // A paragraph ends with its block, whether or not its end is written.
      if (begins && text[this.#at] === "\n" && this.#hidden?.name === "p") this.#hidden = null;
      if (begins && (this.#fence() || this.#statement(mdx) || this.#admonition() || this.#remark())) continue;
      const one = text[this.#at];
      if (one === "`" && this.#code()) continue;
      if (one === "\\") this.#copy(2);
      else if (one === "<" && (this.#between("<!--", "-->") || this.#tag())) continue;
      else if (one === "{" && (this.#between("{/*", "*/}") || this.#anchor())) continue;
      else if (one === "!" && this.#picture()) continue;
      else this.#copy(sticky(/[^`\\<{!\n]{2,}/y, text, this.#at)?.[0].length ?? 1);
    }
    return this.#read;
  }

  /** Takes over the next characters, unless they are hidden. */
  #copy(length: number): void {
    if (this.#hidden === null) this.#read += this.#text.slice(this.#at, this.#at + length);
    this.#at += length;
  }

  #pass(length: number): true {
    this.#at += length;
    return true;
  }

  /** Where `mark` stands next; -1 where nowhere. Never looks twice for what is not there. */
  #find(mark: string, from: number): number {
    if (this.#absent.has(mark)) return -1;
    const found = this.#text.indexOf(mark, from);
    if (found < 0) this.#absent.add(mark);
    return found;
  }

  /** A block of code stays as it is. One that is not closed goes on to the end. */
  #fence(): boolean {
    const [line, fence = ""] =
      sticky(/[ \t]{0,3}(`{3,100}|~{3,100})[^\n]*(?:\n|$)/y, this.#text, this.#at) ?? [];
    if (line === undefined) return false;
    this.#copy(line.length);
    const closing = new RegExp(`[ \\t]{0,8}${fence}[^\\n]*(?:\\n|$)|[^\\n]*(?:\\n|$)`, "y");
    while (this.#at < this.#text.length) {
      const [whole = ""] = sticky(closing, this.#text, this.#at) ?? [];
      this.#copy(Math.max(1, whole.length));
      if (whole.trim().startsWith(fence)) break;
    }
    return true;
  }

  /** Code within a line stays as it is. */
  #code(): boolean {
    const [ticks = "`"] = sticky(/`{1,1000}/y, this.#text, this.#at) ?? [];
    const end = this.#find(ticks, this.#at + ticks.length);
    this.#copy(end < 0 ? ticks.length : end + ticks.length - this.#at);
    return true;
  }

  /** A statement of MDX: an import, or an export with all up to the next empty line. */
  #statement(mdx: boolean): boolean {
    const [statement] =
      sticky(
        /import\s(?:[\w$\s{},*]{1,2000}?\sfrom\s{0,9})?["'][^"'\n]{1,500}["'];?[ \t]{0,9}(?:\n|$)/y,
        this.#text,
        this.#at,
      ) ?? [];
    if (statement !== undefined) return this.#pass(statement.length);
    if (!mdx || !sticky(/export\s(?:default|const|let|var|function|async|class)\s/y, this.#text, this.#at))
      return false;
    const end = this.#find("\n\n", this.#at);
    return this.#pass((end < 0 ? this.#text.length : end) - this.#at);
  }

  /** `:::note Title` becomes its title; what stands in it stays. */
  #admonition(): boolean {
    const [line, kind, title = ""] =
      sticky(
        /[ \t]{0,8}:{3,9}(?:[ \t]{0,3}([a-z-]{1,30}))?[ \t]{0,3}([^\n]{0,200})(?:\n|$)/y,
        this.#text,
        this.#at,
      ) ?? [];
    if (line === undefined) return false;
    const said = title
      .replace(/^\[(.*)\]$/, "$1")
      .replace(/\{[^{}]*\}$/, "")
      .trim();
    if (kind !== undefined && said !== "" && this.#hidden === null) this.#read += `**${said}**\n\n`;
    return this.#pass(line.length);
  }

  /** `[//]: # (a remark)`: the name of a link that leads nowhere, which no reader shows. */
  #remark(): boolean {
    const [line] =
      sticky(
        /[ ]{0,3}\[[^\]\n]{1,200}\]:[ \t]{0,9}(?:#|<#?>)(?:[ \t]{1,9}(?:\([^()]{0,5000}\)|"[^"]{0,5000}"|'[^']{0,5000}'))?[ \t]{0,9}(?:\n|$)/y,
        this.#text,
        this.#at,
      ) ?? [];
    return line !== undefined && this.#pass(line.length);
  }

  /** Leaves out what stands between two marks; without an end, all that follows, as in a browser. */
  #between(begin: string, end: string): boolean {
    if (!this.#text.startsWith(begin, this.#at)) return false;
    const closed = this.#find(end, this.#at + begin.length);
    return this.#pass((closed < 0 ? this.#text.length : closed + end.length) - this.#at);
  }

  /** `## Heading {#anchor}` */
  #anchor(): boolean {
    const [anchor] = sticky(/\{#[\w-]{1,200}\}/y, this.#text, this.#at) ?? [];
    return anchor !== undefined && this.#pass(anchor.length);
  }

  /** A picture whose bytes stand in the text. */
  #picture(): boolean {
    const [picture] =
      sticky(/!\[[^[\]]{0,500}\]\(\s{0,9}<?data:[^\s()<>]*>?[^()\n]{0,300}\)/iy, this.#text, this.#at) ?? [];
    return picture !== undefined && this.#pass(picture.length);
  }

  #tag(): boolean {
    if (this.#wasted > this.#text.length * WASTE) return false;
    const tag = tagAt(this.#text, this.#at);
    if (typeof tag === "number") {
      this.#wasted += tag;
      return false;
    }
    const hidden = this.#hidden;
    if (hidden !== null) {
      if (tag.name === hidden.name && !tag.empty) hidden.open += tag.closes ? -1 : 1;
      if (hidden.open === 0) this.#hidden = null;
    } else if (!tag.closes && !tag.empty && isHidden(tag)) {
      this.#hidden = { name: tag.name, open: 1 };
    } else if (KEPT.test(tag.name)) {
      this.#read += this.#text.slice(this.#at, tag.end);
    }
    return this.#pass(tag.end - this.#at);
  }
}

/**
 * Links of a document that lead to others beside it, made whole. Those of pages that are made of Markdown have no `.md`.
 * @param place where the document itself stands
 */
export function withWholeLinks(markdown: string, place: string): string {
  return markdown.replaceAll(
    /(\]\(\s{0,9}<?|<a\s[^<>]{0,500}href=["'])([^\s()<>"']{1,2000})/gi,
    (all, before, target) => {
      if (/^([a-z][a-z0-9+.-]*:|#|\/\/)/i.test(target)) return all;
      const whole = URL.parse(target, place);
      if (whole === null) return all;
      whole.pathname = whole.pathname.replace(/\.mdx?$/i, "");
      return before + whole.href;
    },
  );
}

import { decodeNamedCharacterReference } from "decode-named-character-reference";

/** What mail programs put around what is quoted. */
const QUOTED = [
  ".gmail_quote",
  ".gmail_attr",
  "blockquote[type='cite']",
  ".yahoo_quoted",
  ".moz-cite-prefix",
  ".protonmail_quote",
  ".zmail_extra",
  "#mail-editor-reference-message-container",
].join(", ");

/** What Outlook puts before what is quoted, which goes on to the end. */
const QUOTE_BEGINS = "#appendonsend, #divRplyFwdMsg";

/** Nothing of these is read. */
const UNREAD = "head, style, script, title, noscript, template, svg, math, object, iframe, select";

/** What begins a line of its own. */
const BLOCKS =
  "p, div, h1, h2, h3, h4, h5, h6, ul, ol, li, table, tr, blockquote, pre, section, article, header, footer, hr, address, dl, dt, dd";

/** Characters of HTML that are read. */
const MAX = 300_000;

/**
 * The text of a mail that is HTML: its words, lines and the addresses of links; nothing of it is markup any more. Takes
 * time in proportion to its length, whatever it holds.
 * @param quotes keeps what is quoted, which mail programs mark
 */
export async function textOfHtml(html: string, { quotes = false } = {}): Promise<string> {
  const read = html.slice(0, MAX);
  // Deeper than the parser goes: its words are left.
  return wordsOf(read, quotes).catch(() => tidied(decoded(read.replace(/<[^<>]*>/g, " "))));
}

async function wordsOf(html: string, quotes: boolean): Promise<string> {
  let text = "";
  let isOver = false;
  const breakLine = () => {
    if (!text.endsWith("\n")) text += "\n";
  };
  const removed = { element: (element: Element) => void element.remove() };
  // A removed element's text is still told of; a second pass reads what is left.
  const kept = new HTMLRewriter().on(UNREAD, removed);
  if (!quotes) kept.on(QUOTED, removed);
  const clean = await kept.transform(new Response(html)).text();
  let raw = "";
  const reader = new HTMLRewriter()
    .on(BLOCKS, {
      element(element) {
        breakLine();
        if (element.tagName === "li") text += "- ";
        // Void elements have no end.
        if (element.tagName !== "hr") element.onEndTag(breakLine);
      },
    })
    .on("br", {
      element() {
        text += "\n";
      },
    })
    .on("td, th", {
      element(element) {
        element.onEndTag(() => {
          text += " ";
        });
      },
    })
    .on("a[href]", {
      element(element) {
        const href = decoded(element.getAttribute("href") ?? "");
        const start = text.length;
        element.onEndTag(() => {
          const shown = text.slice(start).trim();
          const address = /^https?:\/\//i.test(href) ? href.replace(/\s/g, "") : "";
          if (address !== "" && !shown.includes(address)) text += ` (${address})`;
        });
      },
    })
    .on("img[alt]", {
      element(element) {
        text += decoded(element.getAttribute("alt") ?? "");
      },
    })
    .onDocument({
      text(chunk) {
        if (isOver) return;
        raw += chunk.text;
        if (!chunk.lastInTextNode) return;
        // Between two lines there is nothing.
        if (/^[ \t\r\n\f]*$/.test(raw) && text.endsWith("\n")) raw = "";
        text += decoded(raw)
          .replace(/[\u200b\ufeff\u00ad]/g, "")
          .replace(/[ \t\r\n\f\u00a0]+/g, " ");
        raw = "";
      },
    });
  if (!quotes) {
    reader.on(QUOTE_BEGINS, {
      element() {
        isOver = true;
      },
    });
  }
  await reader.transform(new Response(clean)).text();
  return tidied(text);
}

/** Lines without blanks around them, and no more than one empty one. */
function tidied(text: string): string {
  return text
    .split("\n")
    .map((line) => line.trim())
    .join("\n")
    .replace(/\n{3,}/g, "\n\n")
    .trim();
}

/** Character references as what they stand for. */
function decoded(text: string): string {
  return text.replace(
    /&(?:#(\d{1,7})|#x([\da-f]{1,6})|([a-z][a-z\d]{1,31}));?/gi,
    (all, decimal, hex, name) => {
      if (name !== undefined) return decodeNamedCharacterReference(name) || all;
      const code = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal);
      return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code).toWellFormed() : all;
    },
  );
}

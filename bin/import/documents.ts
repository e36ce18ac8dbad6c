import { basename, extname } from "node:path";
import mammoth from "mammoth";
import { parse } from "yaml";
import { z } from "zod";
import { BadEntry } from "./entry.ts";
import { htmlToMarkdown, tidied, unescaped } from "./html.ts";
import { readableMarkdown } from "./markdown.ts";
import { readPdf } from "./pdf.ts";
import { asUtf8 } from "./source.ts";
import { assertUnpackable } from "./zip.ts";

/** The endings of files that can be read. */
export const DOCUMENT_ENDINGS = [
  ".md",
  ".mdx",
  ".markdown",
  ".html",
  ".htm",
  ".txt",
  ".pdf",
  ".docx",
] as const;

const MAX_TITLE = 200;
const MAX_DESCRIPTION = 300;

export interface Document {
  title: string;
  /** Its first paragraph, or what its front matter says. */
  description: string;
  markdown: string;
  category?: string;
  keywords?: string[];
  /** Undefined: it does not say. */
  draft?: boolean;
}

type Found = Partial<Document> & { markdown: string };

const words = z.union([z.array(z.coerce.string()), z.string().transform((text) => text.split(","))]);
const text = z.coerce.string().nullish();
const frontMatter = z.looseObject({
  title: text,
  description: text,
  summary: text,
  category: text,
  keywords: words.nullish(),
  tags: words.nullish(),
  draft: z.boolean().nullish(),
  published: z.boolean().nullish(),
});

/** Markdown with its front matter, YAML between two lines of hyphens. @throws BadEntry when that is not readable */
function fromMarkdown(source: string, mdx: boolean): Found {
  const [whole = "", yaml] = /^---[ \t]*\r?\n([\s\S]*?)\r?\n---[ \t]*(?:\r?\n|$)/.exec(source) ?? [];
  if (yaml === undefined) return { markdown: readableMarkdown(source, mdx) };
  let parsed: z.ZodSafeParseResult<z.output<typeof frontMatter>>;
  try {
    parsed = frontMatter.safeParse(parse(yaml) ?? {});
  } catch {
    throw new BadEntry("its front matter is not YAML");
  }
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new BadEntry(`its front matter: ${issue?.path.join(".")}: ${issue?.message}`);
  }
  const { title, description, summary, category, keywords, tags, draft, published } = parsed.data;
  return {
    title: title ?? undefined,
    description: description ?? summary ?? undefined,
    category: category ?? undefined,
    keywords: (keywords ?? tags ?? undefined)?.map((word) => word.trim()).filter(Boolean),
    draft: draft ?? (typeof published === "boolean" ? !published : undefined),
    markdown: readableMarkdown(source.slice(whole.length), mdx),
  };
}

/** HTML in the encoding that it names, or that browsers take for granted. */
function decodedHtml(bytes: Buffer<ArrayBuffer>): string {
  const utf8 = asUtf8(bytes);
  if (utf8) return utf8.toString();
  const [, named = "windows-1252"] =
    /charset\s*=\s*["']?\s*([\w-]+)/i.exec(bytes.toString("latin1", 0, 2048)) ?? [];
  try {
    return new TextDecoder(named).decode(bytes);
  } catch {
    throw new BadEntry(`has an unknown encoding, ${named}`);
  }
}

async function fromDocx(bytes: Buffer<ArrayBuffer>): Promise<Found> {
  assertUnpackable(bytes);
  const { value } = await mammoth.convertToHtml({ buffer: bytes }).catch(() => {
    throw new BadEntry("is no readable DOCX; one with a password must be saved without it first");
  });
  return { markdown: htmlToMarkdown(value).markdown };
}

function utf8Text(bytes: Buffer<ArrayBuffer>): string {
  const utf8 = asUtf8(bytes);
  if (utf8) return utf8.toString().replaceAll("\r\n", "\n");
  throw new BadEntry("is not UTF-8: save it with that encoding");
}

/** Plain text; a short first line that stands alone is its title. */
function fromText(source: string): Found {
  const [, title, rest] = /^\s*(\S.{0,119})\n\s*\n([\s\S]*)$/.exec(source) ?? [];
  return title === undefined || rest === undefined || rest.trim() === ""
    ? { markdown: source }
    : { title: title.trim(), markdown: rest };
}

async function found(ending: string, bytes: Buffer<ArrayBuffer>): Promise<Found> {
  switch (ending) {
    case ".md":
    case ".mdx":
    case ".markdown":
      return fromMarkdown(utf8Text(bytes), ending === ".mdx");
    case ".html":
    case ".htm": {
      const { title, markdown } = htmlToMarkdown(decodedHtml(bytes));
      // A heading says better what a page is about than its title, which often ends with the site's name.
      return { markdown, ...(firstHeading(markdown) === null && title !== "" ? { title } : {}) };
    }
    case ".txt":
      return fromText(utf8Text(bytes));
    case ".pdf": {
      const { title, text: markdown } = await readPdf(bytes);
      return { markdown, ...(title === "" ? {} : { title }) };
    }
    case ".docx":
      return fromDocx(bytes);
    default:
      throw new BadEntry(`is none of ${DOCUMENT_ENDINGS.join(", ")}`);
  }
}

/** The first heading, and whether nothing but blanks stands before it. */
function firstHeading(markdown: string): { text: string; leads: boolean; end: number } | null {
  let leads = true;
  let before = "";
  let at = 0;
  for (const line of markdown.split("\n")) {
    const end = at + line.length;
    const text = headingOf(line);
    if (text !== null) return { text: bare(text), leads, end };
    // A line of hyphens or equals signs makes a heading of the one above.
    if (before !== "" && /^(=+|-+)$/.test(line.trimEnd())) {
      return { text: bare(before), leads: markdown.slice(0, at - before.length - 1).trim() === "", end };
    }
    if (line.trim() !== "" && before.trim() !== "") leads = false;
    before = /^\S/.test(line) ? line : "";
    if (before === "" && line.trim() !== "") leads = false;
    at = end + 1;
  }
  return null;
}

/** The text of a line that is a heading with hash signs. */
function headingOf(line: string): string | null {
  const [marks] = /^ {0,3}#{1,6}(?=[ \t])/.exec(line) ?? [];
  if (marks === undefined) return null;
  const text = line.slice(marks.length).trim();
  let end = text.length;
  while (text[end - 1] === "#") end--;
  const closed = end === 0 || /[ \t]/.test(text[end - 1] ?? "");
  return (closed ? text.slice(0, end) : text).trim() || null;
}

/** Markdown of one line without its marks. */
function bare(markdown: string): string {
  const plain = markdown
    .replaceAll(/!\[[^[\]]*\]\([^()]*\)/g, "")
    .replaceAll(/\[([^[\]]*)\]\([^()]*\)/g, "$1")
    .replaceAll(/(?<!\\)(\*\*|__|\*|~~|`)/g, "")
    .replaceAll(/<[^<>]+>/g, "");
  return unescaped(plain).replaceAll(/\s+/g, " ").trim();
}

function cut(line: string, max: number): string {
  if (line.length <= max) return line;
  const short = line.slice(0, max - 1);
  return `${short.slice(0, Math.max(short.lastIndexOf(" "), max / 2)).trimEnd()}…`;
}

/** The first block that is a paragraph of text. */
function firstParagraph(markdown: string): string {
  const blocks = markdown.split(/\n\s*\n/).map((block) => block.trim());
  const paragraph = blocks.find(
    (block) => /^[\p{L}\p{N}"'“„«¿¡([*_]/u.test(block) && !/^(\d+\.|[*_-]{3,}|\* )/.test(block),
  );
  return cut(bare(paragraph ?? ""), MAX_DESCRIPTION);
}

/** `return-policy_2026.pdf` as a person would write it: `Return policy 2026`. */
function titleOfFile(file: string): string {
  const name = basename(file, extname(file))
    .replaceAll(/[-_\s]+/g, " ")
    .trim();
  return name.charAt(0).toUpperCase() + name.slice(1);
}

/**
 * A document as Markdown, with a title: of its front matter, its first heading, its own properties, or its file.
 * @throws BadEntry when it cannot be read or holds no text
 */
export async function readDocument(file: string, bytes: Buffer<ArrayBuffer>): Promise<Document> {
  const document = await found(extname(file).toLowerCase(), bytes);
  const heading = firstHeading(document.markdown);
  const title = document.title?.trim() || heading?.text || titleOfFile(file);
  // The title stands above the article already.
  const repeated = heading?.leads === true && heading.text === title;
  const markdown = tidied(repeated ? document.markdown.slice(heading.end) : document.markdown);
  if (!/[\p{L}\p{N}]/u.test(markdown)) throw new BadEntry("holds no text");
  return {
    ...document,
    title: cut(title, MAX_TITLE),
    description: document.description?.trim() || firstParagraph(markdown),
    markdown,
  };
}

import { readdirSync, statSync } from "node:fs";
import { basename, extname, join, relative, sep } from "node:path";
import type { Fields, OperatorClient, Row } from "../operator-client.ts";
import { Refused } from "../refused.ts";
import { Checkpoint, contentDigest } from "./checkpoint.ts";
import { DocumentReader, MAX_FILE_BYTES } from "./document-reader.ts";
import { DOCUMENT_ENDINGS, type Document } from "./documents.ts";
import { BadEntry, type Item } from "./entry.ts";
import { withWholeLinks } from "./markdown.ts";
import { runImport, type SourceEntry } from "./run.ts";
import { readBytes, shownFile } from "./source.ts";

/** Articles of one request; the server takes as many. */
const BATCH = 100;
/** Characters of an article; the server takes 40,000. What is longer becomes several. */
export const MAX_PART = 38_000;
/** Articles that one document may become. */
export const MAX_PARTS = 50;

export interface SourceFile {
  file: string;
  /** What the article is known by: the path below the folder that was named, or the name of a file that was. */
  externalId: string;
}

/** What was found in the sources. */
export interface Found {
  /** In the order of their paths. */
  documents: SourceFile[];
  /** How many files were passed over, by their ending; `links` are those that lead elsewhere. */
  passedOver: Record<string, number>;
}

/**
 * The documents that were named, and those in folders. Links within a folder are not followed: a folder that somebody
 * else made could name any file of this computer. Hidden files and `node_modules` are left out.
 * @throws Refused when one is missing
 */
export function findDocuments(sources: readonly string[]): Found {
  const passedOver: Record<string, number> = {};
  const passOver = (why: string) => {
    passedOver[why] = (passedOver[why] ?? 0) + 1;
  };
  const walk = (folder: string): string[] =>
    readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.name.startsWith(".") || entry.name === "node_modules") return [];
      if (entry.isDirectory()) return walk(path);
      const ending = extname(entry.name).toLowerCase();
      if (!entry.isFile()) passOver(entry.isSymbolicLink() ? "links" : "no files");
      else if (DOCUMENT_ENDINGS.some((one) => one === ending)) return [path];
      else passOver(ending || "no ending");
      return [];
    });
  const documents = sources.flatMap((source) => {
    const stats = statSync(source, { throwIfNoEntry: false });
    if (!stats) throw new Refused(`There is no file or folder ${shownFile(source)}.`);
    if (!stats.isDirectory()) return [{ file: source, externalId: basename(source) }];
    return walk(source)
      .map((file) => ({ file, externalId: relative(source, file).split(sep).join("/") }))
      .sort((a, b) => (a.externalId < b.externalId ? -1 : 1));
  });
  return { documents, passedOver };
}

/** A block of text cut into pieces of at most `max` characters, at ends of lines or between words where there are any. */
function pieces(block: string, max: number): string[] {
  const cut: string[] = [];
  let rest = block;
  while (rest.length > max) {
    const head = rest.slice(0, max);
    const at = [head.lastIndexOf("\n"), head.lastIndexOf(" ")].find((place) => place > max / 2) ?? max;
    // A character of two halves stays whole.
    const end = at === max && /[\ud800-\udbff]$/.test(head) ? max - 1 : at;
    cut.push(rest.slice(0, end).trimEnd());
    rest = rest.slice(end).trimStart();
  }
  return rest === "" ? cut : [...cut, rest];
}

/** Markdown in parts of at most `max` characters, cut before a heading where one is near, else between paragraphs. */
export function partsOf(markdown: string, max: number): string[] {
  if (markdown.length <= max) return [markdown];
  const blocks = markdown.split(/\n{2,}/).flatMap((block) => pieces(block, max));
  const parts: string[] = [];
  let part: string[] = [];
  const size = (of: readonly string[]) => of.reduce((sum, block) => sum + block.length + 2, 0);
  for (const block of blocks) {
    if (part.length > 0 && size(part) + block.length > max) {
      const heading = part.findLastIndex((one) => /^#{1,3} /.test(one));
      const at = heading > 0 && size(part.slice(0, heading)) > max / 2 ? heading : part.length;
      parts.push(part.slice(0, at).join("\n\n"));
      part = part.slice(at);
    }
    part.push(block);
  }
  return [...parts, part.join("\n\n")].filter(Boolean);
}

function partIds(externalId: string, count: number): string[] {
  return Array.from({ length: count }, (_, i) => (i === 0 ? externalId : `${externalId}#${i + 1}`));
}

interface ArticleOptions {
  category?: string;
  draft?: boolean;
  /** The web address at which the documents stand, by their paths. */
  baseUrl?: string;
}

/** The articles that a document becomes. @throws BadEntry when it would be too many */
export function articlesOf(externalId: string, document: Document, options: ArticleOptions): Item[] {
  const { title, description, keywords } = document;
  const markdown =
    options.baseUrl === undefined
      ? document.markdown
      : withWholeLinks(document.markdown, `${options.baseUrl.replace(/\/+$/, "")}/${encodeURI(externalId)}`);
  const parts = partsOf(markdown, MAX_PART);
  if (parts.length > MAX_PARTS)
    throw new BadEntry(`is longer than ${MAX_PARTS} articles of ${MAX_PART} characters`);
  const draft = options.draft === true || document.draft === true;
  const ids = partIds(externalId, parts.length);
  return parts.map((content, i) => ({
    externalId: ids[i],
    title: i === 0 ? title : `${title} (${i + 1})`,
    description,
    content,
    category: document.category ?? options.category ?? null,
    ...(keywords ? { seoKeywords: keywords } : {}),
    ...(draft ? { status: "draft" } : {}),
  }));
}

async function* entriesOf(
  files: readonly SourceFile[],
  options: ArticleOptions,
): AsyncGenerator<SourceEntry> {
  const reader = new DocumentReader();
  try {
    for (const [at, { file, externalId }] of files.entries()) {
      const place = { file: shownFile(file), line: 0, at };
      try {
        const items = articlesOf(externalId, await reader.read(file), options);
        for (const item of items) yield { ...place, item };
      } catch (error) {
        if (!(error instanceof BadEntry || error instanceof Refused)) throw error;
        yield { ...place, problem: error.message, keep: partIds(externalId, MAX_PARTS) };
      }
    }
  } finally {
    await reader.end();
  }
}

export interface ArticleImport {
  client: OperatorClient;
  sources: string[];
  workspacePath: string;
  flags: Fields & ArticleOptions & { chatbot: string; sync?: boolean; allowEmpty?: boolean };
  quiet: boolean;
}

/** Imports articles from documents, which together are the source. */
export async function importArticles({
  client,
  sources,
  workspacePath,
  flags,
  quiet,
}: ArticleImport): Promise<Row> {
  const { documents: files, passedOver } = findDocuments(sources);
  const left = Object.entries(passedOver).map(([kind, count]) => `${count} ${kind}`);
  if (left.length > 0 && !quiet) {
    console.error(`Passed over, since they are none of ${DOCUMENT_ENDINGS.join(", ")}: ${left.join(", ")}.`);
  }
  if (files.length === 0 && !flags.sync) {
    throw new Refused(
      `There is no document (${DOCUMENT_ENDINGS.join(", ")}) in ${sources.map(shownFile).join(", ")}.`,
    );
  }
  const { sync = false, allowEmpty } = flags;
  function* contents() {
    for (const { file, externalId } of files) {
      yield externalId;
      // One that is too large is reported when its turn comes.
      if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) <= MAX_FILE_BYTES) yield readBytes(file);
    }
  }
  const answer = await runImport({
    client,
    path: `${workspacePath}/imports/articles`,
    fields: { chatbotId: flags.chatbot },
    entries: entriesOf(files, flags),
    total: files.length,
    batch: BATCH,
    noun: "articles",
    sync,
    allowEmpty,
    distinct: true,
    checkpoint: new Checkpoint(
      {
        kind: "articles",
        server: client.url,
        workspace: workspacePath,
        options: flags,
        source: contentDigest(contents()),
      },
      !sync,
    ),
    quiet,
  });
  return left.length > 0 ? { ...answer, passedOver: left.join(", ") } : answer;
}

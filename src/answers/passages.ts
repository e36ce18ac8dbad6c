import { OWN_WORDS, type OwnLanguage } from "./own-words.ts";
import type { PassageSource, Source } from "./retrieve.ts";

/** Answers without a model: the best passages as the team wrote them, and named as such. */

/** Sources that are shown, and how much of a text, in characters. */
const SHOWN = { passages: 2, products: 3, text: 700 };
/** What fits hardly less than the best is shown beside it. */
const BESIDE = 0.1;

/**
 * How well a source must fit to be an answer by itself: from 0.4 at strictness 0 to 0.7 at 100. No model reads it before
 * the visitor does, so it is more than what a model is asked for.
 */
export function floorOf(strictness: number): number {
  return 0.4 + (0.3 * strictness) / 100;
}

/** What fits well enough to be shown as it is, the best first. */
export function passagesThatFit(sources: readonly Source[], strictness: number): Source[] {
  const best = sources[0]?.confidence ?? 0;
  const fit = sources.filter(
    ({ confidence }) => confidence >= floorOf(strictness) && confidence >= best - BESIDE,
  );
  const passages = new Map<string, PassageSource>();
  for (const source of fit) {
    if (source.kind !== "passage") continue;
    const { articleId, position } = source.passage;
    const better = passages.get(articleId);
    // Of parts that fit equally nothing tells but the article's title: then it is told from its beginning.
    const isBefore = better && source.confidence === better.confidence && position < better.passage.position;
    if (!better || isBefore) passages.set(articleId, source);
  }
  const products = fit.filter(({ kind }) => kind === "product");
  return [...[...passages.values()].slice(0, SHOWN.passages), ...products.slice(0, SHOWN.products)];
}

/** What a visitor reads of them, but for the products themselves: they are shown as such. */
export function spoken(cited: readonly Source[], language: OwnLanguage): string {
  const own = OWN_WORDS[language];
  const passages = cited.flatMap((source) => (source.kind === "passage" ? [source.passage] : []));
  return [
    ...(passages.length > 0 ? [own.found] : []),
    ...passages.map(({ title, text }) => `**${title}**\n${excerpt(withoutHeadings(text))}`),
    ...(cited.some(({ kind }) => kind === "product") ? [own.products] : []),
  ].join("\n\n");
}

/** Chats show no headings: they become bold lines. */
function withoutHeadings(markdown: string): string {
  return markdown.replace(/^ {0,3}#{1,6}[ \t]+(.+?)[ \t]*#*[ \t]*$/gmu, "**$1**");
}

/** The first paragraphs that fit, or as many sentences of the first. */
function excerpt(text: string): string {
  if (text.length <= SHOWN.text) return text.trim();
  const cut = text.slice(0, SHOWN.text);
  const paragraph = cut.lastIndexOf("\n\n");
  if (paragraph > SHOWN.text / 3) return `${cut.slice(0, paragraph).trim()} …`;
  const sentence = Math.max(...[". ", "! ", "? ", "。"].map((end) => cut.lastIndexOf(end)));
  return `${(sentence > SHOWN.text / 3 ? cut.slice(0, sentence + 1) : cut).trim().toWellFormed()} …`;
}

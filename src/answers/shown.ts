import type { Context } from "../calls/define.ts";
import type { AnswerRecord } from "../conversations/append.ts";
import { articleAddress } from "../http/help-addresses.ts";
import type { Answer } from "./answer.ts";
import type { Line } from "./history.ts";
import { OWN_WORDS } from "./own-words.ts";
import { priceOf, type Source } from "./retrieve.ts";

/** How an answer is shown and kept. */

/** What is kept of an answer beside its message. */
export function answerRecord(
  { action, model, confidence, reason, sources, cited }: Answer,
  { handedOver }: { handedOver: boolean },
): AnswerRecord {
  return {
    ...{ action, model, handedOver, reason },
    confidence: Math.round(confidence * 100) / 100,
    passages: sources.flatMap((source) => {
      if (source.kind !== "passage") return [];
      const { articleId, title, heading } = source.passage;
      return [{ articleId, title, heading, cited: cited.includes(source) }];
    }),
    products: sources.flatMap((source) => {
      if (source.kind !== "product") return [];
      const { id: productId, title: name } = source.product;
      return [{ productId, name, cited: cited.includes(source) }];
    }),
  };
}

/**
 * Links to the articles that an answer rests on, each once, where the workspace has help pages. Products have their own
 * in their cards.
 */
export function linksOf(
  { env, tenant }: Pick<Context, "env" | "tenant">,
  cited: readonly Source[],
): { label: string; url: string }[] {
  const links = passagesOf(cited).flatMap(({ articleId: id, slug, title: label }) => {
    const url = articleAddress(env, tenant, { id, slug });
    return url === null ? [] : [{ label, url }];
  });
  return [...new Map(links.map((link) => [link.url, link])).values()];
}

/**
 * What the visitor reads of an answer: the articles that it rests on are named in it where nothing links to them, and the
 * first answer of a conversation begins with the team's greeting, where it has one.
 */
export function spokenAnswer(
  answer: Answer,
  links: readonly object[],
  { greeting, history }: { greeting: string | null; history: readonly Line[] },
): string {
  const opens = !history.some(({ from }) => from === "assistant");
  const text = `${answer.text}${links.length > 0 ? "" : sourceLine(answer)}`;
  return opens && greeting !== null && answer.reason !== "courtesy" ? `${greeting}\n\n${text}` : text;
}

/** An answer with the products that are shown beside it, as channels say them that know text alone. */
export function withProducts(text: string, cited: readonly Source[]): string {
  const products = cited.flatMap((source) =>
    source.kind === "product"
      ? [[source.product.title, priceOf(source.product)].filter(Boolean).join("\n")]
      : [],
  );
  return [text, ...products].join("\n\n");
}

/** Nothing where the answer is these articles. */
function sourceLine({ cited, model, language }: Answer): string {
  const titles = [...new Set(passagesOf(cited).map(({ title }) => title))];
  if (model === null || titles.length === 0) return "";
  return `\n\n${OWN_WORDS[language].source}: ${titles.join(", ")}`;
}

function passagesOf(cited: readonly Source[]) {
  return cited.flatMap((source) => (source.kind === "passage" ? [source.passage] : []));
}

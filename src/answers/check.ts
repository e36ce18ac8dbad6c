import { wordsOf } from "../search/words.ts";
import { fold } from "../tenant/fold.ts";
import { priceOf, type Source } from "./retrieve.ts";

/**
 * What an answer of a model must not hold, whoever talked it into it: a visitor, an article, a product's name. Each is
 * told from the sources that the team keeps, so that it holds for any model and any language that the words below know.
 */

export type Fault =
  /** It repeats what it was told. */
  | "reveals_instructions"
  /** A price, percentage or promise that no source has. */
  | "unknown_promise"
  /** An address, phone number or link to write to that no source has. */
  | "unknown_address"
  /** It speaks as a person, or says that it did something. */
  | "speaks_for_team";

const UNSAFE: ReadonlySet<string> = new Set<Fault>([
  "reveals_instructions",
  "unknown_promise",
  "unknown_address",
  "speaks_for_team",
]);

/** Whether an answer was dropped for what it said. */
export function isUnsafe(fault: string): boolean {
  return UNSAFE.has(fault);
}

/** Words of the rules that an answer may share with them in one piece. */
const SHARED_WORDS = 12;

/** Amounts: a number beside a currency or a percent sign, in either order. */
const CURRENCY =
  "(?:[€$£¥₹₽₺]|%|(?:eur|euros?|usd|dollars?|gbp|pounds?|chf|franken|francs?|pln|zł|percent|prozent|pour ?cent|por ?ciento|per ?cento)(?![\\p{L}]))";
const AMOUNT = new RegExp(`${CURRENCY}\\s*(\\d[\\d.,'\u00a0 ]*)|(\\d[\\d.,'\u00a0 ]*)\\s*${CURRENCY}`, "giu");
const NUMBER = /\d[\d.,'\u00a0]*/gu;

/** Words of a promise, in the languages of the AI's own words; each must stand in a source to be given. */
const PROMISES =
  /\b(free of charge|for free|complimentary|discount\w*|voucher\w*|coupon\w*|guarantee\w*|compensation|refund(?:ed)?|kostenlos\w*|gratis|rabatt\w*|gutschein\w*|garantier\w*|garantie\w*|erstatt\w*|gratuit\w*|remise\w*|rembours\w*|garanti\w*|gratuito\w*|descuento\w*|reembols\w*|garantiz\w*|sconto\w*|rimborso\w*|garantit\w*|desconto\w*|korting\w*|znizk\w*|rabat\w*|indirim\w*|ucretsiz\w*)/giu;

/** Who claims to be somebody, or to have done something. */
const CLAIMS: readonly RegExp[] = [
  /\b(i am|i'm|this is|speaking as|as) (a |an |the |your |our )?(human|real person|person|manager|owner|ceo|director|supervisor|team lead|employee|representative|lawyer|support agent|member of (the|our) (team|staff))\b/i,
  /\b(i|we)('ve| have| just| have just| hereby|'ll| will)? ?(already )?(refund(ed)?|cancel(l?ed)?|approve[d]?|confirm(ed)?|grant(ed)?|book(ed)?|upgrad(e|ed)|credit(ed)?|issue[d]?|waive[d]?|promise[d]?|authori[sz]e[d]?) (your|you|the|a|it|this|that)\b/i,
  /\b(on behalf of (the|our) (team|company|management)|the (team|management|ceo|owner) (has |have )?(agreed|approved|promised|confirmed|decided))\b/i,
  /\bich bin (ein mensch|kein bot|der (chef|geschäftsführer|inhaber|leiter)|mitarbeiter)/i,
  /\bich habe (ihre|ihnen|dir|deine|die|den|das) .{0,60}(erstattet|storniert|genehmigt|gutgeschrieben|bestätigt|gebucht)/i,
  /\bje suis (un humain|une personne|le (directeur|gérant|responsable))/i,
  /\bsoy (un humano|una persona|el (director|gerente|dueño))/i,
  /^\s*[[(*]*\s*(the |our )?(team|support|agent|human|system|admin|operator|staff|manager|mitarbeiter|équipe|equipo)( \w+)?\s*[\])*]*\s*:/im,
];

const LINK = /\b(?:https?:\/\/|www\.)[^\s<>()[\]"']+/giu;
const MARKDOWN_LINK = /!?\[([^\]\n]*)\]\(([^)\n]*)\)/gu;
const EMAIL = /[\p{L}\p{N}._%+-]+@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+/giu;
/** Digits as people write phone numbers: nine and more. */
const PHONE = /\+?\d(?:[\s()/.-]*\d){8,}/gu;

/** What answers are held against. */
export interface Known {
  canary: string;
  rules: ReadonlySet<string>;
  /** Texts of articles, with the prices and addresses of products: not their names and descriptions, which feeds bring. */
  text: string;
  numbers: ReadonlySet<string>;
  links: ReadonlySet<string>;
}

export function knownFrom(sources: readonly Source[], told: { canary: string; rules: string }): Known {
  const articles = sources.flatMap((source) =>
    source.kind === "passage"
      ? [`${source.passage.title}\n${source.passage.heading}\n${source.passage.text}`]
      : [],
  );
  const products = sources.flatMap((source) => (source.kind === "product" ? [source.product] : []));
  const prices = products.flatMap((product) => priceOf(product) ?? []);
  const text = [...articles, ...prices].join("\n");
  return {
    canary: told.canary,
    rules: shingles(told.rules),
    text: fold(text),
    numbers: new Set(text.match(NUMBER)?.map(plainNumber) ?? []),
    links: new Set([
      ...articles.flatMap((article) => article.match(LINK)?.map(bareLink) ?? []),
      ...products.flatMap(({ url }) => (url === null ? [] : [bareLink(url)])),
    ]),
  };
}

function shingles(text: string): ReadonlySet<string> {
  const words = wordsOf(text).map(fold);
  return new Set(words.slice(SHARED_WORDS - 1).map((_, i) => words.slice(i, i + SHARED_WORDS).join(" ")));
}

/** A number as it counts, however it is written: `1.299,00`, `1,299` and `1299` are one. */
function plainNumber(written: string): string {
  const digits = written.replace(/['\u00a0\s]/gu, "").replace(/[.,]+$/u, "");
  const cents = /^(.*)[.,](\d{1,2})$/u.exec(digits);
  const whole = (cents?.[1] ?? digits).replace(/[.,]/gu, "").replace(/^0+(?=\d)/u, "");
  const rest = (cents?.[2] ?? "").replace(/0+$/u, "");
  return rest === "" ? whole : `${whole}.${rest}`;
}

function bareLink(link: string): string {
  return link
    .replace(/[.,;:!?]+$/u, "")
    .replace(/^https?:\/\//iu, "")
    .replace(/\/$/u, "")
    .toLowerCase();
}

/** What is wrong with a text, or the first part of one; null: nothing. */
export function faultOf(text: string, known: Known): Fault | null {
  if (text.includes(known.canary) || text.includes(known.canary.slice(1))) return "reveals_instructions";
  for (const piece of shingles(text)) if (known.rules.has(piece)) return "reveals_instructions";
  if (CLAIMS.some((claim) => claim.test(text))) return "speaks_for_team";
  for (const [, before, behind] of text.matchAll(AMOUNT)) {
    if (!known.numbers.has(plainNumber(before ?? behind ?? ""))) return "unknown_promise";
  }
  for (const [promise] of fold(text).matchAll(PROMISES)) {
    // Another form of the word will do.
    if (!known.text.includes(promise.slice(0, Math.max(4, promise.length - 3)))) return "unknown_promise";
  }
  const bare = text.replace(LINK, " ");
  for (const [address] of bare.matchAll(EMAIL))
    if (!known.text.includes(fold(address))) return "unknown_address";
  for (const [phone] of bare.matchAll(PHONE)) {
    const digits = phone.replace(/\D/gu, "");
    if (!known.text.replace(/\D/gu, "").includes(digits)) return "unknown_address";
  }
  return null;
}

/** The text with links that no source has taken out; their labels stay. */
export function withoutForeignLinks(text: string, { links }: Known): string {
  return text
    .replace(MARKDOWN_LINK, (_, label: string, url: string) =>
      links.has(bareLink(url.trim())) ? `${label} (${url.trim()})` : label,
    )
    .replace(LINK, (link) => (links.has(bareLink(link)) ? link : ""))
    .replace(/\(\s*\)/gu, "")
    .trim();
}

import type { Context } from "../calls/define.ts";
import { logUnexpected } from "../http/log.ts";
import { type FoundPassage, searchKnowledge } from "../knowledge/search.ts";
import { fromMinorUnits } from "../products/price.ts";
import { type Product, searchProducts } from "../products/store.ts";
import { closeness } from "../search/typos.ts";
import { vectorArm } from "../search/vectors.ts";
import { tellingWords } from "../search/words.ts";
import { Failure } from "../tenant/failure.ts";

/** What a chatbot can answer from: passages of its published articles, and its products. */

/** Sources that a model is shown. */
const PASSAGES = 6;
const PRODUCTS = 4;
/** Passages that are looked through where an author names the categories. */
const PASSAGES_OF_ALL = 40;
/** Found by meaning in the first places, a source fits at least so well, whatever its words. */
const MEANT = { places: 2, confidence: 0.6 };
/** Characters of a text whose words are compared; what a passage is about stands in its beginning. */
const COMPARED = 1500;

interface Fit {
  /** From 0 to 1: how much of the question it holds. */
  confidence: number;
}
export interface PassageSource extends Fit {
  kind: "passage";
  passage: FoundPassage;
}
export interface ProductSource extends Fit {
  kind: "product";
  product: Product;
}
export type Source = PassageSource | ProductSource;

export interface Question {
  text: string;
  /** The visitor's line before; null: this is the first. */
  before: string | null;
  /** Only from articles in these categories; null: from all, and from products. */
  categoryIds: readonly string[] | null;
}

/**
 * What fits a question, the best first. The search goes by the visitor's last two lines; how well something fits is told
 * by the last, and by both where the last says nothing by itself ("And how long?").
 * @returns nothing for a question without a word
 */
export async function retrieve(
  { tenant, env, requestId }: Context,
  chatbotId: string,
  question: Question,
): Promise<Source[]> {
  const { text, before, categoryIds } = question;
  const query = before === null ? text : `${text}\n${before}`;
  const fault = (what: string) => (error: unknown) => logUnexpected(requestId, `answer, ${what}`, error);
  const limit = categoryIds === null ? PASSAGES : PASSAGES_OF_ALL;
  const [passages, products] = await Promise.all([
    orNothing(
      searchKnowledge(tenant, {
        ...{ chatbotId, query, limit },
        vectors: vectorArm(env, "knowledge"),
        onVectorFault: fault("vectors of articles"),
      }),
    ),
    categoryIds === null
      ? orNothing(
          searchProducts(tenant, {
            ...{ chatbotId, query, limit: PRODUCTS },
            vectors: vectorArm(env, "products"),
            onVectorFault: fault("vectors of products"),
          }),
        )
      : [],
  ]);
  const fits = fitsOf(text, before);
  const found: Source[] = [
    ...passages
      .filter(({ categoryId }) => categoryIds === null || categoryIds.includes(categoryId ?? ""))
      .slice(0, PASSAGES)
      .map(
        (passage): Source => ({
          kind: "passage",
          passage,
          confidence: fits(aboutOf(passage), passage.text, passage),
        }),
      ),
    ...products.map((one): Source => {
      const { product } = one;
      const attributes = Object.values(product.attributes).flat().join(" ");
      return {
        ...{ kind: "product", product },
        confidence: fits(`${product.title} ${attributes}`, product.description, one),
      };
    }),
  ];
  // Stable: of equals the better found comes first, and articles before products.
  return found.filter(({ confidence }) => confidence > 0).sort((a, b) => b.confidence - a.confidence);
}

function aboutOf({ title, heading, keywords }: FoundPassage): string {
  return `${title} ${heading} ${keywords}`;
}

/** A question without a letter or digit finds nothing. */
async function orNothing<T>(search: Promise<{ found: T[] }>): Promise<T[]> {
  try {
    return (await search).found;
  } catch (error) {
    if (error instanceof Failure && error.code === "invalid_input") return [];
    throw error;
  }
}

/** Words of a last line that says something by itself. */
const ENOUGH_WORDS = 2;

/** How well a source fits. @param about what it is called: a single word of a last line must be in that */
function fitsOf(text: string, before: string | null) {
  const alone = before === null || tellingWords(text).length >= ENOUGH_WORDS;
  return (about: string, told: string, { found }: Pick<FoundPassage, "found">): number => {
    const near = found.some(({ arm, rank }) => arm === "meaning" && rank <= MEANT.places);
    const whole = `${about} ${told}`.slice(0, COMPARED);
    const words = alone
      ? closeness(text, whole)
      : Math.max(closeness(text, about), closeness(`${text} ${before}`, whole));
    return Math.min(1, near ? Math.max(words, MEANT.confidence) : words);
  };
}

/** The price as it is shown, such as `19.90 EUR`; null: not known. */
export function priceOf({ priceMinor, currency }: Product): string | null {
  return priceMinor === null || currency === null
    ? null
    : `${fromMinorUnits(priceMinor, currency)} ${currency}`;
}

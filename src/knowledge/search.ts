import { checkChatbot } from "../chatbots/store.ts";
import { scopeOf } from "../search/corpus.ts";
import { type Arm, type Hit, hybridSearch } from "../search/hybrid.ts";
import type { Tenant } from "../tenant/tenant.ts";
import { type Indexing, passageCorpus } from "./index-rows.ts";
import { passageCandidates } from "./stored-passages.ts";

/** Passages of one article that are answered while others could be. */
const EACH_ARTICLE = 2;
/** Hits that are looked at for each that is answered, so that one long article does not fill the answer. */
const LOOKED_AT = 4;

/** A passage of a published article. */
export interface FoundPassage extends Omit<Hit, "id"> {
  articleId: string;
  /** Its place in the article, from 0. */
  position: number;
  title: string;
  slug: string;
  categoryId: string | null;
  /** The headings that it stands below, outermost first; empty when there is none. */
  heading: string;
  /** Markdown, as it stands in the article. */
  text: string;
  /** The article's, in one text. */
  keywords: string;
}

/**
 * Finds passages of a chatbot's published articles by words, in spite of typos, and by meaning where vectors are
 * configured, the best first; of one article no more than two as long as others are found. What a chatbot answers
 * with comes from here as well.
 * @throws Failure `not_found` for the chatbot, `invalid_input` for a query without a letter or digit
 */
export async function searchKnowledge(
  tenant: Tenant,
  options: Indexing & { chatbotId: string; query: string; limit: number },
): Promise<{ found: FoundPassage[]; arms: Arm[] }> {
  const { chatbotId, limit, ...rest } = options;
  const search = hybridSearch(tenant, passageCorpus, {
    ...rest,
    limit: limit * LOOKED_AT,
    scopes: [scopeOf(chatbotId)],
    load: (wanted) => passageCandidates(tenant, wanted),
  });
  const [{ hits, arms }] = await Promise.all([search, checkChatbot(tenant, chatbotId)]);
  const found = hits.map(({ row, score, found }) => {
    const { articleId, title, slug, categoryId, heading, keywords, body: text } = row;
    const position = Number(row.id.split(".").at(-1));
    return { articleId, position, title, slug, categoryId, heading, keywords, text, score, found };
  });
  return { found: spread(found, limit), arms };
}

/** The best ones, of each article two at most before others come in; in the order that they had. */
function spread(found: readonly FoundPassage[], limit: number): FoundPassage[] {
  const count = new Map<string, number>();
  const first: FoundPassage[] = [];
  const further: FoundPassage[] = [];
  for (const passage of found) {
    const before = count.get(passage.articleId) ?? 0;
    count.set(passage.articleId, before + 1);
    (before < EACH_ARTICLE ? first : further).push(passage);
  }
  const kept = new Set([...first, ...further].slice(0, limit));
  return found.filter((passage) => kept.has(passage));
}

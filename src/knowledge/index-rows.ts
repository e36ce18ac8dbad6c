import { getTableColumns, sql } from "drizzle-orm";
import {
  defineCorpus,
  type EmbeddedRow,
  type IndexedRow,
  reindex,
  scopeOf,
  unindexAll,
} from "../search/corpus.ts";
import { comparableWords } from "../search/typos.ts";
import type { VectorArm } from "../search/vectors.ts";
import { partsBySize, selectGiven } from "../tenant/json-rows.ts";
import type { Statement, Tenant } from "../tenant/tenant.ts";
import { passagesOf } from "./passages.ts";
import { type ArticleStatus, kbPassages } from "./schema.ts";

/** How articles stand in the search index: published ones in passages, others not at all. */

/** JSON of one statement, in bytes: D1 takes parameters of 2 MB, and unspaced scripts are indexed letter by letter. */
export const MAX_PART_BYTES = 500_000;
/** Characters of the text in which typos are forgiven. */
const MAX_FUZZY = 1000;

/** A match in the title says most, then one in the headings above the passage, then in the article's keywords. */
export const passageCorpus = defineCorpus({
  table: kbPassages,
  number: kbPassages.n,
  key: kbPassages.id,
  index: "kb_passages_search",
  weights: { title: 8, heading: 5, keywords: 4, body: 1 },
});

/** Whatever makes the vectors of what was written. Null: no vectors are configured. */
export interface Indexing {
  vectors: VectorArm | null;
  /** Hears of a vector service that does not answer: the article is written and found by its words all the same. */
  onVectorFault(error: unknown): void;
}

/** What the index needs of an article. */
export interface IndexedArticle {
  id: string;
  chatbotId: string;
  status: ArticleStatus;
  title: string;
  seoKeywords: readonly string[];
  content: string;
}

/** A passage with what its article adds to what is found of it. */
export interface PassageRow {
  id: string;
  articleId: string;
  position: number;
  heading: string;
  body: string;
  title: string;
  keywords: string;
}

function passageId(articleId: string, position: number): string {
  return `${articleId}.${position}`;
}

/** The passages of an article as it stands; none unless it is published. */
export function passageRows(article: IndexedArticle): PassageRow[] {
  if (article.status !== "published") return [];
  return passagesOf(article.content).map(({ heading, text }, position) => ({
    id: passageId(article.id, position),
    articleId: article.id,
    position,
    heading,
    body: text,
    title: article.title,
    keywords: article.seoKeywords.join(" "),
  }));
}

/**
 * The text in which typos are forgiven: title, headings and keywords, and the different longer words of the passage
 * as far as they fit.
 */
function fuzzyText({
  title,
  heading,
  keywords,
  body,
}: Pick<PassageRow, "title" | "heading" | "keywords" | "body">): string {
  const words = comparableWords(body.slice(0, MAX_FUZZY * 3));
  return [title, heading, keywords, ...words].join(" ").slice(0, MAX_FUZZY).toWellFormed();
}

/** A passage as search compares it with a query. */
export function indexedPassage(
  chatbotId: string,
  row: Pick<PassageRow, "id" | "title" | "heading" | "keywords" | "body">,
): IndexedRow {
  return {
    key: row.id,
    scope: scopeOf(chatbotId),
    fields: [row.title, row.heading, row.keywords, row.body],
    fuzzy: fuzzyText(row),
  };
}

/** What a vector is made from. */
export function embeddedPassage(chatbotId: string, { id, title, heading, body }: PassageRow): EmbeddedRow {
  return { id, scope: scopeOf(chatbotId), text: [title, heading, body].filter(Boolean).join("\n") };
}

function ofArticles(chatbotId: string, ids: readonly string[]) {
  return sql`${kbPassages.chatbotId} = ${chatbotId} AND ${kbPassages.articleId} IN (SELECT value FROM json_each(${JSON.stringify(ids)}))`;
}

/** The statements that take articles of a chatbot out of the index, with their passages. */
export function unindexArticles(tenant: Tenant, chatbotId: string, ids: readonly string[]): Statement[] {
  const own = ofArticles(chatbotId, ids);
  return [
    unindexAll(tenant, passageCorpus, own),
    tenant.db.delete(kbPassages).where(tenant.of(kbPassages, own)),
  ];
}

/**
 * The statements that index articles of one chatbot anew, whether or not they were indexed: old passages go, and each
 * published article gets the passages of its text. Everything that changes what is found goes through here; put it in
 * the batch of the change, behind the articles' own rows.
 */
export function indexArticles(
  tenant: Tenant,
  chatbotId: string,
  articles: readonly IndexedArticle[],
): Statement[] {
  const rows = articles.flatMap(passageRows);
  return [
    ...unindexArticles(
      tenant,
      chatbotId,
      articles.map(({ id }) => id),
    ),
    ...partsBySize(rows, MAX_PART_BYTES).flatMap((part) => [
      insertPassages(tenant, chatbotId, part),
      ...reindex(
        tenant,
        passageCorpus,
        part.map((row) => indexedPassage(chatbotId, row)),
      ),
    ]),
  ];
}

function insertPassages(tenant: Tenant, chatbotId: string, rows: readonly PassageRow[]): Statement {
  const given = rows.map(({ title: _, keywords: __, ...row }) => ({ ...row, chatbotId }));
  const others = { n: sql`NULL`, workspaceId: sql`${tenant.workspaceId}` };
  return tenant.db.insert(kbPassages).select(selectGiven(getTableColumns(kbPassages), given, others));
}

/**
 * Makes the vectors of articles that were just written, and removes those of passages that they have no more. Does
 * nothing where no vectors are configured.
 * @param before how many passages each had, see {@link passageCounts}
 */
export async function embedArticles(
  tenant: Tenant,
  articles: readonly IndexedArticle[],
  before: ReadonlyMap<string, number>,
  { vectors, onVectorFault }: Indexing,
): Promise<void> {
  if (vectors === null) return;
  const rows = articles.map((article) => ({
    id: article.id,
    embedded: passageRows(article).map((row) => embeddedPassage(article.chatbotId, row)),
  }));
  const gone = rows.flatMap(({ id, embedded }) => {
    const [had, has] = [before.get(id) ?? 0, embedded.length];
    return Array.from({ length: Math.max(0, had - has) }, (_, i) => passageId(id, has + i));
  });
  try {
    const embedded = rows.flatMap((row) => row.embedded);
    await vectors.upsert(tenant.workspaceId, embedded);
    await vectors.remove(gone);
  } catch (error) {
    onVectorFault(error);
  }
}

/** Removes the vectors of articles that are gone, given how many passages each had. */
export async function forgetVectors(
  had: ReadonlyMap<string, number>,
  { vectors, onVectorFault }: Indexing,
): Promise<void> {
  if (vectors === null) return;
  const ids = [...had].flatMap(([id, count]) => Array.from({ length: count }, (_, i) => passageId(id, i)));
  try {
    await vectors.remove(ids);
  } catch (error) {
    onVectorFault(error);
  }
}

/** How many passages articles of a chatbot have: {@link embedArticles} tells from it which vectors are left over. */
export async function passageCounts(
  tenant: Tenant,
  chatbotId: string,
  ids: readonly string[],
): Promise<Map<string, number>> {
  const rows = await tenant.db
    .select({ id: kbPassages.articleId, count: sql<number>`count(*)` })
    .from(kbPassages)
    .where(tenant.of(kbPassages, ofArticles(chatbotId, ids)))
    .groupBy(kbPassages.articleId);
  return new Map(rows.map(({ id, count }) => [id, count]));
}

import { and, asc, eq, gt, sql } from "drizzle-orm";
import type { IndexedPart } from "../search/indexed-part.ts";
import { vectorArm } from "../search/vectors.ts";
import { Failure } from "../tenant/failure.ts";
import type { Tenant } from "../tenant/tenant.ts";
import { embedArticles, indexArticles, passageCounts, passageRows } from "./index-rows.ts";
import { kbArticles, kbPassages } from "./schema.ts";
import { assertRevisions } from "./store.ts";

/** Articles whose text is read at a time, and passages of one slice: one article may have more. */
const ARTICLES = 10;
const PASSAGES = 100;

/**
 * Articles in rebuilds of the search index: each belongs to a chatbot. Their passages are cut anew, since an earlier
 * way of cutting may have made them.
 */
export const knowledgePart: IndexedPart = {
  name: "knowledge",
  vectors: (env) => vectorArm(env, "knowledge"),
  async count(tenant, chatbotId) {
    if (chatbotId === null) return 0;
    return tenant.db.$count(kbPassages, tenant.of(kbPassages, eq(kbPassages.chatbotId, chatbotId)));
  },
  async slice(tenant, chatbotId, after, vectors) {
    if (chatbotId === null) return null;
    const articles = await nextArticles(tenant, chatbotId, after ?? "");
    const last = articles.at(-1);
    if (!last) return null;
    const asRead = articles.map((article) => ({ before: article, after: article }));
    if (vectors) {
      const ids = articles.map(({ id }) => id);
      const had = await passageCounts(tenant, chatbotId, ids);
      const onVectorFault = (error: unknown) => {
        throw error;
      };
      await embedArticles(tenant, articles, had, { vectors, onVectorFault });
      const changed = new Set(await changedSince(tenant, articles));
      const stale = articles.filter(({ id }) => changed.has(id)).flatMap(passageRows);
      // A change may have written its own vectors before these: they are all made again.
      await vectors.remove(stale.map(({ id }) => id));
      if (changed.size > 0) throw new Failure("conflict", "Articles changed while their vectors were made.");
    }
    return {
      after: last.id,
      rows: articles.flatMap(passageRows).length,
      statements: [assertRevisions(tenant, asRead), ...indexArticles(tenant, chatbotId, articles)],
    };
  },
};

/** The next published articles, one at least, as far as their passages are one slice. */
async function nextArticles(tenant: Tenant, chatbotId: string, after: string) {
  const { id, status, title, seoKeywords, content, revision } = kbArticles;
  const articles = await tenant.db
    .select({ id, chatbotId: kbArticles.chatbotId, status, title, seoKeywords, content, revision })
    .from(kbArticles)
    .where(
      tenant.of(kbArticles, and(eq(kbArticles.chatbotId, chatbotId), eq(status, "published"), gt(id, after))),
    )
    .orderBy(asc(id))
    .limit(ARTICLES);
  let passages = 0;
  const full = articles.findIndex((article, i) => {
    passages += passageRows(article).length;
    return i > 0 && passages > PASSAGES;
  });
  return full === -1 ? articles : articles.slice(0, full);
}

/** The ids of those that are not as they were read. */
async function changedSince(
  tenant: Tenant,
  articles: readonly { id: string; revision: number }[],
): Promise<string[]> {
  const ids = JSON.stringify(articles.map(({ id }) => id));
  const rows = await tenant.db
    .select({ id: kbArticles.id, revision: kbArticles.revision })
    .from(kbArticles)
    .where(tenant.of(kbArticles, sql`${kbArticles.id} IN (SELECT value FROM json_each(${ids}))`));
  const now = new Map(rows.map(({ id, revision }) => [id, revision]));
  return articles.filter(({ id, revision }) => now.get(id) !== revision).map(({ id }) => id);
}

import { and, asc, eq, gt, gte, sql } from "drizzle-orm";
import { vectorArm } from "../search/vectors.ts";
import type { Tenant } from "../tenant/tenant.ts";
import { embedArticles, indexArticles, passageRows } from "./index-rows.ts";
import { kbArticles, kbPassages } from "./schema.ts";
import { assertRevisions } from "./store.ts";

/** Articles whose text is read at a time. */
const READ_AT_ONCE = 10;

/**
 * Cuts a chatbot's published articles into passages anew and writes those that differ from the stored ones, which an
 * earlier way of cutting made: from the article of the passage `after` on, as many as have `limit` passages.
 * @param after `article.position`; null: from the first
 * @throws Failure `conflict` when an article was changed meanwhile: what was written until then is right
 */
export async function recutPassages(
  tenant: Tenant,
  env: Env,
  chatbotId: string,
  after: string | null,
  limit: number,
): Promise<void> {
  let behind = gte(kbArticles.id, after?.split(".")[0] ?? "");
  for (let passages = 0; passages < limit; ) {
    const { id, status, title, seoKeywords, content, revision } = kbArticles;
    const articles = await tenant.db
      .select({ id, chatbotId: kbArticles.chatbotId, status, title, seoKeywords, content, revision })
      .from(kbArticles)
      .where(tenant.of(kbArticles, and(eq(kbArticles.chatbotId, chatbotId), eq(status, "published"), behind)))
      .orderBy(asc(id))
      .limit(READ_AT_ONCE);
    const last = articles.at(-1);
    if (!last) return;
    behind = gt(id, last.id);
    const stored = await storedTexts(
      tenant,
      chatbotId,
      articles.map((article) => article.id),
    );
    for (const article of articles) {
      const cut = passageRows(article).map(({ heading, body }) => ({ heading, body }));
      const had = stored.get(article.id) ?? [];
      passages += cut.length;
      if (JSON.stringify(cut) === JSON.stringify(had)) continue;
      await tenant.batch([
        assertRevisions(tenant, [{ before: article, after: article }]),
        ...indexArticles(tenant, chatbotId, [article]),
      ]);
      await embedArticles(tenant, [article], new Map([[article.id, had.length]]), {
        vectors: vectorArm(env, "knowledge"),
        onVectorFault: (error) => {
          throw error;
        },
      });
    }
  }
}

/** What is stored of the passages of these articles, in their order. */
async function storedTexts(tenant: Tenant, chatbotId: string, ids: readonly string[]) {
  const { articleId, position, heading, body } = kbPassages;
  const rows = await tenant.db
    .select({ articleId, heading, body })
    .from(kbPassages)
    .where(
      tenant.of(
        kbPassages,
        eq(kbPassages.chatbotId, chatbotId),
        sql`${articleId} IN (SELECT value FROM json_each(${JSON.stringify(ids)}))`,
      ),
    )
    .orderBy(asc(articleId), asc(position));
  const texts = new Map<string, { heading: string; body: string }[]>();
  for (const row of rows) {
    const text = { heading: row.heading, body: row.body };
    texts.set(row.articleId, [...(texts.get(row.articleId) ?? []), text]);
  }
  return texts;
}

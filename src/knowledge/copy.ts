import { and, asc, eq, getTableColumns, gt, sql } from "drizzle-orm";
import type { Call } from "../calls/define.ts";
import { newId } from "../tenant/ids.ts";
import { selectGiven } from "../tenant/json-rows.ts";
import type { Tenant } from "../tenant/tenant.ts";
import { MAX_ARTICLES } from "./import.ts";
import { kbArticles, kbCategories } from "./schema.ts";
import { saveArticles } from "./store.ts";
import { indexingOf } from "./tools/indexing.ts";

/** Articles of one copy at most: each is indexed as it is written, and one call does no more. */
const MAX_COPIED = 5000;
/** Categories of one step. */
const CATEGORIES_AT_ONCE = 200;

/**
 * Copies a chatbot's categories and articles to one that has none yet, as they are, with what search finds of them:
 * in steps, the first {@link MAX_COPIED} articles in the order they were made. Counts of views and feedback begin anew.
 * @param copies gets the ids of both
 */
export async function copyKnowledge(
  call: Call,
  fromId: string,
  toId: string,
  copies: Map<string, string>,
): Promise<{ categories: number; articles: number; articlesLeftOut: boolean }> {
  const { tenant } = call;
  const categories = await copyCategories(tenant, fromId, toId);
  for (const [original, copy] of categories) copies.set(original, copy);
  const indexing = indexingOf(call, "duplicate_chatbot");
  let articles = 0;
  for (let after = ""; articles < MAX_COPIED && !call.signal.aborted; ) {
    const page = await tenant.db
      .select()
      .from(kbArticles)
      .where(tenant.of(kbArticles, and(eq(kbArticles.chatbotId, fromId), gt(kbArticles.id, after))))
      .orderBy(asc(kbArticles.id))
      .limit(MAX_ARTICLES);
    const at = tenant.now();
    // Sorted, so that the copies list in the order of the originals.
    const ids = page.map(() => newId("article", at)).toSorted();
    const writes = page.map(({ workspaceId: _, ...article }, i) => {
      const id = ids[i] ?? newId("article", at);
      copies.set(article.id, id);
      return {
        before: null,
        after: {
          ...article,
          ...{ id, chatbotId: toId },
          categoryId: article.categoryId === null ? null : (categories.get(article.categoryId) ?? null),
          ...{ views: 0, helpful: 0, notHelpful: 0, revision: 1, createdAt: at, updatedAt: at },
        },
      };
    });
    await saveArticles(tenant, toId, writes, indexing, true);
    articles += page.length;
    after = page.at(-1)?.id ?? "";
    if (page.length < MAX_ARTICLES) return { categories: categories.size, articles, articlesLeftOut: false };
  }
  return { categories: categories.size, articles, articlesLeftOut: true };
}

/** Copies the categories. @returns each one's copy, by id */
async function copyCategories(tenant: Tenant, fromId: string, toId: string): Promise<Map<string, string>> {
  const copies = new Map<string, string>();
  for (let after = ""; ; ) {
    const page = await tenant.db
      .select()
      .from(kbCategories)
      .where(tenant.of(kbCategories, and(eq(kbCategories.chatbotId, fromId), gt(kbCategories.id, after))))
      .orderBy(asc(kbCategories.id))
      .limit(CATEGORIES_AT_ONCE);
    if (page.length === 0) return copies;
    const at = tenant.now();
    const ids = page.map(() => newId("category", at)).toSorted();
    const rows = page.map(({ workspaceId: _, ...category }, i) => {
      const id = ids[i] ?? newId("category", at);
      copies.set(category.id, id);
      return { ...category, id, chatbotId: toId, createdAt: at };
    });
    await tenant.db
      .insert(kbCategories)
      .select(selectGiven(getTableColumns(kbCategories), rows, { workspaceId: sql`${tenant.workspaceId}` }));
    after = page.at(-1)?.id ?? "";
  }
}

import { and, asc, desc, eq, inArray, type SQL, sql } from "drizzle-orm";
import { chatbotsInUse } from "../chatbots/find.ts";
import type { Tenant } from "../tenant/tenant.ts";
import { kbArticles, kbCategories } from "./schema.ts";
import { searchKnowledge } from "./search.ts";
import type { Article } from "./store.ts";

/** What anybody may read of a knowledge base: published articles of chatbots that are in use. */

/** Chatbots whose articles are shown. */
const MOST_CHATBOTS = 20;
/** Categories of a chatbot that are shown. */
const MOST_CATEGORIES = 100;
/** Articles of a category that its overview shows; one more says that there are more. */
export const OVERVIEW = 5;
/** Addresses of one sitemap (50,000 by the protocol). */
const MOST_ADDRESSES = 5_000;

/** An article as lists show it. */
export type PublicBrief = Pick<
  Article,
  "id" | "chatbotId" | "categoryId" | "slug" | "title" | "description" | "updatedAt"
>;
export type Reader = Awaited<ReturnType<typeof chatbotsInUse>>[number];

export interface PublicCategory {
  id: string;
  chatbotId: string;
  name: string;
  description: string;
  icon: string | null;
}

const { id, chatbotId, categoryId, slug, title, description, updatedAt } = kbArticles;
const brief = { id, chatbotId, categoryId, slug, title, description, updatedAt };

const category = {
  id: kbCategories.id,
  chatbotId: kbCategories.chatbotId,
  name: kbCategories.name,
  description: kbCategories.description,
  icon: kbCategories.icon,
};

/** The chatbots whose articles may be read, the first made first. */
export function readers(tenant: Tenant): Promise<Reader[]> {
  return chatbotsInUse(tenant, MOST_CHATBOTS);
}

/** Some of the newest articles of each category, and of those without one; categories without any are left out. */
export async function overview(
  tenant: Tenant,
  of: readonly Reader[],
): Promise<{ category: PublicCategory | null; chatbotId: string; articles: PublicBrief[] }[]> {
  const categories = (
    await Promise.all(
      of.map((reader) =>
        tenant.db
          .select(category)
          .from(kbCategories)
          .where(tenant.of(kbCategories, eq(kbCategories.chatbotId, reader.id)))
          .orderBy(asc(kbCategories.id))
          .limit(MOST_CATEGORIES),
      ),
    )
  ).flat();
  const places = [
    ...categories.map((one) => ({ category: one, chatbotId: one.chatbotId })),
    ...of.map((reader) => ({ category: null, chatbotId: reader.id })),
  ];
  const pairs = JSON.stringify(places.map((place) => [place.chatbotId, place.category?.id ?? null]));
  const ofEach = newestIn(tenant, sql`pair.value ->> 0`, sql`pair.value ->> 1`, sql`1`, OVERVIEW + 1);
  const rows = await tenant.db
    .select(brief)
    .from(kbArticles)
    .where(
      tenant.of(
        kbArticles,
        sql`${id} IN (SELECT found.value FROM json_each(${pairs}) AS pair,
          json_each((SELECT json_group_array(id) FROM (${ofEach}))) AS found)`,
      ),
    )
    .orderBy(desc(id));
  return places
    .map((place) => ({
      ...place,
      articles: rows.filter(
        (row) => row.chatbotId === place.chatbotId && row.categoryId === (place.category?.id ?? null),
      ),
    }))
    .filter(({ articles }) => articles.length > 0);
}

/** Ids of the newest published articles of a place, as SQL. */
function newestIn({ workspaceId }: Tenant, chatbot: SQL, ofCategory: SQL, behind: SQL, size: number): SQL {
  return sql`SELECT id FROM kb_articles INDEXED BY kb_articles_published
    WHERE workspace_id = ${workspaceId} AND chatbot_id = ${chatbot} AND category_id IS ${ofCategory}
      AND status = 'published' AND ${behind} ORDER BY id DESC LIMIT ${size}`;
}

/** A category with its articles, the newest first. @param before the last id of the page before; null when there is no such category */
export async function articlesIn(
  tenant: Tenant,
  of: readonly Reader[],
  wanted: string,
  before: string | null,
  size: number,
): Promise<{ category: PublicCategory; articles: PublicBrief[]; more: boolean } | null> {
  const [found] = await tenant.db
    .select(category)
    .from(kbCategories)
    .where(tenant.of(kbCategories, eq(kbCategories.id, wanted), inArray(kbCategories.chatbotId, idsOf(of))));
  if (!found) return null;
  const behind = before === null ? sql`1` : sql`id < ${before}`;
  const some = newestIn(tenant, sql`${found.chatbotId}`, sql`${found.id}`, behind, size + 1);
  const rows = await tenant.db
    .select(brief)
    .from(kbArticles)
    .where(tenant.of(kbArticles, sql`${id} IN (${some})`))
    .orderBy(desc(id));
  return { category: found, articles: rows.slice(0, size), more: rows.length > size };
}

const idsOf = (of: readonly Reader[]) =>
  sql`(SELECT value FROM json_each(${JSON.stringify(of.map((one) => one.id))}))`;

/** A published article whole, with its category; null where there is none for anybody. */
export async function publicArticle(
  tenant: Tenant,
  of: readonly Reader[],
  wanted: string,
): Promise<{ article: Article; category: PublicCategory | null } | null> {
  const [row] = await tenant.db
    .select()
    .from(kbArticles)
    .where(
      tenant.of(
        kbArticles,
        and(eq(id, wanted), eq(kbArticles.status, "published"), inArray(chatbotId, idsOf(of))),
      ),
    );
  if (!row) return null;
  const { workspaceId: _, ...article } = row;
  const [found] =
    article.categoryId === null
      ? []
      : await tenant.db
          .select(category)
          .from(kbCategories)
          .where(tenant.of(kbCategories, eq(kbCategories.id, article.categoryId)));
  return { article, category: found ?? null };
}

export interface PublicHit extends PublicBrief {
  /** Markdown: the passage that fits best. */
  text: string;
}

/** Articles that a stranger looks for, the best first. By words alone: nobody's words go to a model. */
export async function searchPublished(
  tenant: Tenant,
  of: readonly Reader[],
  query: string,
  limit: number,
): Promise<PublicHit[]> {
  const options = { query, limit, vectors: null, onVectorFault: () => {} };
  const found = await Promise.all(
    of.map((reader) => searchKnowledge(tenant, { ...options, chatbotId: reader.id })),
  );
  const passages = found.flatMap((one) => one.found).sort((a, b) => b.score - a.score);
  const best = new Map(passages.toReversed().map(({ articleId, text }) => [articleId, text]));
  const ids = [...new Set(passages.map(({ articleId }) => articleId))].slice(0, limit);
  if (ids.length === 0) return [];
  const rows = await tenant.db
    .select(brief)
    .from(kbArticles)
    .where(
      tenant.of(
        kbArticles,
        sql`${id} IN (SELECT value FROM json_each(${JSON.stringify(ids)}))`,
        eq(kbArticles.status, "published"),
      ),
    );
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.flatMap((one) => {
    const row = byId.get(one);
    return row ? [{ ...row, text: best.get(one) ?? "" }] : [];
  });
}

/** What a sitemap names, 5,000 at most. */
export function published(
  tenant: Tenant,
  of: readonly Reader[],
): Promise<Pick<Article, "id" | "slug" | "updatedAt">[]> {
  return tenant.db
    .select({ id, slug, updatedAt })
    .from(kbArticles)
    .where(
      tenant.of(
        kbArticles,
        sql`${id} IN (SELECT id FROM kb_articles INDEXED BY kb_articles_published
          WHERE workspace_id = ${tenant.workspaceId} AND chatbot_id IN ${idsOf(of)} AND status = 'published'
          LIMIT ${MOST_ADDRESSES})`,
      ),
    );
}

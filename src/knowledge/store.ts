import { and, desc, eq, getTableColumns, lt, sql } from "drizzle-orm";
import { z } from "zod";
import { checkChatbot } from "../chatbots/store.ts";
import { mayChangeChatbot } from "../inboxes/shared.ts";
import { recordEvent } from "../tenant/events.ts";
import { Failure, notFound } from "../tenant/failure.ts";
import { newId } from "../tenant/ids.ts";
import { excluded, partsBySize, selectGiven } from "../tenant/json-rows.ts";
import { type CursorScope, decodeCursor, type Page, pageOf, pageOffset } from "../tenant/page.ts";
import { retryOnConflict } from "../tenant/retry.ts";
import { isUniqueViolation, type Statement, type Tenant } from "../tenant/tenant.ts";
import { checkCategory } from "./categories.ts";
import {
  embedArticles,
  forgetVectors,
  type Indexing,
  indexArticles,
  MAX_PART_BYTES,
  passageCounts,
  unindexArticles,
} from "./index-rows.ts";
import { type ArticleStatus, kbArticles } from "./schema.ts";
import { freeSlugs } from "./slugs.ts";

/** An article without its workspace. Times are milliseconds, UTC. */
export type Article = Omit<typeof kbArticles.$inferSelect, "workspaceId">;

/** What a list shows of an article. */
export type ArticleBrief = Omit<Article, "content">;

export interface NewArticle {
  title: string;
  description: string;
  /** Markdown. */
  content: string;
  categoryId?: string;
  seoKeywords?: string[];
  metaDescription?: string;
}

/** @throws Failure `not_found` unless the chatbot has this article */
export async function getArticle(tenant: Tenant, chatbotId: string, id: string): Promise<Article> {
  const [row] = await tenant.db
    .select()
    .from(kbArticles)
    .where(tenant.of(kbArticles, eq(kbArticles.id, id), eq(kbArticles.chatbotId, chatbotId)));
  if (!row) throw notFound("article", id, "this chatbot");
  const { workspaceId: _, ...article } = row;
  return article;
}

/** A chatbot's articles, the last made first. @throws Failure `not_found` for the chatbot or category */
export async function listArticles(
  tenant: Tenant,
  filters: { chatbotId: string; categoryId?: string },
  options: { cursor?: string; page?: number; limit: number },
): Promise<Page<ArticleBrief>> {
  const { chatbotId, categoryId } = filters;
  const { cursor, page, limit } = options;
  const offset = pageOffset(page, limit, cursor);
  const scope: CursorScope = {
    list: "knowledge_articles",
    tenant,
    filters: [chatbotId, categoryId ?? null],
  };
  const before = cursor && (await decodeCursor(scope, cursor, z.tuple([z.string()])))[0];
  const { workspaceId: _, content: __, ...brief } = getTableColumns(kbArticles);
  const listed = tenant.db
    .select(brief)
    .from(kbArticles)
    .where(
      tenant.of(
        kbArticles,
        eq(kbArticles.chatbotId, chatbotId),
        categoryId === undefined ? undefined : eq(kbArticles.categoryId, categoryId),
        before ? lt(kbArticles.id, before) : undefined,
      ),
    )
    .orderBy(desc(kbArticles.id))
    .limit(limit + 1)
    .offset(offset);
  const [rows] = await Promise.all([
    listed,
    checkChatbot(tenant, chatbotId),
    categoryId === undefined ? null : checkCategory(tenant, chatbotId, categoryId),
  ]);
  return pageOf(scope, rows, limit, ({ id }) => [id]);
}

/** An article as it is to be, beside the one that is there (null: it is new). */
export interface ArticleWrite {
  before: Pick<Article, "status" | "revision"> | null;
  after: Article;
}

/**
 * Writes articles of one chatbot whole, with their passages and events, 100 at most, and makes their vectors then.
 * Counts of views and feedback are left as they are.
 * @param synced true when `syncToken` counts: what an import that removes nothing writes keeps its mark
 * @throws Failure `conflict` when one was changed meanwhile, or its slug or external id taken; the articles of a
 *   batch are all written or none, and large ones are more than one batch
 */
export async function saveArticles(
  tenant: Tenant,
  chatbotId: string,
  writes: readonly ArticleWrite[],
  indexing: Indexing,
  synced = false,
): Promise<void> {
  for (const part of partsBySize(writes, MAX_PART_BYTES)) {
    const articles = part.map(({ after }) => after);
    const ids = articles.map(({ id }) => id);
    const had = indexing.vectors === null ? new Map() : await passageCounts(tenant, chatbotId, ids);
    try {
      await tenant.batch([
        assertRevisions(tenant, part),
        upsert(tenant, articles, synced),
        ...indexArticles(tenant, chatbotId, articles),
        ...part.flatMap(({ before, after }) =>
          after.status === "published" && before?.status !== "published" ? [published(tenant, after)] : [],
        ),
      ]);
    } catch (error) {
      if (!isUniqueViolation(error)) throw error;
      throw new Failure("conflict", "Another article was made meanwhile.");
    }
    await embedArticles(tenant, articles, had, indexing);
  }
}

function published(tenant: Tenant, { id, chatbotId, revision, updatedAt }: Article): Statement {
  const data = { chatbotId, revision };
  return recordEvent(
    tenant,
    { type: "article.published", subjectId: id, inboxId: null, data },
    { at: updatedAt },
  );
}

/** Fails the batch unless each article that was there still has the revision that it had. */
export function assertRevisions(
  tenant: Tenant,
  writes: readonly { before: Pick<Article, "revision"> | null; after: Pick<Article, "id"> }[],
): Statement {
  const known = writes.flatMap(({ before, after }) =>
    before === null ? [] : [{ id: after.id, revision: before.revision }],
  );
  return tenant.assertThat(sql`NOT EXISTS (
    SELECT 1 FROM json_each(${JSON.stringify(known)}) AS given
    WHERE (SELECT a.revision FROM kb_articles AS a
      WHERE a.workspace_id = ${tenant.workspaceId} AND a.id = given.value ->> 'id'
    ) IS NOT given.value ->> 'revision')`);
}

/** One INSERT of all articles, which changes those that are there. */
function upsert(tenant: Tenant, articles: readonly Article[], synced: boolean): Statement {
  const columns = getTableColumns(kbArticles);
  const {
    workspaceId,
    id,
    chatbotId: _,
    createdAt: __,
    views: ___,
    helpful,
    notHelpful,
    ...written
  } = columns;
  const { syncToken: ____, ...unsynced } = written;
  return tenant.db
    .insert(kbArticles)
    .select(selectGiven(columns, articles, { workspaceId: sql`${tenant.workspaceId}` }))
    .onConflictDoUpdate({ target: [workspaceId, id], set: excluded(synced ? written : unsynced) });
}

/** A new article, with nothing counted yet. Whoever saves it decides slug and status. */
export function blankArticle(
  facts: Pick<Article, "id" | "chatbotId" | "slug" | "title" | "description" | "content">,
  at: number,
): Article {
  return {
    ...facts,
    categoryId: null,
    externalId: null,
    seoKeywords: [],
    metaDescription: null,
    status: "draft",
    views: 0,
    helpful: 0,
    notHelpful: 0,
    revision: 1,
    digest: null,
    syncToken: null,
    publishedAt: null,
    createdAt: at,
    updatedAt: at,
  };
}

/** Makes a draft. @throws Failure `not_found` for the chatbot or category; `not_allowed` as {@link mayChangeChatbot} */
export async function createArticle(
  tenant: Tenant,
  chatbotId: string,
  input: NewArticle,
  indexing: Indexing,
): Promise<Article> {
  const { title, description, content, categoryId, seoKeywords = [], metaDescription = null } = input;
  await Promise.all([
    checkChatbot(tenant, chatbotId),
    categoryId === undefined ? null : checkCategory(tenant, chatbotId, categoryId),
  ]);
  return retryOnConflict(async () => {
    const at = tenant.now();
    const id = newId("article", at);
    const slug = (await freeSlugs(tenant, chatbotId, [{ id, title }])).get(id) ?? id;
    const after = {
      ...blankArticle({ id, chatbotId, slug, title, description, content }, at),
      ...{ categoryId: categoryId ?? null, seoKeywords, metaDescription },
    };
    await saveArticles(tenant, chatbotId, [{ before: null, after }], indexing);
    return after;
  });
}

export type ArticleChanges = Partial<
  Pick<Article, "title" | "description" | "content" | "seoKeywords" | "status" | "categoryId">
>;

/**
 * Changes what is given of an article, and what search finds of it; when nothing comes out different, nothing is
 * written. Becoming published is an `article.published`.
 * @throws Failure `not_found`; `conflict` when others keep changing it; `not_allowed` as {@link mayChangeChatbot}
 */
export async function updateArticle(
  tenant: Tenant,
  chatbotId: string,
  id: string,
  changes: ArticleChanges,
  indexing: Indexing,
): Promise<Article> {
  const { categoryId } = changes;
  if (categoryId !== undefined && categoryId !== null) await checkCategory(tenant, chatbotId, categoryId);
  return retryOnConflict(async () => {
    const [before] = await Promise.all([
      getArticle(tenant, chatbotId, id),
      mayChangeChatbot(tenant, chatbotId),
    ]);
    const given = Object.entries(changes).filter(([, value]) => value !== undefined);
    const wanted = { ...before, ...Object.fromEntries(given) };
    if (JSON.stringify(wanted) === JSON.stringify(before)) return before;
    const at = tenant.now();
    const after = {
      ...wanted,
      revision: before.revision + 1,
      publishedAt: publishedAt(before, wanted.status, at),
      updatedAt: at,
    };
    await saveArticles(tenant, chatbotId, [{ before, after }], indexing);
    return after;
  });
}

/** Deletes an article for good, and what search finds of it. @throws Failure `not_found`; `not_allowed` as {@link mayChangeChatbot} */
export async function deleteArticle(
  tenant: Tenant,
  chatbotId: string,
  id: string,
  indexing: Indexing,
): Promise<void> {
  const [, , had] = await Promise.all([
    getArticle(tenant, chatbotId, id),
    mayChangeChatbot(tenant, chatbotId),
    indexing.vectors === null ? new Map<string, number>() : passageCounts(tenant, chatbotId, [id]),
  ]);
  await tenant.batch([
    ...unindexArticles(tenant, chatbotId, [id]),
    tenant.db
      .delete(kbArticles)
      .where(tenant.of(kbArticles, eq(kbArticles.id, id), eq(kbArticles.chatbotId, chatbotId))),
  ]);
  await forgetVectors(had, indexing);
}

/** When an article last became published, given its next status. */
export function publishedAt(
  before: Pick<Article, "status" | "publishedAt"> | null,
  status: ArticleStatus,
  at: number,
): number | null {
  return status === "published" && before?.status !== "published" ? at : (before?.publishedAt ?? null);
}

/** Counts that a visitor opened a published article. Answers false when there is none such. */
export async function recordView(tenant: Tenant, chatbotId: string, id: string): Promise<boolean> {
  return count(tenant, chatbotId, id, { views: sql`${kbArticles.views} + 1` });
}

/** Counts what a visitor said of a published article. Answers false when there is none such. */
export async function recordFeedback(
  tenant: Tenant,
  chatbotId: string,
  id: string,
  helpful: boolean,
): Promise<boolean> {
  return count(
    tenant,
    chatbotId,
    id,
    helpful ? { helpful: sql`${kbArticles.helpful} + 1` } : { notHelpful: sql`${kbArticles.notHelpful} + 1` },
  );
}

/** Neither moves `updatedAt` nor the revision: the article is the same. */
async function count(
  tenant: Tenant,
  chatbotId: string,
  id: string,
  set: Parameters<ReturnType<Tenant["db"]["update"]>["set"]>[0],
): Promise<boolean> {
  const rows = await tenant.db
    .update(kbArticles)
    .set(set)
    .where(
      tenant.of(
        kbArticles,
        and(eq(kbArticles.id, id), eq(kbArticles.chatbotId, chatbotId), eq(kbArticles.status, "published")),
      ),
    )
    .returning({ id: kbArticles.id });
  return rows.length > 0;
}

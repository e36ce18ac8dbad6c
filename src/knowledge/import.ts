import { asc, eq, getTableColumns, gt, sql } from "drizzle-orm";
import type { z } from "zod";
import { type ChatbotRemoval, checkChatbot } from "../chatbots/store.ts";
import { unindexAll } from "../search/corpus.ts";
import { Failure } from "../tenant/failure.ts";
import { newId } from "../tenant/ids.ts";
import { retryOnConflict } from "../tenant/retry.ts";
import type { Tenant } from "../tenant/tenant.ts";
import { type ArticleInput, articleInput } from "./article-input.ts";
import { ensureCategories } from "./categories.ts";
import { forgetVectors, type Indexing, passageCorpus, passageCounts, unindexArticles } from "./index-rows.ts";
import { kbArticles, kbCategories, kbGapDays, kbGaps, kbPassages } from "./schema.ts";
import { freeSlugs } from "./slugs.ts";
import { type Article, type ArticleWrite, blankArticle, publishedAt, saveArticles } from "./store.ts";

/** Most articles of one {@link upsertArticles}, and what one step of removing takes. */
export const MAX_ARTICLES = 100;

type Given = z.output<typeof articleInput>;

export interface ArticleImportOptions extends Indexing {
  /** Names a run that removes afterwards what it has not seen, see {@link removeMissingArticles}. */
  syncToken?: string;
}

export interface ImportedArticles {
  created: number;
  updated: number;
  /** Their source was the same already: nothing was written of them, and what a person changed of them stays. */
  unchanged: number;
}

/**
 * Makes or changes up to {@link MAX_ARTICLES} articles of a chatbot by their external id, with their passages and
 * events. Of several with one external id the last counts. Articles of which the source is the same are left alone.
 * @throws Failure `invalid_input` naming the item, `not_found` for the chatbot; nothing is written then. `conflict`
 *   when others keep changing the same articles; some may be written then, and the call can be repeated
 */
export async function upsertArticles(
  tenant: Tenant,
  chatbotId: string,
  items: readonly ArticleInput[],
  options: ArticleImportOptions,
): Promise<ImportedArticles> {
  if (items.length > MAX_ARTICLES) {
    throw new Failure("invalid_input", `At most ${MAX_ARTICLES} articles at once.`);
  }
  const wanted = new Map<string, Given & { digest: string }>();
  for (const [i, item] of items.entries()) {
    const parsed = articleInput.safeParse(item);
    if (!parsed.success) throw unfit(i, parsed.error);
    wanted.set(parsed.data.externalId, { ...parsed.data, digest: await digestOf(parsed.data) });
  }
  await checkChatbot(tenant, chatbotId);
  const { syncToken } = options;
  const created = new Set<string>();
  const updated = new Set<string>();
  await retryOnConflict(async () => {
    const known = await knownArticles(tenant, chatbotId, [...wanted.keys()]);
    const changed = [...wanted.values()].filter(
      ({ externalId, digest }) => known.get(externalId)?.digest !== digest,
    );
    const writes = await writesOf(tenant, chatbotId, changed, known, syncToken ?? null);
    await saveArticles(tenant, chatbotId, writes, options, syncToken !== undefined);
    for (const { externalId } of changed) {
      // Seen again in another attempt, one that was made here is still a new one.
      if (!known.has(externalId)) created.add(externalId);
      else if (!created.has(externalId)) updated.add(externalId);
    }
  });
  const unchanged = [...wanted.keys()].filter((id) => !created.has(id) && !updated.has(id));
  if (syncToken !== undefined) await markArticlesSeen(tenant, chatbotId, unchanged, syncToken);
  return { created: created.size, updated: updated.size, unchanged: unchanged.length };
}

/**
 * Notes that the run with this token has seen articles, without looking at what they are now: of a source that cannot
 * be read, say, so that {@link removeMissingArticles} leaves them.
 * @param externalIds at most {@link MAX_ARTICLES}
 */
export async function markArticlesSeen(
  tenant: Tenant,
  chatbotId: string,
  externalIds: readonly string[],
  syncToken: string,
): Promise<void> {
  if (externalIds.length === 0) return;
  await tenant.db
    .update(kbArticles)
    .set({ syncToken })
    .where(tenant.of(kbArticles, oneOf(chatbotId, externalIds)));
}

function unfit(i: number, error: z.ZodError): Failure {
  const [issue] = error.issues;
  const path = issue?.path.join(".") || "item";
  return new Failure("invalid_input", `Item ${i + 1}: ${path}: ${issue?.message ?? "not valid"}.`);
}

async function digestOf(given: Given): Promise<string> {
  const bytes = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(JSON.stringify(given)));
  return new Uint8Array(bytes.slice(0, 16)).toHex();
}

function oneOf(chatbotId: string, externalIds: readonly string[]) {
  return sql`${kbArticles.chatbotId} = ${chatbotId} AND ${kbArticles.externalId} IN (SELECT value FROM json_each(${JSON.stringify(externalIds)}))`;
}

type Known = Omit<Article, "content">;

async function knownArticles(
  tenant: Tenant,
  chatbotId: string,
  externalIds: readonly string[],
): Promise<Map<string, Known>> {
  const { workspaceId: _, content: __, ...columns } = getTableColumns(kbArticles);
  const rows = await tenant.db
    .select(columns)
    .from(kbArticles)
    .where(tenant.of(kbArticles, oneOf(chatbotId, externalIds)));
  return new Map(rows.map((row) => [row.externalId ?? "", row]));
}

async function writesOf(
  tenant: Tenant,
  chatbotId: string,
  changed: readonly (Given & { digest: string })[],
  known: ReadonlyMap<string, Known>,
  syncToken: string | null,
): Promise<ArticleWrite[]> {
  if (changed.length === 0) return [];
  const at = tenant.now();
  // Sorted, so that articles made together list in the order of their source.
  const fresh = changed.filter(({ externalId }) => !known.has(externalId));
  const ids = fresh.map(() => newId("article", at)).toSorted();
  const idOf = new Map(fresh.map(({ externalId }, i) => [externalId, ids[i] ?? newId("article", at)]));
  const slugs = await freeSlugs(
    tenant,
    chatbotId,
    fresh.map(({ externalId, title }) => ({ id: idOf.get(externalId) ?? "", title })),
  );
  const names = changed.flatMap(({ category }) => category ?? []);
  const categories = await ensureCategories(tenant, chatbotId, names);
  return changed.map(({ externalId, title, description, content, category, ...more }) => {
    const before = known.get(externalId) ?? null;
    const id = before?.id ?? idOf.get(externalId) ?? newId("article", at);
    const status = more.status ?? before?.status ?? "published";
    const blank = blankArticle({ id, chatbotId, slug: slugs.get(id) ?? id, title, description, content }, at);
    const after: Article = {
      ...blank,
      ...before,
      ...{ externalId, title, description, content, status, syncToken },
      categoryId: category === null ? null : (categories.get(category) ?? null),
      seoKeywords: more.seoKeywords,
      metaDescription: more.metaDescription,
      digest: more.digest,
      revision: (before?.revision ?? 0) + 1,
      publishedAt: publishedAt(before, status, at),
      updatedAt: at,
    };
    return { before, after };
  });
}

/**
 * Removes the imported articles of a chatbot that the run with this token has not seen, with their passages. Articles
 * that were written here stay. Goes on until none is left; killed in between, it can be called again.
 * @returns how many it removed
 */
export async function removeMissingArticles(
  tenant: Tenant,
  chatbotId: string,
  options: Indexing & { syncToken: string },
): Promise<number> {
  let removed = 0;
  for (let after: string | null = ""; after !== null; ) {
    const begin: string = after;
    const step = await retryOnConflict(() => removeSome(tenant, chatbotId, begin, options));
    removed += step.removed;
    after = step.last;
  }
  return removed;
}

/** Removes the next missing ones behind an external id; `last` is null when there are none. */
async function removeSome(
  tenant: Tenant,
  chatbotId: string,
  after: string,
  { syncToken, ...indexing }: Indexing & { syncToken: string },
): Promise<{ removed: number; last: string | null }> {
  const missing = await tenant.db
    .select({ id: kbArticles.id, externalId: kbArticles.externalId })
    .from(kbArticles)
    .where(
      tenant.of(
        kbArticles,
        eq(kbArticles.chatbotId, chatbotId),
        // Articles that were written here have none, and are not above anything.
        gt(kbArticles.externalId, after),
        sql`${kbArticles.syncToken} IS NOT ${syncToken}`,
      ),
    )
    .orderBy(asc(kbArticles.externalId))
    .limit(MAX_ARTICLES);
  const ids = missing.map(({ id }) => id);
  if (ids.length === 0) return { removed: 0, last: null };
  const had =
    indexing.vectors === null ? new Map<string, number>() : await passageCounts(tenant, chatbotId, ids);
  const given = sql`SELECT value FROM json_each(${JSON.stringify(ids)})`;
  await tenant.batch([
    // One that the run sees meanwhile stays: the step is made again without it.
    tenant.assertThat(sql`NOT EXISTS (
      SELECT 1 FROM kb_articles AS a WHERE a.workspace_id = ${tenant.workspaceId}
        AND a.id IN (${given}) AND a.sync_token = ${syncToken})`),
    ...unindexArticles(tenant, chatbotId, ids),
    tenant.db.delete(kbArticles).where(tenant.of(kbArticles, sql`${kbArticles.id} IN (${given})`)),
  ]);
  await forgetVectors(had, indexing);
  return { removed: ids.length, last: missing.at(-1)?.externalId ?? null };
}

/**
 * Takes a chatbot's knowledge along when it is deleted. Vectors that stay behind are never answered: what a vector
 * names is looked up.
 */
export const knowledgeRemoval: ChatbotRemoval = (tenant, chatbotId) => [
  unindexAll(tenant, passageCorpus, eq(kbPassages.chatbotId, chatbotId)),
  ...[kbPassages, kbArticles, kbCategories, kbGaps, kbGapDays].map((table) =>
    tenant.db.delete(table).where(tenant.of(table, eq(table.chatbotId, chatbotId))),
  ),
];

import { asc, eq, gt, sql } from "drizzle-orm";
import { z } from "zod";
import { checkChatbot } from "../chatbots/store.ts";
import { mayChangeChatbot } from "../inboxes/shared.ts";
import { Failure, notFound } from "../tenant/failure.ts";
import { foldedName } from "../tenant/fold.ts";
import { newId } from "../tenant/ids.ts";
import { inSteps } from "../tenant/in-steps.ts";
import { type CursorScope, decodeCursor, type Page, pageOf } from "../tenant/page.ts";
import { isUniqueViolation, type Tenant } from "../tenant/tenant.ts";
import { kbArticles, kbCategories } from "./schema.ts";

/** Times are milliseconds, UTC. */
export type Category = Omit<typeof kbCategories.$inferSelect, "workspaceId" | "nameKey">;

export interface NewCategory {
  name: string;
  description?: string;
  icon?: string;
  /** `#rrggbb`. */
  color?: string;
}

function categoryOf({
  workspaceId: _,
  nameKey: __,
  ...category
}: typeof kbCategories.$inferSelect): Category {
  return category;
}

/** Names are the same as texts are in search; of one without letters and digits its characters count. */
function nameKeyOf(name: string): string {
  return foldedName(name) || name.normalize("NFKC").toLowerCase();
}

function newCategory(chatbotId: string, input: NewCategory, at: number) {
  const { name, description = "", icon = null, color = null } = input;
  const id = newId("category", at);
  return { id, chatbotId, name, nameKey: nameKeyOf(name), description, icon, color, createdAt: at };
}

/** The chatbot's category of this name, at most one. */
export function categoriesCalled(
  tenant: Tenant,
  chatbotId: string,
  name: string,
): Promise<Pick<Category, "id" | "name">[]> {
  const { id, nameKey } = kbCategories;
  return tenant.db
    .select({ id, name: kbCategories.name })
    .from(kbCategories)
    .where(tenant.of(kbCategories, eq(kbCategories.chatbotId, chatbotId), eq(nameKey, nameKeyOf(name))));
}

/** A chatbot's categories in the order they were made. @throws Failure `not_found` for the chatbot */
export async function listCategories(
  tenant: Tenant,
  chatbotId: string,
  options: { cursor?: string; limit: number },
): Promise<Page<Category>> {
  const scope: CursorScope = {
    list: "knowledge_categories",
    tenant,
    filters: [chatbotId],
  };
  const after = options.cursor && (await decodeCursor(scope, options.cursor, z.tuple([z.string()])))[0];
  const listed = tenant.db
    .select()
    .from(kbCategories)
    .where(
      tenant.of(
        kbCategories,
        eq(kbCategories.chatbotId, chatbotId),
        after ? gt(kbCategories.id, after) : undefined,
      ),
    )
    .orderBy(asc(kbCategories.id))
    .limit(options.limit + 1);
  const [rows] = await Promise.all([listed, checkChatbot(tenant, chatbotId)]);
  return pageOf(scope, rows.map(categoryOf), options.limit, ({ id }) => [id]);
}

/**
 * @throws Failure `not_found` for the chatbot; `not_allowed` as {@link mayChangeChatbot}; `duplicate` naming the category of the chatbot that has this name
 */
export async function createCategory(
  tenant: Tenant,
  chatbotId: string,
  input: NewCategory,
): Promise<Category> {
  await Promise.all([checkChatbot(tenant, chatbotId), mayChangeChatbot(tenant, chatbotId)]);
  const row = newCategory(chatbotId, input, tenant.now());
  try {
    await tenant.db.insert(kbCategories).values(tenant.row(row));
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    const id = (await categoriesNamed(tenant, chatbotId, [input.name])).get(row.nameKey);
    throw new Failure("duplicate", `The chatbot has a category ${JSON.stringify(input.name)}.`, {
      hint: "Use the one that is there, or another name.",
      ...(id === undefined ? {} : { candidates: [id] }),
    });
  }
  const { nameKey: _, ...category } = row;
  return category;
}

/** @throws Failure `not_found` unless the chatbot has this category */
export async function checkCategory(tenant: Tenant, chatbotId: string, id: string): Promise<void> {
  const [row] = await tenant.db
    .select({ id: kbCategories.id })
    .from(kbCategories)
    .where(tenant.of(kbCategories, eq(kbCategories.id, id), eq(kbCategories.chatbotId, chatbotId)));
  if (!row) throw notFound("category", id, "this chatbot");
}

/** Articles that lose their category in one step: each is written anew with its text. */
const ARTICLES_AT_ONCE = 100;

/**
 * Deletes a category; however many articles it has, they stay without one.
 * @returns how many articles it had, and whether it is gone: false when there are more than one call does
 * @throws Failure `not_found`; `not_allowed` as {@link mayChangeChatbot}
 */
export async function deleteCategory(
  tenant: Tenant,
  chatbotId: string,
  id: string,
): Promise<{ articles: number; deleted: boolean }> {
  await Promise.all([checkCategory(tenant, chatbotId, id), mayChangeChatbot(tenant, chatbotId)]);
  const articles = sql`FROM kb_articles INDEXED BY kb_articles_by_category
    WHERE workspace_id = ${tenant.workspaceId} AND chatbot_id = ${chatbotId} AND category_id = ${id}`;
  const { rows, ended } = await inSteps(
    tenant,
    ARTICLES_AT_ONCE,
    () =>
      tenant.db
        .update(kbArticles)
        .set({ categoryId: null, revision: sql`${kbArticles.revision} + 1`, updatedAt: tenant.now() })
        .where(
          tenant.of(kbArticles, sql`${kbArticles.id} IN (SELECT id ${articles} LIMIT ${ARTICLES_AT_ONCE})`),
        ),
    () =>
      tenant.db
        .delete(kbCategories)
        .where(tenant.of(kbCategories, eq(kbCategories.id, id), sql`NOT EXISTS (SELECT 1 ${articles})`)),
  );
  return { articles: rows, deleted: ended };
}

async function categoriesNamed(
  tenant: Tenant,
  chatbotId: string,
  names: readonly string[],
): Promise<Map<string, string>> {
  const keys = JSON.stringify(names.map(nameKeyOf));
  const rows = await tenant.db
    .select({ nameKey: kbCategories.nameKey, id: kbCategories.id })
    .from(kbCategories)
    .where(
      tenant.of(
        kbCategories,
        eq(kbCategories.chatbotId, chatbotId),
        sql`${kbCategories.nameKey} IN (SELECT value FROM json_each(${keys}))`,
      ),
    );
  return new Map(rows.map(({ nameKey, id }) => [nameKey, id]));
}

/**
 * The ids of a chatbot's categories by name, those that are missing made: what an import sorts articles into.
 * @param names at most 100; the chatbot must exist
 */
export async function ensureCategories(
  tenant: Tenant,
  chatbotId: string,
  names: readonly string[],
): Promise<Map<string, string>> {
  const wanted = new Map(names.map((name) => [nameKeyOf(name), name]));
  if (wanted.size === 0) return new Map();
  const there = await categoriesNamed(tenant, chatbotId, names);
  const at = tenant.now();
  const missing = [...wanted].filter(([key]) => !there.has(key));
  await tenant.batch(
    missing.map(([, name]) =>
      // Another import may have made it meanwhile.
      tenant.db
        .insert(kbCategories)
        .values(tenant.row(newCategory(chatbotId, { name }, at)))
        .onConflictDoNothing(),
    ),
  );
  const all = missing.length === 0 ? there : await categoriesNamed(tenant, chatbotId, names);
  return new Map(
    names.flatMap((name): [string, string][] => {
      const id = all.get(nameKeyOf(name));
      return id === undefined ? [] : [[name, id]];
    }),
  );
}

import { asc, eq, getTableColumns, gt, sql } from "drizzle-orm";
import type { z } from "zod";
import { type ChatbotRemoval, getChatbot } from "../chatbots/store.ts";

import { reindex, unindex, unindexAll } from "../search/corpus.ts";
import type { VectorArm } from "../search/vectors.ts";
import { Failure } from "../tenant/failure.ts";
import { newId } from "../tenant/ids.ts";
import { excluded, partsBySize, selectGiven } from "../tenant/json-rows.ts";
import type { Statement, Tenant } from "../tenant/tenant.ts";
import { embeddedProduct, indexedProduct, productCorpus } from "./index-rows.ts";
import { toMinorUnits } from "./price.ts";
import { type ProductInput, productInput } from "./product-input.ts";
import { products } from "./schema.ts";

/** Most products of one {@link upsertProducts}, and rows that one step of removing takes. */
export const MAX_PRODUCTS = 500;
/**
 * JSON of one batch, in bytes: D1 takes parameters of 2 MB, and the index's text of unspaced scripts is up to twice
 * as long as the product's.
 */
const MAX_BATCH_BYTES = 600_000;

type NewProduct = Omit<typeof products.$inferSelect, "workspaceId" | "n">;

export interface ProductImportOptions {
  /** Names a run that removes afterwards what it has not seen, see {@link removeMissingProducts}. */
  syncToken?: string;
  /** Null: no vectors are configured. */
  vectors: VectorArm | null;
}

export interface ImportedProducts {
  created: number;
  updated: number;
  /** They were the same already: nothing was written of them. */
  unchanged: number;
}

async function newProduct(item: z.output<typeof productInput>, at: number): Promise<NewProduct> {
  const { price, ...rest } = item;
  const priceMinor = price === null || item.currency === null ? null : toMinorUnits(price, item.currency);
  const facts = { ...rest, priceMinor };
  const bytes = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(JSON.stringify(facts)));
  const digest = new Uint8Array(bytes.slice(0, 16)).toHex();
  return { ...facts, id: newId("product", at), digest, syncToken: null, createdAt: at, updatedAt: at };
}

/**
 * Makes or changes up to {@link MAX_PRODUCTS} products by their external id, with their search rows, in a handful of
 * statements however many they are. Products that are the same already are left alone. Of several items with one
 * external id the last counts.
 *
 * Rows and search rows are written together; vectors follow. When the vector service fails the products are there all
 * the same, and the call fails: repeated, it says `unchanged`, so vectors are then a matter of rebuilding the index.
 * @throws Failure `invalid_input` naming the item, `not_found` for a chatbot; nothing is written then
 */
export async function upsertProducts(
  tenant: Tenant,
  items: readonly ProductInput[],
  { syncToken, vectors }: ProductImportOptions,
): Promise<ImportedProducts> {
  if (items.length > MAX_PRODUCTS) {
    throw new Failure("invalid_input", `At most ${MAX_PRODUCTS} products at once.`);
  }
  const at = tenant.now();
  const wanted = new Map<string, NewProduct>();
  for (const [i, item] of items.entries()) {
    const parsed = productInput.safeParse(item);
    if (!parsed.success) throw unfit(i, parsed.error);
    wanted.set(parsed.data.externalId, await newProduct(parsed.data, at));
  }
  const owners = new Set([...wanted.values()].flatMap(({ chatbotId }) => chatbotId ?? []));
  await Promise.all([...owners].map((chatbotId) => getChatbot(tenant, chatbotId)));
  const known = await knownProducts(tenant, [...wanted.keys()]);
  const changed: NewProduct[] = [];
  const unchanged: string[] = [];
  for (const [externalId, product] of wanted) {
    const there = known.get(externalId);
    if (there?.digest === product.digest) unchanged.push(externalId);
    else changed.push({ ...product, id: there?.id ?? product.id, syncToken: syncToken ?? null });
  }
  for (const part of partsBySize(changed, MAX_BATCH_BYTES)) {
    await tenant.batch([
      upsertStatement(tenant, part, syncToken !== undefined),
      ...reindex(tenant, productCorpus, part.map(indexedProduct)),
    ]);
  }
  if (syncToken !== undefined) await markProductsSeen(tenant, unchanged, syncToken);
  await vectors?.upsert(tenant.workspaceId, changed.map(embeddedProduct));
  const updated = changed.filter(({ externalId }) => known.has(externalId)).length;
  return { created: changed.length - updated, updated, unchanged: unchanged.length };
}

function unfit(i: number, error: z.ZodError): Failure {
  const [issue] = error.issues;
  const path = issue?.path.join(".") || "item";
  return new Failure("invalid_input", `Item ${i + 1}: ${path}: ${issue?.message ?? "not valid"}.`);
}

async function knownProducts(
  tenant: Tenant,
  externalIds: readonly string[],
): Promise<Map<string, { id: string; digest: string }>> {
  const rows = await tenant.db
    .select({ id: products.id, externalId: products.externalId, digest: products.digest })
    .from(products)
    .where(tenant.of(products, oneOf(externalIds)));
  return new Map(rows.map(({ externalId, ...row }) => [externalId, row]));
}

function oneOf(externalIds: readonly string[]) {
  return sql`${products.externalId} IN (SELECT value FROM json_each(${JSON.stringify(externalIds)}))`;
}

/** One INSERT of all products; one that another import made meanwhile keeps its id. */
function upsertStatement(tenant: Tenant, part: readonly NewProduct[], synced: boolean): Statement {
  const columns = getTableColumns(products);
  const { n: _, workspaceId: __, id: ___, createdAt: ____, syncToken, ...written } = columns;
  return (
    tenant.db
      .insert(products)
      .select(selectGiven(columns, part, { n: sql`NULL`, workspaceId: sql`${tenant.workspaceId}` }))
      // A sync's mark stays when an import that removes nothing changes the product.
      .onConflictDoUpdate({
        target: [products.workspaceId, products.externalId],
        set: excluded(synced ? { ...written, syncToken } : written),
      })
  );
}

/**
 * Marks products as seen by the run with this token, as they are: {@link removeMissingProducts} then spares them.
 * For what a source names, but not in a form that can be imported.
 */
export async function markProductsSeen(
  tenant: Tenant,
  externalIds: readonly string[],
  syncToken: string,
): Promise<void> {
  if (externalIds.length === 0) return;
  await tenant.db
    .update(products)
    .set({ syncToken })
    .where(tenant.of(products, oneOf(externalIds)));
}

/**
 * Removes the products that the run with this token has not seen, with their search rows and vectors: of one chatbot,
 * or (null) of those that belong to none, so that two sources do not remove each other's. Goes on until none is left;
 * killed in between, it can be called again.
 * @returns how many it removed
 */
export async function removeMissingProducts(
  tenant: Tenant,
  options: { syncToken: string; chatbotId: string | null; vectors: VectorArm | null },
): Promise<number> {
  const { syncToken, chatbotId, vectors } = options;
  let removed = 0;
  let after = 0;
  for (;;) {
    const missing = await tenant.db
      .select({ n: products.n, id: products.id, externalId: products.externalId })
      .from(products)
      .where(
        tenant.of(
          products,
          sql`${products.chatbotId} IS ${chatbotId}`,
          sql`${products.syncToken} IS NOT ${syncToken}`,
          gt(products.n, after),
        ),
      )
      .orderBy(asc(products.n))
      .limit(MAX_PRODUCTS);
    const last = missing.at(-1);
    if (!last) return removed;
    after = last.n;
    const ids = missing.map(({ id }) => id);
    const keys = missing.map(({ externalId }) => externalId);
    // A product that the run sees meanwhile stays.
    const unseen = sql`${products.syncToken} IS NOT ${syncToken}`;
    await tenant.batch([
      unindex(tenant, productCorpus, keys, unseen),
      tenant.db.delete(products).where(tenant.of(products, oneOf(keys), unseen)),
    ]);
    await vectors?.remove(ids);
    removed += ids.length;
  }
}

/**
 * Takes the products that a chatbot alone offered along when it is deleted. Vectors of theirs that stay behind are
 * never answered: what a vector names is looked up.
 */
export const productRemoval: ChatbotRemoval = (tenant, chatbotId) => {
  const own = eq(products.chatbotId, chatbotId);
  return [unindexAll(tenant, productCorpus, own), tenant.db.delete(products).where(tenant.of(products, own))];
};

import { env } from "cloudflare:workers";
import type { Call } from "../../src/calls/define.ts";
import { requestRebuild } from "../../src/indexing/jobs.ts";
import { advanceIndexing } from "../../src/indexing/rebuild.ts";
import { knowledgePart } from "../../src/knowledge/index-part.ts";
import { upsertProducts } from "../../src/products/import.ts";
import { productPart } from "../../src/products/index-part.ts";
import { searchProducts } from "../../src/products/store.ts";
import { lastJob } from "../../src/search/index-state.ts";
import type { IndexedPart } from "../../src/search/indexed-part.ts";
import type { VectorArm } from "../../src/search/vectors.ts";
import { bareId } from "../../src/tenant/ids.ts";
import type { Tenant } from "../../src/tenant/tenant.ts";

export const PARTS: readonly IndexedPart[] = [knowledgePart, productPart];

const onVectorFault = (error: unknown) => {
  throw error;
};

/** What one step of index work says of when the next one is due. */
export function step(tenant: Tenant, options: { parts?: readonly IndexedPart[]; now?: number } = {}) {
  return advanceIndexing(tenant, { env, now: options.now, parts: options.parts ?? PARTS });
}

/** Does index work until there is none, or until something holds; answers how many steps it was. */
export async function work(
  tenant: Tenant,
  options: { parts?: readonly IndexedPart[]; until?: () => Promise<boolean>; at?: () => number } = {},
): Promise<number> {
  for (let steps = 1; steps < 1000; steps++) {
    if ((await step(tenant, { parts: options.parts, now: options.at?.() })) === null) return steps;
    if (await options.until?.()) return steps;
  }
  throw new Error("The work never ends.");
}

/** Asks for a rebuild, and does it whole. */
export async function rebuild(tenant: Tenant, chatbotId: string): Promise<void> {
  await requestRebuild(tenant, chatbotId);
  await work(tenant);
}

/** Until the rebuild has indexed something, and not yet all. */
export function halfway(tenant: Tenant, chatbotId: string) {
  return async () => ((await lastJob(tenant, chatbotId))?.done ?? 0) > 0;
}

/** Products by their numbers, of no chatbot unless one is said. */
export function stock(tenant: Tenant, from: number, to: number, chatbotId: string | null = null) {
  const items = Array.from({ length: to - from }, (_, i) => ({
    externalId: `sku-${chatbotId ?? "shared"}-${from + i}`,
    title: `Lantern number${from + i}`,
    chatbotId,
  }));
  return upsertProducts(tenant, items, { vectors: null });
}

/** Titles that a search finds, by the arms that found them. */
export async function find(
  { tenant }: Call,
  query: string,
  chatbotId?: string,
  vectors: VectorArm | null = null,
): Promise<Record<string, string[]>> {
  const { found } = await searchProducts(tenant, { query, chatbotId, limit: 50, vectors, onVectorFault });
  return Object.fromEntries(
    found.map(({ product, found: by }) => [product.title, by.map(({ arm }) => arm).sort()]),
  );
}

export const titles = async (call: Call, query: string, chatbotId?: string) =>
  Object.keys(await find(call, query, chatbotId)).sort();

/** Rowids of a workspace in an index, in order. */
export async function rowids({ workspaceId }: Tenant, table: string): Promise<number[]> {
  const { results } = await env.TENANT_1.prepare(
    `SELECT rowid FROM ${table} WHERE ${table} MATCH ? ORDER BY rowid`,
  )
    .bind(`"${bareId(workspaceId)}"`)
    .all<{ rowid: number }>();
  return results.map(({ rowid }) => rowid);
}

import { and, desc, eq, getTableColumns, isNull, lt, type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import { type Arm, type Candidate, type Hit, hybridSearch, type Wanted } from "../search/hybrid.ts";
import type { VectorArm } from "../search/vectors.ts";
import { mergeScans, type Scan } from "../tenant/list.ts";
import { type CursorScope, decodeCursor, encodeCursor, type Page } from "../tenant/page.ts";
import type { Tenant } from "../tenant/tenant.ts";
import { indexedProduct, productCorpus, scopesOf } from "./index-rows.ts";
import { type Availability, products } from "./schema.ts";

export type Product = Omit<typeof products.$inferSelect, "workspaceId" | "digest" | "syncToken">;

export function asProduct(row: typeof products.$inferSelect): Product {
  const { workspaceId: _, digest: __, syncToken: ___, ...product } = row;
  return product;
}

/**
 * Products, the last made first: with a chatbot its own and those that belong to none. Reads about `limit` rows
 * (twice that with a chatbot), whatever the workspace holds.
 */
export async function listProducts(
  tenant: Tenant,
  filters: { chatbotId?: string; availability?: Availability },
  options: { cursor?: string; limit: number },
): Promise<Page<Product>> {
  const { chatbotId, availability } = filters;
  const scope: CursorScope = {
    list: "products",
    tenant,
    filters: [chatbotId ?? null, availability ?? null],
  };
  const key = options.cursor && (await decodeCursor(scope, options.cursor, z.tuple([z.int()])));
  const available = availability === undefined ? undefined : eq(products.availability, availability);
  const branches =
    chatbotId === undefined ? [undefined] : [isNull(products.chatbotId), eq(products.chatbotId, chatbotId)];
  const { items, continueBehind } = await mergeScans<Product, Pick<Product, "n">>(
    branches.map((branch) => scan(tenant, and(branch, available))),
    { after: key ? { n: key[0] } : null, limit: options.limit, before: (a, b) => a.n > b.n },
  );
  return {
    items,
    hasMore: continueBehind !== null,
    nextCursor: continueBehind && (await encodeCursor(scope, [continueBehind.n])),
  };
}

function scan(tenant: Tenant, fixed: SQL | undefined): Scan<Product, Pick<Product, "n">> {
  return {
    take: async (after, size) => {
      const rows = await tenant.db
        .select()
        .from(products)
        .where(tenant.of(products, fixed, after ? lt(products.n, after.n) : undefined))
        .orderBy(desc(products.n))
        .limit(size);
      return rows.map(asProduct);
    },
  };
}

export interface FoundProduct extends Omit<Hit, "id"> {
  product: Product;
}

/**
 * Finds products by words, in spite of typos, and by meaning where vectors are configured, the best first. What a
 * chatbot answers with comes from here as well.
 * @throws Failure `invalid_input` for a query without a letter or digit
 */
export async function searchProducts(
  tenant: Tenant,
  options: {
    query: string;
    chatbotId?: string;
    limit: number;
    vectors: VectorArm | null;
    onVectorFault(error: unknown): void;
  },
): Promise<{ found: FoundProduct[]; arms: Arm[] }> {
  const { chatbotId, ...rest } = options;
  const { hits, arms } = await hybridSearch(tenant, productCorpus, {
    ...rest,
    scopes: chatbotId === undefined ? undefined : scopesOf(chatbotId),
    load: (wanted) => candidates(tenant, wanted),
  });
  return { found: hits.map(({ row: { product }, score, found }) => ({ product, score, found })), arms };
}

async function candidates(
  tenant: Tenant,
  { by, values }: Wanted,
): Promise<(Candidate & { product: Product })[]> {
  const wanted = tenant.db
    .select({ value: sql<string | number>`value`.as("wanted_value") })
    .from(sql`(${values})`)
    .as("wanted");
  const rows = await tenant.db
    .select(getTableColumns(products))
    .from(wanted)
    // A cross join is made in this order: SQLite would else walk the workspace's products.
    .crossJoin(products)
    .where(tenant.of(products, sql`${by === "id" ? products.id : products.n} = ${wanted.value}`));
  return rows.map((row) => ({
    number: row.n,
    id: row.id,
    title: row.title,
    ...indexedProduct(row),
    product: asProduct(row),
  }));
}

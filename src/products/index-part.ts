import { asc, gt, sql } from "drizzle-orm";
import type { IndexedPart } from "../search/indexed-part.ts";
import { vectorArm } from "../search/vectors.ts";
import { embeddedRow, indexedRow, productCorpus } from "./index-rows.ts";
import { products } from "./schema.ts";

/** `IS` also holds of two nulls, and uses the index as `=` does. */
const ownedBy = (chatbotId: string | null) => sql`${products.chatbotId} IS ${chatbotId}`;

/** Products in rebuilds of the search index. */
export const productPart: IndexedPart = {
  name: "products",
  corpus: productCorpus,
  vectors: (env) => vectorArm(env, "products"),
  count: (tenant, chatbotId) => tenant.db.$count(products, tenant.of(products, ownedBy(chatbotId))),
  async slice(tenant, chatbotId, after, limit) {
    const rows = await tenant.db
      .select()
      .from(products)
      .where(tenant.of(products, ownedBy(chatbotId), gt(products.n, Number(after ?? 0))))
      .orderBy(asc(products.n))
      .limit(limit);
    return rows.map((row) => ({
      indexed: { ...indexedRow(row), version: row.digest },
      embedded: embeddedRow(row),
      after: String(row.n),
    }));
  },
  async ids(tenant, chatbotId, numbers) {
    const rows = await tenant.db
      .select({ id: products.id })
      .from(products)
      .where(
        tenant.of(
          products,
          ownedBy(chatbotId),
          sql`${products.n} IN (SELECT value FROM json_each(${JSON.stringify(numbers)}))`,
        ),
      );
    return rows.map(({ id }) => id);
  },
};

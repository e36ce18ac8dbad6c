import { asc, gt, sql } from "drizzle-orm";
import { reindex } from "../search/corpus.ts";
import type { IndexedPart } from "../search/indexed-part.ts";
import { vectorArm } from "../search/vectors.ts";
import { Failure } from "../tenant/failure.ts";
import type { Tenant } from "../tenant/tenant.ts";
import { embeddedProduct, indexedProduct, productCorpus } from "./index-rows.ts";
import { products } from "./schema.ts";

/** Products of one slice, at most. */
const SLICE = 100;

/** `IS` also holds of two nulls, and uses the index as `=` does. */
const ownedBy = (chatbotId: string | null) => sql`${products.chatbotId} IS ${chatbotId}`;

/** Products in rebuilds of the search index. */
export const productPart: IndexedPart = {
  name: "products",
  vectors: (env) => vectorArm(env, "products"),
  count: (tenant, chatbotId) => tenant.db.$count(products, tenant.of(products, ownedBy(chatbotId))),
  async slice(tenant, chatbotId, after, vectors) {
    const rows = await tenant.db
      .select()
      .from(products)
      .where(tenant.of(products, ownedBy(chatbotId), gt(products.n, Number(after ?? 0))))
      .orderBy(asc(products.n))
      .limit(SLICE);
    const last = rows.at(-1);
    if (!last) return null;
    if (vectors) {
      await vectors.upsert(tenant.workspaceId, rows.map(embeddedProduct));
      const changed = (await changedSince(tenant, rows)).map(({ id }) => id);
      // A change may have written its own vectors before these: they are all made again.
      await vectors.remove(changed);
      if (changed.length > 0)
        throw new Failure("conflict", "Products changed while their vectors were made.");
    }
    return {
      after: String(last.n),
      rows: rows.length,
      statements: [
        tenant.assertThat(sql`NOT EXISTS (${changedAmong(tenant, rows)})`),
        ...reindex(tenant, productCorpus, rows.map(indexedProduct)),
      ],
    };
  },
};

type Read = Pick<typeof products.$inferSelect, "id" | "digest">;

/** SQL for the ids of these that are not there as they were read. */
function changedAmong(tenant: Tenant, rows: readonly Read[]) {
  const given = JSON.stringify(rows.map(({ id, digest }) => ({ id, digest })));
  return sql`SELECT given.value ->> 'id' AS id FROM json_each(${given}) AS given
    WHERE (SELECT p.digest FROM products AS p
      WHERE p.workspace_id = ${tenant.workspaceId} AND p.id = given.value ->> 'id') IS NOT given.value ->> 'digest'`;
}

function changedSince(tenant: Tenant, rows: readonly Read[]): Promise<{ id: string }[]> {
  return tenant.db.all<{ id: string }>(changedAmong(tenant, rows));
}

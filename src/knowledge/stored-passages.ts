import { eq, sql } from "drizzle-orm";
import type { Candidate, Wanted } from "../search/hybrid.ts";
import type { Tenant } from "../tenant/tenant.ts";
import { indexedPassage } from "./index-rows.ts";
import { kbArticles, kbPassages } from "./schema.ts";

const columns = {
  number: kbPassages.n,
  id: kbPassages.id,
  chatbotId: kbPassages.chatbotId,
  articleId: kbPassages.articleId,
  heading: kbPassages.heading,
  body: kbPassages.body,
  title: kbArticles.title,
  slug: kbArticles.slug,
  keywords: kbArticles.seoKeywords,
  categoryId: kbArticles.categoryId,
};

/** The passages that are wanted and exist, with what their articles say of them, as search compares them. */
export async function passageCandidates(tenant: Tenant, { by, values }: Wanted) {
  const wanted = tenant.db
    .select({ value: sql<string | number>`value`.as("wanted_value") })
    .from(sql`(${values})`)
    .as("wanted");
  const rows = await tenant.db
    .select(columns)
    .from(wanted)
    // Cross joins are made in this order: SQLite would else walk the workspace's passages.
    .crossJoin(kbPassages)
    .crossJoin(kbArticles)
    .where(
      tenant.of(
        kbPassages,
        sql`${by === "id" ? kbPassages.id : kbPassages.n} = ${wanted.value}`,
        tenant.of(kbArticles, eq(kbArticles.id, kbPassages.articleId)),
      ),
    );
  return rows.map(({ keywords: list, ...row }) => {
    const keywords = list.join(" ");
    const indexed = indexedPassage(row.chatbotId, { ...row, keywords });
    return { ...row, keywords, ...indexed } satisfies Candidate & { keywords: string };
  });
}

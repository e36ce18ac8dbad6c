import { asc, eq, sql } from "drizzle-orm";
import type { Candidate } from "../search/hybrid.ts";
import { scopeOf } from "../search/index-sides.ts";
import type { IndexedPart } from "../search/indexed-part.ts";
import { vectorArm } from "../search/vectors.ts";
import type { Tenant } from "../tenant/tenant.ts";
import { embeddedRow, fuzzyText, indexedRow, passageCorpus } from "./index-rows.ts";
import { recutPassages } from "./recut.ts";
import { kbArticles, kbPassages } from "./schema.ts";

const columns = {
  number: kbPassages.n,
  id: kbPassages.id,
  chatbotId: kbPassages.chatbotId,
  articleId: kbPassages.articleId,
  position: kbPassages.position,
  heading: kbPassages.heading,
  body: kbPassages.body,
  title: kbArticles.title,
  keywords: kbArticles.seoKeywords,
  categoryId: kbArticles.categoryId,
};

/** The passages of these storage numbers or ids that exist, with what their articles say of them. */
export async function readPassages(
  tenant: Tenant,
  by: { numbers: readonly number[] } | { ids: readonly string[] },
) {
  const values = JSON.stringify("ids" in by ? by.ids : by.numbers);
  const wanted = tenant.db
    .select({ value: sql<string | number>`value`.as("wanted_value") })
    .from(sql`json_each(${values})`)
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
        sql`${"ids" in by ? kbPassages.id : kbPassages.n} = ${wanted.value}`,
        tenant.of(kbArticles, eq(kbArticles.id, kbPassages.articleId)),
      ),
    );
  return rows.map((row) => ({ ...row, keywords: row.keywords.join(" ") }));
}

/** The same as the search compares them. */
export async function passageCandidates(
  tenant: Tenant,
  by: { numbers: readonly number[] } | { ids: readonly string[] },
): Promise<Candidate[]> {
  const rows = await readPassages(tenant, by);
  return rows.map((row) => ({
    number: row.number,
    id: row.id,
    fuzzy: fuzzyText(row),
    title: row.title,
    scope: scopeOf(row.chatbotId),
  }));
}

/**
 * Passages in rebuilds of the search index. Each belongs to a chatbot. One is never changed, only replaced by one with
 * another number.
 */
export const knowledgePart: IndexedPart = {
  name: "knowledge",
  corpus: passageCorpus,
  vectors: (env) => vectorArm(env, "knowledge"),
  async count(tenant, chatbotId) {
    if (chatbotId === null) return 0;
    return tenant.db.$count(kbPassages, tenant.of(kbPassages, eq(kbPassages.chatbotId, chatbotId)));
  },
  async renew(tenant, env, chatbotId, after, limit) {
    if (chatbotId !== null) await recutPassages(tenant, env, chatbotId, after, limit);
  },
  async slice(tenant, chatbotId, after, limit) {
    if (chatbotId === null) return [];
    const [articleId = "", position = "-1"] = after?.split(".") ?? [];
    const rows = await tenant.db
      .select(columns)
      .from(kbPassages)
      .crossJoin(kbArticles)
      .where(
        tenant.of(
          kbPassages,
          eq(kbPassages.chatbotId, chatbotId),
          sql`(${kbPassages.articleId}, ${kbPassages.position}) > (${articleId}, ${Number(position)})`,
          tenant.of(kbArticles, eq(kbArticles.id, kbPassages.articleId)),
        ),
      )
      .orderBy(asc(kbPassages.articleId), asc(kbPassages.position))
      .limit(limit);
    return rows.map(({ keywords, ...rest }) => {
      const row = { ...rest, keywords: keywords.join(" ") };
      return {
        indexed: { ...indexedRow(chatbotId, row), version: row.number },
        embedded: embeddedRow(chatbotId, row),
        after: row.id,
      };
    });
  },
  async ids(tenant, chatbotId, numbers) {
    const rows = await readPassages(tenant, { numbers });
    return rows.filter((row) => row.chatbotId === chatbotId).map(({ id }) => id);
  },
};

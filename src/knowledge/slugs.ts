import { eq, sql } from "drizzle-orm";
import { foldedWords } from "../tenant/fold.ts";
import { bareId } from "../tenant/ids.ts";
import type { Tenant } from "../tenant/tenant.ts";
import { kbArticles } from "./schema.ts";

/** Most characters of a slug, before what tells it from another. */
const MAX_SLUG = 80;

/** The part of an address that a title becomes: its letters and digits, of any script, as texts are compared. */
export function slugOf(title: string): string {
  const slug = [...foldedWords(title).replaceAll(" ", "-")].slice(0, MAX_SLUG).join("").replace(/-+$/, "");
  return slug === "" ? "article" : slug;
}

/**
 * Slugs for new articles that no article of the chatbot has: where one is taken, the end of the article's id is put
 * behind it.
 * @returns them by article id
 */
export async function freeSlugs(
  tenant: Tenant,
  chatbotId: string,
  articles: readonly { id: string; title: string }[],
): Promise<Map<string, string>> {
  const wanted = articles.map(({ id, title }) => ({ id, slug: slugOf(title) }));
  const rows = await tenant.db
    .select({ slug: kbArticles.slug })
    .from(kbArticles)
    .where(
      tenant.of(
        kbArticles,
        eq(kbArticles.chatbotId, chatbotId),
        sql`${kbArticles.slug} IN (SELECT value FROM json_each(${JSON.stringify(wanted.map(({ slug }) => slug))}))`,
      ),
    );
  const taken = new Set(rows.map(({ slug }) => slug));
  const given = new Map<string, string>();
  for (const { id, slug } of wanted) {
    const free = taken.has(slug) ? `${slug}-${bareId(id).slice(-8)}` : slug;
    taken.add(free);
    given.set(id, free);
  }
  return given;
}

import type { z } from "zod";
import { admitPage, inboxBehind } from "../channels/web/visited-inbox.ts";
import { chatbotOfInbox } from "../chatbots/store.ts";
import { logUnexpected } from "../http/log.ts";
import { inboxOf } from "../inboxes/store.ts";
import { searchKnowledge } from "../knowledge/search.ts";
import { type Article, getArticle, listArticles, recordView } from "../knowledge/store.ts";
import { vectorArm } from "../search/vectors.ts";
import { cutText } from "../tenant/cut-text.ts";
import { Failure } from "../tenant/failure.ts";
import { namesOf } from "../tenant/names-of.ts";
import type { Tenant } from "../tenant/tenant.ts";
import type { AskingPage } from "./config.ts";
import type { articleOutput, articlesOutput } from "./wire.ts";

/** The published articles of an inbox's chatbot, for the widget that shows them: where the team lets visitors browse. */

/** Articles that are looked at for a list: the newest. */
const LISTED = 100;
/** Articles that are found at once. */
const FOUND = 10;
/** Characters of what stands below a title. */
const EXCERPT = 160;

/**
 * The chatbot whose articles a page may show.
 * @throws Failure as `visitInbox`; `not_found` where it shows none
 */
async function shownBy(env: Env, { inboxKey, origin }: AskingPage) {
  const { tenant, inboxId, unknown } = await inboxBehind(env, inboxKey);
  const [[inbox], [chatbot]] = await tenant.db.batch([
    inboxOf(tenant, inboxId),
    chatbotOfInbox(tenant, inboxId),
  ]);
  if (!inbox) throw unknown;
  admitPage(inbox, chatbot?.widget.allowedDomains ?? [], origin);
  if (!chatbot?.widgetEnabled || !chatbot.widget.enableKnowledgeBase) {
    throw new Failure("not_found", "This chat shows no articles.");
  }
  return { tenant, chatbotId: chatbot.id };
}

/**
 * Published articles: those that are found, the best first, or the newest of all.
 * @param query what is looked for; empty: all
 * @throws Failure as {@link shownBy}
 */
export async function findArticles(
  env: Env,
  page: AskingPage,
  query: string,
  requestId: string,
): Promise<z.input<typeof articlesOutput>> {
  const { tenant, chatbotId } = await shownBy(env, page);
  const hits = /[\p{L}\p{N}]/u.test(query)
    ? await found(env, tenant, { chatbotId, query, requestId })
    : await all(tenant, chatbotId);
  const names = await namesOf(
    tenant,
    hits.map(({ categoryId }) => categoryId),
  );
  return {
    articles: hits.map(({ categoryId, ...hit }) => ({ ...hit, category: names.get(categoryId) ?? null })),
  };
}

interface ArticleHit {
  id: string;
  title: string;
  categoryId: string | null;
  excerpt: string;
}

async function all(tenant: Tenant, chatbotId: string): Promise<ArticleHit[]> {
  const { items } = await listArticles(tenant, { chatbotId }, { limit: LISTED });
  return items
    .filter(({ status }) => status === "published")
    .map(({ id, title, categoryId, description }) => ({
      ...{ id, title, categoryId },
      excerpt: cutText(description, EXCERPT).text,
    }));
}

async function found(
  env: Env,
  tenant: Tenant,
  { chatbotId, query, requestId }: { chatbotId: string; query: string; requestId: string },
): Promise<ArticleHit[]> {
  const passages = await searchKnowledge(tenant, {
    ...{ chatbotId, query, limit: FOUND },
    vectors: vectorArm(env, "knowledge"),
    onVectorFault: (error) => logUnexpected(requestId, "articles of a widget, vectors", error),
  });
  const hits = new Map<string, ArticleHit>();
  for (const { articleId: id, title, categoryId, text } of passages.found) {
    // The best passage of each.
    if (!hits.has(id)) hits.set(id, { id, title, categoryId, excerpt: cutText(plain(text), EXCERPT).text });
  }
  return [...hits.values()];
}

/** Markdown as one line of text. */
const plain = (text: string) =>
  text
    .replace(/[#*`>_~|]+/g, "")
    .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replace(/\s+/g, " ")
    .trim();

/** One published article to read, which counts as a view. @throws Failure as {@link shownBy}; `not_found` */
export async function readArticle(
  env: Env,
  page: AskingPage,
  id: string,
): Promise<z.input<typeof articleOutput>> {
  const { tenant, chatbotId } = await shownBy(env, page);
  const article: Article = await getArticle(tenant, chatbotId, id);
  if (!(await recordView(tenant, chatbotId, id))) throw new Failure("not_found", "There is no such article.");
  return { id, title: article.title, content: article.content };
}

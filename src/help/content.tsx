import { articleAddress, helpHome } from "../http/help-addresses.ts";
import { OVERVIEW, type PublicBrief, type PublicCategory, type Reader } from "../knowledge/published.ts";
import type { Article as StoredArticle } from "../knowledge/store.ts";
import { bareId } from "../tenant/ids.ts";
import { visibleText } from "../tenant/visible-text.ts";
import { Article } from "./frame.tsx";
import { articleHtml, plainText } from "./markdown.ts";
import { HELP_WORDS, type HelpLanguage } from "./words.ts";

/** Whose help pages, and in which language their own words are. */
export interface Site {
  env: Env;
  helpSlug: string;
  language: HelpLanguage;
}

const homeOf = ({ env, helpSlug }: Site) => helpHome(env, { helpSlug }) ?? "";

export const addressOf = (site: Site, article: Pick<StoredArticle, "id" | "slug">) =>
  articleAddress(site.env, site, article) ?? "";

export const categoryAddress = (site: Site, { id }: Pick<PublicCategory, "id">) =>
  `${homeOf(site)}/categories/${bareId(id)}`;

function Articles({
  site,
  articles,
}: {
  site: Site;
  articles: readonly (PublicBrief & { text?: string })[];
}) {
  return (
    <ul class="list">
      {articles.map((article) => (
        <li>
          <a href={addressOf(site, article)}>{visibleText(article.title)}</a>
          <p dir="auto">{plainText(article.text ?? article.description, 200)}</p>
        </li>
      ))}
    </ul>
  );
}

/** Every category with some of its articles; by chatbot where there are several. */
export function Overview({
  site,
  parts,
  readers,
}: {
  site: Site;
  readers: readonly Reader[];
  parts: readonly { category: PublicCategory | null; chatbotId: string; articles: PublicBrief[] }[];
}) {
  const words = HELP_WORDS[site.language];
  if (parts.length === 0) return <p>{words.none}</p>;
  const several = new Set(parts.map(({ chatbotId }) => chatbotId)).size > 1;
  const nameOf = (id: string) => readers.find((reader) => reader.id === id)?.name ?? "";
  return (
    <>
      {parts.map(({ category, chatbotId, articles }) => (
        <section>
          <h2>
            {category?.icon ? `${category.icon} ` : ""}
            {visibleText(category?.name ?? words.others)}
          </h2>
          {several && <p class="soft">{visibleText(nameOf(chatbotId))}</p>}
          {category?.description && <p class="soft">{visibleText(category.description)}</p>}
          <Articles site={site} articles={articles.slice(0, OVERVIEW)} />
          {category && articles.length > OVERVIEW && (
            <p class="on">
              <a href={categoryAddress(site, category)}>{words.all}</a>
            </p>
          )}
        </section>
      ))}
    </>
  );
}

function Way({ site, category }: { site: Site; category: PublicCategory | null }) {
  const words = HELP_WORDS[site.language];
  return (
    <nav aria-label={words.help}>
      <ol>
        <li>
          <a href={homeOf(site)}>{words.home}</a>
        </li>
        {category && (
          <li>
            <a href={categoryAddress(site, category)}>{visibleText(category.name)}</a>
          </li>
        )}
      </ol>
    </nav>
  );
}

export function Category({
  site,
  category,
  articles,
  more,
}: {
  site: Site;
  category: PublicCategory;
  articles: readonly PublicBrief[];
  more: boolean;
}) {
  const words = HELP_WORDS[site.language];
  const last = articles.at(-1);
  return (
    <>
      <Way site={site} category={null} />
      <h1>{visibleText(category.name)}</h1>
      {category.description && <p class="soft">{visibleText(category.description)}</p>}
      <section>
        {articles.length === 0 ? <p>{words.none}</p> : <Articles site={site} articles={articles} />}
        {more && last && (
          <p class="on">
            <a href={`${categoryAddress(site, category)}?before=${bareId(last.id)}`}>{words.more}</a>
          </p>
        )}
      </section>
    </>
  );
}

export function Found({
  site,
  articles,
}: {
  site: Site;
  articles: readonly (PublicBrief & { text: string })[];
}) {
  const words = HELP_WORDS[site.language];
  return (
    <>
      <Way site={site} category={null} />
      <h1>{words.results}</h1>
      <section>
        {articles.length === 0 ? <p>{words.nothing}</p> : <Articles site={site} articles={articles} />}
      </section>
    </>
  );
}

export function WholeArticle({
  site,
  article,
  category,
  language,
  thanked,
}: {
  site: Site;
  article: StoredArticle;
  category: PublicCategory | null;
  /** The articles' own, where it is known. */
  language: string | null;
  thanked: boolean;
}) {
  const words = HELP_WORDS[site.language];
  const day = new Date(article.updatedAt).toISOString().slice(0, 10);
  const shownDay = new Intl.DateTimeFormat(site.language, { dateStyle: "long", timeZone: "UTC" });
  return (
    <>
      <Way site={site} category={category} />
      <article>
        <h1 lang={language ?? undefined} dir="auto">
          {visibleText(article.title)}
        </h1>
        <Article html={articleHtml(visibleText(article.content))} language={language} />
        <p class="soft">
          {words.updated} <time datetime={day}>{shownDay.format(article.updatedAt)}</time>
        </p>
      </article>
      <section id="helpful">
        {thanked ? (
          <p role="status">{words.thanks}</p>
        ) : (
          <form class="asked" method="post" action={`${addressOf(site, article)}/feedback`}>
            <p id="asks">{words.helpful}</p>
            <button type="submit" class="quiet" name="helpful" value="yes" aria-describedby="asks">
              {words.yes}
            </button>
            <button type="submit" class="quiet" name="helpful" value="no" aria-describedby="asks">
              {words.no}
            </button>
          </form>
        )}
      </section>
    </>
  );
}

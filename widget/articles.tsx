import { useEffect, useRef, useState } from "preact/hooks";
import type { Article, ArticleHit } from "../src/widget/wire.ts";
import { Icon } from "./icons.tsx";
import { Markdown } from "./markdown.tsx";
import { codeOf, sayRefused, useView } from "./view.ts";

/** Milliseconds that the visitor may pause between two letters of what is looked for. */
const PAUSE = 300;

/** The published articles: browsed by category, looked for, and read, without leaving the page. */
export function Articles({ ask }: { ask(): void }) {
  const { api, words, state, tell } = useView();
  const [query, setQuery] = useState("");
  const [found, setFound] = useState<readonly ArticleHit[] | null>(null);
  const [article, setArticle] = useState<Article | null>(null);
  const [trouble, setTrouble] = useState<string | null>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const failed = (error: unknown) => setTrouble(sayRefused(words, codeOf(error), state.config.longest));

  useEffect(() => {
    let counts = true;
    const timer = setTimeout(
      () => {
        api.articles(query.trim()).then(
          ({ articles }) => {
            if (!counts) return;
            setTrouble(null);
            setFound(articles);
            if (articles.length === 0) tell(words.nothingFound);
          },
          (error) => counts && failed(error),
        );
      },
      query === "" ? 0 : PAUSE,
    );
    return () => {
      counts = false;
      clearTimeout(timer);
    };
  }, [query]);

  useEffect(() => heading.current?.focus(), [article?.id]);

  const read = (id: string) => {
    api.article(id).then((read) => {
      setTrouble(null);
      setArticle(read);
    }, failed);
  };

  if (article) {
    return (
      <div class="articles">
        <button type="button" class="quiet" onClick={() => setArticle(null)}>
          <Icon name="back" /> {words.back}
        </button>
        <article>
          <h2 tabIndex={-1} ref={heading} dir="auto">
            {article.title}
          </h2>
          <Markdown text={article.content} />
        </article>
        <p class="ask">
          <button type="button" class="main" onClick={ask}>
            {words.askUs}
          </button>
        </p>
      </div>
    );
  }
  const categories = [...new Set((found ?? []).map(({ category }) => category))];
  return (
    <div class="articles">
      <label class="search">
        <Icon name="search" />
        <input
          type="search"
          value={query}
          placeholder={words.searchHelp}
          aria-label={words.searchHelp}
          onInput={({ currentTarget }) => setQuery(currentTarget.value)}
        />
      </label>
      {trouble && (
        <p class="hint" role="alert">
          {trouble}
        </p>
      )}
      {categories.map((category) => (
        <section key={category ?? ""}>
          {category && query === "" && <h2 dir="auto">{category}</h2>}
          <ul class="hits">
            {found
              ?.filter((hit) => hit.category === category)
              .map(({ id, title, excerpt }) => (
                <li key={id}>
                  <button type="button" onClick={() => read(id)}>
                    <strong dir="auto">{title}</strong>
                    <span dir="auto">{excerpt}</span>
                  </button>
                </li>
              ))}
          </ul>
        </section>
      ))}
      {found?.length === 0 && (
        <div class="ask">
          <p>{words.nothingFound}</p>
          <button type="button" class="main" onClick={ask}>
            {words.askUs}
          </button>
        </div>
      )}
    </div>
  );
}

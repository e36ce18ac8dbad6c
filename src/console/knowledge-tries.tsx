import { raw } from "hono/html";
import { z } from "zod";
import { articleHtml } from "../help/markdown.ts";
import { visibleText } from "../tenant/visible-text.ts";
import { Text } from "./forms.tsx";
import { type Content, Empty, Said } from "./layout.tsx";
import type { Doing, Page } from "./page.ts";
import { use } from "./use.ts";
import { linkTo, param, type Visit } from "./visit.ts";

/** What articles come to: how they look, and whether visitors' words find them. */

/** An article as visitors see it. HTML that its author wrote is shown as text. */
export function Rendered({ markdown }: { markdown: string }) {
  return <div class="card article">{raw(articleHtml(visibleText(markdown)))}</div>;
}

/** What a chatbot said, as the chat shows it. */
export function Marked({ markdown }: { markdown: string }) {
  return <div class="article">{raw(articleHtml(visibleText(markdown)))}</div>;
}

const found = z.object({
  items: z.array(
    z.object({ articleId: z.string(), title: z.string(), heading: z.string(), text: z.string() }),
  ),
});

/** `…/knowledge/search`: the passages that words find, as the chatbot would find them. */
export const searchPage = (
  below: (visit: Visit, path?: string) => string,
  ofChatbot: (visit: Visit) => object,
): Page => ({
  path: "/chatbots/:chatbot/knowledge/search",
  needs: "knowledge:read",
  async show(visit) {
    const { words, query } = visit;
    const sought = query.get("query")?.trim() ?? "";
    const args = { ...ofChatbot(visit), limit: 10 };
    // Without words nothing is looked for, but the chatbot must be there.
    const items =
      sought === ""
        ? (await use(visit, "list_knowledge_categories", ofChatbot(visit))) && []
        : found.parse(await use(visit, "search_knowledge", { ...args, query: sought })).items;
    return {
      title: words.nav.searchKnowledge,
      at: "/chatbots",
      body: (
        <>
          <p>
            <a href={linkTo(visit, below(visit))}>{words.nav.knowledge}</a>
          </p>
          <p>{words.searchPage.about}</p>
          <form class="filters">
            <Text name="query" type="search" label={words.columns.question} value={sought} maxLength={500} />
            <button type="submit">{words.search}</button>
          </form>
          {sought !== "" && items.length === 0 && <Empty>{words.searchPage.nothing}</Empty>}
          {items.map(({ articleId, title, heading, text }, place) => (
            <section class="card">
              <h2>
                {place + 1}.{" "}
                <a href={linkTo(visit, below(visit, `/${articleId}`))}>
                  <Said text={title} />
                </a>
              </h2>
              {heading && (
                <p class="meta">
                  <Said text={heading} />
                </p>
              )}
              <p class="text">
                <Said text={text} />
              </p>
            </section>
          ))}
        </>
      ),
    };
  },
});

/** Nothing of the chatbot is shown, but a page of another workspace's is none. @throws Failure `not_found` */
const mustBeThere = (visit: Visit) =>
  use(visit, "list_knowledge_categories", { chatbotId: param(visit, "chatbot") });

const preview: Doing = {
  needs: "knowledge:read",
  async take(visit, form): Promise<Content> {
    await mustBeThere(visit);
    return {
      title: visibleText(form.get("title") ?? "") || visit.words.preview,
      at: "/chatbots",
      body: <Rendered markdown={form.get("content") ?? ""} />,
    };
  },
};

/** `…/knowledge/preview`: an article that is being written, as visitors will see it; opened by its form, in a window beside. */
export const previewPage = (below: (visit: Visit, path?: string) => string): Page => ({
  path: "/chatbots/:chatbot/knowledge/preview",
  needs: "knowledge:read",
  // By the names of the forms that lead here.
  actions: { make: preview, save: preview },
  async show(visit) {
    const { words } = visit;
    await mustBeThere(visit);
    return {
      title: words.preview,
      at: "/chatbots",
      body: (
        <p class="empty">
          {words.searchPage.fromForm} <a href={linkTo(visit, below(visit))}>{words.nav.knowledge}</a>
        </p>
      ),
    };
  },
});

import { useRef } from "preact/hooks";
import type { Shown } from "../src/channels/web/wire.ts";
import { Link, Markdown } from "./markdown.tsx";
import { ownText } from "./shown-text.ts";
import { inWords } from "./uploads.tsx";
import { useView } from "./view.ts";

type Product = NonNullable<NonNullable<Shown["content"]>["products"]>[number];

/** What does not load, or what a page's policy keeps away, leaves no hole. */
const hide = (event: Event) => event.currentTarget instanceof HTMLElement && event.currentTarget.remove();

function Picture({ url, name, gone = hide }: { url: string; name: string; gone?: (event: Event) => void }) {
  return (
    <img src={url} alt={name} loading="lazy" decoding="async" referrerpolicy="no-referrer" onError={gone} />
  );
}

function Card({ name, price, url, imageUrl }: Product) {
  const content = (
    <>
      {imageUrl && <Picture url={imageUrl} name="" />}
      <span class="facts">
        <bdi class="name">{name}</bdi>
        {price && <bdi class="price">{price}</bdi>}
      </span>
    </>
  );
  return <li class="card">{url ? <Link to={url}>{content}</Link> : content}</li>;
}

/** What a message says, and what it shows beside that. Its choices are shown where the visitor answers. */
export function Content({ message }: { message: Pick<Shown, "text" | "content"> & Partial<Shown> }) {
  const { chat, state, words } = useView();
  const asked = useRef(false);
  // Its address may have been good for an hour: another one is asked for, once.
  const gone = (event: Event) => {
    if (asked.current || message.seq === undefined) return hide(event);
    asked.current = true;
    chat.freshen({ seq: message.seq }).catch(() => {});
  };
  const { links, products, attachments } = message.content ?? {};
  const text = ownText(message);
  return (
    <>
      {text !== "" && (
        <div class="bubble">
          <Markdown text={text} />
        </div>
      )}
      {attachments && (
        <ul class="files">
          {attachments.map(({ url, mediaType, name, bytes }) => (
            <li>
              {/^image(\/(png|jpeg|gif|webp))?$/.test(mediaType ?? "") ? (
                <Link to={url}>
                  <Picture url={url} name={name ?? words.picture} gone={gone} />
                </Link>
              ) : (
                <Link to={url}>
                  <bdi>{name ?? decodeURIComponent(url.split(/[?#]/)[0]?.split("/").at(-1) ?? url)}</bdi>
                  {bytes && ` (${inWords(bytes, state.config.language)})`}
                </Link>
              )}
            </li>
          ))}
        </ul>
      )}
      {products && (
        <ul class="cards">
          {products.map((product) => (
            <Card {...product} />
          ))}
        </ul>
      )}
      {links && (
        <ul class="links">
          {links.map(({ label, url }) => (
            <li>
              <Link to={url}>
                <bdi>{label}</bdi>
              </Link>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

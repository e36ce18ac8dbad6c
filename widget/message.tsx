import type { Shown } from "../src/channels/web/wire.ts";
import { Link, Markdown } from "./markdown.tsx";
import { ownText } from "./shown-text.ts";
import { useView } from "./view.ts";

type Product = NonNullable<NonNullable<Shown["content"]>["products"]>[number];

/** What does not load, or what a page's policy keeps away, leaves no hole. */
const hide = (event: Event) => event.currentTarget instanceof HTMLElement && event.currentTarget.remove();

function Picture({ url, name }: { url: string; name: string }) {
  return (
    <img src={url} alt={name} loading="lazy" decoding="async" referrerpolicy="no-referrer" onError={hide} />
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
export function Content({ message }: { message: Pick<Shown, "text" | "content"> }) {
  const { words } = useView();
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
          {attachments.map(({ url, mediaType, name }) => (
            <li>
              {/^image/.test(mediaType ?? "") ? (
                <Link to={url}>
                  <Picture url={url} name={name ?? words.picture} />
                </Link>
              ) : (
                <Link to={url}>
                  {name ?? decodeURIComponent(url.split(/[?#]/)[0]?.split("/").at(-1) ?? url)}
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

import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import type { Shown } from "../src/channels/web/wire.ts";
import { Choices, Composer, Rating, type Say } from "./answer-field.tsx";
import { isSameDay } from "./dates.ts";
import { Details } from "./details.tsx";
import { Markdown } from "./markdown.tsx";
import { Content } from "./message.tsx";
import type { State } from "./state.ts";
import type { Uploads } from "./uploads.tsx";
import { sayRefused, useView } from "./view.ts";

type Said = State["outbox"][number];

/** Messages of one sender within so many milliseconds stand together. */
const TOGETHER = 5 * 60_000;

const isTogether = (one: Shown | undefined, other: Shown) =>
  one !== undefined &&
  one.from === other.from &&
  one.senderName === other.senderName &&
  Date.parse(other.createdAt) - Date.parse(one.createdAt) < TOGETHER;

function Row({ message, before, after }: { message: Shown; before?: Shown; after?: Shown }) {
  const { words, dates } = useView();
  const newDay = !before || !isSameDay(before.createdAt, message.createdAt);
  const begins = newDay || !isTogether(before, message);
  const ends = !after || !isTogether(message, after);
  const name = message.from === "visitor" ? words.you : (message.senderName ?? words.team);
  return (
    <>
      {newDay && (
        <li class="day">
          <time dateTime={message.createdAt}>{dates.day(message.createdAt)}</time>
        </li>
      )}
      <li class={`message ${message.from === "visitor" ? "own" : "other"}${begins ? " begins" : ""}`}>
        {begins && <bdi class={message.from === "visitor" ? "name unseen" : "name"}>{name}</bdi>}
        <Content message={message} />
        {ends && (
          <time class="at" dateTime={message.createdAt}>
            {dates.time(message.createdAt)}
          </time>
        )}
      </li>
    </>
  );
}

/** What was said and is not there yet, or was refused: then it says what can be done, and loses nothing. */
function Pending({ said, edit }: { said: Said; edit(said: Said): void }) {
  const { chat, words, state } = useView();
  return (
    <li class={`message own pending${said.refused ? " refused" : ""}`}>
      <div class="bubble">
        {said.text && <p dir="auto">{said.text}</p>}
        {said.attachments?.map(({ id, name }) => (
          <p key={id}>
            <bdi>{name}</bdi>
          </p>
        ))}
      </div>
      {said.refused && (
        <p class="trouble">
          {words.notSent} {sayRefused(words, said.refused, state.config.longest)}{" "}
          <button type="button" onClick={() => chat.sayAgain(said)}>
            {words.tryAgain}
          </button>{" "}
          <button
            type="button"
            onClick={() => {
              chat.takeBack(said);
              edit(said);
            }}
          >
            {words.edit}
          </button>
        </p>
      )}
    </li>
  );
}

/** Somebody is about to say something, or says it already. */
function Typing({ text }: { text: string }) {
  const { state } = useView();
  return (
    <li class="message other typing">
      <div class="bubble">
        {text === "" ? (
          <>
            <span class="dots" aria-hidden="true">
              <i />
              <i />
              <i />
            </span>
            {state.config.texts.thinking}
          </>
        ) : (
          <Markdown text={text} />
        )}
      </div>
    </li>
  );
}

interface Conversation {
  messages: readonly Shown[];
  outbox: readonly Said[];
  /** What is said before the visitor has said anything. */
  opening: readonly Pick<Shown, "text" | "content">[];
  draft: string;
  setDraft(text: string): void;
  say: Say;
  uploads: Uploads;
  focus: boolean;
  /** Stands between what was said and where the visitor answers. */
  children?: ComponentChildren;
}

/** A conversation: what was said, and where the visitor answers. */
export function Conversation({
  messages,
  outbox,
  opening,
  draft,
  setDraft,
  say,
  uploads,
  focus,
  children,
}: Conversation) {
  const { chat, state, words } = useView();
  const log = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const last = messages.at(-1);
  const length = messages.length + outbox.length + opening.length;
  // Whoever reads further up is left there
  useLayoutEffect(() => {
    const element = log.current;
    if (element && (atEnd.current || outbox.length > 0)) element.scrollTop = element.scrollHeight;
  }, [length, state.typing, outbox.length]);
  useEffect(() => {
    const element = log.current;
    if (!element) return;
    // A picture that has loaded, or a keyboard that came up, moves the end.
    const watch = new ResizeObserver(() => {
      if (atEnd.current) element.scrollTop = element.scrollHeight;
    });
    watch.observe(element);
    if (element.firstElementChild) watch.observe(element.firstElementChild);
    return () => watch.disconnect();
  }, []);
  const asked =
    outbox.length > 0
      ? null
      : last
        ? last.from === "visitor"
          ? null
          : last.content
        : opening.at(-1)?.content;
  const fields = asked?.fields ?? [];
  const rating = asked?.question === "rating" && !asked.choices;
  return (
    <>
      <div
        class="log"
        role="log"
        aria-live="off"
        aria-label={words.messages}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is scrolled by keyboard too
        tabIndex={0}
        ref={log}
        onScroll={({ currentTarget: { scrollHeight, scrollTop, clientHeight } }) => {
          atEnd.current = scrollHeight - scrollTop - clientHeight < 40;
        }}
      >
        <ol>
          {opening.map((message, i) => (
            <li class={`message other${i === 0 ? " begins" : ""}`}>
              <Content message={message} />
            </li>
          ))}
          {messages.map((message, i) => (
            <Row key={message.id} message={message} before={messages[i - 1]} after={messages[i + 1]} />
          ))}
          {outbox.map((said) => (
            <Pending
              key={said.clientMessageId}
              said={said}
              edit={({ text, attachments }) => {
                setDraft(text);
                uploads.back(attachments);
              }}
            />
          ))}
          {state.typing && <Typing text={state.typing.text} />}
        </ol>
        {asked?.choices && asked.choices.length > 0 && (
          <Choices key={last?.id} choices={asked.choices} multiple={asked.multiple} say={say} />
        )}
        {fields.length > 1 && (
          <Details key={last?.id} fields={fields} send={(filled) => say(chat.filledIn.begin(filled))} />
        )}
        {rating && <Rating scale={asked.scale} say={say} />}
      </div>
      {children}
      <Composer
        question={fields.length > 1 ? undefined : asked?.question}
        field={fields.length > 1 ? undefined : fields[0]}
        draft={draft}
        setDraft={setDraft}
        say={say}
        uploads={uploads}
        focus={focus}
      />
    </>
  );
}

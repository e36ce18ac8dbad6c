import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Shown } from "../src/channels/web/wire.ts";
import type { Say } from "./answer-field.tsx";
import { Articles } from "./articles.tsx";
import { Conversation } from "./conversation.tsx";
import { Conversations } from "./conversations.tsx";
import { Dates } from "./dates.ts";
import { Icon } from "./icons.tsx";
import style from "./panel.css";
import { Rate } from "./rate.tsx";
import type { Stage } from "./stage.ts";
import { useUploads } from "./uploads.tsx";
import { sayRefused, useView, type View, Viewing } from "./view.ts";

export { style };

/** Which conversation is looked at: the newest, one that does not exist yet, or an earlier one by its id. */
export type Looked = "newest" | "new" | (string & {});

interface Opened {
  view: Omit<View, "dates">;
  stage: Stage;
  sound: boolean;
  setSound(on: boolean): void;
  close(): void;
}

/** Ids rise with the time they were made. */
export function newestOf(messages: readonly Shown[]): string | undefined {
  return messages.reduce<string | undefined>(
    (newest, { conversationId }) =>
      newest === undefined || conversationId > newest ? conversationId : newest,
    undefined,
  );
}

/** What stands above the messages where something is amiss, with what can be done about it. */
function Notice() {
  const { chat, state, words } = useView();
  if (state.refused) return <p class="notice">{sayRefused(words, state.refused, state.config.longest)}</p>;
  if (state.link === "offline") return <p class="notice">{words.offline}</p>;
  if (state.link === "connecting") return <p class="notice quietly">{words.connecting}</p>;
  if (state.link !== "elsewhere") return null;
  return (
    <p class="notice">
      <button type="button" onClick={() => chat.goOnHere()}>
        {words.elsewhere}
      </button>
    </p>
  );
}

/** The chat, as it is open. */
export function Panel({ view, ...opened }: Opened) {
  const { language } = view.state.config;
  const dates = useMemo(() => new Dates(language), [language]);
  return (
    <Viewing.Provider value={{ ...view, dates }}>
      <Dialog {...opened} />
    </Viewing.Provider>
  );
}

function Dialog({ stage, sound, setSound, close }: Omit<Opened, "view">) {
  const { chat, state, words } = useView();
  const { config, messages, greeting } = state;
  const [tab, setTab] = useState<"chat" | "list" | "articles">("chat");
  const [looked, setLooked] = useState<Looked>("newest");
  const [drafts, setDrafts] = useState<Record<string, string>>({});
  const [menu, setMenu] = useState(false);
  const dialog = useRef<HTMLElement>(null);
  const more = useRef<HTMLButtonElement>(null);
  const uploads = useUploads();
  const newest = newestOf(messages);
  // One that begins takes the place of the one that was looked at.
  useEffect(() => setLooked("newest"), [newest]);
  useEffect(() => {
    if (!config.articles && tab === "articles") setTab("chat");
  }, [config.articles]);

  const isNew = looked === "new" || newest === undefined;
  const shownId = looked === "newest" ? newest : looked;
  const shown = isNew ? [] : messages.filter(({ conversationId }) => conversationId === shownId);
  const outbox = state.outbox.filter(({ conversation }) =>
    looked === "new"
      ? conversation === "new"
      : conversation === undefined
        ? looked === "newest"
        : conversation === shownId || (conversation === "new" && looked === "newest"),
  );
  useEffect(() => {
    if (isNew && state.link === "ready") chat.greet();
  }, [isNew, state.link]);

  const say: Say = (text, more) => {
    const begins = isNew && outbox.length === 0;
    chat.say(text, {
      ...more,
      ...(looked === "new" && begins ? { conversation: "new" } : {}),
      ...(looked !== "new" && looked !== "newest" ? { conversation: looked } : {}),
      ...(begins && greeting ? { seen: greeting.seen } : {}),
    });
    setDrafts((before) => ({ ...before, [looked]: "" }));
    stage.answered();
  };
  const go = (to: typeof tab, conversation: Looked = looked) => {
    setMenu(false);
    setTab(to);
    setLooked(conversation);
    // What was clicked may be gone, and the keyboard with it.
    dialog.current?.focus();
  };
  const closeMenu = () => {
    setMenu(false);
    more.current?.focus();
  };
  const { welcome } = config.texts;
  const opening = isNew
    ? [
        ...(stage.spoken ? [{ text: stage.spoken.message, content: null }] : []),
        ...(welcome ? [{ text: welcome, content: null }] : []),
        ...(greeting?.messages ?? []),
      ]
    : [];
  return (
    <section
      class="panel"
      role="dialog"
      aria-label={config.title}
      tabIndex={-1}
      ref={dialog}
      onDragOver={(event) => {
        if (event.dataTransfer?.types.includes("Files")) event.preventDefault();
      }}
      onDrop={(event) => {
        const files = event.dataTransfer?.files ?? [];
        if (files.length === 0) return;
        event.preventDefault();
        setTab("chat");
        uploads.add(files);
      }}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        if (menu) closeMenu();
        else close();
      }}
    >
      <header>
        {tab === "list" || (tab === "chat" && looked !== "newest" && newest !== undefined) ? (
          <button type="button" class="icon" aria-label={words.back} onClick={() => go("chat", "newest")}>
            <Icon name="back" />
          </button>
        ) : null}
        <h1>
          <bdi>{tab === "list" ? words.conversations : config.title}</bdi>
        </h1>
        <div class="menu">
          <button
            type="button"
            class="icon"
            ref={more}
            aria-label={words.more}
            aria-expanded={menu}
            onClick={() => setMenu(!menu)}
          >
            <Icon name="more" />
          </button>
          {menu && (
            <ul>
              <li>
                <button type="button" onClick={() => go("chat", newest === undefined ? "newest" : "new")}>
                  {words.newConversation}
                </button>
              </li>
              {newest !== undefined && (
                <li>
                  <button type="button" onClick={() => go("list")}>
                    {words.conversations}
                  </button>
                </li>
              )}
              <li>
                <button
                  type="button"
                  onClick={() => {
                    setSound(!sound);
                    closeMenu();
                  }}
                >
                  {sound ? words.soundOff : words.soundOn}
                </button>
              </li>
            </ul>
          )}
        </div>
        <button type="button" class="icon" aria-label={words.close} onClick={close}>
          <Icon name="close" />
        </button>
      </header>
      {config.articles && (
        <nav>
          <button type="button" aria-pressed={tab !== "articles"} onClick={() => go("chat")}>
            {words.chat}
          </button>
          <button type="button" aria-pressed={tab === "articles"} onClick={() => go("articles")}>
            {words.help}
          </button>
        </nav>
      )}
      {tab === "chat" && <Notice />}
      {tab === "chat" && !isNew && shownId === newest && state.resolved && outbox.length === 0 && (
        <p class="notice quietly">{words.closed}</p>
      )}
      {tab === "articles" && <Articles ask={() => go("chat")} />}
      {tab === "list" && <Conversations open={(id) => go("chat", id === newest ? "newest" : id)} />}
      {tab === "chat" && (
        <Conversation
          key={looked}
          messages={shown}
          outbox={outbox}
          opening={opening}
          draft={drafts[looked] ?? ""}
          setDraft={(text) => setDrafts((before) => ({ ...before, [looked]: text }))}
          say={say}
          uploads={uploads}
          focus={stage.byHand && !matchMedia("(pointer: coarse)").matches}
        >
          {state.rating !== null && state.rating === shownId && (
            <Rate conversationId={state.rating} done={() => chat.asked()} />
          )}
        </Conversation>
      )}
    </section>
  );
}

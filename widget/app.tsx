import { useEffect, useRef, useState } from "preact/hooks";
import type { Chat } from "./chat.ts";
import { chime } from "./chime.ts";
import type { Api } from "./http.ts";
import { Icon } from "./icons.tsx";
import type { Keeper } from "./kept.ts";
import { Markdown } from "./markdown.tsx";
import type { Panel } from "./panel.tsx";
import { ownText } from "./shown-text.ts";
import type { Stage } from "./stage.ts";
import { fill } from "./view.ts";

/** Most unread messages that are named by number. */
const MANY = 99;

interface Parts {
  chat: Chat;
  stage: Stage;
  api: Api;
  kept: Keeper;
  /** Gets the chat, which is loaded when it is wanted first. */
  load(): Promise<typeof Panel>;
}

/** All of the widget: the button, what stands beside it, and the chat. */
export function App({ chat, stage, api, kept, load }: Parts) {
  const [, again] = useState(0);
  const [said, tell] = useState("");
  const [sound, setSound] = useState(kept.read().sound === true);
  const [loaded, setLoaded] = useState<{ Panel: typeof Panel } | null>(null);
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    const show = () => again((count) => count + 1);
    const ends = [chat.listen(show), stage.listen(show)];
    return () => {
      for (const end of ends) end();
    };
  }, []);
  const { state } = chat;
  const { config } = state;
  const { words } = config;
  chat.onHeard = (message) => {
    const name = message.senderName ?? words.team;
    tell(`${fill(words.says, { name })}: ${ownText(message) || message.text}`);
    if (sound) chime();
  };
  const wanted = stage.open && loaded === null;
  useEffect(() => {
    if (!wanted) return;
    load().then(
      (Panel) => setLoaded({ Panel }),
      () => {
        tell(words.failed);
        stage.hide();
      },
    );
  }, [wanted]);
  chat.watched = stage.open && loaded !== null;
  useEffect(() => chat.read(), [chat.watched, state.unread]);
  const close = () => {
    stage.hide();
    // Only now is the button there to take the keyboard back.
    requestAnimationFrame(() => button.current?.focus());
  };
  if (!config.enabled) return null;
  const { nudge } = stage;
  const label = stage.open ? words.close : config.callToAction || words.open;
  const unread = state.unread > 0 && !stage.open ? fill(words.unread, { n: state.unread }) : null;
  return (
    <div
      class={`root ${config.position} ${config.bubbleStyle}${stage.open ? " opened" : ""}`}
      lang={config.language}
      dir={config.direction}
    >
      <p class="unseen" role="status">
        {said}
      </p>
      {stage.open && loaded && (
        <loaded.Panel
          view={{ chat, state, api, words, tell }}
          stage={stage}
          sound={sound}
          setSound={(on) => {
            setSound(on);
            kept.change((before) => ({ ...before, sound: on }));
            if (on) chime();
          }}
          close={close}
        />
      )}
      {!stage.open && nudge && (
        <div class="nudge">
          <button type="button" class="words" onClick={() => stage.show()}>
            <Markdown text={nudge.message} />
          </button>
          <button type="button" class="icon" aria-label={words.dismiss} onClick={() => stage.dismiss()}>
            <Icon name="close" />
          </button>
        </div>
      )}
      <button
        type="button"
        class="launcher"
        ref={button}
        aria-busy={wanted}
        onPointerEnter={() => void load().catch(() => {})}
        aria-expanded={stage.open}
        aria-label={[label, unread].filter(Boolean).join(". ")}
        onClick={() => (stage.open ? close() : stage.show())}
      >
        <Icon name={stage.open ? "down" : "chat"} filled={!stage.open} />
        {config.callToAction && !stage.open && <span dir="auto">{config.callToAction}</span>}
        {unread !== null && (
          <span class="badge" aria-hidden="true">
            {state.unread > MANY ? `${MANY}+` : state.unread}
          </span>
        )}
      </button>
    </div>
  );
}

import type { Shown } from "../src/channels/web/wire.ts";
import { ownText } from "./shown-text.ts";
import { useView } from "./view.ts";

/** The visitor's conversations, the newest first: when each was, and what was said last. */
export function Conversations({ open }: { open(id: string): void }) {
  const { state, words, dates } = useView();
  const last = new Map<string, Shown>();
  for (const message of state.messages) last.set(message.conversationId, message);
  const rows = [...last].sort(([one], [other]) => (one < other ? 1 : -1));
  return (
    <ul class="hits list">
      {rows.map(([id, message]) => (
        <li key={id}>
          <button type="button" onClick={() => open(id)}>
            <span class="when">
              {dates.day(message.createdAt)}, {dates.time(message.createdAt)}
            </span>
            <span class="said" dir="auto">
              {message.from === "visitor" ? words.you : (message.senderName ?? words.team)}:{" "}
              {ownText(message) || message.text}
            </span>
          </button>
        </li>
      ))}
    </ul>
  );
}

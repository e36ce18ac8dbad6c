import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Shown } from "../src/channels/web/wire.ts";
import { DETAILS } from "./details.tsx";
import type { Field } from "./filled-in.ts";
import { Icon } from "./icons.tsx";
import type { Said } from "./kept.ts";
import { Pick, UploadList, type Uploads } from "./uploads.tsx";
import { useView } from "./view.ts";

type Content = NonNullable<Shown["content"]>;

/** Says something, with the ids of the choices that were tapped. */
export type Say = (text: string, more?: { choiceIds?: string[]; attachments?: Said["attachments"] }) => void;

/** Answers that are offered as buttons: one tap, or several and "done". */
export function Choices({
  choices,
  multiple,
  say,
}: {
  choices: NonNullable<Content["choices"]>;
  multiple?: boolean;
  say: Say;
}) {
  const { words } = useView();
  const [picked, setPicked] = useState<readonly string[]>([]);
  const toggle = (id: string) =>
    setPicked(picked.includes(id) ? picked.filter((one) => one !== id) : [...picked, id]);
  return (
    <fieldset class="choices">
      {choices.map(({ id, label }) => (
        <button
          type="button"
          dir="auto"
          aria-pressed={multiple ? picked.includes(id) : undefined}
          onClick={() => (multiple ? toggle(id) : say(label, { choiceIds: [id] }))}
        >
          {label}
        </button>
      ))}
      {multiple && (
        <button
          type="button"
          class="main"
          aria-disabled={picked.length === 0}
          onClick={() => {
            const taken = choices.filter(({ id }) => picked.includes(id));
            if (taken.length > 0)
              say(taken.map(({ label }) => label).join(", "), { choiceIds: taken.map(({ id }) => id) });
          }}
        >
          {words.done}
        </button>
      )}
    </fieldset>
  );
}

/** A rating, as the numbers of its scale. */
export function Rating({ scale, say }: { scale: Content["scale"]; say: Say }) {
  const { min, max, minLabel, maxLabel } = scale ?? { min: 1, max: 5 };
  const numbers = Array.from({ length: Math.min(max - min + 1, 11) }, (_, i) => String(min + i));
  return (
    <fieldset class="rating">
      <div class="numbers">
        {numbers.map((number) => (
          <button type="button" onClick={() => say(number)}>
            {number}
          </button>
        ))}
      </div>
      {(minLabel || maxLabel) && (
        <p class="ends">
          <bdi>{minLabel}</bdi>
          <bdi>{maxLabel}</bdi>
        </p>
      )}
    </fieldset>
  );
}

/** What a field is where a certain kind of answer is asked for; others take any text. */
const FIELDS: Record<string, JSX.IntrinsicElements["input"]> = {
  number: { type: "text", inputMode: "decimal" },
  email: DETAILS.email,
  phone: DETAILS.phone,
  url: { type: "url", inputMode: "url", autocomplete: "url" },
  date: { type: "date" },
};

const EMOJI = [..."😀😂🙂😉😍😊🤔😮😢😡👍👎🙏👏💪👋🎉❤️🔥✨✅❌❓📦🚚📅📞📧💳🎁☕🌍"].filter(
  (one) => one !== "\uFE0F",
);

interface Composer {
  /** What kind of answer is asked for. */
  question: string | undefined;
  /** Which detail of the visitor. */
  field: Field | undefined;
  draft: string;
  setDraft(text: string): void;
  say: Say;
  uploads: Uploads;
  /** Takes the keyboard as soon as it is shown. */
  focus: boolean;
}

/** Where the visitor writes. What was typed stays until it is said. */
export function Composer({ question, field: detail, draft, setDraft, say, uploads, focus }: Composer) {
  const { state, words } = useView();
  const { texts, longest } = state.config;
  const [emoji, setEmoji] = useState(false);
  const field = useRef<HTMLTextAreaElement & HTMLInputElement>(null);
  const kind = detail ? DETAILS[detail] : FIELDS[question ?? ""];
  const label = detail ? words[detail] : texts.placeholder;
  // Another field takes the keyboard over from the one before
  useEffect(() => {
    if (focus) field.current?.focus();
  }, [focus, kind]);
  // As high as what stands in it
  useEffect(() => {
    const area = field.current;
    if (!area || kind) return;
    area.style.height = "auto";
    area.style.height = `${area.scrollHeight}px`;
  }, [draft, kind]);
  const tooLong = draft.length > longest;
  // What is still on its way goes along: nobody sends half of what they meant.
  const sendable = (draft.trim() !== "" || uploads.list.length > 0) && !tooLong && uploads.ready;
  const submit = (event?: Event) => {
    event?.preventDefault();
    const text = draft.trim();
    if (!sendable) return field.current?.focus();
    const attachments = uploads.list.flatMap(({ id, name }) => (id ? { id, name } : []));
    say(text, attachments.length > 0 ? { attachments } : {});
    uploads.clear();
    field.current?.focus();
  };
  const shared = {
    ref: field,
    value: draft,
    // What stands there while nothing is typed is in the language of the widget.
    dir: draft === "" ? undefined : ("auto" as const),
    "aria-label": label,
    placeholder: label,
    "aria-invalid": tooLong,
    onInput: (event: Event) => {
      if (event.currentTarget instanceof HTMLElement && "value" in event.currentTarget) {
        setDraft(String(event.currentTarget.value));
      }
    },
  };
  return (
    <form class="composer" onSubmit={submit} novalidate>
      {tooLong && (
        <p class="hint" role="alert">
          {words.tooLong.replace("{n}", String(longest))}
        </p>
      )}
      {emoji && (
        <fieldset class="emoji" aria-label={words.emoji}>
          {EMOJI.map((one) => (
            <button
              type="button"
              onClick={() => {
                setDraft(draft + one);
                setEmoji(false);
                field.current?.focus();
              }}
            >
              {one}
            </button>
          ))}
        </fieldset>
      )}
      <UploadList uploads={uploads} />
      <div class="line">
        {kind ? (
          <input {...shared} {...kind} />
        ) : (
          <textarea
            {...shared}
            rows={1}
            enterkeyhint="send"
            onPaste={(event) => {
              const files = event.clipboardData?.files ?? [];
              if (files.length === 0) return;
              event.preventDefault();
              uploads.add(files);
            }}
            onKeyDown={(event) => {
              // While an input method composes, Enter takes its word.
              if (event.key === "Enter" && !event.shiftKey && !event.isComposing) submit(event);
            }}
          />
        )}
        {(!kind || question === "file") && <Pick uploads={uploads} />}
        {!kind && (
          <button
            type="button"
            class="icon"
            aria-label={words.emoji}
            aria-expanded={emoji}
            onClick={() => setEmoji(!emoji)}
          >
            <Icon name="emoji" />
          </button>
        )}
        <button type="submit" class="send" aria-disabled={!sendable}>
          {texts.submit}
        </button>
      </div>
    </form>
  );
}

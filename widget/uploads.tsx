import { useRef, useState } from "preact/hooks";
import { Icon } from "./icons.tsx";
import { codeOf, fill, sayRefused, useView } from "./view.ts";

/** Most files of a message, and most bytes of one: as the server has it. */
const MOST = 5;
const MOST_MB = 10;

interface Upload {
  key: number;
  name: string;
  /** Undefined: it is there already, and comes back to be sent again. */
  file?: File;
  bytes: number;
  /** How much of it has gone, from 0 to 1. */
  done: number;
  /** What the server calls it, once it is there. */
  id?: string;
  trouble?: string;
}

let keys = 0;

/** Files on their way to be sent with what is said next. */
export function useUploads() {
  const { chat } = useView();
  const [list, setList] = useState<readonly Upload[]>([]);
  const held = useRef(list);
  held.current = list;
  const change = (key: number, changes: Partial<Upload>) =>
    setList((all) => all.map((one) => (one.key === key ? { ...one, ...changes } : one)));
  const begin = async ({ key, file }: Upload) => {
    if (!file) return;
    if (file.size > MOST_MB * 1024 * 1024) return change(key, { trouble: "body_too_large" });
    change(key, { trouble: undefined, done: 0 });
    try {
      const { id, name } = await chat.upload(file, (done) => change(key, { done }));
      change(key, { id, name, done: 1 });
    } catch (error) {
      change(key, { trouble: codeOf(error) });
    }
  };
  return {
    list,
    /** All of them are there. */
    ready: list.every(({ id }) => id !== undefined),
    add(files: Iterable<File>) {
      const fresh = [...files]
        .slice(0, MOST - held.current.length)
        .map((file): Upload => ({ key: ++keys, name: file.name, file, bytes: file.size, done: 0 }));
      setList((all) => [...all, ...fresh]);
      for (const one of fresh) void begin(one);
    },
    /** What was uploaded and not sent after all. */
    back(files: readonly { id: string; name: string }[] = []) {
      setList((all) => [...all, ...files.map((one) => ({ ...one, key: ++keys, bytes: 0, done: 1 }))]);
    },
    again: begin,
    remove: (key: number) => setList((all) => all.filter((one) => one.key !== key)),
    clear: () => setList([]),
  };
}
export type Uploads = ReturnType<typeof useUploads>;

/** Bytes as people say them. */
export function inWords(bytes: number, language: string): string {
  const [size, unit] = bytes < 1024 * 1024 ? [bytes / 1024, "KB"] : [bytes / 1024 / 1024, "MB"];
  return `${Math.max(size, 0.1).toLocaleString(language, { maximumFractionDigits: 1 })} ${unit}`;
}

/** What is on its way, with what can be done about each. */
export function UploadList({ uploads }: { uploads: Uploads }) {
  const { words, state } = useView();
  const { language, longest } = state.config;
  if (uploads.list.length === 0) return null;
  return (
    <ul class="uploads">
      {uploads.list.map((one) => (
        <li key={one.key} class={one.trouble ? "refused" : undefined}>
          <bdi class="name">{one.name}</bdi>
          {one.bytes > 0 && <span>{inWords(one.bytes, language)}</span>}
          {!one.id && !one.trouble && <progress value={one.done} aria-label={one.name} />}
          {one.trouble && (
            <span class="trouble" role="alert">
              {one.trouble === "body_too_large"
                ? fill(words.fileTooLarge, { n: MOST_MB })
                : sayRefused(words, one.trouble === "invalid_input" ? "" : one.trouble, longest)}{" "}
              {one.trouble !== "body_too_large" && (
                <button type="button" onClick={() => void uploads.again(one)}>
                  {words.tryAgain}
                </button>
              )}
            </span>
          )}
          <button
            type="button"
            class="icon"
            aria-label={`${words.remove} ${one.name}`}
            onClick={() => uploads.remove(one.key)}
          >
            <Icon name="close" />
          </button>
        </li>
      ))}
    </ul>
  );
}

/** Opens the browser's own choice of files. */
export function Pick({ uploads }: { uploads: Uploads }) {
  const { words } = useView();
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        onChange={({ currentTarget }) => {
          uploads.add(currentTarget.files ?? []);
          currentTarget.value = "";
        }}
      />
      <button type="button" class="icon" aria-label={words.attach} onClick={() => input.current?.click()}>
        <Icon name="attach" />
      </button>
    </>
  );
}

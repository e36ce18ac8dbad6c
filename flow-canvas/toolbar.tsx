import { useState } from "preact/hooks";
import type { Editing } from "./editing.ts";
import type { Words } from "./words.ts";

interface Props {
  editing: Editing;
  words: Words;
  kinds: readonly (readonly [string, string])[];
  writes: boolean;
  selected: string | null;
  connecting: boolean;
  add(kind: string): void;
  tidy(): void;
  whole(): void;
  zoomBy(steps: number): void;
  onRemove(): void;
}

/** What can be done to the flow as a whole, and how saving it went. */
export function Toolbar(props: Props) {
  const { editing, words, kinds, writes, connecting } = props;
  const [kind, setKind] = useState("message");
  const { saving } = editing;
  return (
    <div class="fc-bar">
      {writes && (
        <>
          <select
            aria-label={words.kind}
            value={kind}
            onChange={({ currentTarget }) => setKind(currentTarget.value)}
          >
            {kinds.map(([value, label]) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </select>
          <button type="button" onClick={() => props.add(kind)}>
            {words.add}
          </button>
          <button type="button" class="quiet" disabled={props.selected === null} onClick={props.onRemove}>
            {words.remove}
          </button>
          <button type="button" class="quiet" disabled={!editing.canUndo} onClick={editing.undo}>
            {words.undo}
          </button>
          <button type="button" class="quiet" disabled={!editing.canRedo} onClick={editing.redo}>
            {words.redo}
          </button>
          <button type="button" class="quiet" onClick={props.tidy}>
            {words.tidy}
          </button>
        </>
      )}
      <button type="button" class="quiet" aria-label={words.zoomOut} onClick={() => props.zoomBy(-1)}>
        −
      </button>
      <button type="button" class="quiet" aria-label={words.zoomIn} onClick={() => props.zoomBy(1)}>
        +
      </button>
      <button type="button" class="quiet" onClick={props.whole}>
        {words.whole}
      </button>
      <p class={saving.is === "refused" ? "fc-state fc-refused" : "fc-state"} role="status">
        {connecting ? words.connecting : saving.is === "refused" ? saving.why : words[saving.is]}
      </p>
      {saving.is === "refused" && (
        <button type="button" class="quiet" onClick={() => location.reload()}>
          {words.reload}
        </button>
      )}
    </div>
  );
}

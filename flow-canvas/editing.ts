import { useEffect, useRef, useState } from "preact/hooks";
import type { Flow } from "./document.ts";
import { placed } from "./layout.ts";
import { open, Refused, type State, send, stateOf, take } from "./server.ts";

/** What of the page shows the flow beside the canvas. */
const PARTS = ["flow-state", "flow-problems", "outline", "add"];
/** Changes this close together are saved at once, in milliseconds. */
const SOON_MS = 400;
/** Steps that can be undone. */
const MOST_STEPS = 100;

export type Saving = { is: "saved" | "saving" } | { is: "refused"; why: string };

export interface Editing {
  state: State;
  saving: Saving;
  canUndo: boolean;
  canRedo: boolean;
  /** Makes a change, which can be undone, and saves it soon. */
  change(flow: Flow): void;
  /** Shows a change that is under way, such as a node that is being dragged. */
  show(flow: Flow): void;
  undo(): void;
  redo(): void;
  /** Saves at once what waits to be saved. @returns whether all is saved */
  flush(): Promise<boolean>;
  /** Takes what a page says that the server changed: that can be undone as well. */
  follow(page: Document): void;
}

/** The flow, its history, and its way to the server: one save at a time, each of the revision that the one before led to. */
export function useEditing(first: State): Editing {
  const [state, setState] = useState<State>(() => ({ ...first, flow: placed(first.flow, first.shown) }));
  const [saving, setSaving] = useState<Saving>({ is: "saved" });
  const [, redraw] = useState(0);
  const now = useRef({ state, past: [] as Flow[], future: [] as Flow[], dirty: false, stopped: false });
  const work = useRef<Promise<boolean>>(Promise.resolve(true));
  const timer = useRef(0);
  /** The flow as it was before what is under way, such as a node that is being dragged. */
  const before = useRef<Flow | null>(null);

  const put = (next: State) => {
    now.current.state = next;
    setState(next);
  };
  const later = () => {
    now.current.dirty = true;
    setSaving({ is: "saving" });
    clearTimeout(timer.current);
    timer.current = setTimeout(() => void flush(), SOON_MS);
  };

  async function save(): Promise<boolean> {
    if (!now.current.dirty) return !now.current.stopped;
    now.current.dirty = false;
    const { flow, revision } = now.current.state;
    const sent = new URLSearchParams({ do: "save", flow: JSON.stringify(flow), revision: String(revision) });
    try {
      const page = await send(location.pathname, sent);
      const after = stateOf(page);
      if (!after) throw new Error(page.title);
      for (const id of PARTS) take(page, id);
      now.current.stopped = false;
      // What was changed meanwhile stands, and is saved next.
      const isNewer = now.current.dirty || before.current !== null;
      put({ ...after, flow: isNewer ? now.current.state.flow : placed(after.flow, after.shown) });
      if (!now.current.dirty) setSaving({ is: "saved" });
      return true;
    } catch (error) {
      now.current.stopped = true;
      // What was refused would be refused again; a line that was down is tried again with the next change.
      if (!(error instanceof Refused)) now.current.dirty = true;
      setSaving({ is: "refused", why: error instanceof Error ? error.message : String(error) });
      return false;
    }
  }

  function flush(): Promise<boolean> {
    clearTimeout(timer.current);
    work.current = work.current.then(save);
    return work.current;
  }

  /** @param kept where the flow as it was is kept, to come back to */
  const step = (flow: Flow, kept: Flow[]) => {
    kept.push(before.current ?? now.current.state.flow);
    before.current = null;
    if (kept.length > MOST_STEPS) kept.shift();
    put({ ...now.current.state, flow });
    redraw((count) => count + 1);
    later();
  };

  useEffect(() => {
    const warn = (event: BeforeUnloadEvent) => {
      if (now.current.dirty || now.current.stopped) event.preventDefault();
    };
    addEventListener("beforeunload", warn);
    return () => removeEventListener("beforeunload", warn);
  }, []);

  const { past, future } = now.current;
  return {
    state,
    saving,
    canUndo: past.length > 0,
    canRedo: future.length > 0,
    show(flow) {
      before.current ??= now.current.state.flow;
      put({ ...now.current.state, flow });
    },
    change(flow) {
      future.length = 0;
      step(flow, past);
    },
    undo() {
      const flow = past.pop();
      if (flow) step(flow, future);
    },
    redo() {
      const flow = future.pop();
      if (flow) step(flow, past);
    },
    flush,
    follow(page) {
      const after = stateOf(page);
      if (!after) return;
      for (const id of PARTS) take(page, id);
      past.push(now.current.state.flow);
      future.length = 0;
      put({ ...after, flow: placed(after.flow, after.shown) });
      redraw((count) => count + 1);
    },
  };
}

/** The page of the flow as it is now. */
export const reread = (): Promise<Document> => open(location.pathname);

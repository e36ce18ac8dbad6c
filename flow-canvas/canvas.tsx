import { render } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import style from "./canvas.css";
import { Card } from "./card.tsx";
import { added, type FlowNode, led, moved, type Point, removed } from "./document.ts";
import { Edges, leaving } from "./edges.tsx";
import { reread, useEditing } from "./editing.ts";
import { heightOf, placed, tidied, WIDTH } from "./layout.ts";
import { isTypedIn, usePanel } from "./panel.ts";
import { type State, stateOf } from "./server.ts";
import { followTalk, playedOn } from "./talk.ts";
import { Toolbar } from "./toolbar.tsx";
import type { Words } from "./words.ts";

interface Props {
  first: State;
  words: Words;
  /** Kinds of nodes that can be added: their names here, and what they are called. */
  kinds: readonly (readonly [string, string])[];
  writes: boolean;
}

/** Pixels that a pointer moves before it drags. */
const DRAG = 4;
const ZOOMS = [0.35, 0.5, 0.65, 0.8, 1, 1.25];
/** How far an arrow key moves a node. */
const NUDGE = 24;
/** Room around the flow. */
const MARGIN = 160;

interface Armed {
  source: string;
  handle: string;
}

function Canvas({ first, words, kinds, writes }: Props) {
  const editing = useEditing(first);
  const { flow, shown } = editing.state;
  const [selected, select] = useState<string | null>(null);
  const [armed, arm] = useState<Armed | null>(null);
  const [pointer, setPointer] = useState<Point | null>(null);
  const [zoom, setZoom] = useState(0.8);
  const [played, setPlayed] = useState(playedOn(document));
  const view = useRef<HTMLDivElement>(null);
  const latest = useRef(editing);
  latest.current = editing;

  const openPanel = usePanel({
    flush: () => latest.current.flush(),
    onSaved: async () => latest.current.follow(await reread()),
    onRemove: (id) => latest.current.change(removed(latest.current.state.flow, id)),
    onClose: () => select(null),
  });
  useEffect(() => followTalk(() => latest.current.flush(), setPlayed), []);
  const isThere = selected === null || flow.nodes.some(({ id }) => id === selected);
  useEffect(() => {
    if (!isThere) select(null);
  }, [isThere]);
  const { revision } = editing.state;
  useEffect(() => {
    // What is being typed there stays.
    const isSame = selected === document.getElementById("panel")?.dataset.node;
    if (writes && !(isSame && isTypedIn())) openPanel(selected);
  }, [selected, revision]);

  const size = useMemo(() => {
    const ends = flow.nodes.map(({ id, position = { x: 0, y: 0 } }) => [
      position.x + WIDTH,
      position.y + heightOf(shown[id]),
    ]);
    return {
      width: Math.max(0, ...ends.map(([x = 0]) => x)) + MARGIN,
      height: Math.max(0, ...ends.map(([, y = 0]) => y)) + MARGIN,
    };
  }, [flow, shown]);

  /** Where a pointer is on the flow, whatever the zoom. */
  const at = (event: { clientX: number; clientY: number }): Point => {
    const box = view.current?.getBoundingClientRect();
    const [left = 0, top = 0] = [view.current?.scrollLeft, view.current?.scrollTop];
    return {
      x: (event.clientX - (box?.left ?? 0) + left) / zoom,
      y: (event.clientY - (box?.top ?? 0) + top) / zoom,
    };
  };

  const connect = ({ source, handle }: Armed, target: string) => {
    arm(null);
    setPointer(null);
    const kind = flow.nodes.find(({ id }) => id === target)?.type;
    if (kind !== "start") editing.change(led(flow, source, handle, target));
  };

  /** Follows a pointer until it is let go. */
  const track = (
    event: PointerEvent,
    onMove: (event: PointerEvent) => void,
    onEnd: (event: PointerEvent) => void,
  ) => {
    const control = new AbortController();
    const { signal } = control;
    const end = (last: PointerEvent) => {
      control.abort();
      onEnd(last);
    };
    addEventListener("pointermove", (move) => move.pointerId === event.pointerId && onMove(move), { signal });
    addEventListener("pointerup", end, { signal });
    addEventListener("pointercancel", end, { signal });
  };

  const onHead = (event: PointerEvent, node: FlowNode) => {
    if (event.button !== 0) return;
    if (armed) {
      connect(armed, node.id);
      return;
    }
    const [from, start] = [at(event), node.position ?? { x: 0, y: 0 }];
    let to: Point | null = null;
    track(
      event,
      (move) => {
        const { x, y } = at(move);
        if (!writes || (!to && Math.hypot(x - from.x, y - from.y) < DRAG)) return;
        to = {
          x: Math.max(0, Math.round(start.x + x - from.x)),
          y: Math.max(0, Math.round(start.y + y - from.y)),
        };
        latest.current.show(moved(latest.current.state.flow, node.id, to));
      },
      () => {
        if (to) latest.current.change(moved(latest.current.state.flow, node.id, to));
        else select(node.id);
      },
    );
  };

  const onWay = (event: PointerEvent, node: FlowNode, handle: string) => {
    if (event.button !== 0 || !writes) return;
    const mine = { source: node.id, handle };
    const isArmed = armed?.source === node.id && armed.handle === handle;
    let dragged = false;
    arm(mine);
    track(
      event,
      (move) => {
        dragged = true;
        setPointer(at(move));
      },
      (last) => {
        setPointer(null);
        const target = document
          .elementFromPoint(last.clientX, last.clientY)
          ?.closest<HTMLElement>(".fc-node");
        if (dragged && target?.dataset.id && target.dataset.id !== node.id) connect(mine, target.dataset.id);
        else if (dragged || isArmed) arm(null);
      },
    );
  };

  const onKey = (event: KeyboardEvent, node: FlowNode) => {
    const { x, y } = node.position ?? { x: 0, y: 0 };
    const step = {
      ArrowLeft: { x: Math.max(0, x - NUDGE), y },
      ArrowRight: { x: x + NUDGE, y },
      ArrowUp: { x, y: Math.max(0, y - NUDGE) },
      ArrowDown: { x, y: y + NUDGE },
    }[event.key];
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      if (armed) connect(armed, node.id);
      else select(node.id);
    } else if (step && writes) {
      event.preventDefault();
      editing.change(moved(flow, node.id, step));
    } else if ((event.key === "Delete" || event.key === "Backspace") && writes && node.type !== "start") {
      event.preventDefault();
      select(null);
      editing.change(removed(flow, node.id));
    }
  };

  const onWayKey = (event: KeyboardEvent, node: FlowNode, handle: string) => {
    if (!writes) return;
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      arm({ source: node.id, handle });
    } else if (event.key === "Delete" || event.key === "Backspace") {
      event.preventDefault();
      editing.change(led(flow, node.id, handle, null));
    }
  };

  const onAnyKey = (event: KeyboardEvent) => {
    if (event.key === "Escape") arm(null);
    if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "z") return;
    event.preventDefault();
    if (event.shiftKey) editing.redo();
    else editing.undo();
  };

  /** The background moves what is seen. */
  const onBack = (event: PointerEvent) => {
    const element = view.current;
    if (!element || event.pointerType === "touch" || event.button !== 0) return;
    if (event.target instanceof Element && event.target.closest(".fc-node")) return;
    event.preventDefault();
    const from = { x: element.scrollLeft + event.clientX, y: element.scrollTop + event.clientY };
    track(
      event,
      (move) => element.scrollTo(from.x - move.clientX, from.y - move.clientY),
      () => {},
    );
  };

  const zoomBy = (steps: number) => {
    const place = ZOOMS.findIndex((one) => one >= zoom - 0.001);
    setZoom(ZOOMS[Math.min(ZOOMS.length - 1, Math.max(0, place + steps))] ?? 1);
  };
  const whole = () => {
    const { clientWidth = 1, clientHeight = 1 } = view.current ?? {};
    const fit = Math.min(clientWidth / size.width, clientHeight / size.height, 1);
    setZoom(Math.max(ZOOMS[0] ?? 0.35, fit));
    view.current?.scrollTo(0, 0);
  };
  useEffect(() => {
    const element = view.current;
    const wheel = (event: WheelEvent) => {
      if (!event.ctrlKey) return;
      event.preventDefault();
      zoomBy(event.deltaY < 0 ? 1 : -1);
    };
    element?.addEventListener("wheel", wheel, { passive: false });
    return () => element?.removeEventListener("wheel", wheel);
  }, [zoom]);

  const add = (kind: string) => {
    const { scrollLeft = 0, scrollTop = 0, clientWidth = 0, clientHeight = 0 } = view.current ?? {};
    const middle = { x: (scrollLeft + clientWidth / 2) / zoom, y: (scrollTop + clientHeight / 2) / zoom };
    const made = added(flow, kind, { x: Math.round(middle.x - WIDTH / 2), y: Math.round(middle.y - 40) });
    editing.change(made.flow);
    void editing.flush().then(() => select(made.id));
  };
  const tidy = () => {
    const places = tidied(flow, shown);
    const nodes = flow.nodes.map((node) => ({ ...node, position: places.get(node.id) ?? node.position }));
    editing.change({ ...flow, nodes });
  };

  const source = armed && flow.nodes.find(({ id }) => id === armed.source);
  const drawn =
    armed && source?.position && pointer
      ? { from: leaving(source.position, shown[armed.source], armed.handle), to: pointer }
      : null;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys of the buttons within it come by here.
    <div class={armed ? "fc fc-connecting" : "fc"} onKeyDown={onAnyKey}>
      <Toolbar
        {...{ editing, words, kinds, writes, add, tidy, whole, zoomBy, selected }}
        connecting={armed !== null}
        onRemove={() => {
          if (selected === null) return;
          select(null);
          editing.change(removed(flow, selected));
        }}
      />
      <div class="fc-view" ref={view} onPointerDown={onBack}>
        <div style={{ width: `${size.width * zoom}px`, height: `${size.height * zoom}px` }}>
          <div
            class="fc-layer"
            style={{ transform: `scale(${zoom})`, width: `${size.width}px`, height: `${size.height}px` }}
          >
            <Edges {...{ flow, shown, size, selected, drawn }} />
            {flow.nodes.map((node) => (
              <Card
                key={node.id}
                {...{ node, words, onHead, onWay, onKey, onWayKey }}
                shown={shown[node.id]}
                edges={flow.edges}
                selected={selected === node.id}
                armed={armed?.source === node.id ? armed.handle : null}
                played={played.at(-1) === node.id ? "here" : played.includes(node.id) ? "passed" : null}
              />
            ))}
          </div>
        </div>
      </div>
    </div>
  );
}

const place = document.getElementById("canvas");
const first = stateOf(document);
if (place && first) {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(style);
  document.adoptedStyleSheets.push(sheet);
  const { words = "{}", kinds = "[]" } = place.dataset;
  const writes = place.dataset.writes === "yes";
  render(
    <Canvas
      first={{ ...first, flow: placed(first.flow, first.shown) }}
      words={JSON.parse(words)}
      kinds={JSON.parse(kinds)}
      writes={writes}
    />,
    place,
  );
}

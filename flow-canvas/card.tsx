import { type FlowEdge, type FlowNode, handleOf, type Shown } from "./document.ts";
import { HEAD, WAY, WIDTH } from "./layout.ts";
import type { Words } from "./words.ts";

interface Props {
  node: FlowNode;
  shown: Shown | undefined;
  edges: readonly FlowEdge[];
  words: Words;
  selected: boolean;
  /** In the talk that is played beside: it was passed, or is where the talk waits. */
  played: "passed" | "here" | null;
  armed: string | null;
  onHead(event: PointerEvent, node: FlowNode): void;
  onWay(event: PointerEvent, node: FlowNode, handle: string): void;
  onKey(event: KeyboardEvent, node: FlowNode): void;
  onWayKey(event: KeyboardEvent, node: FlowNode, handle: string): void;
}

/** A node: what it is and says, what is wrong with it, and a line for each way out of it. */
export function Card(props: Props) {
  const { node, shown, words, edges } = props;
  const { x, y } = node.position ?? { x: 0, y: 0 };
  const problems = shown?.problems ?? [];
  const errors = problems.filter(({ severity }) => severity === "error").length;
  const said = problems.map(({ message }) => message).join(" ");
  const classes = ["fc-node", props.selected && "fc-selected", props.played && `fc-${props.played}`];
  return (
    <div
      class={classes.filter(Boolean).join(" ")}
      data-id={node.id}
      style={{ transform: `translate(${x}px, ${y}px)`, width: `${WIDTH}px` }}
    >
      <button
        type="button"
        class="fc-head"
        style={{ height: `${HEAD}px` }}
        aria-pressed={props.selected}
        onPointerDown={(event) => props.onHead(event, node)}
        onKeyDown={(event) => props.onKey(event, node)}
      >
        <strong>{shown?.kind ?? node.type}</strong>
        <span class="fc-text">{shown?.text || node.id}</span>
        {shown?.figure && <span class="fc-figure">{shown.figure}</span>}
        {problems.length > 0 && (
          <span class={errors > 0 ? "fc-mark fc-error" : "fc-mark fc-warning"} title={said}>
            {errors > 0 ? "!" : "?"}
            <span class="fc-unseen">
              {words.problems}: {said}
            </span>
          </span>
        )}
      </button>
      {shown?.ways.map(({ handle, label }) => {
        const edge = edges.find((one) => one.source === node.id && handleOf(one) === handle);
        return (
          <button
            type="button"
            class={edge ? "fc-way fc-leads" : "fc-way"}
            style={{ height: `${WAY}px` }}
            aria-pressed={props.armed === handle}
            title={edge ? `→ ${edge.target}` : words.connectHint}
            onPointerDown={(event) => props.onWay(event, node, handle)}
            onKeyDown={(event) => props.onWayKey(event, node, handle)}
          >
            {label}
            <span class="fc-unseen">{edge ? ` → ${edge.target}` : ""}</span>
          </button>
        );
      })}
    </div>
  );
}

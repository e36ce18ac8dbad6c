import { type Flow, handleOf, type Point, type Shown } from "./document.ts";
import { HEAD, WAY, WIDTH } from "./layout.ts";

/** Where a way leaves its node. */
export function leaving(at: Point, shown: Shown | undefined, handle: string): Point {
  const place = shown?.ways.findIndex((way) => way.handle === handle) ?? -1;
  return { x: at.x + WIDTH, y: place < 0 ? at.y + HEAD / 2 : at.y + HEAD + WAY * (place + 0.5) };
}

const curve = (from: Point, to: Point): string => {
  const bend = Math.max(40, Math.abs(to.x - from.x) / 2);
  return `M${from.x} ${from.y}C${from.x + bend} ${from.y} ${to.x - bend} ${to.y} ${to.x} ${to.y}`;
};

interface Props {
  flow: Flow;
  shown: Readonly<Record<string, Shown>>;
  size: { width: number; height: number };
  selected: string | null;
  /** The line that is being drawn. */
  drawn: { from: Point; to: Point } | null;
}

/** The lines between nodes. What they say stands at the nodes in words, so nobody needs to see them. */
export function Edges({ flow, shown, size, selected, drawn }: Props) {
  const places = new Map(flow.nodes.map(({ id, position }) => [id, position ?? { x: 0, y: 0 }]));
  return (
    <svg class="fc-edges" width={size.width} height={size.height} aria-hidden="true">
      <defs>
        <marker
          id="fc-arrow"
          viewBox="0 0 8 8"
          refX="7"
          refY="4"
          markerWidth="8"
          markerHeight="8"
          orient="auto"
        >
          <path d="M0 0L8 4L0 8z" />
        </marker>
      </defs>
      {flow.edges.map((edge) => {
        const [from, to] = [places.get(edge.source), places.get(edge.target)];
        if (!from || !to) return null;
        const start = leaving(from, shown[edge.source], handleOf(edge));
        const near = selected === edge.source || selected === edge.target;
        return (
          <path
            key={`${edge.source} ${handleOf(edge)}`}
            class={near ? "fc-line fc-near" : "fc-line"}
            d={curve(start, { x: to.x - 2, y: to.y + HEAD / 2 })}
            marker-end="url(#fc-arrow)"
          />
        );
      })}
      {drawn && <path class="fc-line fc-near" d={curve(drawn.from, drawn.to)} />}
    </svg>
  );
}

import { Graph, layout } from "@dagrejs/dagre";
import type { Flow, Point, Shown } from "./document.ts";

/** The size of a node's card, in pixels: all parts of it have fixed heights, so that nothing is measured. */
export const WIDTH = 224;
export const HEAD = 68;
export const WAY = 28;

export const heightOf = (shown: Shown | undefined): number => HEAD + WAY * (shown?.ways.length ?? 0);

/** Where each node stands in an order that is easy to read: from the left to the right, ways crossing as little as may be. */
export function tidied(flow: Flow, shown: Readonly<Record<string, Shown>>): Map<string, Point> {
  const graph = new Graph().setGraph({ rankdir: "LR", nodesep: 28, ranksep: 72, marginx: 24, marginy: 24 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { id } of flow.nodes) graph.setNode(id, { width: WIDTH, height: heightOf(shown[id]) });
  for (const { source, target } of flow.edges)
    if (graph.hasNode(source) && graph.hasNode(target)) graph.setEdge(source, target);
  layout(graph);
  return new Map(
    flow.nodes.map(({ id }) => {
      const { x = 0, y = 0 } = graph.node(id);
      return [id, { x: Math.round(x - WIDTH / 2), y: Math.round(y - heightOf(shown[id]) / 2) }];
    }),
  );
}

/** The flow with a place for each node: where it was put, or else where the tidy order has it. */
export function placed(flow: Flow, shown: Readonly<Record<string, Shown>>): Flow {
  const lacking = flow.nodes.filter(({ position }) => position === undefined);
  if (lacking.length === 0) return flow;
  const tidy = tidied(flow, shown);
  // A few that were added elsewhere stand below the rest, where they hide nothing.
  const known = flow.nodes.flatMap(({ id, position }) =>
    position ? [position.y + heightOf(shown[id])] : [],
  );
  const below = lacking.length < flow.nodes.length / 2 ? Math.max(0, ...known) + 40 : 0;
  let x = 24;
  const nodes = flow.nodes.map((node) => {
    if (node.position) return node;
    if (below === 0) return { ...node, position: tidy.get(node.id) ?? { x: 0, y: 0 } };
    const position = { x, y: below };
    x += WIDTH + 40;
    return { ...node, position };
  });
  return { ...flow, nodes };
}

import type { DayRow } from "../figures/day-counts.ts";

/** A node that waits for the visitor: how many responses came to it, and how many were led on by what was said there. */
export interface NodeCount {
  flowId: string;
  nodeId: string;
  reached: number;
  /** At most `reached`; the difference is who dropped off there or ran into its timeout. */
  answered: number;
}

/**
 * How far the responses came that began on these days: the nodes that most came to first. Each response counts once for
 * a node, however often it came there; nodes of other flows that a chatbot's flow goes on to are among them.
 * @param days read with their nodes
 */
export function dropOffOf(days: readonly DayRow[]): NodeCount[] {
  const counts = new Map<string, number>();
  for (const { nodes } of days) {
    for (const [key, value] of Object.entries(nodes ?? {})) counts.set(key, (counts.get(key) ?? 0) + value);
  }
  const reached = [...counts].filter(([metric]) => metric.startsWith("reached "));
  return reached
    .map(([metric, count]) => {
      const node = metric.slice("reached ".length);
      const [flowId = "", nodeId = ""] = node.split("/");
      return { flowId, nodeId, reached: count, answered: counts.get(`answered ${node}`) ?? 0 };
    })
    .sort((a, b) => b.reached - a.reached || (a.nodeId < b.nodeId ? -1 : 1));
}

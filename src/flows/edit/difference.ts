import { canonicalJson } from "../../tenant/canonical-json.ts";
import type { Draft } from "../graph/document.ts";

/** What one flow has that another has not, as node ids; `edges` counts those added and removed. */
export interface FlowDifference {
  added: string[];
  removed: string[];
  changed: string[];
  edges: number;
}

/** What turned `before` into `after`. The order of nodes, edges and keys makes no difference. */
export function differenceOf(before: Draft, after: Draft): FlowDifference {
  const old = new Map(before.nodes.map((node) => [node.id, canonicalJson(node)]));
  const now = new Map(after.nodes.map((node) => [node.id, canonicalJson(node)]));
  const oldEdges = new Set(before.edges.map(canonicalJson));
  const newEdges = new Set(after.edges.map(canonicalJson));
  return {
    added: [...now.keys()].filter((id) => !old.has(id)),
    removed: [...old.keys()].filter((id) => !now.has(id)),
    changed: [...now].filter(([id, text]) => old.has(id) && old.get(id) !== text).map(([id]) => id),
    edges: oldEdges.symmetricDifference(newEdges).size,
  };
}

/** The sum of several changes in their order: what was added and removed again does not show. */
export function sumOf(changes: readonly FlowDifference[]): FlowDifference {
  const added = new Set<string>();
  const removed = new Set<string>();
  const changed = new Set<string>();
  let edges = 0;
  for (const change of changes) {
    for (const id of change.added)
      if (removed.delete(id)) changed.add(id);
      else added.add(id);
    for (const id of change.changed) if (!added.has(id)) changed.add(id);
    for (const id of change.removed) {
      changed.delete(id);
      if (!added.delete(id)) removed.add(id);
    }
    edges += change.edges;
  }
  return { added: [...added], removed: [...removed], changed: [...changed], edges };
}

/** Ids named for each kind of change. */
const MAX_NAMED = 20;

/** A difference in words: `added a, b; removed c; changed d; 2 edges`. */
export function describeDifference({ added, removed, changed, edges }: FlowDifference): string {
  const part = (verb: string, ids: string[]) => {
    const more = ids.length > MAX_NAMED ? ` and ${ids.length - MAX_NAMED} more` : "";
    return ids.length > 0 ? [`${verb} ${ids.slice(0, MAX_NAMED).join(", ")}${more}`] : [];
  };
  const parts = [...part("added", added), ...part("removed", removed), ...part("changed", changed)];
  if (edges > 0) parts.push(`${edges} ${edges === 1 ? "edge" : "edges"} added or removed`);
  return parts.length > 0 ? parts.join("; ") : "nothing that is left";
}

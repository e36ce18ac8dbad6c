/** The flow as the canvas holds it, and what can be done to it: every edit makes a new document, so that undoing is going back to one. */

export interface Point {
  x: number;
  y: number;
}

export interface FlowNode {
  id: string;
  type: string;
  data: Record<string, unknown>;
  position?: Point;
}

export interface FlowEdge {
  source: string;
  sourceHandle?: string;
  target: string;
}

export interface Flow {
  nodes: readonly FlowNode[];
  edges: readonly FlowEdge[];
}

/** What the server says of a node: how it is called, how it can be left, and what is wrong with it. */
export interface Shown {
  kind: string;
  text: string;
  ways: readonly { handle: string; label: string }[];
  problems: readonly { severity: "error" | "warning"; message: string }[];
  /** How many came to it and left there, where the page was asked for that. */
  figure?: string;
}

/** The handle of edges that name none. */
export const NEXT = "next";

export const handleOf = ({ sourceHandle }: FlowEdge): string => sourceHandle ?? NEXT;

/** A flow with a node put somewhere. */
export function moved(flow: Flow, id: string, position: Point): Flow {
  return { ...flow, nodes: flow.nodes.map((node) => (node.id === id ? { ...node, position } : node)) };
}

/** A flow with a node of a kind added. @returns it, and the new node's id */
export function added(flow: Flow, type: string, position: Point): { flow: Flow; id: string } {
  const taken = new Set(flow.nodes.map(({ id }) => id));
  let n = 1;
  while (taken.has(`${type}_${n}`)) n++;
  const id = `${type}_${n}`;
  return { flow: { ...flow, nodes: [...flow.nodes, { id, type, data: {}, position }] }, id };
}

/** A flow without a node, and what led to it or on from it. */
export function removed(flow: Flow, id: string): Flow {
  return {
    nodes: flow.nodes.filter((node) => node.id !== id),
    edges: flow.edges.filter(({ source, target }) => source !== id && target !== id),
  };
}

/** A flow with a way of a node led to another; null: nowhere. Each way leads to one place. */
export function led(flow: Flow, source: string, handle: string, target: string | null): Flow {
  const others = flow.edges.filter((edge) => edge.source !== source || handleOf(edge) !== handle);
  const edge = target === null ? [] : [{ source, sourceHandle: handle, target }];
  return { ...flow, edges: [...others, ...edge] };
}

/** Questions about directed graphs whose nodes are named by ids. `next` gives the ids that a node leads to. */
export type Next = (id: string) => readonly string[];

/** Every id that can be reached from these, themselves included. */
export function reachableFrom(ids: Iterable<string>, next: Next): Set<string> {
  const reached = new Set<string>();
  const open = [...ids];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (reached.has(id)) continue;
    reached.add(id);
    open.push(...next(id));
  }
  return reached;
}

/** The same graph gone the other way: the ids that lead to one. */
export function reversed(ids: Iterable<string>, next: Next): Next {
  const before = new Map<string, string[]>();
  for (const id of new Set(ids)) {
    for (const target of next(id)) before.set(target, [...(before.get(target) ?? []), id]);
  }
  return (id) => before.get(id) ?? [];
}

/**
 * The cycles of a graph: sets of ids that all lead to each other (Tarjan's strongly connected components), without the
 * single ids that do not lead to themselves. None: the graph has no cycle.
 * Recursion goes as deep as the graph has nodes, which are 500 at most.
 */
export function cyclesIn(ids: Iterable<string>, next: Next): string[][] {
  const order = new Map<string, number>();
  const stack: string[] = [];
  const onStack = new Set<string>();
  const cycles: string[][] = [];

  const visit = (id: string): number => {
    const number = order.size;
    order.set(id, number);
    let low = number;
    stack.push(id);
    onStack.add(id);
    for (const target of next(id)) {
      if (!order.has(target)) low = Math.min(low, visit(target));
      else if (onStack.has(target)) low = Math.min(low, order.get(target) ?? low);
    }
    if (low === number) {
      const cycle = stack.splice(stack.indexOf(id));
      for (const member of cycle) onStack.delete(member);
      if (cycle.length > 1 || next(id).includes(id)) cycles.push(cycle);
    }
    return low;
  };

  for (const id of ids) if (!order.has(id)) visit(id);
  return cycles;
}

/** The most nodes on any way that begins at `id`; the graph must be without cycles. */
export function longestFrom(id: string, next: Next, known: Map<string, number> = new Map()): number {
  const before = known.get(id);
  if (before !== undefined) return before;
  const longest = 1 + Math.max(0, ...next(id).map((target) => longestFrom(target, next, known)));
  known.set(id, longest);
  return longest;
}

import { nearestNames } from "../../tenant/nearest-names.ts";
import { mayBeEmpty } from "./choice-data.ts";
import { type Draft, type Edge, type Graph, graphOf, handlesOf, NEXT } from "./document.ts";
import { MAX_STEPS } from "./limits.ts";
import { type Node, typedNode } from "./nodes.ts";
import { type Finding, findError, findWarning } from "./problems.ts";
import { cyclesIn, longestFrom, type Next, reachableFrom, reversed } from "./reachability.ts";

/**
 * What is wrong with how a flow's nodes hang together.
 * @param nodes those that fit their type; of the others only ids and edges are looked at
 * @param ownId the flow's own id: a goto there is a way back to its start
 */
export function graphProblems(draft: Draft, nodes: readonly Node[], ownId?: string): Finding[] {
  const graph = graphOf({ nodes, edges: draft.edges });
  const ids = draft.nodes.map(({ id }) => id);
  const starts = draft.nodes.filter(({ type }) => type === "start").map(({ id }) => id);
  const next = waysOf(draft, graph, ids, starts[0], ownId);
  return [
    ...startProblems(starts),
    ...duplicateProblems(ids),
    ...edgeProblems(draft.edges, graph, ids, starts),
    ...gotoProblems(nodes, ids),
    ...runawayProblems(graph, ids, next),
    ...wayProblems(graph, ids, starts, next),
  ];
}

/** The ids of nodes that nothing leads to from the start. @param ownId the flow's own id */
export function unreachableNodes(draft: Draft, ownId?: string): string[] {
  const ids = draft.nodes.map(({ id }) => id);
  const start = draft.nodes.find(({ type }) => type === "start")?.id;
  const graph = graphOf({ nodes: draft.nodes.flatMap((node) => typedNode(node) ?? []), edges: draft.edges });
  const reached = reachableFrom(start === undefined ? [] : [start], waysOf(draft, graph, ids, start, ownId));
  return ids.filter((id) => !reached.has(id));
}

function startProblems(starts: readonly string[]): Finding[] {
  if (starts.length === 0) {
    return [findError("no_start", "", "There is no start node.", { hint: "Add one node of type start." })];
  }
  return starts
    .slice(1)
    .map((id) => findError("several_starts", `nodes.${id}`, "There is more than one start node."));
}

function duplicateProblems(ids: readonly string[]): Finding[] {
  const twice = new Set(ids.filter((id, i) => ids.indexOf(id) !== i));
  return [...twice].map((id) => findError("duplicate_id", `nodes.${id}`, `Several nodes have the id ${id}.`));
}

function edgeProblems(
  edges: readonly Edge[],
  graph: Graph,
  ids: readonly string[],
  starts: readonly string[],
): Finding[] {
  const known = new Set(ids);
  return edges.flatMap((edge, i) => {
    const path = `edges.${i}`;
    const handle = edge.sourceHandle ?? NEXT;
    const problems = (["source", "target"] as const)
      .filter((end) => !known.has(edge[end]))
      .map((end) =>
        findError("missing_node", `${path}.${end}`, `There is no node ${JSON.stringify(edge[end])}.`, {
          candidates: () => nearestNames(edge[end], ids),
        }),
      );
    if (starts.includes(edge.target)) {
      problems.push(findError("start_has_incoming", `${path}.target`, "Nothing may lead to the start node."));
    }
    const source = graph.nodes.get(edge.source);
    if (source) problems.push(...handleProblems(source, handle, `${path}.sourceHandle`));
    if (graph.edgeFrom(edge.source, handle) !== edge) {
      const message = `Another edge already leaves ${edge.source} by ${handle}.`;
      problems.push(findError("handle_taken", path, message, { hint: "One edge leaves each handle." }));
    }
    return problems;
  });
}

function handleProblems(source: Node, handle: string, path: string): Finding[] {
  const handles = handlesOf(source).map(({ id }) => id);
  if (handles.includes(handle)) return [];
  return [
    findError(
      "unknown_handle",
      path,
      `${source.id} (${source.type}) has no handle ${JSON.stringify(handle)}.`,
      {
        hint:
          handles.length > 0 ? `Its handles: ${handles.join(", ")}.` : "It ends the flow and has no handles.",
        candidates: () => handles,
      },
    ),
  ];
}

function gotoProblems(nodes: readonly Node[], ids: readonly string[]): Finding[] {
  return nodes.flatMap((node) => {
    const target = node.type === "goto" ? node.data.nodeId : undefined;
    if (target === undefined || ids.includes(target)) return [];
    const message = `There is no node ${JSON.stringify(target)}.`;
    const candidates = () => nearestNames(target, ids);
    return [findError("missing_node", `nodes.${node.id}.data.nodeId`, message, { candidates })];
  });
}

/** Where each node leads: along its edges, and where a goto jumps to. */
function waysOf(
  draft: Draft,
  graph: Graph,
  ids: readonly string[],
  start: string | undefined,
  ownId: string | undefined,
): Next {
  const known = new Set(ids);
  const ways = new Map<string, string[]>(ids.map((id) => [id, []]));
  for (const { source, target } of draft.edges) if (known.has(target)) ways.get(source)?.push(target);
  for (const node of graph.nodes.values()) {
    if (node.type !== "goto") continue;
    const toStart = ownId !== undefined && node.data.flowId === ownId;
    const target = toStart ? start : node.data.nodeId;
    if (target !== undefined && known.has(target)) ways.get(node.id)?.push(target);
  }
  return (id) => ways.get(id) ?? [];
}

/** Whether a visitor or time must do something before the flow goes on. */
function waits(node: Node | undefined): boolean {
  switch (node?.type) {
    case "question":
    case "choice":
    case "delay":
      return true;
    case "ai_answer":
      // It answers what the visitor said last, once; the second time round it waits for something new.
      return node.data.question === undefined;
    default:
      return false;
  }
}

/** Circles, and ways too long for one turn, on which nothing waits. */
function runawayProblems(graph: Graph, ids: readonly string[], next: Next): Finding[] {
  const onward: Next = (id) => (waits(graph.nodes.get(id)) ? [] : next(id));
  const cycles = cyclesIn(new Set(ids), onward);
  if (cycles.length > 0) {
    return cycles.map((cycle) =>
      findError(
        "cycle_without_wait",
        `nodes.${cycle[0]}`,
        `${cycle.slice(0, 10).join(", ")} lead round in a circle without waiting for the visitor.`,
        { hint: "Put a question, choice or delay into the circle." },
      ),
    );
  }
  const lengths = new Map<string, number>();
  const tooLong =
    ids.find((id) => onwardFrom(id, graph, next, onward, lengths) > MAX_STEPS) ??
    tooLongPast(graph, ids, onward, lengths);
  if (tooLong === undefined) return [];
  const message = `More than ${MAX_STEPS} steps follow each other without waiting for the visitor.`;
  const hint = "Put a question, choice or delay between them.";
  return [findError("too_many_steps", `nodes.${tooLong}`, message, { hint })];
}

/** A choice that is passed when there is nothing to choose, once in a turn: the ways to it and from its `other` follow each other. */
function tooLongPast(
  graph: Graph,
  ids: readonly string[],
  onward: Next,
  lengths: Map<string, number>,
): string | undefined {
  const before = reversed(ids, onward);
  const lengthsTo = new Map<string, number>();
  return ids.find((id) => {
    const node = graph.nodes.get(id);
    const target = graph.edgeFrom(id, "other")?.target;
    if (node?.type !== "choice" || !mayBeEmpty(node.data) || target === undefined) return false;
    return longestFrom(id, before, lengthsTo) + longestFrom(target, onward, lengths) > MAX_STEPS;
  });
}

/** The most steps of one turn that begins at a node, or behind it if it waits. */
function onwardFrom(
  id: string,
  graph: Graph,
  next: Next,
  onward: Next,
  lengths: Map<string, number>,
): number {
  if (!waits(graph.nodes.get(id))) return longestFrom(id, onward, lengths);
  return Math.max(0, ...next(id).map((target) => longestFrom(target, onward, lengths)));
}

/** Warnings: what cannot be reached, where a visitor is left standing, and what never comes to an end. */
function wayProblems(graph: Graph, ids: readonly string[], starts: readonly string[], next: Next): Finding[] {
  const reached = reachableFrom(starts, next);
  const problems = [...new Set(ids)]
    .filter((id) => starts.length > 0 && !reached.has(id))
    .map((id) => findWarning("unreachable", `nodes.${id}`, `Nothing leads to ${id}.`));
  const exits = [...ids].filter((id) => !graph.nodes.has(id));
  const before = reversed(ids, next);
  const isSaidBefore = (id: string) => before(id).some((from) => graph.nodes.get(from)?.type === "message");
  for (const node of graph.nodes.values()) {
    const open = handlesOf(node).filter(({ id, expected }) => expected && !graph.edgeFrom(node.id, id));
    for (const { id } of open) {
      const message = `Nothing is connected to ${id}: the flow would end there.`;
      problems.push(
        findWarning("unconnected_handle", `nodes.${node.id}`, message, { candidates: () => [id] }),
      );
    }
    if (isQuestion(node) && node.data.timeoutSeconds === undefined) {
      const message = "A visitor who does not answer keeps this flow waiting for ever.";
      const hint = "Set timeoutSeconds and connect the handle timeout.";
      problems.push(findWarning("no_timeout", `nodes.${node.id}`, message, { hint }));
    }
    if (isQuestion(node) && node.data.text === undefined && !isSaidBefore(node.id)) {
      const hint = "Give it a text, or lead a message to it.";
      problems.push(
        findWarning("asks_nothing", `nodes.${node.id}`, "It has no text, and no message leads to it.", {
          hint,
        }),
      );
    }
    const leaves = node.type === "end" || node.type === "handoff";
    if (leaves || open.length > 0 || (node.type === "goto" && node.data.flowId !== undefined))
      exits.push(node.id);
  }
  return [...problems, ...endlessProblems(ids, reached, exits, next)];
}

function isQuestion(node: Node) {
  return node.type === "question" || node.type === "choice";
}

function endlessProblems(
  ids: readonly string[],
  reached: ReadonlySet<string>,
  exits: readonly string[],
  next: Next,
): Finding[] {
  const ending = reachableFrom(exits, reversed(ids, next));
  const endless = [...reached].filter((id) => !ending.has(id));
  const [first] = endless;
  if (first === undefined) return [];
  const message = `From ${first} on no path comes to an end.`;
  return [findWarning("never_ends", `nodes.${first}`, message, { hint: "Lead one of them to an end node." })];
}

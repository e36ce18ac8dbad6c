import { type Flow, type Graph, graphOf, NEXT } from "../graph/document.ts";
import { MAX_FLOW_DEPTH, MAX_SESSION_STEPS, MAX_STEPS, MAX_VARIABLES } from "../graph/limits.ts";
import type { Node } from "../graph/nodes.ts";
import { fill, readVariable, type Value } from "../graph/placeholders.ts";
import { isBuiltIn } from "./built-in.ts";
import type { Effect, EndReason, FlowLookup, FlowOutcome, FlowState, Trace, Turn, Waiting } from "./state.ts";
import { toValue } from "./values.ts";

/** How a node is done with: it leaves by a handle, waits, jumps, or ends the session. */
export type NodeResult =
  | { leave: string; because?: "silence" }
  | { wait: Waiting; seconds?: number }
  | { jumpTo: { nodeId: string } | { flowId: string } }
  | { end: FlowOutcome; reason: EndReason };

/** Ends the session from anywhere inside a node. */
export class SessionFailed extends Error {
  readonly reason: EndReason;
  constructor(reason: EndReason) {
    super(reason);
    this.reason = reason;
  }
}

/** An effect of the node at hand: `nodeId` is added. */
type NodeEffect = Effect extends infer E ? (E extends Effect ? Omit<E, "nodeId"> : never) : never;

const graphs = new WeakMap<Flow, Graph>();

function indexed(flow: Flow): Graph {
  let graph = graphs.get(flow);
  if (!graph) {
    graph = graphOf(flow);
    graphs.set(flow, graph);
  }
  return graph;
}

/** One turn while it runs: a copy of the state, and what has come of it so far. Nothing outside is touched. */
export class SessionRun {
  readonly state: FlowState;
  readonly now: number;
  private readonly lookup: FlowLookup;
  private readonly effects: Effect[] = [];
  private readonly path: Trace[] = [];

  constructor(lookup: FlowLookup, state: FlowState, now: number) {
    this.lookup = lookup;
    this.state = structuredClone(state);
    this.now = now;
  }

  get turn(): Turn {
    return { state: this.state, effects: this.effects, path: this.path };
  }

  /** The node that the session waits at. @throws SessionFailed when flow or node are gone */
  current(): Node {
    return this.node(this.state.nodeId ?? "");
  }

  private get flowId(): string {
    return this.state.trail.at(-1)?.flowId ?? "";
  }

  private graph(): Graph {
    const here = this.state.trail.at(-1);
    const found = here && this.lookup(here.flowId, here.versionId);
    if (!found) throw new SessionFailed("missing_flow");
    return indexed(found.flow);
  }

  private node(id: string): Node {
    const node = this.graph().nodes.get(id);
    if (!node) throw new SessionFailed("missing_node");
    return node;
  }

  /** Whether the session is in the flow that an AI without one answers by. */
  get isBuiltIn(): boolean {
    return isBuiltIn(this.state.trail.at(-1)?.versionId ?? "");
  }

  /** All nodes of the flow that the session is in. */
  nodes(): Iterable<Node> {
    return this.graph().nodes.values();
  }

  startNode(): Node {
    for (const node of this.graph().nodes.values()) if (node.type === "start") return node;
    throw new SessionFailed("no_start");
  }

  /** True when an edge leaves the current node here. */
  isConnected(handle: string): boolean {
    return this.graph().edgeFrom(this.state.nodeId ?? "", handle) !== undefined;
  }

  /** The node that a handle leads to, whether or not the session goes there. */
  readonly after = (node: Node, handle: string): Node | undefined => {
    const { nodes, edgeFrom } = this.graph();
    return nodes.get(edgeFrom(node.id, handle)?.target ?? "");
  };

  /** Counts a node as entered. @throws SessionFailed at either cap */
  enter(node: Node): void {
    const { state } = this;
    if (state.steps >= MAX_STEPS || state.totalSteps >= MAX_SESSION_STEPS) {
      throw new SessionFailed("too_many_steps");
    }
    state.steps += 1;
    state.totalSteps += 1;
    state.nodeId = node.id;
    this.path.push({ type: "enter", flowId: this.flowId, nodeId: node.id });
  }

  /** What comes after a node that is done, or null when nothing does: then the session waits or has ended. */
  follow(node: Node, outcome: NodeResult): Node | null {
    this.state.waiting = null;
    this.state.wakeAt = null;
    if ("leave" in outcome) return this.leave(node, outcome.leave, outcome.because);
    if ("jumpTo" in outcome) return this.jump(node, outcome.jumpTo);
    if ("end" in outcome) {
      this.end(outcome.end, outcome.reason);
      return null;
    }
    this.state.waiting = outcome.wait;
    if (outcome.seconds !== undefined) {
      this.state.wakeAt = this.now + outcome.seconds * 1000;
      this.effect({ type: "wait", until: this.state.wakeAt });
    }
    return null;
  }

  private leave(node: Node, handle: string, because: "silence" | undefined): Node | null {
    const edge = this.graph().edgeFrom(node.id, handle);
    this.path.push({
      type: "leave",
      flowId: this.flowId,
      nodeId: node.id,
      handle,
      to: edge?.target ?? null,
    });
    if (edge) return this.node(edge.target);
    if (because === "silence") this.end("abandoned", "silence");
    else this.end("completed", "unconnected");
    return null;
  }

  private jump(node: Node, to: { nodeId: string } | { flowId: string }): Node {
    const from = { flowId: this.flowId, nodeId: node.id };
    if ("flowId" in to) this.enterFlow(to.flowId);
    const target = "flowId" in to ? this.startNode() : this.node(to.nodeId);
    this.path.push({ type: "leave", ...from, handle: null, to: target.id });
    return target;
  }

  /** A flow that led here is gone back to, so that flows may send visitors to and fro; others go one deeper. */
  private enterFlow(flowId: string): void {
    const { trail } = this.state;
    const before = trail.findIndex((place) => place.flowId === flowId);
    if (before >= 0) {
      trail.splice(before + 1);
      return;
    }
    if (trail.length >= MAX_FLOW_DEPTH) throw new SessionFailed("too_deep");
    const found = this.lookup(flowId, null);
    if (!found) throw new SessionFailed("missing_flow");
    trail.push({ flowId, versionId: found.versionId });
  }

  effect(effect: NodeEffect): void {
    this.effects.push({ ...effect, nodeId: this.state.nodeId ?? "" });
  }

  /** The number of a result that is asked for, so that a late one is not taken for another. */
  newCall(): number {
    this.state.calls += 1;
    return this.state.calls;
  }

  end(outcome: FlowOutcome, reason: EndReason): void {
    this.state.status = outcome;
    this.state.reason = reason;
    this.state.waiting = null;
    this.state.wakeAt = null;
    this.effect({ type: "end", outcome, reason });
  }

  fill(text: string): string {
    return fill(text, this.state.variables);
  }

  read(name: string): Value | undefined {
    return readVariable(this.state.variables, name);
  }

  /** Stores a value, cut to size; nothing takes the variable away. @throws SessionFailed when there are too many */
  store(name: string | undefined, raw: unknown): void {
    if (name === undefined) return;
    const { variables } = this.state;
    const value = toValue(raw);
    if (value === undefined) {
      delete variables[name];
      return;
    }
    if (!Object.hasOwn(variables, name) && Object.keys(variables).length >= MAX_VARIABLES) {
      throw new SessionFailed("too_many_variables");
    }
    variables[name] = value;
  }

  /** The visitor or time did something: the steps of a new turn are counted. */
  newTurn(): void {
    this.state.steps = 0;
    delete this.state.passedEmpty;
  }

  /** A number from 0 to under 1 (mulberry32): plain arithmetic on the state's seed, so a turn can be repeated. */
  random(): number {
    this.state.seed = (this.state.seed + 0x6d2b79f5) | 0;
    let t = this.state.seed;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  }
}

export const ONWARD: NodeResult = { leave: NEXT };

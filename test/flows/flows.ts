import { type Draft, draftSchema, type Edge, type Flow } from "../../src/flows/graph/document.ts";
import { validateFlow } from "../../src/flows/graph/validate.ts";
import { runTurn } from "../../src/flows/run/interpreter.ts";
import type { FlowInput, FlowLookup, FlowState, Turn } from "../../src/flows/run/state.ts";
import { newState } from "../../src/flows/run/state.ts";

/** A node of a test flow: its id, type and data. */
export type Sketch = [id: string, type: string, data?: Record<string, unknown>];

/** A draft from nodes and edges written as `from > to` or `from.handle > to`. */
export function draftOf(nodes: Sketch[], edges: string[] = []): Draft {
  return draftSchema.parse({
    nodes: nodes.map(([id, type, data = {}]) => ({ id, type, data })),
    edges: edges.map(edgeOf),
  });
}

function edgeOf(text: string): Edge {
  const [from = "", target = ""] = text.split(" > ");
  const [source = "", sourceHandle] = from.split(".");
  return { source, ...(sourceHandle === undefined ? {} : { sourceHandle }), target };
}

/** The same as the interpreter takes it; every node must fit its type. */
export function flowOf(nodes: Sketch[], edges: string[] = []): Flow {
  const { flow, problems } = validateFlow(draftOf(nodes, edges));
  if (!flow) throw new Error(JSON.stringify(problems));
  return flow;
}

export const NOW = Date.parse("2026-01-31T12:00:00Z");

/** A session in one or several flows; the first is where it begins. */
export class Session {
  state: FlowState;
  now = NOW;
  last: Turn;
  private readonly lookup: FlowLookup;

  constructor(
    flows: Record<string, Flow>,
    start: { text?: string; variables?: FlowState["variables"] } = {},
  ) {
    this.lookup = (flowId) => {
      const flow = flows[flowId];
      return flow && { versionId: `${flowId}-1`, flow };
    };
    const [flowId = ""] = Object.keys(flows);
    this.state = newState({ flowId, versionId: `${flowId}-1`, variables: start.variables, seed: 7 });
    this.last = this.give({ type: "start", ...(start.text === undefined ? {} : { text: start.text }) });
  }

  give(input: FlowInput): Turn {
    this.last = runTurn(this.lookup, this.state, input, this.now);
    this.state = this.last.state;
    return this.last;
  }

  say(text: string): Turn {
    return this.give({ type: "message", text });
  }

  /** Lets time pass and wakes the session. @param seconds how long */
  wait(seconds: number): Turn {
    this.now += seconds * 1000;
    return this.give({ type: "wake" });
  }

  /** What the last turn said to the visitor. */
  get said(): string[] {
    return this.last.effects.flatMap((effect) =>
      effect.type === "send" && effect.text ? [effect.text] : [],
    );
  }

  /** The last turn's effects of one type. */
  effects<T extends Turn["effects"][number]["type"]>(type: T) {
    return this.last.effects.filter(
      (effect): effect is Extract<typeof effect, { type: T }> => effect.type === type,
    );
  }
}

/** A session in a single flow of these nodes and edges, begun. */
export function sessionIn(
  nodes: Sketch[],
  edges: string[],
  start: { text?: string; variables?: FlowState["variables"] } = {},
): Session {
  return new Session({ main: flowOf(nodes, edges) }, start);
}

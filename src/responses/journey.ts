import type { Value } from "../flows/graph/placeholders.ts";
import type { FlowInput, FlowLookup, FlowState, Turn, Waiting } from "../flows/run/state.ts";
import type { NodeProgress } from "./schema.ts";

/** What turns of a session add to its response: pure, nothing is read or written. */

/** Turns that follow each other, from the state before the first. */
export interface Played {
  before: FlowState;
  turns: readonly { input: FlowInput; turn: Turn }[];
  /** What the turns ran with. */
  lookup: FlowLookup;
}

export interface Step {
  seq: number;
  flowId: string;
  nodeId: string;
  handle: string | null;
  reply: "awaited" | "given" | null;
}

export interface Answer {
  seq: number;
  flowId: string;
  nodeId: string;
  variable: string | null;
  question: string;
  value: Value;
}

/** How far the response was recorded before. */
interface Recorded {
  stepCount: number;
  answerCount: number;
  nodes: NodeProgress;
}

export interface Journey {
  /** The last step from before, where the turns left it or it was replied to; it is stored already. */
  continued: Step | null;
  steps: Step[];
  answers: Answer[];
  /** Nodes, as `<flow>/<node>`, that this response came to, or replied at, for the first time. */
  reached: string[];
  answered: string[];
  nodes: NodeProgress;
}

/**
 * Whether a session waits for the visitor where nothing was said yet: at a question, a choice, or an ai_answer that
 * has answered nothing.
 */
function awaitsVisitor(waiting: Waiting | null): boolean {
  if (waiting === null) return false;
  return (
    waiting.for === "answer" || waiting.for === "choice" || (waiting.for === "message" && waiting.turns === 0)
  );
}

/** Whether what the visitor said led on: asking again for a better answer does not. */
function ledOn(waiting: Waiting | null, { input, turn }: Played["turns"][number]): boolean {
  if (input.type !== "message" || !awaitsVisitor(waiting)) return false;
  return turn.path.length > 0 || turn.state.waiting?.for !== waiting?.for;
}

/** Longest question that is kept, in characters. */
const MAX_QUESTION = 300;

/** What a node asks, by its label or else its text as its author wrote it: the same for every visitor. */
function questionOf({ lookup }: Played, state: FlowState, nodeId: string): string {
  const place = state.trail.at(-1);
  const flow = place && lookup(place.flowId, place.versionId)?.flow;
  const node = flow?.nodes.find(({ id }) => id === nodeId);
  const text = node && "text" in node.data ? node.data.text : undefined;
  return (node?.data.label ?? text ?? nodeId).replaceAll("\0", "").slice(0, MAX_QUESTION).toWellFormed();
}

/** Reads off the turns where the visitor came, answered and went on. */
export function journeyOf(played: Played, recorded: Recorded): Journey {
  const { before, turns } = played;
  const nodes = { ...recorded.nodes };
  const steps: Step[] = [];
  const answers: Answer[] = [];
  const [reached, answered]: [string[], string[]] = [[], []];
  const here = { flowId: before.trail.at(-1)?.flowId ?? "", nodeId: before.nodeId };
  const open: Step | null =
    here.nodeId === null || recorded.stepCount === 0
      ? null
      : { flowId: here.flowId, nodeId: here.nodeId, seq: recorded.stepCount, handle: null, reply: null };
  let current = open;
  let state = before;
  for (const each of turns) {
    if (current && ledOn(state.waiting, each)) {
      current.reply = "given";
      const key = `${current.flowId}/${current.nodeId}`;
      if (nodes[key] !== 1) answered.push(key);
      nodes[key] = 1;
    }
    for (const effect of each.turn.effects) {
      if (effect.type !== "answer") continue;
      const { nodeId, variable, value } = effect;
      const question = questionOf(played, state, nodeId);
      const flowId = state.trail.at(-1)?.flowId ?? "";
      answers.push({
        seq: recorded.answerCount + answers.length + 1,
        ...{ flowId, nodeId, variable, question, value },
      });
    }
    for (const trace of each.turn.path) {
      if (trace.type === "leave") {
        if (current) current.handle = trace.handle;
        continue;
      }
      const { flowId, nodeId } = trace;
      current = {
        seq: recorded.stepCount + steps.length + 1,
        ...{ flowId, nodeId },
        handle: null,
        reply: null,
      };
      steps.push(current);
    }
    state = each.turn.state;
    if (current && current !== open && awaitsVisitor(state.waiting)) {
      current.reply = "awaited";
      const key = `${current.flowId}/${current.nodeId}`;
      if (nodes[key] === undefined) reached.push(key);
      nodes[key] ??= 0;
    }
  }
  const changed = open !== null && (open.handle !== null || open.reply !== null);
  return { continued: changed ? open : null, steps, answers, reached, answered, nodes };
}

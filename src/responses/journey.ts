import type { FlowInput, FlowLookup, FlowState, Turn, Waiting } from "../flows/run/state.ts";
import type { NodeProgress, RecordedAnswer, Visited } from "./schema.ts";

/** What turns of a session add to its response: pure, nothing is read or written. */

/** Turns that follow each other, from the state before the first. */
export interface Turns {
  before: FlowState;
  turns: readonly { input: FlowInput; turn: Turn }[];
  /** What the turns ran with. */
  lookup: FlowLookup;
}

/** A node of a flow, which may be one that others lead to. */
type NodeKey = `${string}/${string}`;

/** How far a response has come. */
export interface Journey {
  /** In all; `answers` and `path` hold what is kept of them. */
  answerCount: number;
  stepCount: number;
  answers: RecordedAnswer[];
  path: Visited[];
  nodes: NodeProgress;
}

export interface Progress {
  journey: Journey;
  /** Nodes, as `<flow>/<node>`, that this response came to, or replied at, for the first time. */
  reached: NodeKey[];
  answered: NodeKey[];
}

/** Answers that are shown with a response in lists, and always kept. */
export const FIRST_ANSWERS = 5;
/** Most answers that are kept: at their longest, about half a megabyte. */
const KEPT_ANSWERS = 200;
/** Most nodes of the path that are kept: ten turns at their longest. */
const KEPT_PATH = 500;

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
function ledOn(waiting: Waiting | null, { input, turn }: Turns["turns"][number]): boolean {
  if (input.type !== "message" || !awaitsVisitor(waiting)) return false;
  return turn.path.length > 0 || turn.state.waiting?.for !== waiting?.for;
}

/** Longest question that is kept, in characters. */
const MAX_QUESTION = 300;

/** What a node asks, by its label or else its text as its author wrote it: the same for every visitor. */
function questionOf({ lookup }: Turns, state: FlowState, nodeId: string): string {
  const current = state.trail.at(-1);
  const flow = current && lookup(current.flowId, current.versionId)?.flow;
  const node = flow?.nodes.find(({ id }) => id === nodeId);
  const text = node && "text" in node.data ? node.data.text : undefined;
  return (node?.data.label ?? text ?? nodeId).replaceAll("\0", "").slice(0, MAX_QUESTION).toWellFormed();
}

/**
 * Reads off the turns where the visitor came, answered and went on.
 * @param at milliseconds UTC
 */
export function continueJourney(played: Turns, before: Journey, at: number): Progress {
  const nodes = { ...before.nodes };
  const path = before.path.map((visited) => ({ ...visited }));
  const answers = [...before.answers];
  let { stepCount, answerCount } = before;
  const [reached, answered]: [NodeKey[], NodeKey[]] = [[], []];
  // What it waits at is the last node that it came to.
  const first = played.before.nodeId === null ? undefined : path.at(-1);
  let current = first;
  let state = played.before;
  for (const each of played.turns) {
    if (current && ledOn(state.waiting, each)) {
      current.reply = "given";
      const key: NodeKey = `${current.flowId}/${current.nodeId}`;
      if (nodes[key] !== 1) answered.push(key);
      nodes[key] = 1;
    }
    const flowId = state.trail.at(-1)?.flowId ?? "";
    for (const effect of each.turn.effects) {
      if (effect.type !== "answer") continue;
      const { nodeId, variable, value } = effect;
      answers.push({ flowId, nodeId, variable, question: questionOf(played, state, nodeId), value, at });
      answerCount += 1;
    }
    for (const trace of each.turn.path) {
      if (trace.type === "leave") {
        if (current) current.handle = trace.handle;
        continue;
      }
      current = { flowId: trace.flowId, nodeId: trace.nodeId, handle: null, reply: null, at };
      path.push(current);
      stepCount += 1;
    }
    state = each.turn.state;
    if (current && current !== first && awaitsVisitor(state.waiting)) {
      current.reply = "awaited";
      const key: NodeKey = `${current.flowId}/${current.nodeId}`;
      if (nodes[key] === undefined) reached.push(key);
      nodes[key] ??= 0;
    }
  }
  const kept = { answers: keptAnswers(answers), path: path.slice(-KEPT_PATH), nodes };
  return { journey: { answerCount, stepCount, ...kept }, reached, answered };
}

function keptAnswers(answers: RecordedAnswer[]): RecordedAnswer[] {
  if (answers.length <= KEPT_ANSWERS) return answers;
  return [...answers.slice(0, FIRST_ANSWERS), ...answers.slice(FIRST_ANSWERS - KEPT_ANSWERS)];
}

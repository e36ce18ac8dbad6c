import { hasHandleForEachOption } from "../graph/document.ts";
import { MAX_VALUE } from "../graph/limits.ts";
import type { Node, NodeOf } from "../graph/nodes.ts";
import { askAi, askQuestion, enterNode, isSpent, offerChoice } from "./entering.ts";
import { readTypedAnswer } from "./read-answer.ts";
import { RETRY_CHOICE, readChoice } from "./read-choice.ts";
import { type NodeResult, SessionFailed, SessionRun } from "./session-run.ts";
import type {
  AiResult,
  AiSaid,
  Effect,
  EffectResult,
  FlowInput,
  FlowLookup,
  FlowState,
  Turn,
  Waiting,
} from "./state.ts";
import { savedFrom } from "./values.ts";

type MessageInput = Extract<FlowInput, { type: "message" }>;
type Result = Extract<FlowInput, { type: "result" }>;

/**
 * One turn of a session: from an input to where the flow waits again or ends.
 *
 * Pure: nothing is read or done outside, the state given is left alone, and the same flow, state, input and time give
 * the same turn. It always stops: a turn enters at most {@link MAX_STEPS} nodes, a session at most
 * {@link MAX_SESSION_STEPS}. It follows only edges that are there; a flow with errors ends as `failed`, with the reason.
 *
 * Effects are for the engine to do, in their order. `httpRequest`, `aiAnswer` and `searchProducts` come last in a turn
 * and want a `result` with their `call`. An input that the session does not wait for changes nothing, but for what a
 * visitor says meanwhile: it is kept as unread for a node that takes it.
 * @param now milliseconds UTC
 */
export function runTurn(lookup: FlowLookup, state: FlowState, input: FlowInput, now: number): Turn {
  const run = new SessionRun(lookup, state, now);
  try {
    if (run.state.status === "waiting") proceed(run, input);
  } catch (error) {
    if (!(error instanceof SessionFailed)) throw error;
    run.end("failed", error.reason);
  }
  return run.turn;
}

function proceed(run: SessionRun, input: FlowInput): void {
  let next = run.state.waiting?.for === "start" ? begin(run, input) : resume(run, input);
  while (next) {
    run.enter(next);
    next = run.follow(next, enterNode(next, run));
  }
}

function begin(run: SessionRun, input: FlowInput): Node | null {
  if (input.type !== "start") return null;
  if (input.text !== undefined) keepMessage(run, input.text);
  return run.startNode();
}

/** What the visitor said is there for `{{last_message}}`, and for a node that answers it. */
function keepMessage(run: SessionRun, text: string): void {
  const kept = text.slice(0, MAX_VALUE).toWellFormed();
  run.state.unread = kept;
  run.store("last_message", kept);
}

/** The node that the session goes on with, or null when it stays where it is. */
function resume(run: SessionRun, input: FlowInput): Node | null {
  const { waiting, wakeAt } = run.state;
  if (!waiting) return null;
  const node = run.current();
  switch (input.type) {
    case "start":
      return null;
    case "wake":
      if (wakeAt === null || run.now < wakeAt) return null;
      run.newTurn();
      return run.follow(node, timeUp(waiting));
    case "message": {
      keepMessage(run, input.text);
      const outcome = onMessage(run, node, waiting, input);
      if (!outcome) return null;
      run.newTurn();
      return run.follow(node, outcome);
    }
    case "result": {
      const outcome = onResult(run, node, waiting, input);
      return outcome && run.follow(node, outcome);
    }
  }
}

function timeUp(waiting: Waiting): NodeResult {
  switch (waiting.for) {
    case "time":
      return { leave: "next" };
    case "message":
      // Questions were answered and no more came; a visitor who never asked one has gone.
      return waiting.turns > 0 ? { leave: "answered" } : { leave: "answered", because: "silence" };
    default:
      return { leave: "timeout", because: "silence" };
  }
}

function onMessage(run: SessionRun, node: Node, waiting: Waiting, message: MessageInput): NodeResult | null {
  if (waiting.for === "answer" && node.type === "question") {
    return answerQuestion(run, node.data, waiting.invalid, message);
  }
  if (waiting.for === "choice" && node.type === "choice") return choose(run, node, waiting, message);
  if (waiting.for === "message" && node.type === "ai_answer") {
    return askAi(node.data, run, run.state.unread ?? "", waiting.turns);
  }
  const isAsked = waiting.for === "result" && waiting.kind === "ai" && node.type === "ai_answer";
  if (isAsked && message.joins && !message.optionIds?.length) {
    // Asked once more, for all of it: the answer to what was said so far is of another call, and counts no more.
    const question = [waiting.question ?? "", run.state.unread ?? ""].join("\n").slice(-MAX_VALUE);
    return askAi(node.data, run, question.toWellFormed(), waiting.turns);
  }
  // A delay, or something that the engine is doing: it stays unread.
  return null;
}

function answerQuestion(
  run: SessionRun,
  data: NodeOf<"question">["data"],
  invalidBefore: number,
  message: MessageInput,
): NodeResult {
  const read = readTypedAnswer(data, message);
  if ("value" in read) {
    const { value } = read;
    run.state.unread = null;
    run.store(data.variable, value);
    run.effect({ type: "answer", variable: data.variable ?? null, value });
    return { leave: "answered" };
  }
  const invalid = invalidBefore + 1;
  if (isSpent(data, invalid, "invalid", run)) return { leave: "invalid" };
  const text = data.retryText === undefined ? read.again : run.fill(data.retryText);
  return askQuestion(data, run, { text, invalid });
}

function choose(
  run: SessionRun,
  { data }: NodeOf<"choice">,
  waiting: Extract<Waiting, { for: "choice" }>,
  message: MessageInput,
): NodeResult {
  const chosen = readChoice(waiting.options, data.multiple, message);
  if (chosen) {
    const values = chosen.map((option) => option.value ?? option.label);
    const value = data.multiple ? values : (values[0] ?? "");
    run.state.unread = null;
    run.store(data.variable, value);
    run.effect({ type: "answer", variable: data.variable ?? null, value });
    return { leave: hasHandleForEachOption(data) ? (chosen[0]?.id ?? "other") : "answered" };
  }
  const invalid = waiting.invalid + 1;
  if (run.isConnected("other") || isSpent(data, invalid, "other", run)) {
    run.store(data.variable, message.text);
    return { leave: "other" };
  }
  const text = data.retryText === undefined ? RETRY_CHOICE : run.fill(data.retryText);
  return offerChoice(data, run, { text, invalid });
}

function onResult(
  run: SessionRun,
  node: Node,
  waiting: Waiting,
  { call, result }: Result,
): NodeResult | null {
  if (waiting.for !== "result" || waiting.call !== call || waiting.kind !== result.kind) return null;
  if (result.kind === "http" && node.type === "http_request") return onHttp(run, node.data, result);
  if (result.kind === "ai" && node.type === "ai_answer") return onAi(run, node.data, waiting.turns, result);
  if (result.kind === "products" && node.type === "search_products") {
    return onProducts(run, node.data, result.items);
  }
  return null;
}

function onHttp(
  run: SessionRun,
  data: NodeOf<"http_request">["data"],
  result: Extract<EffectResult, { kind: "http" }>,
): NodeResult {
  if ("error" in result) return { leave: "error" };
  for (const { path, variable } of data.save) run.store(variable, savedFrom(result, path));
  return { leave: result.status >= 200 && result.status < 300 ? "success" : "error" };
}

/** Questions that the AI may ask back beyond those that it is to answer. */
const ASKED_BACK = 2;

function onAi(
  run: SessionRun,
  data: NodeOf<"ai_answer">["data"],
  turnsBefore: number,
  result: AiResult,
): NodeResult {
  const { answer, confidence, handoff, asksBack = false, said, gap } = result;
  if (gap) run.effect({ type: "gap", ...gap });
  const turns = turnsBefore + 1;
  const spent = asksBack && !run.isBuiltIn && turns > data.maxTurns + ASKED_BACK;
  const unsure = !asksBack && confidence < data.minConfidence;
  if (handoff || answer === null || unsure || spent) {
    return withoutAnswer(run, data, turns, handoff ? "handoff" : "no_answer", result);
  }
  if (!asksBack) run.store(data.variable, answer);
  run.effect({ type: "send", text: answer, ...sentBy(said) });
  const goesOn = run.isBuiltIn && result.stays;
  if (asksBack || goesOn || turns < data.maxTurns) return nextQuestion(run, data, turns);
  // The AI's own flow has nothing behind its last answer: people go on.
  return run.isBuiltIn ? handOver(run, result) : { leave: "answered" };
}

/** Leaves as the author has it; where nothing is connected, the visitor is told and people have the conversation. */
function withoutAnswer(
  run: SessionRun,
  data: NodeOf<"ai_answer">["data"],
  turns: number,
  handle: "handoff" | "no_answer",
  result: AiResult,
): NodeResult {
  if (run.isConnected(handle) || result.line === undefined) return { leave: handle };
  if (!result.stays) return handOver(run, result);
  run.effect({ type: "send", text: result.line, ...sentBy(bare(result.said)) });
  return nextQuestion(run, data, turns);
}

/** Nobody is handed over in silence. */
function handOver(run: SessionRun, { line, said }: AiResult): NodeResult {
  if (line !== undefined) run.effect({ type: "send", text: line, ...sentBy(bare(said)) });
  run.effect({ type: "handoff", assignee: null, note: "" });
  return { end: "handed_off", reason: "handoff" };
}

/** Without what belongs to an answer alone. */
function bare(said: AiSaid | undefined): AiSaid | undefined {
  return said && { by: said.by, record: said.record };
}

function nextQuestion(run: SessionRun, data: NodeOf<"ai_answer">["data"], turns: number): NodeResult {
  const { unread } = run.state;
  // Said while the answer was being worked out.
  if (unread !== null) return askAi(data, run, unread, turns);
  return { wait: { for: "message", turns }, seconds: data.timeoutSeconds };
}

function sentBy(said: AiSaid | undefined): Partial<Extract<Effect, { type: "send" }>> {
  if (!said) return {};
  const { links, products, ...ai } = said;
  return { ...(links ? { links } : {}), ...(products ? { products } : {}), ai };
}

function onProducts(
  run: SessionRun,
  data: NodeOf<"search_products">["data"],
  items: Extract<EffectResult, { kind: "products" }>["items"],
): NodeResult {
  const found = items.slice(0, data.limit);
  run.store(
    data.variable,
    found.map(({ name }) => name),
  );
  if (found.length === 0) return { leave: "none" };
  if (data.show) run.effect({ type: "send", products: found });
  return { leave: "found" };
}

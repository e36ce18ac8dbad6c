import { z } from "zod";
import { forExample } from "../../calls/portable.ts";
import type { Variables } from "../graph/placeholders.ts";
import { runTurn } from "./interpreter.ts";
import { scaleText } from "./scale.ts";
import {
  type Effect,
  type EffectResult,
  type FlowInput,
  type FlowLookup,
  type FlowState,
  newState,
  type Trace,
  type Turn,
  type Waiting,
} from "./state.ts";

/** What the world answers, by the type of node that asks it. */
const givenResult = z.union([
  z.strictObject({ status: z.int().min(100).max(599), body: z.unknown().optional() }),
  z.strictObject({
    answer: z.string().max(4000).nullable(),
    confidence: z.number().min(0).max(1).default(1),
    handoff: z.boolean().default(false),
  }),
  z.strictObject({ products: z.array(z.string().min(1).max(200)).max(10) }),
]);

/**
 * What a scripted visitor does, or what the world answers when the flow asks it for something. Results are free in the
 * schema, since three kinds of them would cost each client more to read than the rest of the tool.
 */
export const simulatedInput = z.union([
  z.string().max(2000),
  z
    .strictObject({
      timeout: z.literal(true).optional().describe("Silence until the timeout"),
      file: z.string().max(200).optional().describe("Sends a file of this name"),
      result: z
        .looseObject({})
        .refine((result) => givenResult.safeParse(result).success, {
          error: "must be {status, body?}, {answer, confidence?, handoff?} or {products}",
        })
        .meta(forExample({ status: { type: "integer" }, answer: { type: "string" } }))
        .optional()
        .describe(
          "{status, body?} of http_request, {answer, confidence?, handoff?} of ai_answer, {products: names}",
        ),
    })
    .refine((step) => Object.values(step).filter((part) => part !== undefined).length === 1, {
      error: "exactly one of timeout, file and result",
    }),
]);
export type SimulatedInput = z.output<typeof simulatedInput>;

export interface SimulatedMessage {
  /** `note` tells what happened outside of the talk, such as time that passed. */
  from: "visitor" | "flow" | "note";
  text: string;
  nodeId?: string;
  options?: string[];
}

export interface Simulation {
  transcript: SimulatedMessage[];
  /** How nodes were left, in order. */
  path: Extract<Trace, { type: "leave" }>[];
  /** What would have been done besides talking. */
  effects: Effect[];
  state: FlowState;
  /** Inputs that were left over when the flow ended. */
  unusedInputs: number;
  /** It was not played to its end: it took {@link MAX_TURNS} turns, and goes on. */
  stopped: boolean;
}

/** Turns of one simulation, timers and results included. */
const MAX_TURNS = 250;

/** What is assumed where the script has no answer of the world's ready. */
const ASSUMED: Record<EffectResult["kind"], EffectResult> = {
  http: { kind: "http", status: 200, body: null },
  ai: { kind: "ai", answer: "(an answer from the knowledge base)", confidence: 1, handoff: false },
  products: { kind: "products", items: [] },
};

/**
 * Runs a flow with a scripted visitor until the script or the flow ends. Nothing outside is read or done: requests,
 * answers and searches get what the script holds for them, or something assumed, and a note says so. Delays pass at
 * once. Pure, as the interpreter is.
 * @param now milliseconds UTC at which the visitor comes
 */
export function simulate(
  lookup: FlowLookup,
  start: { flowId: string; versionId: string; variables?: Variables },
  inputs: readonly SimulatedInput[],
  now: number,
): Simulation {
  const simulation = new Script(lookup, newState({ ...start, seed: 1 }), inputs, now);
  return simulation.run();
}

type SendEffect = Extract<Effect, { type: "send" }>;

class Script {
  private readonly transcript: SimulatedMessage[] = [];
  private readonly path: Simulation["path"] = [];
  private readonly effects: Effect[] = [];
  private readonly queue: SimulatedInput[];
  private readonly lookup: FlowLookup;
  private state: FlowState;
  private now: number;

  constructor(lookup: FlowLookup, state: FlowState, inputs: readonly SimulatedInput[], now: number) {
    this.lookup = lookup;
    this.state = state;
    this.queue = [...inputs];
    this.now = now;
  }

  run(): Simulation {
    let input: FlowInput | null = { type: "start" };
    for (let turns = 0; input && turns < MAX_TURNS; turns++) {
      this.record(runTurn(this.lookup, this.state, input, this.now));
      input = this.state.waiting ? this.nextInput(this.state.waiting) : null;
    }
    if (input) this.note(`The simulation stops here, after ${MAX_TURNS} turns: the flow goes on by itself.`);
    const { transcript, path, effects, state, queue } = this;
    return { transcript, path, effects, state, unusedInputs: queue.length, stopped: input !== null };
  }

  private record({ state, path, effects }: Turn): void {
    this.state = state;
    this.path.push(...path.filter((trace) => trace.type === "leave"));
    for (const effect of effects) {
      if (effect.type === "send") this.transcript.push(...saidBy(effect));
      else if (effect.type !== "wait" && effect.type !== "end") this.effects.push(effect);
    }
  }

  private note(text: string): void {
    this.transcript.push({ from: "note", text, ...(this.state.nodeId ? { nodeId: this.state.nodeId } : {}) });
  }

  /** What happens next; null when it is the visitor's turn and the script is at its end. */
  private nextInput(waiting: Waiting): FlowInput | null {
    if (waiting.for === "result") return this.result(waiting);
    if (waiting.for === "time") return this.passTime("The delay passes.");
    for (let step = this.queue.shift(); step !== undefined; step = this.queue.shift()) {
      const input = this.visitorInput(step);
      if (input) return input;
    }
    return null;
  }

  private visitorInput(step: SimulatedInput): FlowInput | null {
    if (typeof step === "string") {
      this.transcript.push({ from: "visitor", text: step });
      return { type: "message", text: step };
    }
    if (step.file !== undefined) {
      this.transcript.push({ from: "visitor", text: `(sends the file ${step.file})` });
      const url = `https://files.example/${encodeURIComponent(step.file.toWellFormed())}`;
      return { type: "message", text: "", file: { url, name: step.file } };
    }
    if (!step.timeout) {
      this.note("Nothing was waiting for this result.");
      return null;
    }
    if (this.state.wakeAt !== null) return this.passTime("The visitor says nothing until the timeout.");
    this.note("Nothing is set to happen when the visitor says nothing: this has no timeout.");
    return null;
  }

  private passTime(what: string): FlowInput {
    this.note(what);
    this.now = Math.max(this.now, this.state.wakeAt ?? this.now);
    return { type: "wake" };
  }

  private result({ kind, call }: Extract<Waiting, { for: "result" }>): FlowInput {
    const given = scripted(this.queue[0], kind);
    if (given) this.queue.shift();
    const what = { http: "The HTTP request", ai: "The AI answer", products: "The product search" }[kind];
    const assumed = { http: "status 200 without a body", ai: "an answer", products: "nothing found" }[kind];
    this.note(given ? `${what}: as given.` : `${what} is not made in a simulation: ${assumed} is assumed.`);
    return { type: "result", call, result: given ?? ASSUMED[kind] };
  }
}

/** The result that a step of the script holds, if it is one of this kind. */
function scripted(step: SimulatedInput | undefined, kind: EffectResult["kind"]): EffectResult | null {
  if (step === undefined || typeof step === "string") return null;
  const given = givenResult.safeParse(step.result);
  if (!given.success) return null;
  const result = given.data;
  if (kind === "http" && "status" in result)
    return { kind, status: result.status, body: result.body ?? null };
  if (kind === "ai" && "answer" in result) return { kind, ...result };
  if (kind === "products" && "products" in result) {
    return { kind, items: result.products.map((name, i) => ({ id: `simulated-${i + 1}`, name })) };
  }
  return null;
}

/** Nothing for an effect that says nothing: a question without a text. */
function saidBy({ nodeId, text, media, links, options, products, scale }: SendEffect): SimulatedMessage[] {
  const ends = scale ? scaleText(scale) : "";
  const parts = [
    ...(text === undefined ? [] : [text]),
    ...(ends === "" ? [] : [ends]),
    ...(media ? [`(${media.kind}: ${media.url})`] : []),
    ...(links ?? []).map(({ label, url }) => `(link ${label}: ${url})`),
    ...(products ? [`(products: ${products.map(({ name }) => name).join(", ")})`] : []),
  ];
  const labels = options?.map(({ label }) => label);
  if (parts.length === 0 && labels === undefined) return [];
  return [{ from: "flow", nodeId, text: parts.join("\n"), ...(labels ? { options: labels } : {}) }];
}

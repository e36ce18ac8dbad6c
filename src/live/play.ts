import { runTurn } from "../flows/run/interpreter.ts";
import type { Effect, EffectResult, FlowInput, FlowLookup, FlowState, Turn } from "../flows/run/state.ts";
import type { Turns } from "../responses/journey.ts";

/** An effect that wants a result before the session goes on. */
export type Asked = Extract<Effect, { type: "httpRequest" | "aiAnswer" | "searchProducts" }>;

/** Gets the result of an effect; null where it is got later, and the session waits for it meanwhile. */
export type Resolve = (asked: Asked) => Promise<EffectResult | null>;

export interface Play extends Turns {
  /** Where it came to. */
  state: FlowState;
  /** What is to be done, in order; what wanted a result has had it, or is {@link asked}. */
  effects: Effect[];
  /** What the session waits for the result of; null: nothing, it waits for the visitor or a time, or has ended. */
  asked: Asked | null;
}

/**
 * Runs a session from an input to where it waits for the visitor or a time, or ends: turn after turn, with the results
 * that it asks for in between. Nothing is stored. It stops because results do not begin a new count of steps.
 */
export async function play(
  lookup: FlowLookup,
  before: FlowState,
  input: FlowInput,
  resolve: Resolve,
  now: () => number = Date.now,
): Promise<Play> {
  const turns: { input: FlowInput; turn: Turn }[] = [];
  let state = before;
  let next: FlowInput | null = input;
  let later: Asked | null = null;
  while (next) {
    const turn: Turn = runTurn(lookup, state, next, now());
    turns.push({ input: next, turn });
    state = turn.state;
    const asked = awaited(turn);
    const result = asked && (await resolve(asked));
    later = result === null ? asked : null;
    next = asked && result && { type: "result", call: asked.call, result };
  }
  return { before, turns, lookup, state, effects: turns.flatMap(({ turn }) => turn.effects), asked: later };
}

/** The effect whose result the turn waits for. */
function awaited({ state, effects }: Turn): Asked | null {
  const { waiting } = state;
  if (waiting?.for !== "result") return null;
  return effects.find((effect): effect is Asked => "call" in effect && effect.call === waiting.call) ?? null;
}

import { enterNode } from "./entering.ts";
import { SessionFailed, SessionRun } from "./session-run.ts";
import type { Effect, FlowLookup, FlowState } from "./state.ts";

/**
 * What a session that waits for the result of a request asked for, made once more from where it stands: the process that
 * had asked died. Null where it waits for nothing of the kind, or flow or node are gone.
 */
export function askedAgain(
  lookup: FlowLookup,
  state: FlowState,
  now: number,
): Extract<Effect, { type: "httpRequest" }> | null {
  const { waiting } = state;
  if (waiting?.for !== "result" || waiting.kind !== "http") return null;
  const run = new SessionRun(lookup, state, now);
  try {
    enterNode(run.current(), run);
  } catch (error) {
    if (error instanceof SessionFailed) return null;
    throw error;
  }
  const asked = run.turn.effects.find((effect) => effect.type === "httpRequest");
  return asked ? { ...asked, call: waiting.call } : null;
}

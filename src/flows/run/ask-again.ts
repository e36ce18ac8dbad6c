import { askOnce, enterNode } from "./entering.ts";
import { SessionFailed, SessionRun } from "./session-run.ts";
import type { Effect, FlowLookup, FlowState } from "./state.ts";

/** What a session may wait for that takes time outside. */
type AskedOutside = Extract<Effect, { type: "httpRequest" | "aiAnswer" }>;

/**
 * What a session that waits for a request or for the AI asked for, made once more from where it stands: the process that
 * had asked died. Null where it waits for nothing of the kind, or flow or node are gone.
 */
export function askedAgain(lookup: FlowLookup, state: FlowState, now: number): AskedOutside | null {
  const { waiting } = state;
  if (waiting?.for !== "result" || waiting.kind === "products") return null;
  const run = new SessionRun(lookup, state, now);
  try {
    const node = run.current();
    if (waiting.kind === "http") enterNode(node, run);
    else if (node.type === "ai_answer") askOnce(node.data, run, waiting.question ?? "");
  } catch (error) {
    if (error instanceof SessionFailed) return null;
    throw error;
  }
  const asked = run.turn.effects.find(
    (effect): effect is AskedOutside => effect.type === "httpRequest" || effect.type === "aiAnswer",
  );
  return asked ? { ...asked, call: waiting.call } : null;
}

import type { ContactDetails } from "../contacts/lookup.ts";
import { MAX_STEPS } from "../flows/graph/limits.ts";
import { type FlowState, newState } from "../flows/run/state.ts";
import { providedVariables } from "./provided.ts";

/**
 * Where a session begins.
 * @param turn of a session that was restarted: no result of before may be taken for one of now
 */
export function beginningState(
  where: { flowId: string; versionId: string },
  contact: ContactDetails,
  channel: string,
  seed: number,
  turn = 0,
): FlowState {
  return newState({
    ...where,
    variables: providedVariables(contact, channel),
    seed,
    calls: turn * MAX_STEPS,
  });
}

import { endFlowSession, type FlowSession, latestSession } from "../flows/run/sessions.ts";
import { endResponse } from "../responses/record.ts";
import type { Statement, Tenant } from "../tenant/tenant.ts";

/**
 * The statements that end the flow under way in a conversation, since a person or an assistant speaks now: its session
 * and response are handed over. None where no flow is under way.
 * @param at milliseconds UTC
 */
export async function takeOver(tenant: Tenant, conversationId: string, at: number): Promise<Statement[]> {
  const session = await latestSession(tenant, conversationId);
  return session?.status === "waiting" ? stop(tenant, session, "handed_off", at) : [];
}

/** The statements that end a session from outside, with its response. */
export function stop(
  tenant: Tenant,
  session: FlowSession,
  outcome: "handed_off" | "abandoned",
  at: number,
): Statement[] {
  return [endFlowSession(tenant, session, outcome, at), endResponse(tenant, session, outcome, at)];
}

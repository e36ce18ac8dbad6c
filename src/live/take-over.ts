import type { ConversationTurn } from "../conversations/turn.ts";
import { endSession, latestSession } from "../flows/run/sessions.ts";
import { endResponse } from "../responses/record.ts";
import type { Statement, Tenant } from "../tenant/tenant.ts";

/**
 * The statements that end the flow under way in a turn's conversation, since a person or an assistant speaks now: its
 * session and response are handed over. None where no flow is under way.
 */
export async function takeOver(tenant: Tenant, { conversation, at }: ConversationTurn): Promise<Statement[]> {
  const session = await latestSession(tenant, conversation.id);
  if (session?.status !== "waiting") return [];
  return [endSession(tenant, session, "handed_off", at), endResponse(tenant, session, "handed_off", at)];
}

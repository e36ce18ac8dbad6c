import type { Context } from "../calls/define.ts";
import { assertContact, contactWithDetails } from "../contacts/lookup.ts";
import { ConversationTurn } from "../conversations/turn.ts";
import { selectWritten, type WrittenMessage, writtenMessages } from "../conversations/visitor-view.ts";
import type { FlowSession } from "../flows/run/sessions.ts";
import type { FlowInput } from "../flows/run/state.ts";
import { load, playStep } from "../live/answering.ts";
import { atOnce } from "../live/outside.ts";
import type { Asked } from "../live/play.ts";
import { flowStatements } from "../live/turn.ts";
import { readFacts } from "./facts.ts";
import type { RoomHands } from "./hands.ts";

/** What a turn came to, for whoever pushes it and goes on with the flow. */
export interface Turned {
  conversationId: string | null;
  written: WrittenMessage[];
  /** The flow's session as the turn left it; null: no flow ran. */
  session: FlowSession | null;
  /** What the session waits for the result of. */
  asked: Asked | null;
}

export const NOTHING: Turned = { conversationId: null, written: [], session: null, asked: null };

/**
 * A step of the flow under way that no message brings about: a time has come, a result is there, or publishing had it
 * begin again. What it does not wait for changes nothing.
 * @param input null: whatever is due now
 */
export async function flowStep(
  { context, arm }: { context: Context } & Pick<RoomHands, "arm">,
  where: { inboxId: string; sourceId: string },
  input: Extract<FlowInput, { type: "result" }> | null,
): Promise<Turned> {
  const { tenant } = context;
  const facts = await readFacts(tenant, where);
  const { inbox, newest: conversation, session } = facts;
  if (!inbox || inbox.state === "disabled" || !conversation || session?.status !== "waiting") return NOTHING;
  const at = tenant.now();
  const due = session.wakeAt !== null && session.wakeAt <= at;
  if (input === null && !due) return { ...NOTHING, session };
  if (input && (session.state?.waiting?.for !== "result" || session.state.waiting.call !== input.call)) {
    return { ...NOTHING, session };
  }
  const contact = contactWithDetails(tenant, conversation.contactId);
  const loaded = await load(tenant, { session }, contact);
  if (!loaded) return NOTHING;
  const turn = new ConversationTurn(tenant, { inbox, conversation, isNew: false }, at);
  const step = await playStep(
    context,
    loaded,
    turn,
    input ?? { type: "wake" },
    atOnce(context)(session.chatbotId),
  );
  const flow = await flowStatements(tenant, turn, step);
  await arm(flow.session, step.played.asked);
  const results = await tenant.batch([
    assertContact(tenant, conversation.contactId),
    ...turn.statements(flow.beside),
    ...flow.after,
    selectWritten(tenant, conversation.id, turn.messageIds),
  ]);
  return {
    conversationId: conversation.id,
    written: writtenMessages(results.at(-1)),
    session: flow.session,
    asked: step.played.asked,
  };
}

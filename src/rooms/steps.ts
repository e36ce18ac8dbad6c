import type { Context } from "../calls/define.ts";
import type { Admits } from "../channels/web/visited-inbox.ts";
import { assertContact } from "../contacts/lookup.ts";
import { ConversationTurn } from "../conversations/turn.ts";
import { selectWritten, type WrittenMessage, writtenMessages } from "../conversations/visitor-view.ts";
import { askedAgain } from "../flows/run/ask-again.ts";
import type { FlowSession } from "../flows/run/sessions.ts";
import type { FlowInput } from "../flows/run/state.ts";
import { type Loaded, load, playStep } from "../live/answering.ts";
import { atOnce } from "../live/outside.ts";
import type { Asked } from "../live/play.ts";
import { stop } from "../live/take-over.ts";
import { flowStatements } from "../live/turn.ts";
import { retryOnConflict } from "../tenant/retry.ts";
import type { Tenant } from "../tenant/tenant.ts";
import { admittingOf, type RoomFacts, readFacts } from "./facts.ts";
import type { RoomHands } from "./hands.ts";

/** What a turn came to, for whoever pushes it and goes on with the flow. */
export interface Turned {
  conversationId: string | null;
  written: WrittenMessage[];
  /** Which pages may see that; null where nothing was written. */
  admits: Admits | null;
  /** The flow's session as the turn left it; null: no flow ran. */
  session: FlowSession | null;
  /** What the session waits for the result of. */
  asked: Asked | null;
  /** Of the inbox, where anything was written. */
  channel: string | null;
}

export const NOTHING: Turned = {
  ...{ conversationId: null, written: [], admits: null, session: null, asked: null, channel: null },
};

/** The result of what a session asked for, by then perhaps not its conversation's newest any more. */
export interface Got extends Pick<Extract<FlowInput, { type: "result" }>, "call" | "result"> {
  sessionId: string;
}

/**
 * A step of the flow under way that no message brings about: a time has come, a result is there, or publishing had it
 * begin again. What it does not wait for changes nothing; a flow that may not go on ends: its chatbot or inbox was
 * switched off, or it is gone.
 * @param got null: whatever is due now
 */
export function flowStep(
  hands: { context: Context } & Pick<RoomHands, "arm">,
  where: { inboxId: string; sourceId: string },
  got: Got | null,
): Promise<Turned> {
  // Contacts are merged, and conversations changed by tools, while a flow waits.
  return retryOnConflict(() => attempt(hands, where, got));
}

async function attempt(
  { context, arm }: { context: Context } & Pick<RoomHands, "arm">,
  where: { inboxId: string; sourceId: string },
  got: Got | null,
): Promise<Turned> {
  const { tenant } = context;
  const facts = await readFacts(tenant, where);
  const { inbox, newest: conversation, session } = facts;
  if (!conversation || session?.status !== "waiting") return NOTHING;
  const at = tenant.now();
  const due = session.wakeAt !== null && session.wakeAt <= at;
  if (got === null ? !due : !waitsFor(session, got)) return { ...NOTHING, session };
  const loaded = await loadRunning(tenant, facts, session);
  // Nothing goes to who is blocked.
  if (!loaded || !inbox || (facts.identity?.blockedAt ?? null) !== null) {
    await tenant.batch(stop(tenant, session, "abandoned", at));
    return NOTHING;
  }
  const turn = new ConversationTurn(tenant, { inbox, conversation, isNew: false }, at);
  const resolve = atOnce(context)({ chatbotId: session.chatbotId, conversation });
  const input = got
    ? { type: "result" as const, call: got.call, result: got.result }
    : { type: "wake" as const };
  const step = await playStep(context, loaded, turn, input, resolve);
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
    admits: admittingOf(facts),
    session: flow.session,
    asked: step.played.asked,
    channel: inbox.channel,
  };
}

/** Each session numbers what it asks for, so another one waits for the same number. */
function waitsFor({ id, state }: FlowSession, { sessionId, call }: Got): boolean {
  return id === sessionId && state?.waiting?.for === "result" && state.waiting.call === call;
}

async function loadRunning(
  tenant: Tenant,
  { inbox, contact, beside }: RoomFacts,
  session: FlowSession,
): Promise<Loaded | null> {
  if (!inbox || inbox.state === "disabled" || !contact) return null;
  return load(tenant, { session }, contact, beside);
}

/**
 * The request whose result a room's session waits for, to be made once more: the process that made it died.
 * @returns null where it waits for none
 */
export async function requestAgain(
  tenant: Tenant,
  where: { inboxId: string; sourceId: string },
): Promise<{ session: FlowSession; call: number; asked: Asked | null } | null> {
  const facts = await readFacts(tenant, where);
  const { newest, session } = facts;
  const state = session?.state;
  if (!newest || session?.status !== "waiting" || state?.waiting?.for !== "result") return null;
  const loaded = await loadRunning(tenant, facts, session);
  return {
    ...{ session, call: state.waiting.call },
    asked: loaded && askedAgain(loaded.lookup, state, tenant.now()),
  };
}

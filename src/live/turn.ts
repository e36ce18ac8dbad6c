import type { ContactDetails } from "../contacts/lookup.ts";
import type { Conversation } from "../conversations/append.ts";
import { type InboundMessage, type InboundTurn, inboundTurn } from "../conversations/inbound.ts";
import type { ConversationTurn } from "../conversations/turn.ts";
import { afterTurn, type FlowSession, insertSession, makeRoom, storeTurn } from "../flows/run/sessions.ts";
import { type Response, recordTurns } from "../responses/record.ts";
import type { Statement, Tenant } from "../tenant/tenant.ts";
import { effectStatements, type Scene } from "./effects.ts";
import type { Play } from "./play.ts";

/** What a flow came to, to be written with the rest of a turn. */
export interface FlowTurn extends Pick<Scene, "sender" | "isAssignable"> {
  /**
   * Its session as it was read, with its response; or a new one, with the session that was the conversation's newest
   * before it (null: none) and that ends for it; `isAutomation` where its flow is no chatbot's.
   */
  session:
    | { stored: FlowSession; response: Response | null }
    | { fresh: FlowSession; instead: FlowSession | null; isAutomation?: boolean };
  contact: ContactDetails;
  played: Play;
}

/** What a flow's turn adds to the batch of a conversation's turn. */
export interface FlowStatements {
  /** Stand in the turn, before anything is said in it. */
  beside: Statement[];
  /** Do what the flow wants done outside of the conversation. */
  after: Statement[];
  session: FlowSession;
  responseId: string;
  messageIds: string[];
  /** What the flow wanted done and could not be, with the reason. */
  notDone: { nodeId: string; effect: string; reason: string }[];
}

/**
 * Adds what a flow came to: what it says goes into the turn, its session, response and effects into statements. The
 * batch fails with `conflict` when the session had another turn meanwhile.
 * @param turn of the session's conversation; take its statements afterwards, with `beside`
 */
export async function flowStatements(
  tenant: Tenant,
  turn: ConversationTurn,
  { session, contact, played, sender, isAssignable }: FlowTurn,
): Promise<FlowStatements> {
  const { at } = turn;
  const before = "stored" in session ? session.stored : session.fresh;
  const after = afterTurn(before, played.state, at);
  const isAutomation =
    "stored" in session ? session.response?.chatbotId === null : (session.isAutomation ?? false);
  const recorded = recordTurns(
    tenant,
    "stored" in session ? before : after,
    "stored" in session ? session.response : null,
    played,
    at,
    { isAutomation },
  );
  turn.count(...recorded.counts);
  const effects = await effectStatements(tenant, played.effects, {
    ...{ turn, session: after, contact, sender, isAutomation, isAssignable, at },
  });
  const stored =
    "stored" in session
      ? storeTurn(tenant, session.stored, played.state, at)
      : [...makeRoom(tenant, before.conversationId, session.instead, at), insertSession(tenant, after)];
  return {
    beside: [...stored, ...recorded.statements],
    after: effects.statements,
    session: after,
    responseId: recorded.response.id,
    messageIds: effects.messageIds,
    notDone: effects.notDone,
  };
}

export interface VisitorTurn {
  /** All of it: one batch, whose last result is what it wrote: see `writtenMessages`. */
  statements: Statement[];
  /** What the visitor is answered, but for the number. */
  answer: InboundTurn["answer"];
  /** What the flow did; null where none ran. */
  flow: FlowStatements | null;
}

/**
 * What a visitor's message does, as the statements of one batch: the message, the conversation it goes on or begins, the
 * step of a flow that answers it with session, response and effects, the events and the counts. It writes nothing, and
 * takes no call: a room, a channel or a test may run it.
 * @param message with its id made beforehand, see `messageIdOf`
 * @param before the identity's newest conversation; null where this message begins one
 * @param flowFor plays the flow that answers it, given the turn that it happens in; null where none does
 */
export async function visitorTurn(
  tenant: Tenant,
  message: InboundMessage & { id: string },
  before: Conversation | null,
  flowFor: (turn: ConversationTurn) => Promise<FlowTurn | null> = async () => null,
): Promise<VisitorTurn> {
  const inbound = inboundTurn(tenant, message, before);
  const flowTurn = await flowFor(inbound.turn);
  const flow = flowTurn && (await flowStatements(tenant, inbound.turn, flowTurn));
  return {
    statements: inbound.statements(flow?.beside, flow?.after),
    answer: inbound.answer,
    flow,
  };
}

import type { SQL } from "drizzle-orm";
import type { Context } from "../calls/define.ts";
import { isDisabled } from "../chatbots/store.ts";
import type { ContactDetails } from "../contacts/lookup.ts";
import type { ConversationTurn } from "../conversations/turn.ts";
import { flowName } from "../flows/edit/store.ts";
import { builtInLookup, isBuiltIn } from "../flows/run/built-in.ts";
import { loadFlows } from "../flows/run/lookup.ts";
import { type FlowSession, newSession, ofNewestSession } from "../flows/run/sessions.ts";
import type { FlowInput, FlowLookup, FlowState } from "../flows/run/state.ts";
import { newestResponse, type Response, responseOfRow } from "../responses/record.ts";
import type { Tenant } from "../tenant/tenant.ts";
import { beginningState } from "./beginning.ts";
import { answerGreeting, type Greeted } from "./greeting.ts";
import { play, type Resolve } from "./play.ts";
import type { FlowTurn } from "./turn.ts";

/** A live flow. */
export interface LiveFlow {
  id: string;
  name: string;
  versionId: string;
}

/** The flow that answers: the one under way, or one that begins. */
export type Answering =
  | { session: FlowSession }
  | { begin: LiveFlow; chatbotId: string | null; instead: FlowSession | null };

/** What has to be read before a flow can go on; the turn itself reads nothing. */
export interface Loaded {
  answering: Answering;
  contact: ContactDetails;
  lookup: FlowLookup;
  response: Response | null;
  flowName: string;
}

/** What stands beside a session under way. */
export interface Beside {
  /** Null: its flow is gone. */
  flowName: string | null;
  /** Its chatbot was switched off, or is gone. */
  disabled: boolean;
  /** What it has left behind so far. */
  response: Response | null;
}

/** The queries for what stands beside a conversation's newest session, for a batch of several: see {@link besideOf}. */
export function besideQueries(tenant: Tenant, conversationId: SQL | string) {
  return [
    flowName(tenant, ofNewestSession(tenant, conversationId, "flowId")),
    isDisabled(tenant, ofNewestSession(tenant, conversationId, "chatbotId")),
    newestResponse(tenant, conversationId),
  ] as const;
}

type Rows<Query extends PromiseLike<readonly unknown[]>> = Awaited<Query>;
type BesideQueries = ReturnType<typeof besideQueries>;

/** What {@link besideQueries} answered for a session. */
export function besideOf(
  session: FlowSession,
  [flow]: Rows<BesideQueries[0]>,
  [chatbot]: Rows<BesideQueries[1]>,
  [response]: Rows<BesideQueries[2]>,
): Beside {
  return {
    flowName: flow?.name ?? null,
    disabled: session.chatbotId !== null && (chatbot?.disabled ?? true),
    response: response ? responseOfRow(response, session) : null,
  };
}

/**
 * What a flow needs to go on: the flows themselves are read, unless this process knows them.
 * @param contact of the conversation
 * @param beside what stands beside a session under way; null where a flow begins
 * @returns null where the flow may not go on: it is gone, or its chatbot was switched off
 */
export async function load(
  tenant: Tenant,
  answering: Answering,
  contact: ContactDetails,
  beside: Beside | null,
): Promise<Loaded | null> {
  if ("begin" in answering) {
    const { begin } = answering;
    const lookup = await lookupFor(tenant, [trailOf(begin)]);
    return { answering, contact, lookup, response: null, flowName: begin.name };
  }
  if (beside === null || beside.flowName === null || beside.disabled) return null;
  const { session } = answering;
  const lookup = await lookupFor(tenant, session.state?.trail ?? [pinned(session)]);
  return { answering, contact, lookup, response: beside.response, flowName: beside.flowName };
}

/** The AI's own flow is in the code. */
async function lookupFor(tenant: Tenant, trail: FlowState["trail"]): Promise<FlowLookup> {
  return trail.every(({ versionId }) => isBuiltIn(versionId)) ? builtInLookup : loadFlows(tenant, trail);
}

const trailOf = ({ id, versionId }: LiveFlow) => ({ flowId: id, versionId });
const pinned = ({ flowId, versionId }: FlowSession) => ({ flowId, versionId });

/**
 * Plays one step of the flow that answers: a new session from its start, one that has no state (publishing took it
 * away) likewise, any other from the input.
 * @param input of a session under way; one that begins takes the text of a message as what the visitor opened with
 * @param resolve see {@link play}
 * @param greeted where the visitor answers the beginning of the flow, which was shown before anything was stored
 */
export async function playStep(
  context: Pick<Context, "workspace">,
  { answering, contact, lookup, response, flowName: name }: Loaded,
  turn: ConversationTurn,
  input: Exclude<FlowInput, { type: "start" }>,
  resolve: Resolve,
  greeted: Greeted | null = null,
): Promise<FlowTurn> {
  const { inbox, conversation, at } = turn;
  const begins = "begin" in answering || answering.session.state === null;
  const text = input.type === "message" ? { text: input.text } : {};
  const session = "begin" in answering ? freshSession(answering, turn) : answering.session;
  const state =
    session.state ??
    beginningState(
      pinned(session),
      contact,
      inbox.channel,
      crypto.getRandomValues(new Int32Array(1))[0] ?? 0,
      session.turn,
    );
  const played =
    greeted && input.type === "message"
      ? await answerGreeting(greeted, input, resolve, at)
      : await play(lookup, state, begins ? { type: "start", ...text } : input, resolve, () => at);
  return {
    session:
      "begin" in answering
        ? { fresh: session, instead: answering.instead }
        : { stored: { ...session, contactId: conversation.contactId }, response },
    ...{ contact, played },
    sender: { kind: "flow", id: session.flowId, name },
    isAssignable: async (id) => (await context.workspace.members()).some((member) => member.id === id),
  };
}

function freshSession(
  { begin, chatbotId, instead }: Extract<Answering, { begin: LiveFlow }>,
  { conversation, inbox, at }: ConversationTurn,
): FlowSession {
  const { id: conversationId, contactId } = conversation;
  const links = { flowId: begin.id, versionId: begin.versionId, chatbotId, inboxId: inbox.id };
  // The newest session of a conversation is the one with the greatest id, also when two begin in one millisecond.
  return newSession({ ...links, conversationId, contactId }, Math.max(at, (instead?.createdAt ?? 0) + 1));
}

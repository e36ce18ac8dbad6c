import { z } from "zod";
import type { Context } from "../calls/define.ts";
import { getChatbot } from "../chatbots/store.ts";
import type { Contact } from "../contacts/fields.ts";
import { assertContact, contactWithDetails, resolveContact } from "../contacts/lookup.ts";
import type { Message } from "../conversations/append.ts";
import { newestConversation } from "../conversations/open.ts";
import { findPlace, identityFor, newPlace, type Place, placeIn } from "../conversations/place.ts";
import { getConversation, getMessages } from "../conversations/read.ts";
import { addressToSend, type RoomAddress, resultOf } from "../conversations/room.ts";
import { roomOf, type Sending } from "../conversations/send.ts";
import { ConversationTurn } from "../conversations/turn.ts";
import { type FlowFacts, getFlow } from "../flows/edit/store.ts";
import { loadFlows } from "../flows/run/lookup.ts";
import { type FlowSession, getSession, latestSession, newSession } from "../flows/run/sessions.ts";
import { type FlowLookup, newState } from "../flows/run/state.ts";
import { type Channel, getInbox } from "../inboxes/store.ts";
import { Failure } from "../tenant/failure.ts";
import { type Attempt, actOnce, doneBefore } from "../tenant/idempotency.ts";
import { retryOnConflict } from "../tenant/retry.ts";
import type { Statement, Tenant } from "../tenant/tenant.ts";
import { atOnce, inThePast, type ResolveFor } from "./outside.ts";
import { type Asked, play } from "./play.ts";
import { providedVariables } from "./provided.ts";
import { flowStatements } from "./turn.ts";

export const notDoneSchema = z.array(
  z.object({ nodeId: z.string(), effect: z.string(), reason: z.string() }),
);

export interface SentFlow {
  session: FlowSession;
  responseId: string;
  /** What the flow said, in order. */
  messages: Message[];
  /** What the flow wanted done and could not be, with the reason. */
  notDone: z.output<typeof notDoneSchema>;
  /** The same idempotencyKey came before: this is what it made then, nothing was sent now. */
  repeated: boolean;
}

const made = z.object({
  conversationId: z.string(),
  sessionId: z.string(),
  responseId: z.string(),
  /** Ids with spaces between. */
  messageIds: z.string(),
  /** JSON of {@link notDoneSchema}. */
  notDone: z.string(),
});

type Made = z.output<typeof made>;

/** Where a flow begins, as it travels to the room. */
export interface FlowTarget {
  contactId: string;
  flowId: string;
  /** A conversation of the room's identity; or where it gets its first one. */
  into: { conversationId: string } | { inboxId: string; identityId: string };
}

/** What an identity's room answers to a flow that is sent. */
export interface FlowDone {
  made: Made;
  repeated: boolean;
}

/**
 * Begins a flow with a contact, on its latest conversation or on a new one, by way of its identity's room, and runs it
 * up to where it first waits for the contact, a time or another server, or to its end. What it says, does and leaves behind is
 * written in one batch: all of it or nothing. A flow that is under way in the conversation is abandoned for it. The room
 * goes on with it when the contact answers.
 *
 * Where the flow asks another server first, that batch stores that it waits for the answer; the room asks then, and
 * writes what it comes to in another: see `Requests`.
 * @throws Failure `not_found`; `not_allowed` for a flow that is not published, or whose chatbot is disabled; and as
 * `findPlace`
 */
export async function sendFlow(
  sending: Sending,
  target: { contactId: string; flowId: string },
  key: string | undefined,
): Promise<SentFlow> {
  const { tenant } = sending;
  const attempt = { tool: TOOL, key, args: target };
  const before = await doneBefore(tenant, attempt, made);
  if (before) return sentFlow(tenant, { made: before, repeated: true });
  const done = await retryOnConflict(async () => {
    const { address, target: aimed } = await aimFlow(tenant, target);
    const { room, caller } = roomOf(sending, address);
    return resultOf(await room.sendFlow(caller, aimed, attempt));
  });
  return sentFlow(tenant, done);
}

/** Where a flow that is sent to a contact begins. @throws Failure as {@link sendFlow} */
export async function aimFlow(
  tenant: Tenant,
  target: { contactId: string; flowId: string },
): Promise<{ address: Omit<RoomAddress, "workspaceId">; target: FlowTarget }> {
  const [contact, flow] = await Promise.all([
    resolveContact(tenant, target.contactId),
    getFlow(tenant, { flowId: target.flowId }),
  ]);
  await liveVersion(tenant, flow);
  const found = await findPlace(
    tenant,
    { contactId: contact.id },
    // Whatever the flow says: an inbox that can send nothing is refused before the flow runs.
    { text: "" },
    {
      prefers: ({ chatbotId }) => flow.chatbotId !== null && chatbotId === flow.chatbotId,
      hint: "Open a conversation with start_conversation first, then send the flow.",
    },
  );
  const { address, into } = await destination(tenant, contact, found);
  return { address, target: { contactId: contact.id, flowId: flow.id, into } };
}

const TOOL = "send_contact_flow";

async function destination(
  tenant: Tenant,
  contact: Contact,
  found: Awaited<ReturnType<typeof findPlace>>,
): Promise<{ address: Omit<RoomAddress, "workspaceId">; into: FlowTarget["into"] }> {
  if ("conversation" in found) {
    const { id: conversationId } = found.conversation;
    return { address: await addressToSend(tenant, conversationId), into: { conversationId } };
  }
  const { id: inboxId } = found.inbox;
  const { id: identityId, sourceId } = await identityFor(tenant, contact, found.inbox);
  return { address: { inboxId, sourceId }, into: { inboxId, identityId } };
}

/** What was written, and what is to be asked for now; nothing where the key had sent it before. */
export interface FlowBegun {
  done: FlowDone;
  waits: { session: FlowSession; asked: Asked } | null;
}

/** Sees to it that a session is looked at in time, before the batch that leaves it waiting is sent. */
type Arm = (session: FlowSession, asked: Asked | null, channel: Channel) => Promise<void>;

/**
 * {@link sendFlow}, in the room. What is taken in as past asks nobody, and is not gone on with: its times went by long
 * ago.
 */
export async function sendFlowHere(
  context: Context,
  target: FlowTarget,
  attempt: Attempt,
  arm: Arm,
): Promise<FlowBegun> {
  const { tenant } = context;
  const isPast = tenant.options.at !== undefined;
  let waits: FlowBegun["waits"] = null;
  const done = await actOnce(tenant, attempt, made, async (remember) => {
    const flow = await getFlow(tenant, { flowId: target.flowId });
    const versionId = await liveVersion(tenant, flow);
    const beginning: Beginning = {
      ...{ target, flow, versionId },
      lookup: await loadFlows(tenant, [{ flowId: flow.id, versionId }]),
      seed: crypto.getRandomValues(new Int32Array(1))[0] ?? 0,
      resolveFor: isPast ? inThePast(context) : atOnce(context),
    };
    const begun = await retryOnConflict(() =>
      begin(context, beginning, remember, isPast ? async () => {} : arm),
    );
    waits = begun.waits;
    return begun.result;
  });
  return { done, waits };
}

/** What stays the same when a run is repeated because the data changed under it. */
interface Beginning {
  target: FlowTarget;
  flow: FlowFacts;
  versionId: string;
  lookup: FlowLookup;
  seed: number;
  resolveFor: ResolveFor;
}

async function begin(
  context: Context,
  beginning: Beginning,
  remember: (result: Made) => Statement[],
  arm: Arm,
): Promise<{ result: Made } & Pick<FlowBegun, "waits">> {
  const { tenant } = context;
  const { flow, versionId } = beginning;
  const at = tenant.now();
  const place = await placeHere(tenant, beginning.target, at);
  const { id: conversationId, inboxId, contactId } = place.conversation;
  const [contact, latest] = await Promise.all([
    contactWithDetails(tenant, contactId),
    !place.isNew ? latestSession(tenant, conversationId) : null,
  ]);
  const chatbotId = flow.chatbotId ?? place.inbox.chatbotId;
  const links = { flowId: flow.id, versionId, chatbotId, inboxId, conversationId, contactId };
  // The newest session of a conversation is the one with the greatest id, also when two begin in one millisecond.
  const fresh = newSession(links, Math.max(at, (latest?.createdAt ?? 0) + 1));
  const variables = providedVariables(contact, place.inbox.channel);
  const played = await play(
    beginning.lookup,
    newState({ flowId: flow.id, versionId, variables, seed: beginning.seed }),
    { type: "start" },
    beginning.resolveFor({ chatbotId, conversation: place.conversation }),
    () => tenant.now(),
  );
  const turn = new ConversationTurn(tenant, place, at);
  const flowTurn = await flowStatements(tenant, turn, {
    ...{ contact, played },
    session: { fresh, instead: latest, isAutomation: flow.chatbotId === null },
    sender: { kind: "flow", id: flow.id, name: flow.name },
    isAssignable: async (id) => (await context.workspace.members()).some((member) => member.id === id),
  });
  const result: Made = {
    conversationId,
    sessionId: fresh.id,
    responseId: flowTurn.responseId,
    messageIds: flowTurn.messageIds.join(" "),
    notDone: JSON.stringify(flowTurn.notDone),
  };
  const statements = [
    ...remember(result),
    assertContact(tenant, contactId),
    ...place.statements,
    ...turn.statements(flowTurn.beside),
    ...flowTurn.after,
  ];
  const { session } = flowTurn;
  const { asked } = played;
  await arm(session, asked, place.inbox.channel);
  await tenant.batch(statements);
  return { result, waits: asked && { session, asked } };
}

async function placeHere(tenant: Tenant, { contactId, into }: FlowTarget, at: number): Promise<Place> {
  if ("conversationId" in into) {
    const chosen = await getConversation(tenant, into.conversationId);
    // What the customer answers lands in their newest conversation: a flow elsewhere would wait for ever.
    const [newest] = await newestConversation(tenant, chosen.identityId);
    return placeIn(tenant, newest ?? chosen, { text: "" });
  }
  const inbox = await getInbox(tenant, into.inboxId);
  const target = { contactId, identityId: into.identityId, inbox, onlyFirst: true };
  return newPlace(tenant, target, { text: "" }, at);
}

/** What was sent, as it is stored. */
export async function sentFlow(tenant: Tenant, { made: result, repeated }: FlowDone): Promise<SentFlow> {
  const ids = result.messageIds.split(" ").filter((id) => id !== "");
  const [session, messages] = await Promise.all([
    getSession(tenant, { conversationId: result.conversationId, id: result.sessionId }),
    getMessages(tenant, ids),
  ]);
  const notDone = notDoneSchema.parse(JSON.parse(result.notDone));
  return { session, messages, responseId: result.responseId, notDone, repeated };
}

/** @throws Failure `not_allowed` when the flow has no live version or its chatbot is disabled */
async function liveVersion(tenant: Tenant, flow: FlowFacts): Promise<string> {
  if (flow.publishedVersionId === null) {
    throw new Failure("not_allowed", "The flow is not published, so it cannot be sent.", {
      hint: "Publish it with publish_flow_version first.",
    });
  }
  if (flow.chatbotId !== null && (await getChatbot(tenant, flow.chatbotId)).disabled) {
    throw new Failure("not_allowed", "The flow's chatbot is disabled: it answers nobody.", {
      hint: "Enable it with update_chatbot first.",
    });
  }
  return flow.publishedVersionId;
}

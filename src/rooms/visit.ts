import { fileAddress } from "../attachments/address.ts";
import { sayFiles } from "../attachments/file-words.ts";
import { ownerOf, type StoredFile, untaken } from "../attachments/store.ts";
import type { Incoming } from "../channels/channel.ts";
import { admitPage, READER } from "../channels/web/visited-inbox.ts";
import { countDropped } from "../contacts/block.ts";
import { findIdentity, type KnownIdentity, newVisitor } from "../contacts/identities.ts";
import type { Conversation } from "../conversations/append.ts";
import { checkDay } from "../conversations/day-ceiling.ts";
import { findDuplicate } from "../conversations/inbound.ts";
import { messageIdOf } from "../conversations/message-id.ts";
import { conversationOfIdentity } from "../conversations/open.ts";
import type { RoomAddress } from "../conversations/room.ts";
import { writtenMessages } from "../conversations/visitor-view.ts";
import type { FlowSession } from "../flows/run/sessions.ts";
import { isHanded } from "../inboxes/channels.ts";
import type { Channel, Inbox } from "../inboxes/store.ts";
import { type Answering, load, playStep } from "../live/answering.ts";
import { type Greeted, greet, greetingOf } from "../live/greeting.ts";
import { afterBurst, atOnce } from "../live/outside.ts";
import type { Asked } from "../live/play.ts";
import { stop } from "../live/take-over.ts";
import { visitorTurn } from "../live/turn.ts";
import { Failure } from "../tenant/failure.ts";
import { newId } from "../tenant/ids.ts";
import { retryOnConflict } from "../tenant/retry.ts";
import { type Actor, isUniqueViolation, type Tenant } from "../tenant/tenant.ts";
import {
  admittingOf,
  aiOpening,
  answeringMessage,
  asBeginning,
  botHolds,
  type RoomFacts,
  readFacts,
} from "./facts.ts";
import type { RoomHands } from "./hands.ts";
import { NOTHING, type Turned } from "./steps.ts";

/** A customer's message on its way to the room. */
export interface Visit {
  /** The channel whose door it came in by. */
  channel: Channel;
  /** The inbox's public key. */
  key: string;
  /** Of the page that sends it. */
  origin?: string;
  /** Of whoever sends it, as `clientAddress` answers it; where a service or a program hands it on there is none. */
  address?: string;
  incoming: Incoming;
  requestId: string;
}

/** What the customer is told of their message. */
export interface VisitAnswer {
  conversationId: string;
  message: { id: string; seq: number; text: string; createdAt: number };
  /** It was there already, and this is the first answer again. */
  repeated: boolean;
}

/**
 * Takes in a customer's message, and the step of the flow that answers it, in one batch: see `visitorTurn`. The first
 * one makes a contact. With a source id that this customer used before, nothing is written and the first answer is given
 * again.
 * @param facts as they were read for this input
 * @throws Failure as {@link admitted}, `checkDay` and {@link countBeginning}; `duplicate` for a source id of another customer's message
 */
export async function takeMessage(
  hands: RoomHands,
  where: RoomAddress,
  visit: Visit,
  facts: RoomFacts,
): Promise<{ answer: VisitAnswer; turned: Turned }> {
  const reader = hands.contextOf(READER).tenant;
  const { incoming } = visit;
  const id =
    incoming.sourceId === undefined ? newId("message") : await messageIdOf(where.inboxId, incoming.sourceId);
  let known: RoomFacts | null = facts;
  let isCounted = false;
  return retryOnConflict(async () => {
    const current = known ?? (await readFacts(reader, where));
    known = null;
    const inbox = admitted(current, visit);
    const begins = current.newest === null || incoming.conversation === "new";
    checkDay(reader, current.lately, begins);
    if (current.identity && current.identity.blockedAt !== null)
      throw await dropped(reader, current.identity);
    if (begins && !isCounted) await countBeginning(hands, visit.address);
    isCounted ||= begins;
    try {
      return await attempt(hands, { ...current, inbox }, incoming, id);
    } catch (error) {
      // Somebody made the contact, merged it or spoke meanwhile; or the message is there already.
      const raced = error instanceof Failure && (error.code === "conflict" || error.code === "not_found");
      if (!raced && !isUniqueViolation(error)) throw error;
      const identity = await findIdentity(reader, where);
      const before = await findDuplicate(reader, identity?.identityId ?? null, id);
      const lacksFiles = incoming.attachments && error instanceof Failure && error.code === "not_found";
      if (!before && lacksFiles) throw error;
      if (!before) throw new Failure("conflict", "The data changed meanwhile.", { hint: "Send it again." });
      const { conversationId, seq, createdAt, text } = before;
      const message = { id, seq, text, createdAt };
      return { answer: { conversationId, message, repeated: true }, turned: NOTHING };
    }
  });
}

/** @throws Failure `rate_limited` until the day (UTC) ends, where too many conversations were begun from there */
async function countBeginning({ mayBegin }: RoomHands, address: string | undefined): Promise<void> {
  if (address === undefined || (await mayBegin(address))) return;
  const left = DAY_SECONDS - (Math.floor(Date.now() / 1000) % DAY_SECONDS);
  const message = "Too many conversations were begun from your network today. Try again later.";
  throw new Failure("rate_limited", message, { retryAfterSeconds: left });
}

const DAY_SECONDS = 86_400;

/** What a blocked contact writes is counted, and kept nowhere. @returns what its sender is told */
async function dropped(reader: Tenant, { contactId }: KnownIdentity): Promise<Failure> {
  await reader.batch([countDropped(reader, contactId)]);
  return new Failure("blocked", "Your messages are not taken here.");
}

/** @throws Failure as `admitPage` on the web; `not_found` for an inbox of another channel, `inbox_disabled` */
export function admitted(
  { inbox, chatbot }: RoomFacts,
  { channel, origin }: Pick<Visit, "channel" | "origin">,
): Inbox {
  if (inbox?.channel !== channel) throw new Failure("not_found", "No chat has this inbox key.");
  if (channel === "web") admitPage(inbox, chatbot?.allowedDomains ?? [], origin);
  else if (inbox.state === "disabled") {
    throw new Failure("inbox_disabled", `The inbox ${inbox.id} is disabled: nothing comes in.`);
  }
  return inbox;
}

async function attempt(
  hands: RoomHands,
  facts: RoomFacts & { inbox: Inbox },
  incoming: Incoming,
  id: string,
): Promise<{ answer: VisitAnswer; turned: Turned }> {
  const { inbox } = facts;
  const reader = hands.contextOf(READER).tenant;
  const { from, choiceIds, seen, conversation, isAside = false, attachments = [], ...message } = incoming;
  const files = await untaken({ tenant: reader, inboxId: inbox.id, owner: ownerOf(from) }, attachments);
  const body = message.text === "" ? sayFiles(files) : message.text;
  const made = facts.identity
    ? null
    : newVisitor(reader, { inboxId: inbox.id, channel: inbox.channel, ...from });
  const identity = facts.identity ?? made?.identity;
  if (!identity) throw new Error("unreachable: who has no identity is given one");
  const goes = await goesOn(reader, facts, conversation);
  const { before, left } = goes;
  const answering = isAside ? null : goes.answering;
  const contact = made?.contact ?? facts.contact;
  const loaded = answering && contact && (await load(reader, answering, contact, facts.beside));
  const context = hands.contextOf(asContact(identity));
  let asked: Asked | null = null;
  const bursts = isHanded(inbox.channel);
  const begin = answering && "begin" in answering ? answering.begin : null;
  const ai = aiOpening(facts, message.visitor?.locale);
  const would =
    loaded && begin && seen !== undefined
      ? await greet({ ...loaded, begin, ai }, inbox.channel, from.sourceId, context.tenant.now())
      : null;
  const greeted = would?.seen === seen ? would : null;
  const visitor = await visitorTurn(
    context.tenant,
    {
      ...{ id, inbox, identity, ...message, text: body, files },
      // What is said aside leaves the conversation whose it is.
      botAnswers: isAside ? before?.status === "pending" : loaded !== null && botHolds(facts),
      ...(made ? { contactStatements: made.statements } : {}),
      ...(before === facts.newest ? {} : { newest: facts.newest }),
      ...(greeted ? { greeting: asStored(greeted) } : {}),
    },
    before,
    async (turn) => {
      if (!loaded) return null;
      const input = {
        type: "message" as const,
        text: body,
        optionIds: choiceIds,
        joins: bursts,
        ...firstFile(reader, files),
      };
      const chatbotId =
        "begin" in loaded.answering ? loaded.answering.chatbotId : loaded.answering.session.chatbotId;
      const said = greeted ? greetingOf(greeted).messages.map(({ text }) => text) : [];
      const resolve = (bursts ? afterBurst : atOnce)(context)({
        chatbotId,
        conversation: turn.conversation,
        said,
      });
      const step = await playStep(context, loaded, turn, input, resolve, greeted);
      asked = step.played.asked;
      return step;
    },
  );
  await hands.arm(visitor.flow?.session ?? null, asked);
  // A flow whose chatbot was switched off does not go on when it is switched on again: people have the conversation.
  const stopped = answering && "session" in answering && !loaded ? answering.session : left;
  const ended = stopped ? stop(context.tenant, stopped, "abandoned", context.tenant.now()) : [];
  const results = await context.tenant.batch([...ended, ...visitor.statements]);
  const written = writtenMessages(results.at(-1));
  const mine = written.find((one) => one.id === id);
  if (!mine) throw new Error("A message was not written.");
  const { seq, text, createdAt } = mine;
  const { conversationId } = visitor.answer;
  return {
    answer: { conversationId, message: { id, seq, text, createdAt }, repeated: false },
    turned: {
      ...{ conversationId, written, admits: admittingOf(facts), asked },
      ...{ session: visitor.flow?.session ?? null, channel: inbox.channel },
    },
  };
}

/** The file that a flow asked for: one of several answers it. */
function firstFile({ workspaceId }: Tenant, [file]: readonly StoredFile[]) {
  return file ? { file: { url: fileAddress({ workspaceId, ...file }), name: file.name } } : {};
}

/** Which conversation goes on with a message, and what answers it there. */
interface GoesOn {
  /** Null: one begins. */
  before: Conversation | null;
  answering: Answering | null;
  /** A flow that the visitor leaves by beginning anew. */
  left: FlowSession | null;
}

/** @param wanted as a page says it, see `messageInput`; of a conversation that is not theirs nothing is known here */
async function goesOn(reader: Tenant, facts: RoomFacts, wanted: string | undefined): Promise<GoesOn> {
  const { newest, session, identity } = facts;
  if (wanted === "new") {
    const left = session?.status === "waiting" ? session : null;
    return { before: null, answering: answeringMessage(asBeginning(facts)), left };
  }
  const other =
    wanted === undefined || wanted === newest?.id || !identity
      ? null
      : await conversationOfIdentity(reader, identity.identityId, wanted);
  // Flows run in the newest alone: what is said in an earlier one is for people.
  if (other) return { before: other, answering: null, left: null };
  return { before: newest, answering: answeringMessage(facts), left: null };
}

/** What a page showed before anything was stored, as messages of the flow. */
function asStored(greeted: Greeted) {
  const messages = greetingOf(greeted).messages.map(({ text, content }) => ({
    ...{ id: newId("message"), text },
    ...(content ? { content } : {}),
  }));
  return { sender: greeted.by, messages };
}

function asContact({ contactId, contactName }: { contactId: string; contactName: string | null }): Actor {
  return { kind: "contact", id: contactId, name: contactName ?? READER.name, credentialId: null };
}

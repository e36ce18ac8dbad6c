import { sql } from "drizzle-orm";
import { aiGreeting } from "../answers/greeting.ts";
import { type Admits, admitting } from "../channels/web/visited-inbox.ts";
import { aiAnswers, beginsWithPeople } from "../chatbots/answerer.ts";
import { chatbotOfInbox, type InboxChatbot } from "../chatbots/store.ts";
import { identityOf, type KnownIdentity } from "../contacts/identities.ts";
import { type ContactDetails, contactOfRows, contactQueries } from "../contacts/lookup.ts";
import type { Conversation } from "../conversations/append.ts";
import { type TakenIn, takenInLately } from "../conversations/day-ceiling.ts";
import { newestConversation } from "../conversations/open.ts";
import { canSend } from "../conversations/outbound.ts";
import { mainFlowOfInbox } from "../flows/edit/store.ts";
import { BUILT_IN } from "../flows/run/built-in.ts";
import { type FlowSession, newestSession } from "../flows/run/sessions.ts";
import { type Inbox, inboxOf } from "../inboxes/store.ts";
import { type Answering, type Beside, besideOf, besideQueries } from "../live/answering.ts";
import type { AiOpening } from "../live/greeting.ts";
import { Failure } from "../tenant/failure.ts";
import { madeOnce, type Tenant } from "../tenant/tenant.ts";

/** Everything that decides what becomes of an input, as it is now. */
export interface RoomFacts {
  /** Null: it is gone. */
  inbox: Inbox | null;
  /** The inbox's chatbot, and its main flow, whose version is null while none is live; null where there is none. */
  chatbot:
    | (Pick<InboxChatbot, "id" | "name" | "language" | "disabled" | "ai"> & {
        allowedDomains: readonly string[];
        /** What its widget says by itself; empty: nothing. */
        welcome: string;
      })
    | null;
  flow: { id: string; name: string; versionId: string | null } | null;
  /** Null: they never wrote. */
  identity: KnownIdentity | null;
  /** Their newest conversation, and its newest session in a flow. */
  newest: Conversation | null;
  session: FlowSession | null;
  /** Who they are, and what stands beside the session: null where there is none of it. */
  contact: ContactDetails | null;
  beside: Beside | null;
  /** What the inbox took in on the last days. */
  lately: readonly TakenIn[];
}

/**
 * Reads the facts of a room, in one round trip.
 * @param tenant that sees the inbox
 * @throws Failure `conflict` where the contact cannot be seen whose identity it is
 */
export async function readFacts(tenant: Tenant, where: Where): Promise<RoomFacts> {
  const [[inbox], [chatbot], [flow], [identity], [newest], [session], contactRows, ...rest] =
    await tenant.db.batch([...queriesOf(tenant, where), takenInLately(tenant, where.inboxId)]);
  const [tags, values, identities, flowName, isDisabled, response, lately] = rest;
  const contact = contactOfRows(contactRows, tags, values, identities);
  if (identity && !contact)
    throw new Failure("conflict", "The contact is not there.", { hint: "Send it again." });
  return {
    inbox: inbox ?? null,
    chatbot: chatbot
      ? {
          ...chatbot,
          allowedDomains: chatbot.widget.allowedDomains,
          welcome: chatbot.widgetTexts.welcomeMessage,
        }
      : null,
    flow: flow ?? null,
    identity: identity ?? null,
    newest: newest ?? null,
    session: session ?? null,
    contact,
    beside: session ? besideOf(session, flowName, isDisabled, response) : null,
    lately,
  };
}

type Where = { inboxId: string; sourceId: string };

/** A room asks the same with each input, by the same reader. */
const asked = new WeakMap<Tenant, Where & { queries: ReturnType<typeof roomQueries> }>();

function queriesOf(tenant: Tenant, where: Where): ReturnType<typeof roomQueries> {
  const before = asked.get(tenant);
  if (before?.inboxId === where.inboxId && before.sourceId === where.sourceId) return before.queries;
  const queries = roomQueries(tenant, where);
  for (const query of queries) madeOnce(query);
  asked.set(tenant, { ...where, queries });
  return queries;
}

/** The queries for what does not depend on the day. */
function roomQueries(tenant: Tenant, { inboxId, sourceId }: Where) {
  const { workspaceId } = tenant;
  const identityId = sql`(SELECT ci.id FROM contact_identities ci
    WHERE ci.workspace_id = ${workspaceId} AND ci.inbox_id = ${inboxId} AND ci.source_id = ${sourceId})`;
  const conversationId = sql`(SELECT c.id FROM conversations c INDEXED BY conversations_by_identity
    WHERE c.workspace_id = ${workspaceId} AND c.identity_id = ${identityId} ORDER BY c.id DESC LIMIT 1)`;
  const contactId = sql`(SELECT ci.contact_id FROM contact_identities ci
    WHERE ci.workspace_id = ${workspaceId} AND ci.inbox_id = ${inboxId} AND ci.source_id = ${sourceId})`;
  return [
    inboxOf(tenant, inboxId),
    chatbotOfInbox(tenant, inboxId),
    mainFlowOfInbox(tenant, inboxId),
    identityOf(tenant, { inboxId, sourceId }),
    newestConversation(tenant, identityId),
    newestSession(tenant, conversationId),
    ...contactQueries(tenant, contactId),
    ...besideQueries(tenant, conversationId),
  ] as const;
}

/** The facts as they are to what begins another conversation. */
export function asBeginning(facts: RoomFacts): RoomFacts {
  return { ...facts, newest: null, session: null, beside: null };
}

/** Which pages may see what is said here. */
export function admittingOf({ inbox, chatbot }: RoomFacts): Admits {
  return admitting(inbox, chatbot?.allowedDomains ?? []);
}

/**
 * The flow that answers what the customer writes now: the one under way; the chatbot's main flow where a conversation
 * begins, also one that begins again after it was resolved; the AI's own where there is no such flow, or it has said
 * what it had to say. Null: people do, also where nobody would get what it says.
 */
export function answeringMessage(facts: RoomFacts): Answering | null {
  const { inbox, chatbot, flow, newest, session } = facts;
  if (!inbox || !canSend(inbox)) return null;
  if (session?.status === "waiting") return { session };
  if (!chatbot || chatbot.disabled || !flow) return null;
  const begins = newest === null || newest.status === "resolved";
  const { id, name, versionId } = flow;
  const beginning = (version: string): Answering => ({
    begin: { id, name, versionId: version },
    chatbotId: chatbot.id,
    instead: newest === null ? null : session,
  });
  if (begins && versionId !== null) return beginning(versionId);
  if (!aiAnswers(chatbot.ai)) return null;
  if (chatbot.ai.mode === "human_first") return begins ? beginning(BUILT_IN.afterPeople) : null;
  // Who replied, or was handed the conversation, has it, also where its status was left as it was.
  const isBots = newest?.status === "pending" && session?.status !== "handed_off";
  return begins || isBots ? beginning(BUILT_IN.ai) : null;
}

/** What the AI opens with; null where the team's own welcome stands there already. @param locale of the visitor's browser */
export function aiOpening({ chatbot }: RoomFacts, locale: string | undefined): AiOpening | null {
  if (!chatbot || (chatbot.welcome !== "" && chatbot.ai.greetingOverride === null)) return null;
  return { by: { id: chatbot.id, name: chatbot.name }, text: aiGreeting(chatbot, locale) };
}

/** Whether the bot has the conversation while it answers: it is pending then, and not among those that wait for people. */
export function botHolds({ chatbot }: RoomFacts): boolean {
  return !chatbot || !beginsWithPeople(chatbot.ai);
}

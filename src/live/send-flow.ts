import { z } from "zod";
import type { Context } from "../calls/define.ts";
import { getChatbot } from "../chatbots/store.ts";
import { assertContact, type ContactDetails, contactDetails, resolveContact } from "../contacts/lookup.ts";
import type { Message } from "../conversations/append.ts";
import { type Place, placeForContact } from "../conversations/place.ts";
import { getMessages } from "../conversations/read.ts";
import { ConversationTurn } from "../conversations/turn.ts";
import { type FlowFacts, getFlow } from "../flows/edit/store.ts";
import { CONTACT_FIELDS } from "../flows/graph/node-data.ts";
import type { Variables } from "../flows/graph/placeholders.ts";
import { loadFlows } from "../flows/run/lookup.ts";
import { type FlowSession, getSession, latestSession, newSession } from "../flows/run/sessions.ts";
import { type FlowLookup, newState } from "../flows/run/state.ts";
import { Failure } from "../tenant/failure.ts";
import { actOnce, claimKey } from "../tenant/idempotency.ts";
import { retryOnConflict } from "../tenant/retry.ts";
import type { Statement, Tenant } from "../tenant/tenant.ts";
import { outside } from "./outside.ts";
import { play } from "./play.ts";
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

/**
 * Begins a flow with a contact, on its latest conversation or on a new one, and runs it up to where it first waits for
 * the contact or for a time, or to its end. What it says, does and leaves behind is written in one batch: all of it or
 * nothing. A flow that is under way in the conversation is abandoned for it.
 *
 * HTTP requests of the flow are made before that batch. A call with an `idempotencyKey` that is repeated does not make
 * them again: afterwards it answers what the first one made, and meanwhile it is refused with `conflict`.
 * @throws Failure `not_found`; `not_allowed` for a flow that is not published, or whose chatbot is disabled; and as
 * `placeForContact`
 */
export async function sendFlow(
  context: Context,
  target: { contactId: string; flowId: string },
  key: string | undefined,
): Promise<SentFlow> {
  const { tenant } = context;
  const attempt = { tool: "send_contact_flow", key, args: target };
  let giveUp = async () => {};
  const done = await actOnce(tenant, attempt, made, async (remember) => {
    const [contact, flow] = await Promise.all([
      resolveContact(tenant, target.contactId),
      getFlow(tenant, { flowId: target.flowId }),
    ]);
    const versionId = await liveVersion(tenant, flow);
    const beginning: Beginning = {
      ...{ contactId: contact.id, flow, versionId },
      lookup: await loadFlows(tenant, [{ flowId: flow.id, versionId }]),
      seed: crypto.getRandomValues(new Int32Array(1))[0] ?? 0,
      resolveFor: outside(context, async () => {
        giveUp = await claimKey(tenant, attempt);
      }),
    };
    try {
      return await retryOnConflict(() => begin(context, beginning, remember));
    } catch (error) {
      await giveUp();
      throw error;
    }
  });
  return read(tenant, done.made, done.repeated);
}

/** What stays the same when a run is repeated because the data changed under it. */
interface Beginning {
  contactId: string;
  flow: FlowFacts;
  versionId: string;
  lookup: FlowLookup;
  seed: number;
  resolveFor: ReturnType<typeof outside>;
}

async function begin(
  context: Context,
  beginning: Beginning,
  remember: (result: Made) => Statement[],
): Promise<Made> {
  const { tenant } = context;
  const { flow, versionId } = beginning;
  const at = tenant.now();
  const place = await placeFor(tenant, beginning, at);
  const { id: conversationId, inboxId, contactId } = place.conversation;
  const [contact, latest] = await Promise.all([
    resolveContact(tenant, contactId).then((found) => contactDetails(tenant, found)),
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
    beginning.resolveFor(chatbotId),
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
  await tenant.batch(statements);
  return result;
}

function placeFor(tenant: Tenant, { contactId, flow }: Beginning, at: number): Promise<Place> {
  return placeForContact(
    tenant,
    { contactId },
    // Whatever the flow says: an inbox that can send nothing is refused before the flow runs.
    { text: "" },
    {
      prefers: ({ chatbotId }) => flow.chatbotId !== null && chatbotId === flow.chatbotId,
      hint: "Open a conversation with start_conversation first, then send the flow.",
      at,
    },
  );
}

/** What the engine provides to every flow: the contact's fields as they are now, and the channel. */
function providedVariables(contact: ContactDetails, channel: string): Variables {
  const own = CONTACT_FIELDS.flatMap((field): [string, string][] => {
    const value = contact[field];
    return value === null ? [] : [[`contact.${field}`, value]];
  });
  const custom = contact.customFields.map(({ key, value }): [string, Variables[string]] => [
    `field.${key}`,
    value,
  ]);
  return { ...Object.fromEntries([...own, ...custom]), channel };
}

async function read(tenant: Tenant, result: Made, repeated: boolean): Promise<SentFlow> {
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

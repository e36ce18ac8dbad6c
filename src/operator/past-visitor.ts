import { z } from "zod";
import type { Call } from "../calls/define.ts";
import { findIdentity, newVisitor } from "../contacts/identities.ts";
import { contactWithDetails } from "../contacts/lookup.ts";
import { newestConversation } from "../conversations/open.ts";
import type { ConversationTurn } from "../conversations/turn.ts";
import { latestSession } from "../flows/run/sessions.ts";
import { getInbox } from "../inboxes/store.ts";
import { gapStatements } from "../knowledge/gaps.ts";
import { besideOf, besideQueries, load, playStep } from "../live/answering.ts";
import { inThePast } from "../live/outside.ts";
import { type FlowTurn, visitorTurn } from "../live/turn.ts";
import { notFound } from "../tenant/failure.ts";
import { newId } from "../tenant/ids.ts";
import type { Actor, Tenant } from "../tenant/tenant.ts";
import { newestTicketOf } from "../tickets/read.ts";

/** Somebody who wrote in an inbox. What they say of themselves counts when they write for the first time. */
export const pastVisitorSchema = z.strictObject({
  inboxId: z.string(),
  /** Who they are in the inbox, the same in all that they wrote. */
  sourceId: z.string().min(1).max(200),
  name: z.string().optional(),
  email: z.string().optional(),
  page: z.string().optional(),
  locale: z.string().optional(),
});
type Visitor = z.output<typeof pastVisitorSchema>;

/**
 * A visitor's message at its moment, with what the flow answers that waits for them: see `visitorTurn`.
 * @param call of Parley itself at that moment
 * @param as the workspace's data at that moment, for somebody
 */
export async function hearVisitor(
  call: Call,
  as: (actor: Actor) => Tenant,
  said: { at: number; visitor: Visitor; text: string; unanswered?: number },
): Promise<void> {
  const { at, text, unanswered } = said;
  const { inboxId, sourceId, name, page, locale } = said.visitor;
  const inbox = await getInbox(call.tenant, inboxId);
  const known = await findIdentity(call.tenant, { inboxId, sourceId });
  const first = known ? undefined : newVisitor(call.tenant, { ...said.visitor, channel: inbox.channel }, at);
  const identity = known ?? first?.identity;
  if (!identity) throw new Error("unreachable: a visitor is known or new");
  const before = known ? (await newestConversation(call.tenant, known.identityId))[0] : undefined;
  const tenant = as({ kind: "contact", id: identity.contactId, name: name ?? "Visitor", credentialId: null });
  const message = {
    ...{ id: newId("message", at), inbox, identity, text, at },
    ...(first ? { contactStatements: first.statements } : {}),
    visitor: { page, locale },
  };
  const { statements, answer } = await visitorTurn(tenant, message, before ?? null, async (turn) =>
    before ? waitingFlow({ ...call, tenant }, turn, text) : null,
  );
  const asked = { question: text, inboxId, conversationId: answer.conversationId, at };
  const gap =
    unanswered === undefined || inbox.chatbotId === null
      ? []
      : gapStatements(tenant, { ...asked, chatbotId: inbox.chatbotId, hits: unanswered });
  await tenant.batch([...statements, ...gap]);
}

/** What the flow that waits for the visitor comes to; null where none does. */
async function waitingFlow(call: Call, turn: ConversationTurn, text: string): Promise<FlowTurn | null> {
  const { tenant } = call;
  const { id, contactId } = turn.conversation;
  const session = await latestSession(tenant, id);
  if (session?.status !== "waiting" || session.state === null) return null;
  const [contact, beside] = await Promise.all([
    contactWithDetails(tenant, contactId),
    tenant.db.batch(besideQueries(tenant, id)),
  ]);
  const loaded = await load(tenant, { session }, contact, besideOf(session, ...beside));
  const { chatbotId } = session;
  const resolve = inThePast(call)({ chatbotId, conversation: turn.conversation });
  return loaded && playStep(call, loaded, turn, { type: "message", text }, resolve);
}

/** Where a visitor's newest conversation is, with its contact's newest ticket. @throws Failure `not_found` */
export async function placeOf(
  tenant: Tenant,
  visitor: Pick<Visitor, "inboxId" | "sourceId">,
): Promise<Record<string, string>> {
  const identity = await findIdentity(tenant, visitor);
  if (!identity) throw notFound("visitor", visitor.sourceId);
  const [[conversation], ticketId] = await Promise.all([
    newestConversation(tenant, identity.identityId),
    newestTicketOf(tenant, identity.contactId),
  ]);
  return {
    contactId: identity.contactId,
    ...(conversation ? { conversationId: conversation.id } : {}),
    ...(ticketId === null ? {} : { ticketId }),
  };
}

import type { z } from "zod";
import { findOrCreateVisitorContact, type KnownIdentity, newVisitor } from "../../contacts/identities.ts";
import { type ReceivedMessage, receiveMessage } from "../../conversations/inbound.ts";
import { getMessage } from "../../conversations/read.ts";
import { messagesAfter } from "../../conversations/visitor-view.ts";
import { Failure } from "../../tenant/failure.ts";
import { isUniqueViolation, type Tenant } from "../../tenant/tenant.ts";
import type { Incoming } from "../channel.ts";
import { FROM, type messagesOutput, type sentOutput } from "./answers.ts";
import { webChannel } from "./channel.ts";
import type { messageInput, messagesQuery } from "./input.ts";
import type { SignedVisitor } from "./token.ts";
import { READER, type VisitedInbox, visitInbox } from "./visited-inbox.ts";

/**
 * Takes in a visitor's message. The first one makes the visitor a contact, with the name and email of the session;
 * what a contact is already is not changed from here. An email that another contact has does not lead to that
 * contact: anybody can type it.
 * With a `clientMessageId` that this visitor used before, nothing is written and the first answer is given again.
 * @throws Failure as `visitInbox`
 */
export async function sendMessage(
  env: Env,
  visitor: SignedVisitor,
  input: z.output<typeof messageInput>,
  request: Request,
): Promise<z.input<typeof sentOutput>> {
  const origin = request.headers.get("origin") ?? undefined;
  const visited = await visitInbox(env, visitor.key, origin, visitor.sourceId);
  const incoming = webChannel.incoming({ visitor, input, request });
  const received = await receiveKnown(visited, incoming).catch((error) => {
    // Somebody else made the contact, holds its email, or merged it meanwhile: then it is looked up once more.
    const raced = error instanceof Failure && (error.code === "conflict" || error.code === "not_found");
    if (raced || isUniqueViolation(error)) return receiveAnew(visited, incoming);
    throw error;
  });
  const { conversationId, messageId: id, seq, createdAt } = received;
  const text = received.duplicate ? (await getMessage(visited.tenantAs(READER), id)).body : input.text;
  return { conversationId, message: { id, seq, text, createdAt } };
}

/** With what was read on the way in: contact, conversation and message are one batch. */
function receiveKnown(visited: VisitedInbox, incoming: Incoming): Promise<ReceivedMessage> {
  const { inbox, tenantAs, identity, newest } = visited;
  const { from, ...message } = incoming;
  if (identity)
    return receiveMessage(asContact(visited, identity), { inbox, identity, ...message }, { newest });
  const visitor = newVisitor(tenantAs(READER), { inboxId: inbox.id, channel: inbox.channel, ...from });
  const { identity: made, statements: contactStatements } = visitor;
  const first = { inbox, identity: made, contactStatements, ...message };
  return receiveMessage(asContact(visited, made), first, { newest: null });
}

async function receiveAnew(visited: VisitedInbox, incoming: Incoming): Promise<ReceivedMessage> {
  const { inbox, tenantAs } = visited;
  const { from, ...message } = incoming;
  const who = { inboxId: inbox.id, channel: inbox.channel, ...from };
  const identity = await findOrCreateVisitorContact(tenantAs(READER), who);
  return receiveMessage(asContact(visited, identity), { inbox, identity, ...message });
}

function asContact(
  { tenantAs }: VisitedInbox,
  { contactId, contactName }: Pick<KnownIdentity, "contactId" | "contactName">,
): Tenant {
  const name = contactName ?? READER.name;
  return tenantAs({ kind: "contact", id: contactId, name, credentialId: null });
}

/**
 * The visitor's messages with a sequence number above `after`, oldest first: its own, the team's and the bot's,
 * never private notes, drafts or activity. The numbers rise over all conversations that the visitor has in this
 * inbox, so when the team starts a new one, the same `after` goes on into it. They have gaps where there is
 * something that the visitor may not see. Before the first message there is nothing to read.
 * @throws Failure as `visitInbox`
 */
export async function readVisitorMessages(
  env: Env,
  visitor: SignedVisitor,
  query: z.output<typeof messagesQuery>,
  origin: string | undefined,
): Promise<z.input<typeof messagesOutput>> {
  const { identity, tenantAs } = await visitInbox(env, visitor.key, origin, visitor.sourceId);
  const { after, limit } = query;
  const found = identity ? await messagesAfter(tenantAs(READER), identity.identityId, after, limit) : [];
  return {
    messages: found.map(({ from, name, ...message }) => ({ ...message, from: FROM[from], senderName: name })),
    lastSeq: found.at(-1)?.seq ?? query.after,
  };
}

import type { z } from "zod";
import { findIdentity, findOrCreateVisitorContact } from "../../contacts/identities.ts";
import { type ReceivedMessage, receiveMessage } from "../../conversations/inbound.ts";
import { getMessage } from "../../conversations/read.ts";
import { messagesAfter, type VisitorMessage } from "../../conversations/visitor-view.ts";
import { Failure } from "../../tenant/failure.ts";
import { webChannel } from "./channel.ts";
import type { messageInput, messagesQuery } from "./input.ts";
import { READER, type Reached, reachInbox } from "./reach.ts";
import type { Visitor } from "./token.ts";

export interface SentMessage {
  conversationId: string;
  message: { id: string; seq: number; text: string; createdAt: string };
}

/**
 * Takes in a visitor's message. The first one makes the visitor a contact, with the name and email of the session;
 * what a contact is already is not changed from here. An email that another contact has does not lead to that
 * contact: anybody can type it.
 * With a `clientMessageId` that this visitor used before, nothing is written and the first answer is given again.
 * @throws Refusal as `reachInbox`
 */
export async function sendMessage(
  env: Env,
  visitor: Visitor,
  input: z.output<typeof messageInput>,
  request: Request,
): Promise<SentMessage> {
  const reached = await reachInbox(env, visitor.key, request.headers.get("origin") ?? undefined);
  const receive = () => receiveFrom(reached, visitor, input, request);
  // A merge of contacts in between moves the identity to another contact: then it is looked up once more.
  const received = await receive().catch((error) => {
    if (error instanceof Failure && (error.code === "conflict" || error.code === "not_found"))
      return receive();
    throw error;
  });
  const { conversationId, messageId: id, seq, createdAt } = received;
  const text = received.duplicate ? (await getMessage(reached.tenantAs(READER), id)).body : input.text;
  return { conversationId, message: { id, seq, text, createdAt: new Date(createdAt).toISOString() } };
}

async function receiveFrom(
  { inbox, tenantAs }: Reached,
  visitor: Visitor,
  input: z.output<typeof messageInput>,
  request: Request,
): Promise<ReceivedMessage> {
  const { from, ...message } = webChannel.incoming({ visitor, input, request });
  const who = { inboxId: inbox.id, channel: inbox.channel, ...from };
  const identity = await findOrCreateVisitorContact(tenantAs(READER), who);
  const tenant = tenantAs({
    kind: "contact",
    id: identity.contactId,
    name: identity.contactName ?? READER.name,
    credentialId: null,
  });
  return receiveMessage(tenant, { inbox, identity, ...message });
}

export interface ReadMessages {
  messages: {
    id: string;
    seq: number;
    from: "visitor" | "team" | "bot";
    /** Null for the visitor itself, and where the sender's name is internal. */
    senderName: string | null;
    text: string;
    createdAt: string;
  }[];
  /** What to pass as `after` next time: the number of the last message here, or `after` itself when none is new. */
  lastSeq: number;
}

const FROM: Record<VisitorMessage["from"], ReadMessages["messages"][number]["from"]> = {
  visitor: "visitor",
  team: "team",
  chatbot: "bot",
  system: "bot",
};

/**
 * The visitor's messages with a sequence number above `after`, oldest first: its own, the team's and the bot's,
 * never private notes, drafts or activity. The numbers rise over all conversations that the visitor has in this
 * inbox, so when the team starts a new one, the same `after` goes on into it. They have gaps where there is
 * something that the visitor may not see. Before the first message there is nothing to read.
 * @throws Refusal as `reachInbox`
 */
export async function readMessages(
  env: Env,
  visitor: Visitor,
  query: z.output<typeof messagesQuery>,
  origin: string | undefined,
): Promise<ReadMessages> {
  const { inbox, tenantAs } = await reachInbox(env, visitor.key, origin);
  const tenant = tenantAs(READER);
  const identity = await findIdentity(tenant, { inboxId: inbox.id, sourceId: visitor.sourceId });
  const found = identity ? await messagesAfter(tenant, identity.identityId, query.after, query.limit) : [];
  return {
    messages: found.map(({ id, seq, from, name, text, createdAt }) => ({
      id,
      seq,
      from: FROM[from],
      senderName: name,
      text,
      createdAt: new Date(createdAt).toISOString(),
    })),
    lastSeq: found.at(-1)?.seq ?? query.after,
  };
}

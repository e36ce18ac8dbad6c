import type { z } from "zod";
import { openRating, rateConversation } from "../../conversations/rating.ts";
import { resultOf, roomName } from "../../conversations/room.ts";
import { messagesAfter } from "../../conversations/visitor-view.ts";
import { clientAddress } from "../../gate/rate-limit.ts";
import { tellNews } from "../../http/news.ts";
import { notFound } from "../../tenant/failure.ts";
import { forVisitor } from "./answers.ts";
import { visitorMessage } from "./channel.ts";
import {
  countryOf,
  type messageInput,
  type messagesQuery,
  type ratingInput,
  type readMarkInput,
} from "./input.ts";
import type { SignedVisitor } from "./token.ts";
import { READER, visitInbox } from "./visited-inbox.ts";
import type { messagesOutput, ratedOutput, sentOutput } from "./wire.ts";

/**
 * Takes in a visitor's message, by way of its room: see `takeMessage`. The first one makes the visitor a contact, with the
 * name and email of the session; what a contact is already is not changed from here.
 * @throws Failure as `visitInbox`
 */
export async function sendMessage(
  env: Env,
  visitor: SignedVisitor,
  input: z.output<typeof messageInput>,
  { request, requestId }: { request: Request; requestId: string },
): Promise<z.input<typeof sentOutput>> {
  const { headers } = request;
  const userAgent = headers.get("user-agent") ?? undefined;
  const incoming = visitorMessage({ visitor, input, userAgent, country: countryOf(request) });
  const origin = headers.get("origin") ?? undefined;
  const room = env.ROOM.getByName(roomName(visitor));
  return resultOf(
    await room.message(visitor.shard, {
      ...{ channel: "web", key: visitor.key, origin, incoming, requestId },
      address: clientAddress(request),
    }),
  );
}

/**
 * Notes that the visitor has read everything up to a message: it counts as unread no longer, see POST /sessions.
 * @throws Failure as `visitInbox`
 */
export async function markRead(
  env: Env,
  visitor: SignedVisitor,
  { seq }: z.output<typeof readMarkInput>,
  origin: string | undefined,
): Promise<void> {
  const { newest } = await visitInbox(env, visitor.key, origin, visitor.sourceId);
  if (newest) await env.ROOM.getByName(roomName(visitor)).read(Math.min(seq, newest.lastSeq));
}

/**
 * Takes the visitor's rating of one of its conversations, see `rateConversation`.
 * @throws Failure as `visitInbox` and `rateConversation`
 */
export async function takeRating(
  env: Env,
  visitor: SignedVisitor,
  input: z.output<typeof ratingInput>,
  { origin, requestId }: { origin: string | undefined; requestId: string },
): Promise<z.input<typeof ratedOutput>> {
  const { identity, tenantAs } = await visitInbox(env, visitor.key, origin, visitor.sourceId);
  if (!identity) throw notFound("conversation", input.conversationId);
  const { contactId, identityId } = identity;
  const tenant = tenantAs({ kind: "contact", id: contactId, name: "Visitor", credentialId: null });
  const rated = await rateConversation(tenant, identityId, input);
  await tellNews(env, tenant.workspaceId, requestId);
  return rated;
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
  const { identity, newest, tenantAs } = await visitInbox(env, visitor.key, origin, visitor.sourceId);
  const { after, limit } = query;
  const found = identity ? await messagesAfter(tenantAs(READER), identity.identityId, after, limit) : [];
  return {
    messages: found.map((message) => forVisitor(visitor.workspaceId, message)),
    lastSeq: found.at(-1)?.seq ?? query.after,
    rating: openRating(newest),
  };
}

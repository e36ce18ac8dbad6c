import type { z } from "zod";
import { findIdentity } from "../../contacts/identities.ts";
import { signedInSource } from "../../conversations/outbound.ts";
import { openRating } from "../../conversations/rating.ts";
import { roomName } from "../../conversations/room.ts";
import { latestConversationOf } from "../../conversations/visitor-view.ts";
import { randomText } from "../../tenant/ids.ts";
import type { sessionInput } from "./input.ts";
import { readVisitor, type SignedVisitor, signVisitor, TOKEN_LIFE, vouchedFor } from "./token.ts";
import { READER, unauthenticated, visitInbox } from "./visited-inbox.ts";
import type { sessionOutput } from "./wire.ts";

/**
 * Opens a visitor's session with an inbox, or resumes the one of `visitorToken` with a new expiry. What is not
 * said again (name, email) is kept from the earlier token; page, referrer and locale are those of this opening.
 * Writes nothing: a visitor becomes a contact with its first message.
 *
 * A user for whom the site vouches (`identity`) is the same visitor everywhere. It takes precedence over the
 * token, so somebody who signs in goes on as that user, not as the anonymous visitor from before.
 * @throws Failure as `visitInbox`; `unauthenticated` for a token that is not of this inbox, and a wrong signature
 */
export async function openVisitorSession(
  env: Env,
  input: z.output<typeof sessionInput>,
  origin: string | undefined,
  now = Date.now(),
): Promise<z.input<typeof sessionOutput>> {
  const { inbox, shard, tenantAs } = await visitInbox(env, input.inboxKey, origin, null);
  const earlier = input.visitorToken && (await readVisitor(env.PARLEY_SECRET, input.visitorToken, now));
  if (earlier === null || (earlier && (earlier.inboxId !== inbox.id || earlier.key !== input.inboxKey))) {
    throw unauthenticated(
      "The visitor token is not of this chat, or not valid any more; open a session without one.",
    );
  }
  if (input.identity && !(await vouchedFor(env.PARLEY_SECRET, inbox.id, input.identity))) {
    throw unauthenticated("The signature does not vouch for this identity.");
  }
  const sourceId = input.identity
    ? signedInSource(input.identity.id)
    : earlier
      ? earlier.sourceId
      : `v_${randomText(24)}`;
  const known = earlier && earlier.sourceId === sourceId ? earlier : undefined;
  const visitor: SignedVisitor = {
    ...{ workspaceId: tenantAs(READER).workspaceId, shard },
    key: input.inboxKey,
    inboxId: inbox.id,
    sourceId,
    expiresAt: now + TOKEN_LIFE,
    name: input.name ?? known?.name,
    email: input.email ?? known?.email,
    page: input.page,
    referrer: input.referrer,
    locale: input.locale ?? known?.locale,
  };
  const tenant = tenantAs(READER);
  const identity = await findIdentity(tenant, { inboxId: inbox.id, sourceId });
  const latest = identity && (await latestConversationOf(tenant, identity.identityId));
  const conversationId = latest?.id ?? null;
  const room = env.ROOM.getByName(roomName(visitor));
  return {
    visitorToken: await signVisitor(env.PARLEY_SECRET, visitor),
    conversationId,
    resolved: latest?.status === "resolved",
    unread: conversationId ? await room.unread(shard) : 0,
    rating: openRating(latest),
    inbox: { name: inbox.name },
  };
}

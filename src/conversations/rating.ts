import { eq, type SQL, sql } from "drizzle-orm";
import { countDays, type DailyMetric } from "../figures/day-counts.ts";
import { recordEvent } from "../tenant/events.ts";
import { Failure, notFound } from "../tenant/failure.ts";
import type { Tenant } from "../tenant/tenant.ts";
import type { Conversation } from "./append.ts";
import { beginning } from "./figures.ts";
import { conversations } from "./schema.ts";

/**
 * How satisfied customers are (CSAT): when a conversation is resolved for the first time, its visitor is asked once, if the
 * widget of its inbox's chatbot is set to ask. One answer for each conversation, so that strangers cannot add to it.
 */

/** Characters of what is said with a rating. */
export const MAX_COMMENT = 1000;

export type RatingValue = 1 | 2 | 3 | 4 | 5;

/**
 * "Its widget asks for ratings" as SQL, 1 or 0, read in the batch of the resolution; null where nothing could ask.
 * @param inbox the conversation's
 */
export function asksForRating(
  { workspaceId }: Tenant,
  inbox: { channel: string; chatbotId: string | null },
): SQL | null {
  if (inbox.channel !== "web" || inbox.chatbotId === null) return null;
  return sql`EXISTS (SELECT 1 FROM chatbots AS asking WHERE asking.workspace_id = ${workspaceId}
    AND asking.id = ${inbox.chatbotId} AND asking.widget_enabled AND asking.widget ->> 'askForRating')`;
}

/** The rating that a visitor is asked for now: of its resolved conversation, not rated yet; else null. */
export function openRating(
  conversation: Pick<Conversation, "id" | "status" | "ratingAskedAt" | "rating"> | null | undefined,
): { conversationId: string } | null {
  if (conversation?.status !== "resolved") return null;
  const { id, ratingAskedAt, rating } = conversation;
  return ratingAskedAt === null || rating !== null ? null : { conversationId: id };
}

export interface Rated {
  conversationId: string;
  rating: number;
  comment: string | null;
  /** Milliseconds, UTC. */
  ratedAt: number;
}

/**
 * Takes a visitor's rating of one of its conversations that asked for it, also after it went on. The same again changes
 * nothing; a comment may follow once.
 * @param tenant acts as the visitor
 * @param identityId whose conversation it must be
 * @throws Failure `not_found`; `not_allowed` where nothing was asked; `conflict` once it has another rating or comment
 */
export async function rateConversation(
  tenant: Tenant,
  identityId: string,
  given: { conversationId: string; rating: RatingValue; comment?: string },
): Promise<Rated> {
  const { conversationId, rating, comment = null } = given;
  const conversation = await ownConversation(tenant, identityId, conversationId);
  if (conversation.ratingAskedAt === null) {
    throw new Failure("not_allowed", "This conversation asks for no rating.");
  }
  const at = tenant.now();
  const rated = { conversationId, rating, comment, ratedAt: at };
  const saved = { rating, ratingComment: comment, ratedAt: at };
  const own = tenant.of(conversations, eq(conversations.id, conversationId));
  if (conversation.rating === null) {
    const place = beginning(conversation) ?? { ...conversation, chatbotId: conversation.startChatbotId };
    const { inboxId, chatbotId } = place;
    const day = "day" in place ? { day: place.day } : {};
    const metric: DailyMetric = `csat_rated_${rating}`;
    await tenant.batch([
      tenant.assertThat(sql`EXISTS (SELECT 1 FROM conversations
        WHERE workspace_id = ${tenant.workspaceId} AND id = ${conversationId} AND rating IS NULL)`),
      tenant.db.update(conversations).set(saved).where(own),
      ...countDays(tenant, [{ inboxId, chatbotId, metric, ...day }], { at }),
      recordEvent(
        tenant,
        {
          type: "csat.rated",
          subjectId: conversationId,
          inboxId: conversation.inboxId,
          data: { conversationId, contactId: conversation.contactId, rating },
        },
        { at },
      ),
    ]);
    return rated;
  }
  const { ratingComment, ratedAt } = conversation;
  if (conversation.rating !== rating || (comment !== null && (ratingComment ?? comment) !== comment)) {
    throw new Failure("conflict", "This conversation has been rated already.");
  }
  if (comment !== null && ratingComment === null) {
    await tenant.db
      .update(conversations)
      .set({ ratingComment: sql`coalesce(${conversations.ratingComment}, ${comment})` })
      .where(own);
  }
  return { ...rated, comment: ratingComment ?? comment, ratedAt: ratedAt ?? at };
}

async function ownConversation(tenant: Tenant, identityId: string, id: string): Promise<Conversation> {
  const [row] = await tenant.db
    .select()
    .from(conversations)
    .where(
      tenant.of(
        conversations,
        eq(conversations.id, id),
        eq(conversations.identityId, identityId),
        tenant.visible(conversations.inboxId),
      ),
    );
  if (!row) throw notFound("conversation", id);
  const { workspaceId: _, ...conversation } = row;
  return conversation;
}

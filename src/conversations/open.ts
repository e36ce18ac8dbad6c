import { eq, getTableColumns, type SQL, sql } from "drizzle-orm";
import { dayOf } from "../figures/days.ts";
import type { Tenant } from "../tenant/tenant.ts";
import { byIdentity, type Conversation } from "./append.ts";
import { conversations, type VisitorMetadata } from "./schema.ts";
import type { InboxFacts } from "./turn.ts";

/** Longest value that is kept of what a page says of its visitor; longer ones are cut. */
const MAX_METADATA = 500;

/** What a page said of its visitor, with over-long values cut and nothing that is not asked for. */
export function visitorFacts(visitor: VisitorMetadata = {}): VisitorMetadata {
  const { page, referrer, locale, device, country } = visitor;
  const given = Object.entries({ page, referrer, locale, device, country }).filter(
    (entry): entry is [string, string] => typeof entry[1] === "string" && entry[1] !== "",
  );
  return Object.fromEntries(given.map(([name, value]) => [name, value.slice(0, MAX_METADATA)]));
}

/**
 * The query for the identity's newest conversation: the one that goes on when it writes.
 * @param identityId or a subquery for it
 */
export function newestConversation(tenant: Tenant, identityId: string | SQL) {
  const { workspaceId: _, ...columns } = getTableColumns(conversations);
  const newest = sql`(SELECT id FROM ${byIdentity} WHERE workspace_id = ${tenant.workspaceId}
    AND identity_id = ${identityId} ORDER BY id DESC LIMIT 1)`;
  return tenant.db
    .select(columns)
    .from(conversations)
    .where(tenant.of(conversations, eq(conversations.id, newest), tenant.visible(conversations.inboxId)));
}

/** One of the identity's conversations; null where it is not theirs. */
export async function conversationOfIdentity(
  tenant: Tenant,
  identityId: string,
  id: string,
): Promise<Conversation | null> {
  const { workspaceId: _, ...columns } = getTableColumns(conversations);
  const [found] = await tenant.db
    .select(columns)
    .from(conversations)
    .where(
      tenant.of(
        conversations,
        eq(conversations.id, id),
        eq(conversations.identityId, identityId),
        tenant.visible(conversations.inboxId),
      ),
    );
  return found ?? null;
}

/**
 * A conversation without messages, as the turn that opens it begins with.
 * @param status pending: a chatbot's, until it hands over
 */
export function newConversation(
  tenant: Tenant,
  inbox: InboxFacts,
  given: Pick<Conversation, "id" | "contactId" | "identityId" | "visitor">,
  at: number,
  status: "open" | "pending" = "open",
): Conversation {
  return {
    ...given,
    inboxId: inbox.id,
    status,
    thread: null,
    snoozedUntil: null,
    assignee: null,
    priority: "normal",
    tags: [],
    messageCount: 0,
    lastSeq: 0,
    firstInboundAt: null,
    lastInboundAt: null,
    firstReplyAt: null,
    firstBotReplyAt: null,
    waitingSince: null,
    resolvedAt: null,
    openedAt: at,
    reopenedCount: 0,
    lastActivityAt: at,
    createdAt: at,
    startDay: dayOf(at, tenant.timeZone),
    startChatbotId: inbox.chatbotId,
    firstResolvedAt: null,
    ratingAskedAt: null,
    rating: null,
    ratingComment: null,
    ratedAt: null,
  };
}

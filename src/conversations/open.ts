import { desc, eq } from "drizzle-orm";
import { contactViewerStatements } from "../contacts/visibility.ts";
import { countDays, type DailyMetric } from "../figures/day-counts.ts";
import { dayOf } from "../figures/days.ts";
import { adjustTotal } from "../figures/totals.ts";
import { recordEvent } from "../tenant/events.ts";
import type { Statement, Tenant } from "../tenant/tenant.ts";
import type { Conversation } from "./append.ts";
import { conversations, type VisitorMetadata } from "./schema.ts";

/** What of an inbox matters to a conversation in it. */
export interface InboxFacts {
  id: string;
  channel: string;
  chatbotId: string | null;
}

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

/** The identity's newest conversation: the one that goes on when it writes. Null before the first. */
export async function newestConversationOf(tenant: Tenant, identityId: string): Promise<Conversation | null> {
  const [row] = await tenant.db
    .select()
    .from(conversations)
    .where(
      tenant.of(
        conversations,
        eq(conversations.identityId, identityId),
        tenant.visible(conversations.inboxId),
      ),
    )
    .orderBy(desc(conversations.id))
    .limit(1);
  return row ?? null;
}

/**
 * The statements that open a conversation without messages: its row, its event, its counts, and the right of
 * callers limited to the inbox to see the contact.
 * @param alsoCounted what else the same batch counts for this inbox at this time
 */
export function openConversation(
  tenant: Tenant,
  inbox: InboxFacts,
  conversation: { id: string; contactId: string; identityId: string; visitor: VisitorMetadata; at: number },
  alsoCounted: readonly DailyMetric[] = [],
): Statement[] {
  const { id, contactId, identityId, visitor, at } = conversation;
  const row: Conversation = {
    id,
    inboxId: inbox.id,
    contactId,
    identityId,
    status: "open",
    snoozedUntil: null,
    assignee: null,
    visitor,
    messageCount: 0,
    lastSeq: 0,
    firstInboundAt: null,
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
  };
  const counted: DailyMetric[] = ["conversations_created", "status_open", ...alsoCounted];
  return [
    tenant.db.insert(conversations).values(tenant.row(row)),
    recordEvent(
      tenant,
      {
        type: "conversation.created",
        subjectId: id,
        inboxId: inbox.id,
        data: { contactId, channel: inbox.channel, status: row.status },
      },
      { at },
    ),
    ...countDays(
      tenant,
      counted.map((metric) => ({ inboxId: inbox.id, chatbotId: inbox.chatbotId, metric })),
      { at },
    ),
    adjustTotal(tenant, { metric: "conversations_open", inboxId: inbox.id, by: 1 }),
    ...contactViewerStatements(tenant, { id: contactId }, inbox.id),
  ];
}

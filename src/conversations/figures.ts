import { and, asc, eq, sql } from "drizzle-orm";
import { countDays, type DailyChange, durationBucket } from "../figures/day-counts.ts";
import type { Statement, Tenant } from "../tenant/tenant.ts";
import { CHANGED } from "../tenant/writes.ts";
import type { Conversation } from "./append.ts";
import { messages, type SenderKind } from "./schema.ts";

/** Where something that happens now is counted. */
interface Place {
  inboxId: string;
  chatbotId: string | null;
}

/** What of a conversation says where its figures are counted. */
export type SessionFacts = Pick<
  Conversation,
  "id" | "inboxId" | "firstInboundAt" | "startDay" | "startChatbotId" | "createdAt"
>;

/** The place of what is counted on the day that the conversation began; null in conversations from before that. */
function beginning({ inboxId, startDay, startChatbotId }: SessionFacts): (Place & { day: string }) | null {
  return startDay === null ? null : { inboxId, chatbotId: startChatbotId, day: startDay };
}

/** A fact of the conversation as it is when the batch comes to it: 1 or 0, or a number. */
function inBatch(tenant: Tenant, conversationId: string, fact: string) {
  return sql`(SELECT ${sql.raw(fact)} FROM conversations
    WHERE workspace_id = ${tenant.workspaceId} AND id = ${conversationId})`;
}

/** Counts the wait that ends now, where the customer waits: put it before the statement that ends it. */
export function waitCounts(tenant: Tenant, where: Place, conversationId: string, at: number): DailyChange[] {
  const since = inBatch(tenant, conversationId, "waiting_since");
  return [
    { ...where, metric: "waits", by: sql`(${since} IS NOT NULL)` },
    { ...where, metric: "waiting_ms", by: sql`coalesce(max(0, ${at} - ${since}), 0)` },
  ];
}

/**
 * The counts of a session's first answer by a person, or by the chatbot: put them directly after the UPDATE that
 * notes when it was.
 * @param where the place for conversations that know no day of their beginning
 */
export function firstReplyCounts(
  tenant: Tenant,
  where: Place,
  conversation: SessionFacts,
  { byPerson, at }: { byPerson: boolean; at: number },
): Statement[] {
  const begun = beginning(conversation);
  const metric = durationBucket(
    byPerson ? "first_reply_seconds" : "first_bot_reply_seconds",
    at - (conversation.firstInboundAt ?? at),
  );
  const other = byPerson ? "first_bot_reply_at" : "first_reply_at";
  const changes: DailyChange[] =
    begun === null
      ? [{ ...where, metric }]
      : [
          { ...begun, metric },
          {
            ...begun,
            metric: "sessions_replied",
            by: inBatch(tenant, conversation.id, `${other} IS NULL`),
          },
          // A person who answers after it was resolved: the chatbot did not do it alone.
          ...(byPerson
            ? [
                {
                  ...begun,
                  metric: "sessions_contained" as const,
                  by: inBatch(tenant, conversation.id, "-(status = 'resolved')"),
                },
              ]
            : []),
        ];
  return countDays(tenant, changes, { at, onlyIf: CHANGED });
}

/** The counts of a change of status: put them before the UPDATE, in a batch that fails when the UPDATE finds nothing. */
export function statusCounts(
  tenant: Tenant,
  inbox: { id: string; chatbotId: string | null },
  before: Conversation,
  { to, reopens, at }: { to: Conversation["status"]; reopens: boolean; at: number },
): Statement[] {
  const now = { inboxId: inbox.id, chatbotId: inbox.chatbotId };
  const resolves = to === "resolved" && before.status !== "resolved";
  const changes: DailyChange[] = [];
  if (resolves) {
    changes.push(
      { ...now, metric: "conversations_resolved" },
      { ...now, metric: durationBucket("resolution_seconds", at - before.openedAt) },
      ...waitCounts(tenant, now, before.id, at),
    );
  }
  if (reopens) changes.push({ ...now, metric: "conversations_reopened" });
  return countDays(tenant, [...changes, ...beginningCounts(tenant, before, to, at)], { at });
}

/** What changes in the figures of the day that the conversation began. */
function beginningCounts(
  tenant: Tenant,
  before: Conversation,
  to: Conversation["status"],
  at: number,
): DailyChange[] {
  const begun = beginning(before);
  if (begun === null || before.status === to) return [];
  const took = (until: number) => until - before.createdAt;
  const unanswered = "first_inbound_at IS NOT NULL AND first_reply_at IS NULL";
  const changes: DailyChange[] = [
    { ...begun, metric: `status_${before.status}`, by: -1 },
    { ...begun, metric: `status_${to}` },
  ];
  if (to === "resolved") {
    changes.push(
      { ...begun, metric: durationBucket("full_resolution_seconds", took(at)) },
      { ...begun, metric: "sessions_contained", by: inBatch(tenant, before.id, unanswered) },
    );
    if (before.firstResolvedAt === null) {
      changes.push({ ...begun, metric: durationBucket("first_resolution_seconds", took(at)) });
    }
  }
  if (before.status === "resolved") {
    changes.push(
      {
        ...begun,
        metric: durationBucket("full_resolution_seconds", took(before.resolvedAt ?? at)),
        by: -1,
      },
      { ...begun, metric: "sessions_contained", by: inBatch(tenant, before.id, `-(${unanswered})`) },
    );
  }
  return changes;
}

/** Messages of one conversation that are counted apart by who wrote them, at most. */
const MAX_COUNTED = 5000;

/** How many public messages of a conversation each kind of sender wrote. */
export interface SenderCounts {
  counts: Partial<Record<SenderKind, number>>;
  /** False when the conversation has more messages than were counted: its first 5,000. */
  complete: boolean;
}

/** Counts a conversation's public messages by sender. The caller has been found to see the conversation. */
export async function countBySender(tenant: Tenant, conversationId: string): Promise<SenderCounts> {
  const first = tenant.db
    .select({ kind: messages.kind, senderKind: messages.senderKind })
    .from(messages)
    .where(tenant.of(messages, eq(messages.conversationId, conversationId)))
    .orderBy(asc(messages.seq))
    .limit(MAX_COUNTED)
    .as("first");
  const rows = await tenant.db
    .select({ kind: first.kind, senderKind: first.senderKind, count: sql<number>`count(*)` })
    .from(first)
    .groupBy(first.kind, first.senderKind);
  const total = rows.reduce((sum, { count }) => sum + count, 0);
  const shown = rows.filter(({ kind }) => kind === "message");
  return {
    counts: Object.fromEntries(shown.map(({ senderKind, count }) => [senderKind, count])),
    complete: total < MAX_COUNTED,
  };
}

/** The latest texts that the customer wrote in a conversation, the oldest of them first. */
export async function latestInbound(
  tenant: Tenant,
  conversationId: string,
  limit: number,
): Promise<string[]> {
  const rows = await tenant.db
    .select({ body: messages.body })
    .from(messages)
    .where(
      tenant.of(
        messages,
        and(
          eq(messages.conversationId, conversationId),
          eq(messages.direction, "in"),
          eq(messages.kind, "message"),
        ),
      ),
    )
    .orderBy(sql`${messages.seq} DESC`)
    .limit(limit);
  return rows.reverse().map(({ body }) => body);
}

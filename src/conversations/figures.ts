import { and, asc, eq, type SQL, sql } from "drizzle-orm";
import { type DailyChange, durationBucket } from "../figures/day-counts.ts";
import type { Tenant } from "../tenant/tenant.ts";
import type { Conversation } from "./append.ts";
import { messages, type SenderKind } from "./schema.ts";

/** Where something that happens now is counted. */
export interface CountedAt {
  inboxId: string;
  chatbotId: string | null;
}

/** What of a conversation says where its figures are counted. */
type SessionFacts = Pick<Conversation, "inboxId" | "startDay" | "startChatbotId">;

/** The place of what is counted on the day that the conversation began; null in conversations from before that. */
export function beginning({
  inboxId,
  startDay,
  startChatbotId,
}: SessionFacts): (CountedAt & { day: string }) | null {
  return startDay === null ? null : { inboxId, chatbotId: startChatbotId, day: startDay };
}

/** Counts the wait that ends now, where the customer waits. @param since since when it does, as SQL; NULL: not */
export function waitCounts(place: CountedAt, since: SQL, at: number): DailyChange[] {
  return [
    { ...place, metric: "waits", by: sql`(${since} IS NOT NULL)` },
    { ...place, metric: "waiting_ms", by: sql`coalesce(max(0, ${at} - ${since}), 0)` },
  ];
}

/**
 * The counts of a session's first answer by a person, or by the chatbot.
 * @param place for conversations that know no day of their beginning
 * @param reply.took milliseconds since the customer first wrote
 * @param reply.isFirst 1 or 0, as SQL: 0 counts nothing
 * @param reply.otherIsNone 1 when the other of the two has not answered either
 * @param reply.status the conversation's, as SQL
 */
export function firstReplyCounts(
  place: CountedAt,
  conversation: SessionFacts,
  reply: { byPerson: boolean; took: number; isFirst: SQL; otherIsNone: SQL; status: SQL },
): DailyChange[] {
  const { byPerson, took, isFirst, otherIsNone, status } = reply;
  const begun = beginning(conversation);
  const metric = durationBucket(byPerson ? "first_reply_seconds" : "first_bot_reply_seconds", took);
  if (begun === null) return [{ ...place, metric, by: isFirst }];
  return [
    { ...begun, metric, by: isFirst },
    { ...begun, metric: "sessions_replied", by: sql`(${isFirst} AND ${otherIsNone})` },
    // A person who answers after it was resolved: the chatbot did not do it alone.
    ...(byPerson
      ? [
          {
            ...begun,
            metric: "sessions_contained" as const,
            by: sql`-(${isFirst} AND ${status} = 'resolved')`,
          },
        ]
      : []),
  ];
}

/** The counts of a change of status, without those of the wait that ends with it. @param now its columns, as SQL */
export function statusCounts(
  place: CountedAt,
  before: Conversation,
  { to, reopens, at }: { to: Conversation["status"]; reopens: boolean; at: number },
  now: { firstInboundAt: SQL; firstReplyAt: SQL },
): DailyChange[] {
  const changes: DailyChange[] = [];
  if (to === "resolved" && before.status !== "resolved") {
    changes.push(
      { ...place, metric: "conversations_resolved" },
      { ...place, metric: durationBucket("resolution_seconds", at - before.openedAt) },
    );
  }
  if (reopens) changes.push({ ...place, metric: "conversations_reopened" });
  const begun = beginning(before);
  if (begun === null || before.status === to) return changes;
  const took = (until: number) => until - before.createdAt;
  const unanswered = sql`(${now.firstInboundAt} IS NOT NULL AND ${now.firstReplyAt} IS NULL)`;
  changes.push({ ...begun, metric: `status_${before.status}`, by: -1 }, { ...begun, metric: `status_${to}` });
  if (to === "resolved") {
    changes.push(
      { ...begun, metric: durationBucket("full_resolution_seconds", took(at)) },
      { ...begun, metric: "sessions_contained", by: unanswered },
    );
    if (before.firstResolvedAt === null) {
      changes.push({ ...begun, metric: durationBucket("first_resolution_seconds", took(at)) });
    }
  }
  if (before.status === "resolved") {
    const taken = durationBucket("full_resolution_seconds", took(before.resolvedAt ?? at));
    changes.push(
      { ...begun, metric: taken, by: -1 },
      { ...begun, metric: "sessions_contained", by: sql`-${unanswered}` },
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
  // Counted here: grouped in SQL, each would be read twice.
  const rows = await tenant.db
    .select({ kind: messages.kind, senderKind: messages.senderKind })
    .from(messages)
    .where(tenant.of(messages, eq(messages.conversationId, conversationId)))
    .orderBy(asc(messages.seq))
    .limit(MAX_COUNTED);
  const counts: SenderCounts["counts"] = {};
  for (const { kind, senderKind } of rows) {
    if (kind === "message") counts[senderKind] = (counts[senderKind] ?? 0) + 1;
  }
  return { counts, complete: rows.length < MAX_COUNTED };
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

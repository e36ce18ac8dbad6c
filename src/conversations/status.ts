import { and, eq, isNotNull, lte, sql } from "drizzle-orm";
import { retryOnConflict } from "../contacts/store.ts";
import { adjustTotal } from "../figures/totals.ts";
import { getInbox } from "../inboxes/store.ts";
import { recordEvent } from "../tenant/events.ts";
import type { Statement, Tenant } from "../tenant/tenant.ts";
import { ACROSS_WORKSPACES } from "../tenant/tenant.ts";
import type { Conversation } from "./append.ts";
import { statusCounts } from "./figures.ts";
import type { InboxFacts } from "./open.ts";
import { getConversation } from "./read.ts";
import { type ConversationStatus, conversations } from "./schema.ts";

/** A change of status; `reopens` where a conversation that was put away comes back. */
export interface StatusChange {
  to: ConversationStatus;
  /** Milliseconds; for snoozed only. */
  snoozedUntil: number | null;
  reopens: boolean;
  at: number;
}

/**
 * The statements that change a conversation's status, with event and counts. They fail the batch with `conflict`
 * unless the conversation is still as it was read.
 */
export function statusStatements(
  tenant: Tenant,
  inbox: Pick<InboxFacts, "id" | "chatbotId">,
  before: Conversation,
  change: StatusChange,
): Statement[] {
  const { to, snoozedUntil, at } = change;
  const resolves = to === "resolved" && before.status !== "resolved";
  const openBefore = before.status === "open" ? 1 : 0;
  const openAfter = to === "open" ? 1 : 0;
  return [
    // Before the change: they read since when the customer waits.
    ...statusCounts(tenant, inbox, before, change),
    tenant.db
      .update(conversations)
      .set({
        status: to,
        snoozedUntil,
        ...(resolves
          ? { resolvedAt: at, firstResolvedAt: before.firstResolvedAt ?? at, waitingSince: null }
          : {}),
        ...(to !== "resolved" ? { resolvedAt: null } : {}),
        ...(change.reopens ? { reopenedCount: sql`${conversations.reopenedCount} + 1`, openedAt: at } : {}),
      })
      .where(
        tenant.of(
          conversations,
          eq(conversations.id, before.id),
          eq(conversations.status, before.status),
          // One that was resolved and reopened meanwhile is not as it was.
          eq(conversations.reopenedCount, before.reopenedCount),
          sql`${conversations.snoozedUntil} IS ${before.snoozedUntil}`,
        ),
      ),
    tenant.assertThat(sql`changes() > 0`),
    recordEvent(
      tenant,
      {
        type: "conversation.status_changed",
        subjectId: before.id,
        inboxId: inbox.id,
        data: {
          from: before.status,
          to,
          ...(snoozedUntil === null ? {} : { snoozedUntil: new Date(snoozedUntil).toISOString() }),
        },
      },
      { at },
    ),
    ...(openAfter === openBefore
      ? []
      : [
          adjustTotal(tenant, {
            metric: "conversations_open",
            inboxId: inbox.id,
            by: openAfter - openBefore,
          }),
        ]),
  ];
}

/**
 * Sets a conversation's status; one that it has already changes nothing and writes no event. Leaving `resolved`
 * counts as reopening. Several callers at the same time: each change is made, one after the other.
 * @param snoozedUntil milliseconds, in the future, for `snoozed`; null otherwise. The caller checks it
 * @throws Failure `not_found`
 */
export async function setStatus(
  tenant: Tenant,
  conversationId: string,
  wanted: { status: ConversationStatus; snoozedUntil: number | null },
): Promise<Conversation> {
  await retryOnConflict(async () => {
    const before = await getConversation(tenant, conversationId);
    if (before.status === wanted.status && before.snoozedUntil === wanted.snoozedUntil) return;
    await tenant.batch(
      statusStatements(tenant, await getInbox(tenant, before.inboxId), before, {
        to: wanted.status,
        snoozedUntil: wanted.snoozedUntil,
        reopens: before.status === "resolved",
        at: Date.now(),
      }),
    );
  });
  return getConversation(tenant, conversationId);
}

/**
 * Assigns a conversation to a member or a bot, or to nobody; what is so already writes no event.
 * @param assignee an id that the caller has checked, or null
 * @throws Failure `not_found`
 */
export async function assignConversation(
  tenant: Tenant,
  conversationId: string,
  assignee: string | null,
): Promise<Conversation> {
  await retryOnConflict(async () => {
    const before = await getConversation(tenant, conversationId);
    if (before.assignee === assignee) return;
    await tenant.batch([
      tenant.db
        .update(conversations)
        .set({ assignee })
        .where(
          tenant.of(
            conversations,
            eq(conversations.id, conversationId),
            sql`${conversations.assignee} IS ${before.assignee}`,
          ),
        ),
      tenant.assertThat(sql`changes() > 0`),
      recordEvent(tenant, {
        type: "conversation.assigned",
        subjectId: conversationId,
        inboxId: before.inboxId,
        data: { from: before.assignee, to: assignee },
      }),
    ]);
  });
  return getConversation(tenant, conversationId);
}

/** Most snoozes that one run of the housekeeping opens in a workspace; the next run takes the rest. */
const MAX_DUE = 100;

/**
 * The workspaces of a tenant database that have snoozes which are due: for the housekeeping, which has no
 * workspace yet. Reads the snoozed conversations alone, by their own index.
 */
export async function workspacesWithDueSnoozes(database: D1Database, now = Date.now()): Promise<string[]> {
  const { results } = await database
    .prepare(
      `${ACROSS_WORKSPACES} SELECT DISTINCT workspace_id FROM conversations INDEXED BY conversations_by_snooze
       WHERE snoozed_until IS NOT NULL AND snoozed_until <= ? LIMIT 1000`,
    )
    .bind(now)
    .all<{ workspace_id: string }>();
  return results.map((row) => row.workspace_id);
}

/**
 * Opens the conversations of a workspace whose snooze is over, at most 100 at a time. Safe to run twice at once.
 * @param tenant of Parley itself, seeing all inboxes
 * @returns how many it opened
 */
export async function openDueSnoozes(tenant: Tenant, now = Date.now()): Promise<number> {
  const due = await tenant.db
    .select()
    .from(conversations)
    .where(
      tenant.of(
        conversations,
        and(isNotNull(conversations.snoozedUntil), lte(conversations.snoozedUntil, now)),
        tenant.visible(conversations.inboxId),
      ),
    )
    .orderBy(conversations.snoozedUntil)
    .limit(MAX_DUE);
  let opened = 0;
  for (const before of due) {
    await retryOnConflict(async () => {
      const still = await getConversation(tenant, before.id);
      if (still.snoozedUntil === null || still.snoozedUntil > now) return;
      await tenant.batch(
        statusStatements(tenant, await getInbox(tenant, still.inboxId), still, {
          to: "open",
          snoozedUntil: null,
          reopens: false,
          at: now,
        }),
      );
      opened += 1;
    });
  }
  return opened;
}

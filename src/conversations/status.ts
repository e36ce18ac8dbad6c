import { sql } from "drizzle-orm";
import { getInbox } from "../inboxes/store.ts";
import { retryOnConflict } from "../tenant/retry.ts";
import { ACROSS_WORKSPACES, type Tenant } from "../tenant/tenant.ts";
import type { Conversation } from "./append.ts";
import { getConversation } from "./read.ts";
import { type ConversationStatus, conversations } from "./schema.ts";
import { ConversationTurn } from "./turn.ts";

export { CONVERSATION_STATUSES } from "./schema.ts";

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
    const inbox = await getInbox(tenant, before.inboxId);
    const turn = new ConversationTurn(tenant, { inbox, conversation: before, isNew: false }, tenant.now());
    const { status, snoozedUntil } = wanted;
    turn.changeStatus(status, { snoozedUntil, reopens: before.status === "resolved" });
    await tenant.batch(turn.statements());
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
    // An assignment is counted nowhere, so whose chatbot the inbox has does not matter.
    const inbox = { id: before.inboxId, channel: "", chatbotId: null };
    const turn = new ConversationTurn(tenant, { inbox, conversation: before, isNew: false }, tenant.now());
    turn.assign(assignee);
    await tenant.batch(turn.statements());
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
export async function openDueSnoozes(tenant: Tenant, now = tenant.now()): Promise<number> {
  // By its name, as above: SQLite would take the primary key, and go through the workspace.
  const due = await tenant.db
    .select({ id: conversations.id })
    .from(conversations)
    .where(
      tenant.of(
        conversations,
        sql`${conversations.id} IN (SELECT id FROM conversations INDEXED BY conversations_by_snooze
          WHERE workspace_id = ${tenant.workspaceId} AND snoozed_until IS NOT NULL AND snoozed_until <= ${now}
          ORDER BY snoozed_until LIMIT ${MAX_DUE})`,
        tenant.visible(conversations.inboxId),
      ),
    );
  let opened = 0;
  for (const before of due) {
    await retryOnConflict(async () => {
      const still = await getConversation(tenant, before.id);
      if (still.snoozedUntil === null || still.snoozedUntil > now) return;
      const inbox = await getInbox(tenant, still.inboxId);
      const turn = new ConversationTurn(tenant, { inbox, conversation: still, isNew: false }, now);
      turn.changeStatus("open", { snoozedUntil: null, reopens: false });
      await tenant.batch(turn.statements());
      opened += 1;
    });
  }
  return opened;
}

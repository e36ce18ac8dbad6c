import { eq, sql } from "drizzle-orm";
import type { TagCarrier } from "../contacts/delete-tag.ts";
import { nameKey, resolveTags, tagsToBe } from "../contacts/tags.ts";
import { Failure } from "../tenant/failure.ts";
import { retryOnConflict } from "../tenant/retry.ts";
import type { Statement, Tenant } from "../tenant/tenant.ts";
import type { Conversation } from "./append.ts";
import { getConversation } from "./read.ts";
import { type ConversationPriority, conversationLabels, conversations } from "./schema.ts";

/** Most tags that one conversation carries. */
export const MAX_TAGS = 20;

/** The priority that conversations begin with: too many have it to be found by it. */
export const USUAL_PRIORITY: ConversationPriority = "normal";

/** What a conversation is found by. */
export function labelsOf({ tags, priority }: Pick<Conversation, "tags" | "priority">): string[] {
  return priority === USUAL_PRIORITY ? [...tags] : [...tags, priority];
}

/** The statements that take labels off a conversation; in batches of its own change or removal. */
export function unlabelStatements(tenant: Tenant, id: string, labels: readonly string[]): Statement[] {
  if (labels.length === 0) return [];
  const gone = sql`${conversationLabels.label} IN (SELECT value FROM json_each(${JSON.stringify(labels)}))`;
  return [
    tenant.db
      .delete(conversationLabels)
      .where(tenant.of(conversationLabels, gone, eq(conversationLabels.conversationId, id))),
  ];
}

/** Conversations lose a tag that is deleted: what finds them by it. */
export const conversationTagCarrier: TagCarrier = {
  step: (tenant, tagId, size) =>
    tenant.db.delete(conversationLabels).where(
      tenant.of(
        conversationLabels,
        eq(conversationLabels.label, tagId),
        sql`${conversationLabels.conversationId} IN (SELECT conversation_id FROM conversation_labels
            WHERE workspace_id = ${tenant.workspaceId} AND label = ${tagId} LIMIT ${size})`,
      ),
    ),
  carried: ({ workspaceId }, tagId) =>
    sql`EXISTS (SELECT 1 FROM conversation_labels WHERE workspace_id = ${workspaceId} AND label = ${tagId})`,
};

export interface LabelChanges {
  priority?: ConversationPriority;
  /** Names; tags of names that do not exist are made. */
  addTags?: readonly string[];
  /** Names. Those that it does not carry are left alone. */
  removeTags?: readonly string[];
}

/**
 * Changes a conversation's priority and tags; what is so already is not written. No event tells of it.
 * @throws Failure `not_found` for the conversation, or a tag to take off that does not exist; `invalid_input` when it
 *   would carry more than {@link MAX_TAGS}, and for a name in both lists
 */
export async function labelConversation(
  tenant: Tenant,
  id: string,
  { priority, addTags = [], removeTags = [] }: LabelChanges,
): Promise<Conversation> {
  const taken = new Set(removeTags.map(nameKey));
  const both = addTags.find((name) => taken.has(nameKey(name)));
  if (both !== undefined) {
    throw new Failure("invalid_input", `${JSON.stringify(both)} is in both addTags and removeTags.`);
  }
  return retryOnConflict(async () => {
    const before = await getConversation(tenant, id);
    const [removed, { ids: added, made }] = await Promise.all([
      removeTags.length === 0 ? [] : resolveTags(tenant, { names: removeTags }),
      tagsToBe(tenant, addTags),
    ]);
    const gone = new Set(removed);
    const tags = [...new Set([...before.tags, ...added])].filter((tag) => !gone.has(tag));
    if (tags.length > MAX_TAGS && tags.length > before.tags.length) {
      throw new Failure("invalid_input", `A conversation carries at most ${MAX_TAGS} tags.`);
    }
    const after = { ...before, tags, priority: priority ?? before.priority };
    const same = after.priority === before.priority && JSON.stringify(tags) === JSON.stringify(before.tags);
    if (same) return before;
    const [had, has] = [labelsOf(before), labelsOf(after)];
    await tenant.batch([
      ...made,
      tenant.assertThat(sql`EXISTS (SELECT 1 FROM conversations
        WHERE workspace_id = ${tenant.workspaceId} AND id = ${id}
          AND priority = ${before.priority} AND tags = ${JSON.stringify(before.tags)})`),
      tenant.db
        .update(conversations)
        .set({ priority: after.priority, tags })
        .where(tenant.of(conversations, eq(conversations.id, id))),
      ...unlabelStatements(
        tenant,
        id,
        had.filter((label) => !has.includes(label)),
      ),
      ...has
        .filter((label) => !had.includes(label))
        .map((label) =>
          tenant.db
            .insert(conversationLabels)
            .values(tenant.row({ label, conversationId: id }))
            .onConflictDoNothing(),
        ),
    ]);
    return after;
  });
}

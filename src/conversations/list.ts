import { and, desc, eq, gte, isNull, lt, type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import { type CursorScope, decodeCursor, encodeCursor, type Page, pageOffset } from "../tenant/page.ts";
import type { Tenant } from "../tenant/tenant.ts";
import { mergeWalks, type Walk } from "../tenant/walk.ts";
import type { Conversation } from "./append.ts";
import { cursorFilters, type FilterArguments, type Filters, passes } from "./filters.ts";
import { CONVERSATION_STATUSES, conversations } from "./schema.ts";

/** Up to so many inboxes are walked one by one; above, the workspace's own order is walked and the rest left out. */
const MAX_WALKS = 50;

type Position = Pick<Conversation, "lastActivityAt" | "id">;

/** A page of conversations, newest activity first. @param args what `filters` was resolved from */
export async function listConversations(
  tenant: Tenant,
  filters: Filters,
  options: { args: FilterArguments; cursor?: string; page?: number; limit: number },
): Promise<Page<Conversation>> {
  const scope: CursorScope = {
    list: "conversations",
    workspaceId: tenant.workspaceId,
    filters: cursorFilters(tenant, options.args),
  };
  const skip = pageOffset(options.page, options.limit, options.cursor);
  const key = options.cursor
    ? await decodeCursor(scope, options.cursor, z.tuple([z.number(), z.string()]))
    : null;
  const { items, continueBelow } = await mergeWalks<Conversation, Position>(walksFor(tenant, filters), {
    after: key ? { lastActivityAt: key[0], id: key[1] } : null,
    limit: options.limit,
    skip,
    newer: (a, b) =>
      a.lastActivityAt > b.lastActivityAt || (a.lastActivityAt === b.lastActivityAt && a.id > b.id),
  });
  return {
    items,
    hasMore: continueBelow !== null,
    nextCursor:
      continueBelow && (await encodeCursor(scope, [continueBelow.lastActivityAt, continueBelow.id])),
  };
}

/**
 * Chooses the index: a contact's conversations are few; assignee and status have an index; a set of inboxes is
 * walked inbox by inbox, so that it costs the same however many conversations other inboxes hold. What the index
 * does not know is checked row by row.
 */
function walksFor(tenant: Tenant, filters: Filters): Walk<Conversation, Position>[] {
  const { contactId, assignee, status, inboxIds } = filters;
  if (inboxIds?.length === 0) return [];
  const withStatus = status === undefined ? undefined : eq(conversations.status, status);
  if (contactId !== undefined) return [walk(tenant, filters, eq(conversations.contactId, contactId))];
  if (assignee !== undefined) {
    const whose = assignee === null ? isNull(conversations.assignee) : eq(conversations.assignee, assignee);
    const statuses = status === undefined ? CONVERSATION_STATUSES : [status];
    return statuses.map((one) => walk(tenant, filters, and(whose, eq(conversations.status, one))));
  }
  if (inboxIds !== null && inboxIds.length <= MAX_WALKS) {
    return inboxIds.map((id) => walk(tenant, filters, and(eq(conversations.inboxId, id), withStatus)));
  }
  return [walk(tenant, filters, withStatus)];
}

/** One walk down an index whose leading columns `fixed` names; its order is that of last activity. */
function walk(tenant: Tenant, filters: Filters, fixed: SQL | undefined): Walk<Conversation, Position> {
  const { from, until } = filters;
  return {
    take: (after, size) =>
      tenant.db
        .select()
        .from(conversations)
        .where(
          tenant.of(
            conversations,
            fixed,
            from === undefined ? undefined : gte(conversations.lastActivityAt, from),
            until === undefined || after ? undefined : lt(conversations.lastActivityAt, until),
            after
              ? sql`(${conversations.lastActivityAt}, ${conversations.id}) < (${after.lastActivityAt}, ${after.id})`
              : undefined,
          ),
        )
        .orderBy(desc(conversations.lastActivityAt), desc(conversations.id))
        .limit(size),
    keeps: passes(filters),
  };
}

import { asc, eq, gt, sql } from "drizzle-orm";
import { z } from "zod";
import { Failure } from "../tenant/failure.ts";
import { foldedName, foldedWords } from "../tenant/fold.ts";
import { newId } from "../tenant/ids.ts";
import { mergeScans } from "../tenant/list.ts";
import { type CursorScope, decodeCursor, encodeCursor, type Page } from "../tenant/page.ts";
import type { Tenant } from "../tenant/tenant.ts";
import { insertFrom } from "../tenant/writes.ts";
import { savedReplies } from "./schema.ts";
import { checkVariables } from "./variables.ts";

/** Times are milliseconds, UTC. */
export type SavedReply = Omit<typeof savedReplies.$inferSelect, "workspaceId" | "titleKey">;

/** Most saved replies of a workspace: what keeps looking through them cheap. */
export const MAX_SAVED_REPLIES = 500;

function titleKey(title: string): string {
  return foldedName(title) || title.normalize("NFKC").toLowerCase();
}

function savedReplyOf({
  workspaceId: _,
  titleKey: __,
  ...reply
}: typeof savedReplies.$inferSelect): SavedReply {
  return reply;
}

/**
 * Saves a reply; one of the same title (whatever its case) gets the new text.
 * @throws Failure `invalid_input` as {@link checkVariables}; `not_allowed` for a new one beyond {@link MAX_SAVED_REPLIES}
 */
export async function saveReply(
  tenant: Tenant,
  { title, text }: Pick<SavedReply, "title" | "text">,
): Promise<{ reply: SavedReply; created: boolean }> {
  await checkVariables(tenant, text);
  const at = tenant.now();
  const { workspaceId } = tenant;
  const key = titleKey(title);
  const id = newId("savedReply", at);
  const there = sql`SELECT 1 FROM saved_replies WHERE workspace_id = ${workspaceId} AND title_key = ${key}`;
  const [row] = await insertFrom(
    tenant,
    savedReplies,
    { id, title, titleKey: key, text, createdAt: at, updatedAt: at },
    sql`WHERE EXISTS (${there}) OR ${MAX_SAVED_REPLIES} >
      (SELECT count(*) FROM saved_replies WHERE workspace_id = ${workspaceId})`,
  )
    .onConflictDoUpdate({
      target: [savedReplies.workspaceId, savedReplies.titleKey],
      set: { title, text, updatedAt: at },
    })
    .returning();
  if (!row) {
    throw new Failure("not_allowed", `A workspace has at most ${MAX_SAVED_REPLIES} saved replies.`);
  }
  return { reply: savedReplyOf(row), created: row.id === id };
}

/**
 * Saved replies in the order of their titles.
 * @param options.query words, each of which title or text must hold
 * @param options.contactId whom they are shown for: a cursor goes on for the same alone
 */
export async function listSavedReplies(
  tenant: Tenant,
  options: { query?: string; contactId?: string; cursor?: string; limit: number },
): Promise<Page<SavedReply>> {
  const { query = "", contactId = null, cursor, limit } = options;
  const words = foldedWords(query).split(" ");
  const scope: CursorScope = { list: "saved_replies", tenant, filters: [query, contactId] };
  const after = cursor === undefined ? null : (await decodeCursor(scope, cursor, z.tuple([z.string()])))[0];
  const { items, continueBehind } = await mergeScans<
    typeof savedReplies.$inferSelect,
    Pick<typeof savedReplies.$inferSelect, "titleKey">
  >(
    [
      {
        take: (behind, size) =>
          tenant.db
            .select()
            .from(savedReplies)
            .where(tenant.of(savedReplies, behind ? gt(savedReplies.titleKey, behind.titleKey) : undefined))
            .orderBy(asc(savedReplies.titleKey))
            .limit(size),
        keeps: ({ title, text }) => {
          const held = foldedWords(`${title} ${text}`);
          return words.every((word) => held.includes(word));
        },
      },
    ],
    { after: after === null ? null : { titleKey: after }, limit, before: () => false },
  );
  return {
    items: items.map(savedReplyOf),
    hasMore: continueBehind !== null,
    nextCursor: continueBehind && (await encodeCursor(scope, [continueBehind.titleKey])),
  };
}

/** Deletes a saved reply. Answers false when there is none such. */
export async function deleteSavedReply(tenant: Tenant, id: string): Promise<boolean> {
  const rows = await tenant.db
    .delete(savedReplies)
    .where(tenant.of(savedReplies, eq(savedReplies.id, id)))
    .returning({ id: savedReplies.id });
  return rows.length > 0;
}

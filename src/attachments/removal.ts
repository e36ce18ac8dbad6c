import { and, eq, isNull, lt, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { adjustTotal } from "../figures/totals.ts";
import { ACROSS_WORKSPACES, type Statement, type Tenant } from "../tenant/tenant.ts";
import { attachments } from "./schema.ts";
import { objectKey, WAITS_MS } from "./store.ts";

/**
 * How files go: what erases them forgets at once whose they were and what they were called, after which no address leads
 * to them; then their bytes are deleted, and then what is left of the row, so that no bytes are left that nothing knows of.
 */

/** Files that are removed at once: R2 takes a thousand keys. */
const AT_ONCE = 500;
/** Workspaces that one look finds on a shard. */
const FOUND_AT_ONCE = 200;

/** Files of these conversations, `size` at most. */
export async function filesIn(
  tenant: Tenant,
  conversationIds: readonly string[],
  size: number,
): Promise<string[]> {
  const rows = await tenant.db.all<{ id: string }>(
    sql`SELECT a.id AS id FROM json_each(${JSON.stringify(conversationIds)}) AS wanted
      CROSS JOIN attachments AS a INDEXED BY attachments_by_conversation
      WHERE a.workspace_id = ${tenant.workspaceId} AND a.conversation_id = wanted.value LIMIT ${size}`,
  );
  return rows.map(({ id }) => id);
}

/** The statement by which files are nobody's any more, and swept: see {@link sweepFiles}. */
export function forgetFiles(tenant: Tenant, ids: readonly string[]): Statement[] {
  if (ids.length === 0) return [];
  return [
    tenant.db
      .update(attachments)
      .set({ conversationId: null, name: "", owner: "", createdAt: 0 })
      .where(
        tenant.of(
          attachments,
          sql`${attachments.id} IN (SELECT value FROM json_each(${JSON.stringify(ids)}))`,
        ),
      ),
  ];
}

/** Deletes files that are nobody's: erased ones, and those that no message took in time. @returns how many */
export async function sweepFiles(tenant: Tenant, env: Env, now = Date.now()): Promise<number> {
  const { id, bytes } = attachments;
  const isPast = and(isNull(attachments.conversationId), lt(attachments.createdAt, now - WAITS_MS));
  const rows = await tenant.db.all<{ id: string; bytes: number }>(
    sql`SELECT ${id}, ${bytes} FROM ${attachments} INDEXED BY attachments_untaken
      WHERE ${tenant.of(attachments, isPast)} LIMIT ${AT_ONCE}`,
  );
  if (rows.length === 0) return 0;
  await env.FILES.delete(rows.map((row) => objectKey(tenant.workspaceId, row.id)));
  const ids = JSON.stringify(rows.map((row) => row.id));
  const sum = rows.reduce((all, row) => all + row.bytes, 0);
  await tenant.batch([
    // Two that sweep at once must not count the same bytes twice.
    tenant.assertThat(sql`${rows.length} = (SELECT count(*) FROM attachments
      WHERE workspace_id = ${tenant.workspaceId} AND id IN (SELECT value FROM json_each(${ids})))`),
    tenant.db
      .delete(attachments)
      .where(tenant.of(attachments, sql`${id} IN (SELECT value FROM json_each(${ids}))`)),
    adjustTotal(tenant, { metric: "attachment_bytes", inboxId: null, by: -sum }),
  ]);
  return rows.length;
}

/** The workspaces of a tenant database that have files to sweep: for the housekeeping. */
export async function workspacesWithOldFiles(database: D1Database, now: number): Promise<string[]> {
  const rows = await drizzle(database).all<{ id: string }>(sql`${sql.raw(ACROSS_WORKSPACES)}
    SELECT DISTINCT workspace_id AS id FROM attachments INDEXED BY attachments_untaken
    WHERE conversation_id IS NULL AND created_at < ${now - WAITS_MS} LIMIT ${FOUND_AT_ONCE}`);
  return rows.map(({ id }) => id);
}

/** Deletes some bytes of a workspace that is deleted, whatever knew of them. @returns whether none are left */
export async function clearFiles({ workspaceId }: Pick<Tenant, "workspaceId">, env: Env): Promise<boolean> {
  const { objects, truncated } = await env.FILES.list({ prefix: objectKey(workspaceId, "") });
  if (objects.length > 0) await env.FILES.delete(objects.map(({ key }) => key));
  return !truncated;
}

/** The files of a conversation behind an id, for an export of the person whose it is. */
export async function filesOfConversation(
  tenant: Tenant,
  conversationId: string,
  after: string | number | null,
  size: number,
) {
  const { id, inboxId, name, mediaType, bytes, createdAt } = attachments;
  const rows = await tenant.db
    .select({ id, inboxId, conversationId: attachments.conversationId, name, mediaType, bytes, createdAt })
    .from(attachments)
    .where(
      tenant.of(
        attachments,
        eq(attachments.conversationId, conversationId),
        after === null ? undefined : sql`${id} > ${after}`,
      ),
    )
    .orderBy(id)
    .limit(size);
  return rows;
}

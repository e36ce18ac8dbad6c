import { and, asc, eq, isNotNull, sql } from "drizzle-orm";
import type { ChatbotRemoval } from "../chatbots/store.ts";
import { SHARED, scopeOf } from "../search/index-sides.ts";
import { type IndexJob, lastJob } from "../search/index-state.ts";
import { type IndexPosition, indexJobs, searchIndexes } from "../search/schema.ts";
import { recordEvent } from "../tenant/events.ts";
import { newId } from "../tenant/ids.ts";
import type { Statement, Tenant } from "../tenant/tenant.ts";
import { ACROSS_WORKSPACES } from "../tenant/tenant.ts";

/** Rebuilds of the search index as they are stored: their rows, and the sides that they fill and turn. */

export type IndexScope = typeof searchIndexes.$inferSelect;

/**
 * Asks for a rebuild of what a chatbot is answered with: its own rows, and those that belong to no chatbot. While one
 * of the chatbot waits or runs, it is that one. {@link wakeIndexing} has it begin.
 * @param chatbotId of a chatbot that there is
 */
export async function requestRebuild(tenant: Tenant, chatbotId: string): Promise<IndexJob> {
  const at = Date.now();
  await tenant.batch([
    // Of each chatbot the last one is kept.
    tenant.db
      .delete(indexJobs)
      .where(tenant.of(indexJobs, eq(indexJobs.chatbotId, chatbotId), isNotNull(indexJobs.finishedAt))),
    tenant.db
      .insert(indexJobs)
      .values(
        tenant.row({
          id: newId("indexJob", at),
          chatbotId,
          state: "queued" as const,
          step: 0,
          done: 0,
          attempts: 0,
          createdAt: at,
        }),
      )
      .onConflictDoNothing(),
  ]);
  const job = await lastJob(tenant, chatbotId);
  if (!job) throw new Error("A rebuild was removed as soon as it was asked for.");
  return job;
}

/** The rebuild that goes on, or else the one that waits longest. */
export async function nextJob(tenant: Tenant): Promise<IndexJob | null> {
  const [job] = await tenant.db
    .select()
    .from(indexJobs)
    .where(tenant.of(indexJobs, sql`finished_at IS NULL`))
    .orderBy(sql`${indexJobs.state} = 'queued'`, asc(indexJobs.id))
    .limit(1);
  return job ?? null;
}

/** The scopes whose other side a job fills, the shared one behind the chatbot's own. */
export async function scopesOfJob(tenant: Tenant, jobId: string): Promise<IndexScope[]> {
  const rows = await tenant.db
    .select()
    .from(searchIndexes)
    .where(tenant.of(searchIndexes, sql`dirty = 1`, eq(searchIndexes.jobId, jobId)));
  return rows.sort((a, b) => Number(a.scope === SHARED) - Number(b.scope === SHARED));
}

/** A scope whose other side holds what no job fills any more; null: there is none. */
export async function scopeToEmpty(tenant: Tenant): Promise<IndexScope | null> {
  const [row] = await tenant.db
    .select()
    .from(searchIndexes)
    .where(tenant.of(searchIndexes, sql`dirty = 1`, sql`${searchIndexes.jobId} IS NULL`))
    .limit(1);
  return row ?? null;
}

/**
 * The statement that changes a job which is still at the step that it was read at, and the one that fails the batch
 * when it is not: a slice counts once, and none is written for a job that ended.
 */
function changeJob(tenant: Tenant, { id, step }: IndexJob, change: Partial<IndexJob>): Statement[] {
  return [
    tenant.db
      .update(indexJobs)
      .set({ ...change, step: step + 1 })
      .where(tenant.of(indexJobs, and(eq(indexJobs.id, id), eq(indexJobs.step, step)))),
    tenant.assertThat(sql`changes() > 0`),
  ];
}

/**
 * Begins a job: from now on what changes in its scopes is written to both sides. What belongs to no chatbot is left
 * out when a rebuild has begun, and ended well, since this one was asked for.
 * @throws Failure `conflict` when it is not as it was read
 */
export async function beginJob(tenant: Tenant, job: IndexJob, position: IndexPosition, now: number) {
  const [shared] = await tenant.db
    .select({ startedAt: searchIndexes.startedAt, builtAt: searchIndexes.builtAt })
    .from(searchIndexes)
    .where(tenant.of(searchIndexes, eq(searchIndexes.scope, SHARED)));
  const fresh = shared?.builtAt && shared.startedAt > job.createdAt && shared.builtAt >= shared.startedAt;
  const scopes = [scopeOf(job.chatbotId), ...(fresh ? [] : [SHARED])];
  const facts = { dirty: true, jobId: job.id, sweep: null, startedAt: now };
  await tenant.batch([
    ...changeJob(tenant, job, { state: "running", startedAt: now, position }),
    tenant.db
      .insert(searchIndexes)
      .values(scopes.map((scope) => tenant.row({ scope, side: 1 as const, ...facts })))
      .onConflictDoUpdate({ target: [searchIndexes.workspaceId, searchIndexes.scope], set: facts }),
  ]);
}

/**
 * Stores how far a job is, in the batch of what it wrote.
 * @throws Failure `conflict` when it is not as it was read; nothing is written then
 */
export async function advanceJob(
  tenant: Tenant,
  job: IndexJob,
  change: Pick<IndexJob, "position"> & Partial<Pick<IndexJob, "done" | "total">>,
  written: readonly Statement[] = [],
): Promise<void> {
  await tenant.batch([...changeJob(tenant, job, { ...change, attempts: 0, error: null }), ...written]);
}

/** Has a job wait for another attempt. @throws Failure `conflict` */
export async function noteAttempt(tenant: Tenant, job: IndexJob): Promise<void> {
  await tenant.batch(changeJob(tenant, job, { attempts: job.attempts + 1 }));
}

/** Turns searches to what a job has filled, all scopes at once. @throws Failure `conflict` */
export async function finishJob(tenant: Tenant, job: IndexJob, now: number): Promise<void> {
  await tenant.batch([
    ...changeJob(tenant, job, { state: "done", position: null, total: job.done, finishedAt: now }),
    tenant.db
      .update(searchIndexes)
      .set({ side: sql`-${searchIndexes.side}`, jobId: null, builtAt: now })
      .where(tenant.of(searchIndexes, sql`dirty = 1`, eq(searchIndexes.jobId, job.id))),
    recordEvent(
      tenant,
      {
        type: "chatbot.updated",
        subjectId: job.chatbotId,
        inboxId: null,
        data: { changed: ["searchIndex"] },
      },
      { at: now },
    ),
  ]);
}

/** Ends a job that cannot go on; the index before it stays. @throws Failure `conflict` */
export async function failJob(tenant: Tenant, job: IndexJob, error: string, now: number): Promise<void> {
  await tenant.batch([
    ...changeJob(tenant, job, { state: "failed", position: null, error, finishedAt: now }),
    tenant.db
      .update(searchIndexes)
      .set({ jobId: null })
      .where(tenant.of(searchIndexes, sql`dirty = 1`, eq(searchIndexes.jobId, job.id))),
  ]);
}

/** Stores how far the side that is not live is emptied; null: it is empty. */
export async function noteEmptied(tenant: Tenant, scope: string, sweep: IndexScope["sweep"]): Promise<void> {
  await tenant.db
    .update(searchIndexes)
    .set({ sweep, dirty: sweep !== null })
    .where(tenant.of(searchIndexes, eq(searchIndexes.scope, scope), sql`${searchIndexes.jobId} IS NULL`));
}

/** Takes the state of a chatbot's index along when it is deleted, and ends its rebuild. */
export const indexRemoval: ChatbotRemoval = (tenant, chatbotId) => {
  const own = tenant.of(indexJobs, eq(indexJobs.chatbotId, chatbotId));
  return [
    tenant.db
      .update(searchIndexes)
      .set({ jobId: null })
      .where(
        tenant.of(
          searchIndexes,
          sql`dirty = 1`,
          sql`${searchIndexes.jobId} IN (SELECT id FROM index_jobs WHERE ${own})`,
        ),
      ),
    tenant.db.delete(indexJobs).where(own),
    tenant.db
      .delete(searchIndexes)
      .where(tenant.of(searchIndexes, eq(searchIndexes.scope, scopeOf(chatbotId)))),
  ];
};

/**
 * The workspaces of a tenant database with rebuilds that wait or run, or rows left of an index before: for the
 * housekeeping, which has no workspace yet. Reads those rows alone, by their own indexes.
 */
export async function workspacesWithIndexWork(database: D1Database): Promise<string[]> {
  const { results } = await database
    .prepare(
      `${ACROSS_WORKSPACES} SELECT workspace_id FROM index_jobs INDEXED BY index_jobs_unfinished WHERE finished_at IS NULL
       UNION SELECT workspace_id FROM search_indexes INDEXED BY search_indexes_dirty WHERE dirty = 1 LIMIT 1000`,
    )
    .all<{ workspace_id: string }>();
  return results.map((row) => row.workspace_id);
}

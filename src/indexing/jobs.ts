import { asc, eq, sql } from "drizzle-orm";
import type { ChatbotRemoval } from "../chatbots/store.ts";
import { type IndexJob, lastJob } from "../search/index-state.ts";
import { type IndexPosition, indexJobs } from "../search/schema.ts";
import { recordEvent } from "../tenant/events.ts";
import { newId } from "../tenant/ids.ts";
import { ACROSS_WORKSPACES, type Statement, type Tenant } from "../tenant/tenant.ts";
import { mustChange } from "../tenant/writes.ts";

/** Rebuilds of the search index as they are stored. */

/**
 * Asks for a rebuild of what a chatbot is answered with: its own rows, and those that belong to no chatbot. While one
 * of the chatbot waits or runs, it is that one. {@link wakeIndexing} has it begin.
 * @param chatbotId of a chatbot that there is
 */
export async function requestRebuild(tenant: Tenant, chatbotId: string): Promise<IndexJob> {
  const createdAt = tenant.now();
  const blank = { position: null, total: null, error: null, startedAt: null, finishedAt: null };
  const fresh = {
    id: newId("indexJob", createdAt),
    state: "queued" as const,
    ...{ step: 0, done: 0, attempts: 0, createdAt, ...blank },
  };
  await tenant.db
    .insert(indexJobs)
    .values(tenant.row({ chatbotId, ...fresh }))
    .onConflictDoUpdate({
      target: [indexJobs.workspaceId, indexJobs.chatbotId],
      set: fresh,
      setWhere: sql`${indexJobs.finishedAt} IS NOT NULL`,
    });
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

/**
 * Changes a job which is still at the step that it was read at, with what was written, or changes nothing: a slice
 * counts once, and none is written for a job that ended.
 * @throws Failure `conflict` when the job or a row is not as it was read
 */
async function changeJob(
  tenant: Tenant,
  { id, chatbotId, step }: IndexJob,
  change: Partial<IndexJob>,
  written: readonly Statement[] = [],
): Promise<void> {
  const asRead = tenant.of(
    indexJobs,
    eq(indexJobs.chatbotId, chatbotId),
    eq(indexJobs.id, id),
    eq(indexJobs.step, step),
  );
  const update = tenant.db
    .update(indexJobs)
    .set({ ...change, step: step + 1 })
    .where(asRead);
  await tenant.batch([...mustChange(tenant, update), ...written]);
}

/** Stores that a job has begun, or begins again, and how many rows it is about. @throws Failure `conflict` */
export async function beginJob(
  tenant: Tenant,
  job: IndexJob,
  begun: { position: IndexPosition; total: number; now: number },
): Promise<void> {
  const { position, total, now: startedAt } = begun;
  await changeJob(tenant, job, { state: "running", startedAt, position, total, done: 0 });
}

/** Stores how far a job is, in the batch of what it wrote. @throws Failure `conflict` */
export async function advanceJob(
  tenant: Tenant,
  job: IndexJob,
  change: { position: IndexPosition; done: number },
  written: readonly Statement[] = [],
): Promise<void> {
  await changeJob(tenant, job, { ...change, attempts: 0 }, written);
}

/** Has a job wait for another attempt. @throws Failure `conflict` */
export async function noteAttempt(tenant: Tenant, job: IndexJob): Promise<void> {
  await changeJob(tenant, job, { attempts: job.attempts + 1 });
}

/** Ends a job that has gone through everything. @throws Failure `conflict` */
export async function finishJob(tenant: Tenant, job: IndexJob, now: number): Promise<void> {
  const data = { changed: ["searchIndex"] };
  await changeJob(
    tenant,
    job,
    { state: "done", position: null, total: job.done, finishedAt: now, builtAt: now },
    [
      recordEvent(
        tenant,
        { type: "chatbot.updated", subjectId: job.chatbotId, inboxId: null, data },
        { at: now },
      ),
    ],
  );
}

/** Ends a job that cannot go on. @throws Failure `conflict` */
export async function failJob(tenant: Tenant, job: IndexJob, error: string, now: number): Promise<void> {
  await changeJob(tenant, job, { state: "failed", position: null, error, finishedAt: now });
}

/** Takes a chatbot's rebuild along when it is deleted: one that runs ends. */
export const indexRemoval: ChatbotRemoval = (tenant, chatbotId) => [
  tenant.db.delete(indexJobs).where(tenant.of(indexJobs, eq(indexJobs.chatbotId, chatbotId))),
];

/**
 * The workspaces of a tenant database with rebuilds that wait or run, for the housekeeping, which has no workspace yet.
 * Reads those rows alone, by their own index.
 */
export async function workspacesWithIndexWork(database: D1Database): Promise<string[]> {
  const { results } = await database
    .prepare(
      `${ACROSS_WORKSPACES} SELECT DISTINCT workspace_id FROM index_jobs INDEXED BY index_jobs_unfinished
       WHERE finished_at IS NULL LIMIT 1000`,
    )
    .all<{ workspace_id: string }>();
  return results.map((row) => row.workspace_id);
}

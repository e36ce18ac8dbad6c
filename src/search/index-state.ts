import { eq } from "drizzle-orm";
import { z } from "zod";
import type { Tenant } from "../tenant/tenant.ts";
import { time } from "../tenant/time.ts";
import { indexJobs } from "./schema.ts";

export type IndexJob = typeof indexJobs.$inferSelect;

/** How much of a rebuild is done, in whole percent: 100 only when it is over. */
export function percentOf({ state, done, total }: Pick<IndexJob, "state" | "done" | "total">): number {
  if (state === "done") return 100;
  return total === null || total === 0 ? 0 : Math.min(99, Math.floor((100 * done) / total));
}

/** A chatbot's search index, as it is shown with the chatbot. */
export const searchIndexOutput = z.object({
  state: z
    .enum(["ready", "queued", "building", "failed"])
    .describe(
      "Of the last retraining, which rebuilds in place: nothing stops being found meanwhile, nor after a failure",
    ),
  progress: z.int().nullable().describe("Percent of the retraining under way"),
  lastBuiltAt: time.nullable().describe("null: kept up to date, but never retrained"),
  error: z.string().nullable(),
});

const STATES = { queued: "queued", running: "building", done: "ready", failed: "failed" } as const;

/** Reads the state of a chatbot's search index: one row. */
export async function readSearchIndex(
  tenant: Tenant,
  chatbotId: string,
): Promise<z.input<typeof searchIndexOutput>> {
  const job = await lastJob(tenant, chatbotId);
  return {
    state: job ? STATES[job.state] : "ready",
    progress: job && job.finishedAt === null ? percentOf(job) : null,
    lastBuiltAt: job?.builtAt ?? null,
    error: job?.error ?? null,
  };
}

/** The last rebuild that was asked for of a chatbot's index; null: none was. */
export async function lastJob(tenant: Tenant, chatbotId: string): Promise<IndexJob | null> {
  const [job] = await tenant.db
    .select()
    .from(indexJobs)
    .where(tenant.of(indexJobs, eq(indexJobs.chatbotId, chatbotId)));
  return job ?? null;
}

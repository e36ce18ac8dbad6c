import { getChatbot } from "../chatbots/store.ts";
import { logUnexpected } from "../http/log.ts";
import type { IndexJob } from "../search/index-state.ts";
import type { IndexedPart } from "../search/indexed-part.ts";
import type { IndexPosition } from "../search/schema.ts";
import { Failure } from "../tenant/failure.ts";
import type { Tenant } from "../tenant/tenant.ts";
import { advanceJob, beginJob, failJob, finishJob, indexRemoval, nextJob, noteAttempt } from "./jobs.ts";

/** Between two slices the database serves others. */
const PAUSE_MS = 20;
/** Failures in a row after which a job is given up: about four minutes. */
const MAX_ATTEMPTS = 8;
const FIRST_RETRY_MS = 2_000;

export interface IndexingContext {
  env: Env;
  /** Everything that is indexed. */
  parts: readonly IndexedPart[];
  now?: number;
}

/**
 * Does the next slice of a workspace's index work: of the rebuild that goes on, else of the one that waits longest.
 * Rows are indexed anew in the place where they are, so searches go on meanwhile. Everything that it needs to know is
 * stored, so it can be cut off anywhere and called again; one call at a time for each workspace.
 * @returns after how many milliseconds to call again; null: there is nothing to do
 */
export async function advanceIndexing(tenant: Tenant, context: IndexingContext): Promise<number | null> {
  const job = await nextJob(tenant);
  return job && attempt(tenant, context, job);
}

/** A job's next slice. When it fails, the next attempt is later, and the last one ends the job. */
async function attempt(tenant: Tenant, context: IndexingContext, job: IndexJob): Promise<number> {
  const now = context.now ?? Date.now();
  try {
    await getChatbot(tenant, job.chatbotId).catch(async (error: unknown) => {
      if (!(error instanceof Failure) || error.code !== "not_found") throw error;
      await tenant.batch(indexRemoval(tenant, job.chatbotId));
      throw new Failure("conflict", "The chatbot was deleted.");
    });
    await slice(tenant, context, job, now);
  } catch (error) {
    // Something else changed meanwhile: what is stored now says how to go on.
    if (error instanceof Failure && error.code === "conflict") return PAUSE_MS;
    logUnexpected(job.id, "indexing", error);
    if (job.attempts + 1 === MAX_ATTEMPTS) {
      await failJob(
        tenant,
        job,
        `The index could not be rebuilt: ${MAX_ATTEMPTS} attempts in a row failed. What it had goes on answering; ` +
          `retrain again later, and quote ${job.id} to the operator if it keeps failing.`,
        now,
      );
      return PAUSE_MS;
    }
    await noteAttempt(tenant, job);
    return FIRST_RETRY_MS * 2 ** job.attempts;
  }
  return PAUSE_MS;
}

/** The rows of one part of the index that are the chatbot's own, or nobody's: a job goes through one after the other. */
interface Section {
  part: IndexedPart;
  chatbotId: string | null;
}

async function slice(tenant: Tenant, context: IndexingContext, job: IndexJob, now: number): Promise<void> {
  const sections = context.parts.flatMap((part): Section[] => [
    { part, chatbotId: job.chatbotId },
    { part, chatbotId: null },
  ]);
  const { position } = job;
  const i = sections.findIndex(
    ({ part, chatbotId }) => part.name === position?.part && (chatbotId === null) === position.shared,
  );
  const section = sections[i];
  if (!section) {
    // It begins; or begins again, since a deployment has changed what is indexed.
    const counts = await Promise.all(sections.map(({ part, chatbotId }) => part.count(tenant, chatbotId)));
    const total = counts.reduce((sum, count) => sum + count, 0);
    const [first] = sections;
    if (first) await beginJob(tenant, job, { position: startOf(first), total, now });
    return;
  }
  const vectors = section.part.vectors(context.env);
  const next = await section.part.slice(tenant, section.chatbotId, position?.after ?? null, vectors);
  if (next) {
    const { after, rows, statements } = next;
    const done = job.done + rows;
    await advanceJob(tenant, job, { position: { ...startOf(section), after }, done }, statements);
    return;
  }
  const following = sections[i + 1];
  if (following) await advanceJob(tenant, job, { position: startOf(following), done: job.done });
  else await finishJob(tenant, job, now);
}

function startOf({ part, chatbotId }: Section): IndexPosition {
  return { part: part.name, shared: chatbotId === null, after: null };
}

import { getChatbot } from "../chatbots/store.ts";
import { logUnexpected } from "../http/log.ts";
import { type EmbeddedRow, embedOnSide, indexForJob, vectorId } from "../search/corpus.ts";
import { SHARED, type Side } from "../search/index-sides.ts";
import type { IndexJob } from "../search/index-state.ts";
import type { IndexedPart, PartRow } from "../search/indexed-part.ts";
import type { IndexPosition } from "../search/schema.ts";
import { Failure } from "../tenant/failure.ts";
import type { Tenant } from "../tenant/tenant.ts";
import { emptySide } from "./empty-side.ts";
import {
  advanceJob,
  beginJob,
  failJob,
  finishJob,
  type IndexScope,
  indexRemoval,
  nextJob,
  noteAttempt,
  scopesOfJob,
  scopeToEmpty,
} from "./store.ts";

/** Rows of one slice, at most, and the JSON of what is indexed of them, in bytes: D1 takes parameters of 2 MB. */
const SLICE_ROWS = 100;
const SLICE_BYTES = 600_000;
/** Between two slices the database serves others. */
const PAUSE_MS = 20;
/** Vectorize finds vectors some seconds after they were written: that long the index before goes on answering. */
const VECTOR_DELAY_MS = 30_000;
/** Failures in a row after which a job is given up: about four minutes. */
const MAX_ATTEMPTS = 8;
const FIRST_RETRY_MS = 2_000;
/** Times that a slice's vectors are made again because its rows changed meanwhile. */
const MAX_REPEATS = 5;

export interface IndexingContext {
  env: Env;
  /** Everything that is indexed. */
  parts: readonly IndexedPart[];
  now?: number;
}

/**
 * Does the next bounded piece of a workspace's index work: a slice of the rebuild that goes on, else some rows of a
 * side that nobody reads any more, else the beginning of the rebuild that waits longest. Everything that it needs to
 * know is stored, so it can be cut off anywhere and called again; one call at a time for each workspace.
 * @returns after how many milliseconds to call again; null: there is nothing to do
 */
export async function advanceIndexing(tenant: Tenant, context: IndexingContext): Promise<number | null> {
  const job = await nextJob(tenant);
  if (job?.state === "running") return attempt(tenant, context, job);
  const scope = await scopeToEmpty(tenant);
  if (scope) {
    await emptySide(tenant, context, scope);
    return PAUSE_MS;
  }
  return job ? attempt(tenant, context, job) : null;
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
    if (job.state === "queued") {
      await beginJob(tenant, job, { parts: namesOf(context), at: null, until: null }, now);
      return PAUSE_MS;
    }
    return await slice(tenant, context, job, now);
  } catch (error) {
    // Something else changed or ended it: what is stored now says how to go on.
    if (error instanceof Failure && error.code === "conflict") return PAUSE_MS;
    logUnexpected(job.id, "indexing", error);
    if (job.attempts + 1 === MAX_ATTEMPTS) {
      await failJob(
        tenant,
        job,
        `The index could not be rebuilt: ${MAX_ATTEMPTS} attempts in a row failed. The one before it goes on answering; ` +
          `retrain again later, and quote ${job.id} to the operator if it keeps failing.`,
        now,
      );
      return PAUSE_MS;
    }
    await noteAttempt(tenant, job);
    return FIRST_RETRY_MS * 2 ** job.attempts;
  }
}

const namesOf = ({ parts }: IndexingContext) => parts.map(({ name }) => name);

/** The rows of one part of the index in one scope: what a job goes through, one after the other. */
interface Section {
  scope: IndexScope;
  part: IndexedPart;
  chatbotId: string | null;
}

async function sectionsOf(tenant: Tenant, { parts }: IndexingContext, job: IndexJob): Promise<Section[]> {
  const scopes = await scopesOfJob(tenant, job.id);
  return scopes.flatMap((scope) =>
    parts.map((part) => ({ scope, part, chatbotId: scope.scope === SHARED ? null : job.chatbotId })),
  );
}

async function slice(tenant: Tenant, context: IndexingContext, job: IndexJob, now: number): Promise<number> {
  const sections = await sectionsOf(tenant, context, job);
  const parts = namesOf(context);
  // Counted first; and again from the beginning when a deployment has changed what is indexed.
  if (job.total === null || job.position?.parts.join() !== parts.join()) {
    const counts = await Promise.all(sections.map(({ part, chatbotId }) => part.count(tenant, chatbotId)));
    const total = counts.reduce((sum, count) => sum + count, 0);
    await advanceJob(tenant, job, { position: at(parts, sections[0]), total, done: 0 });
    return PAUSE_MS;
  }
  const { position } = job;
  const i = sections.findIndex(
    ({ scope, part }) => scope.scope === position.at?.scope && part.name === position.at.part,
  );
  const section = sections[i];
  if (section) {
    const rows = await nextRows(tenant, context, section, position.at?.after ?? null);
    const last = rows.at(-1);
    const next = last ? at(parts, section, last.after) : at(parts, sections[i + 1]);
    await advanceJob(
      tenant,
      job,
      // The time from which the index is used counts from the last vectors.
      {
        position: next.at === null ? { ...next, until: settled(sections, context, now) } : next,
        done: job.done + rows.length,
      },
      rows.length === 0
        ? []
        : indexForJob(
            tenant,
            section.part.corpus,
            job.id,
            rows.map(({ indexed }) => indexed),
          ),
    );
    return PAUSE_MS;
  }
  const wait = (position.until ?? 0) - now;
  if (wait > 0) return wait;
  await finishJob(tenant, job, now);
  return PAUSE_MS;
}

function at(parts: string[], section: Section | undefined, after: string | null = null): IndexPosition {
  return {
    parts,
    at: section ? { scope: section.scope.scope, part: section.part.name, after } : null,
    until: null,
  };
}

function settled(sections: readonly Section[], { env }: IndexingContext, now: number): number {
  return sections.some(({ part }) => part.vectors(env)) ? now + VECTOR_DELAY_MS : now;
}

/**
 * The next rows of a section, their vectors written where there are vectors. Those take a while: rows that changed
 * meanwhile are done again, since the change may have written its own vectors before these.
 */
async function nextRows(
  tenant: Tenant,
  { env }: IndexingContext,
  { part, chatbotId, scope }: Section,
  after: string | null,
): Promise<PartRow[]> {
  const read = async () => withinBytes(await part.slice(tenant, chatbotId, after, SLICE_ROWS));
  await part.renew?.(tenant, env, chatbotId, after, SLICE_ROWS);
  const vectors = part.vectors(env);
  const filled: Side = scope.side === 1 ? -1 : 1;
  let rows = await read();
  if (!vectors) return rows;
  let [outdated, gone]: [EmbeddedRow[], string[]] = [rows.map(({ embedded }) => embedded), []];
  for (let repeats = 0; outdated.length > 0 || gone.length > 0; repeats++) {
    if (repeats > MAX_REPEATS) throw new Error("The rows keep changing while their vectors are made.");
    await embedOnSide(tenant, vectors, filled, outdated);
    if (gone.length > 0) await vectors.remove(gone.map((id) => vectorId(id, filled)));
    const before = new Map(rows.map(({ embedded, indexed }) => [embedded.id, indexed.version]));
    rows = await read();
    outdated = rows
      .filter(({ embedded, indexed }) => before.get(embedded.id) !== indexed.version)
      .map(({ embedded }) => embedded);
    const there = new Set(rows.map(({ embedded }) => embedded.id));
    gone = [...before.keys()].filter((id) => !there.has(id));
  }
  return rows;
}

/** The first of these rows that fit into one statement, one at least. */
function withinBytes(rows: readonly PartRow[]): PartRow[] {
  let size = 0;
  const fits = rows.findIndex(({ indexed }, i) => {
    size += new TextEncoder().encode(JSON.stringify(indexed)).length;
    return i > 0 && size > SLICE_BYTES;
  });
  return fits === -1 ? [...rows] : rows.slice(0, fits);
}

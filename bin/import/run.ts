import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import type { Fields, OperatorClient, Row } from "../operator-client.ts";
import { Refused } from "../refused.ts";
import type { Checkpoint } from "./checkpoint.ts";
import type { Entry, Item } from "./entry.ts";
import { Progress } from "./progress.ts";

/** Bytes of the items of one request: the server takes 4 MiB. */
const MAX_REQUEST_BYTES = 2_000_000;
/** External ids that a request keeps from being removed, at least; the server takes 1,000. */
const MAX_KEPT = 500;
/** Errors that are listed; the rest is counted. */
const MAX_LISTED = 1000;
/** Pauses before a request is tried again, in milliseconds: a server that restarts is back by then. */
const PAUSES = [1000, 3000, 6000];

/** The code of a sync that would remove everything, see {@link Job.allowEmpty}. */
const EMPTY = "empty_source";

/** An entry with where it stands. */
export type SourceEntry = Entry & {
  /** Named in reports, when there are several. */
  file?: string;
  /** How far through the source this is, of {@link Job.total}. */
  at: number;
};

export interface Job {
  client: OperatorClient;
  /** Of the operator API: takes batches; `removals` below it ends a sync. */
  path: string;
  /** Sent with each batch and with the removal. */
  fields: Fields;
  entries: Iterable<SourceEntry> | AsyncIterable<SourceEntry>;
  total: number;
  /** Most items of one request. */
  batch: number;
  /** What an entry is called, in the plural. */
  noun: string;
  sync: boolean;
  /** A sync may remove everything, of a source in which there is nothing. */
  allowEmpty?: boolean;
  /** Items are known by their externalId: a second one with the same is a mistake of the source. */
  distinct: boolean;
  checkpoint: Checkpoint;
  quiet: boolean;
}

const answerSchema = z.object({
  created: z.int(),
  updated: z.int(),
  unchanged: z.int(),
  errors: z.array(z.object({ index: z.int(), message: z.string() })),
});
const removalSchema = z.object({ removed: z.int() });

interface Waiting {
  entry: SourceEntry;
  item: Item;
}

/** Sends a request, again after a pause when the server is away or met another change. */
async function send(client: OperatorClient, path: string, body: Fields, patient: boolean): Promise<Row> {
  for (let tries = 0; ; tries++) {
    try {
      return await client.post(path, body);
    } catch (error) {
      const passing = error instanceof Refused && [undefined, "internal", "conflict"].includes(error.code);
      const pause = PAUSES[tries];
      if (!patient || !passing || pause === undefined) throw error;
      await sleep(pause);
    }
  }
}

/** An import under way. */
class Run {
  readonly #job: Job;
  readonly #progress: Progress;
  readonly #seen = new Map<string, string>();
  #waiting: Waiting[] = [];
  #keep: string[] = [];
  #bytes = 0;
  /** Entries read so far, those of an earlier run included. */
  #ordinal = 0;
  #stopping = false;

  constructor(job: Job) {
    this.#job = job;
    this.#progress = new Progress(job.quiet);
  }

  get #state() {
    return this.#job.checkpoint.state;
  }

  #report(entry: SourceEntry, message: string): void {
    this.#state.counts.bad++;
    this.#list("errors", entry, message);
  }

  #list(kind: "errors" | "notes", { file, line }: SourceEntry, message: string): void {
    // Documents have no lines.
    const where = { ...(file === undefined ? {} : { file }), ...(line > 0 ? { line } : {}) };
    if (this.#state[kind].length < MAX_LISTED) this.#state[kind].push({ ...where, message });
  }

  async all(): Promise<Row> {
    const stop = () => {
      this.#stopping = true;
    };
    process.once("SIGINT", stop).once("SIGTERM", stop);
    try {
      for await (const entry of this.#job.entries) await this.#take(entry);
      await this.#flush(this.#ordinal, this.#job.total);
      const removed = await this.#removeMissing();
      this.#job.checkpoint.remove();
      this.#progress.end(1, this.#said());
      return this.#answer(removed);
    } catch (error) {
      this.#progress.clear();
      if (!(error instanceof Refused) || error.code === EMPTY || this.#state.done === 0) throw error;
      const { noun, sync } = this.#job;
      const again = sync
        ? "the same command passes over them and finishes the sync"
        : "the same command goes on behind them";
      throw new Refused(`${error.message} ${this.#state.done} ${noun} are done: ${again}.`, error.code);
    } finally {
      process.off("SIGINT", stop).off("SIGTERM", stop);
    }
  }

  /** The first place of an external id, when this entry is not it. */
  #earlier(entry: SourceEntry, externalId: string): string | undefined {
    const before = this.#seen.get(externalId);
    const line = entry.line > 0 ? `line ${entry.line}` : "";
    if (before === undefined) this.#seen.set(externalId, [entry.file, line].filter(Boolean).join(", "));
    return before;
  }

  async #take(entry: SourceEntry): Promise<void> {
    const { distinct, batch } = this.#job;
    const id = "item" in entry && distinct ? entry.item.externalId : undefined;
    const before = typeof id === "string" ? this.#earlier(entry, id) : undefined;
    if (this.#ordinal < this.#state.done) {
      this.#ordinal++;
      return;
    }
    const size = "item" in entry ? Buffer.byteLength(JSON.stringify(entry.item)) : 0;
    const full = this.#waiting.length >= batch || this.#keep.length >= MAX_KEPT;
    if (full || (this.#waiting.length > 0 && this.#bytes + size > MAX_REQUEST_BYTES)) {
      await this.#flush(this.#ordinal, entry.at);
    }
    this.#ordinal++;
    const { counts } = this.#state;
    counts.read++;
    if ("skipped" in entry) {
      counts.skipped++;
    } else if ("problem" in entry) {
      this.#report(entry, entry.problem);
      if (entry.keep === undefined) this.#state.unreadable = true;
      else this.#keep.push(...entry.keep);
    } else if (before !== undefined) {
      this.#report(entry, `externalId: ${JSON.stringify(id)} stands already at ${before}`);
    } else if (size > MAX_REQUEST_BYTES) {
      this.#report(entry, `is larger than ${MAX_REQUEST_BYTES / 1_000_000} MB`);
      if (typeof id === "string") this.#keep.push(id);
      else this.#state.unreadable = true;
    } else {
      if (entry.note !== undefined) this.#list("notes", entry, entry.note);
      this.#waiting.push({ entry, item: entry.item });
      this.#bytes += size;
    }
  }

  /** Sends what waits. @param done entries that are dealt with then */
  async #flush(done: number, at: number): Promise<void> {
    const { client, path, fields, sync, total, checkpoint } = this.#job;
    const state = this.#state;
    if (this.#waiting.length > 0 || (sync && this.#keep.length > 0)) {
      const run = sync ? { syncToken: state.syncToken, keep: this.#keep } : {};
      const body = { ...fields, ...run, items: this.#waiting.map(({ item }) => item) };
      const answer = answerSchema.parse(await send(client, path, body, state.done > 0));
      for (const name of ["created", "updated", "unchanged"] as const) state.counts[name] += answer[name];
      for (const { index, message } of answer.errors) {
        const entry = this.#waiting[index]?.entry;
        if (entry) this.#report(entry, message);
        // What the server could not name either, it could not keep from being removed.
        const item = entry && "item" in entry ? entry.item : {};
        if (typeof item.externalId !== "string") state.unreadable = true;
      }
    }
    [this.#waiting, this.#keep, this.#bytes] = [[], [], 0];
    state.done = done;
    checkpoint.save();
    this.#progress.show(total === 0 ? 1 : at / total, this.#said());
    if (this.#stopping) throw new Refused("Stopped.");
  }

  async #removeMissing(): Promise<number> {
    const { client, path, fields, sync, allowEmpty, noun } = this.#job;
    if (!sync || this.#state.unreadable) return 0;
    const { read, skipped, bad } = this.#state.counts;
    if (read === skipped + bad && allowEmpty !== true) {
      throw new Refused(
        `The source holds no ${noun}: a sync would remove all that were imported before. Nothing was removed. ` +
          "If that is meant, say it twice, with --allow-empty beside --sync.",
        EMPTY,
      );
    }
    const body = { ...fields, syncToken: this.#state.syncToken };
    return removalSchema.parse(await send(client, `${path}/removals`, body, true)).removed;
  }

  #said(): string {
    const { read, bad } = this.#state.counts;
    return `${read} ${this.#job.noun} read${bad > 0 ? `, ${bad} bad` : ""}`;
  }

  #answer(removed: number): Row {
    const { counts, unreadable } = this.#state;
    const sorted = (kind: "errors" | "notes") =>
      this.#state[kind].toSorted(
        (a, b) => (a.file ?? "").localeCompare(b.file ?? "") || (a.line ?? 0) - (b.line ?? 0),
      );
    const { read, created, updated, unchanged, skipped, bad } = counts;
    return {
      ...{ read, created, updated, unchanged, skipped, removed, bad, errors: sorted("errors") },
      ...(this.#state.notes.length > 0 ? { notes: sorted("notes") } : {}),
      ...(this.#job.sync && unreadable ? { removalsLeftOut: true } : {}),
      ...(this.#job.checkpoint.resumed ? { resumed: true } : {}),
    };
  }
}

/**
 * Imports a source batch by batch, from where an earlier run of the same import was stopped. Entries that cannot be
 * read or that the server does not take are reported and left out.
 * @returns counts, and the errors (at most 1,000 of them listed)
 * @throws Refused when the server refuses as a whole, is away, or a signal asks to stop; it can go on later then
 */
export async function runImport(job: Job): Promise<Row> {
  const { checkpoint, noun, quiet } = job;
  if (checkpoint.resumed && !quiet) {
    console.error(
      `Going on behind the first ${checkpoint.state.done} ${noun}, which an earlier run dealt with.`,
    );
  }
  return new Run(job).all();
}

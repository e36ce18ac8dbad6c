import { createHash } from "node:crypto";
import { existsSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { z } from "zod";
import { randomText } from "../../src/tenant/ids.ts";
import { ROOT, writePrivate } from "../local.ts";

const report = z.strictObject({ file: z.string().optional(), line: z.int().optional(), message: z.string() });
const stateSchema = z.strictObject({
  /** Entries of the source that are dealt with. */
  done: z.int(),
  counts: z.strictObject({
    read: z.int(),
    created: z.int(),
    updated: z.int(),
    unchanged: z.int(),
    skipped: z.int(),
    bad: z.int(),
  }),
  errors: z.array(report),
  /** What was left out of entries that were imported. */
  notes: z.array(report),
  /** Something could not be read at all: it may be anything, so a sync must not remove what it has not seen. */
  unreadable: z.boolean(),
  syncToken: z.string(),
});
/** How far an import is. */
export type ImportState = z.output<typeof stateSchema>;

const fileSchema = z.strictObject({ identity: z.string(), savedAt: z.int(), state: stateSchema });
/** Somebody may have changed since what the first part wrote: after a day it is written again. */
const KEPT_MS = 24 * 60 * 60 * 1000;

function freshState(): ImportState {
  return {
    done: 0,
    counts: { read: 0, created: 0, updated: 0, unchanged: 0, skipped: 0, bad: 0 },
    errors: [],
    notes: [],
    unreadable: false,
    syncToken: randomText(26),
  };
}

/** An import of a kind into a workspace. */
export interface ImportIdentity {
  kind: "products" | "contacts" | "articles";
  server: string;
  workspace: string;
  /** Whatever makes the same source come to something else. */
  options: unknown;
  /** The source's bytes by their digest, see {@link contentDigest}. */
  source: string;
}

/**
 * Remembers how far an import is, so that the same command goes on where it was stopped. Of each kind and workspace
 * the last import is remembered alone: after another one, an earlier one begins anew and writes its part again. It is
 * forgotten when it is finished. Losing it is no harm: what is imported twice is imported once.
 */
export class Checkpoint {
  readonly #file: string | null;
  readonly #identity: string;
  readonly state: ImportState;
  /** True when an earlier run was stopped. */
  readonly resumed: boolean;

  /**
   * @param resumable false for one that always begins anew: a sync, say, since what its first half marked as seen may
   *   have been marked by another one since, and would be removed
   */
  constructor({ kind, server, workspace, ...rest }: ImportIdentity, resumable: boolean) {
    const own = process.env.PARLEY_DATA ? resolve(process.env.PARLEY_DATA) : join(ROOT, ".parley");
    this.#file = resumable ? join(own, "imports", `${kind}-${digestOf([server, workspace])}.json`) : null;
    this.#identity = digestOf(rest);
    const kept = this.#read();
    this.state = kept ?? freshState();
    this.resumed = kept !== null;
  }

  #read(): ImportState | null {
    if (this.#file === null || !existsSync(this.#file)) return null;
    try {
      const { identity, savedAt, state } = fileSchema.parse(JSON.parse(readFileSync(this.#file, "utf8")));
      return identity === this.#identity && Date.now() - savedAt < KEPT_MS ? state : null;
    } catch {
      return null;
    }
  }

  /** Written beside it first: a computer that stops meanwhile leaves the old one or the new one, never half. */
  save(): void {
    if (this.#file === null) return;
    const kept: z.output<typeof fileSchema> = {
      identity: this.#identity,
      savedAt: Date.now(),
      state: this.state,
    };
    writePrivate(`${this.#file}.new`, JSON.stringify(kept));
    renameSync(`${this.#file}.new`, this.#file);
  }

  remove(): void {
    if (this.#file !== null) rmSync(this.#file, { force: true });
  }
}

function digestOf(value: unknown): string {
  return createHash("sha256").update(JSON.stringify(value)).digest("hex").slice(0, 32);
}

/** The digest of what a source holds. */
export function contentDigest(parts: Iterable<string | Uint8Array>): string {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(createHash("sha256").update(part).digest());
  return hash.digest("hex");
}

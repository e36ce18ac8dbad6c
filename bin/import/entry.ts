/** One thing of a source: to be imported, left out on purpose, or not readable. */
export type Entry =
  /** `note`: what of it is left out, though the rest is imported. */
  | { line: number; item: Item; note?: string }
  /** Not for sale, say: it is not imported, and a sync removes it. */
  | { line: number; skipped: true }
  /** `keep` is what the source calls it, where that much could be read: a sync leaves it as it is. */
  | { line: number; problem: string; keep?: readonly string[] };

/** What is sent: the server checks every field. */
export interface Item {
  [field: string]: unknown;
}

/** Throw it while an entry is read: the entry is then reported with this message, and reading goes on. */
export class BadEntry extends Error {
  /** Where in the source, when that is not where the entry begins. */
  readonly line: number | undefined;

  constructor(message: string, line?: number) {
    super(message);
    this.name = "BadEntry";
    this.line = line;
  }
}

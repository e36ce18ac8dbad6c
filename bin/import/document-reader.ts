import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { z } from "zod";
import type { Document } from "./documents.ts";
import { BadEntry } from "./entry.ts";
import { readBytes } from "./source.ts";

/** Largest document, in bytes. */
export const MAX_FILE_BYTES = 50 * 1024 * 1024;
/** What reading one may take: milliseconds, and megabytes of its own and beyond what the command has. */
const MAX_MS = 30_000;
const MAX_HEAP_MB = 768;
const MAX_GROWTH_MB = 1500;
const LOOK_EVERY_MS = 200;

const answerSchema = z.union([
  z.object({ problem: z.string() }),
  z.object({
    document: z.object({
      title: z.string(),
      description: z.string(),
      markdown: z.string(),
      category: z.string().optional(),
      keywords: z.array(z.string()).optional(),
      draft: z.boolean().optional(),
    }),
  }),
]);

/** What a worker is asked, and answers: see document-worker.ts. */
export type Answer = z.input<typeof answerSchema>;
export interface Asked {
  file: string;
  bytes: Uint8Array;
}

/**
 * Reads documents in a thread of its own, so that one that is made to take for ever, or all memory, ends by itself and
 * the others are still read.
 */
export class DocumentReader {
  #worker: Worker | null = null;

  /** @throws BadEntry when it cannot be read, in bounded time and memory; Refused when the file cannot */
  async read(file: string): Promise<Document> {
    const bytes = readBytes(file, MAX_FILE_BYTES);
    const answer = answerSchema.parse(await this.#ask({ file, bytes }));
    if ("problem" in answer) throw new BadEntry(answer.problem);
    return answer.document;
  }

  #ask(asked: Asked): Promise<unknown> {
    this.#worker ??= new Worker(join(import.meta.dirname, "document-worker.ts"), {
      resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB },
    });
    const worker = this.#worker;
    const began = Date.now();
    const before = process.memoryUsage().rss;
    return new Promise((answer) => {
      const watch = setInterval(() => {
        const grown = (process.memoryUsage().rss - before) / 1024 / 1024;
        const problem =
          grown > MAX_GROWTH_MB
            ? "takes too much memory to read"
            : Date.now() - began > MAX_MS
              ? "takes too long to read"
              : null;
        if (problem === null) return;
        lost(problem);
        worker.terminate();
      }, LOOK_EVERY_MS);
      const give = (said: unknown) => {
        clearInterval(watch);
        worker.removeAllListeners("message").removeAllListeners("error").removeAllListeners("exit");
        answer(said);
      };
      const lost = (problem: string) => {
        this.#worker = null;
        give({ problem });
      };
      worker
        .once("message", give)
        .once("error", (error: Error & { code?: string }) =>
          lost(
            error.code === "ERR_WORKER_OUT_OF_MEMORY"
              ? "takes too much memory to read"
              : `cannot be read: ${error.message}`,
          ),
        )
        .once("exit", () => lost("cannot be read"))
        .postMessage(asked);
    });
  }

  async end(): Promise<void> {
    const worker = this.#worker;
    this.#worker = null;
    await worker?.terminate();
  }
}

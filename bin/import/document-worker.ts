import { parentPort } from "node:worker_threads";
import type { Answer, Asked } from "./document-reader.ts";
import { readDocument } from "./documents.ts";
import { BadEntry } from "./entry.ts";

/** The thread of document-reader.ts. Whatever a library throws over a document is that document's problem alone. */
parentPort?.on("message", async ({ file, bytes }: Asked) => {
  let answer: Answer;
  try {
    answer = { document: await readDocument(file, Buffer.from(bytes)) };
  } catch (error) {
    const why = error instanceof BadEntry ? error.message : `cannot be read: ${error}`;
    answer = { problem: why };
  }
  parentPort?.postMessage(answer);
});

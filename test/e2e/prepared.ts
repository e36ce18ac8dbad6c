import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  interface ProvidedContext {
    /** A folder of this run, where the first file that starts a server leaves what a first start makes. */
    prepared: string;
  }
}

export default function setup(project: TestProject): () => void {
  const folder = mkdtempSync(join(tmpdir(), "parley-prepared-"));
  project.provide("prepared", folder);
  return () => rmSync(folder, { recursive: true, force: true });
}

import { existsSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { z } from "zod";
import { D1_JURISDICTIONS } from "./account.ts";
import { ROOT, writePrivate } from "./local.ts";
import { Refused } from "./refused.ts";

/** What this checkout knows of the server that it deployed. Git ignores the file, and only its owner can read it. */
export const DEPLOYED_FILE = join(ROOT, ".parley/deployed.json");

const deployedSchema = z.object({
  /** The public origin, without a slash at its end. */
  url: z.string().optional(),
  /** The jurisdiction of the buckets that were made here, by which they are found; null: they have none. */
  files: z.object({ jurisdiction: z.enum(D1_JURISDICTIONS).nullable() }).optional(),
  /** The secrets that were made here. A Worker that somebody else deployed has others, which nobody can read. */
  secrets: z.record(z.string(), z.string()),
});
export type Deployed = z.output<typeof deployedSchema>;

/**
 * What an earlier deploy from this checkout remembered, empty when there was none.
 * @throws Refused when the file is damaged: going on would make new secrets and lose the old ones
 */
export function readDeployed(): Deployed {
  if (!existsSync(DEPLOYED_FILE)) return { secrets: {} };
  try {
    return deployedSchema.parse(JSON.parse(readFileSync(DEPLOYED_FILE, "utf8")));
  } catch {
    throw new Refused(
      `${relative(process.cwd(), DEPLOYED_FILE)} is damaged: restore it, or move it away to start without it.`,
    );
  }
}

export function writeDeployed(deployed: Deployed): void {
  writePrivate(DEPLOYED_FILE, `${JSON.stringify(deployed, null, 2)}\n`);
}

/** The operator key of the server at an address, if it was deployed from this checkout. Other servers never get it. */
export function deployedOperatorKey(url: string): string | undefined {
  const deployed = readDeployed();
  return deployed.url !== undefined && URL.parse(url)?.origin === deployed.url
    ? deployed.secrets.OPERATOR_KEY
    : undefined;
}

import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { FoundResource, Resource } from "./account.ts";
import { ROOT } from "./local.ts";

/** The tracked configuration: local ids, and the source of everything else. */
export const TRACKED_CONFIG = join(ROOT, "wrangler.jsonc");
/** The one that is deployed: git ignores it. It lies beside the tracked one, so that relative paths hold. */
export const DEPLOY_CONFIG = join(ROOT, "wrangler.deploy.jsonc");

/** What a deploy reads or replaces; every other setting goes through as it is. */
const configSchema = z.looseObject({
  name: z.string(),
  d1_databases: z.array(
    z.looseObject({ binding: z.string(), database_name: z.string(), migrations_dir: z.string() }),
  ),
  kv_namespaces: z.array(z.looseObject({ binding: z.string() })),
  r2_buckets: z.array(z.looseObject({ binding: z.string(), bucket_name: z.string() })),
  routes: z.array(z.unknown()).optional(),
  vars: z.record(z.string(), z.unknown()),
  secrets: z.object({ required: z.array(z.string()) }),
});
export type TrackedConfig = z.output<typeof configSchema>;

export async function readTrackedConfig(): Promise<TrackedConfig> {
  const { experimental_readRawConfig } = await import("wrangler");
  return configSchema.parse(experimental_readRawConfig({ config: TRACKED_CONFIG }).rawConfig);
}

export function wantedDatabases(config: TrackedConfig): Resource[] {
  return config.d1_databases.map((one) => ({ binding: one.binding, name: one.database_name }));
}

/** Namespaces have no name in the configuration: theirs is made of the Worker's and the binding's, as wrangler does. */
export function wantedNamespaces(config: TrackedConfig): Resource[] {
  return config.kv_namespaces.map(({ binding }) => ({
    binding,
    name: `${config.name}-${binding.toLowerCase().replaceAll("_", "-")}`,
  }));
}

export function wantedBuckets(config: TrackedConfig): Resource[] {
  return config.r2_buckets.map((one) => ({ binding: one.binding, name: one.bucket_name }));
}

/** The migration files of each database, in the order they are applied. */
export function migrationFiles(config: TrackedConfig): { database: string; files: string[] }[] {
  return config.d1_databases.map((one) => ({
    database: one.database_name,
    files: readdirSync(join(ROOT, one.migrations_dir))
      .filter((name) => name.endsWith(".sql"))
      .sort(),
  }));
}

/** Whether an origin is one that the platform gives, and not a domain of the account. */
export function isWorkersDev(url: string): boolean {
  return new URL(url).hostname.endsWith(".workers.dev");
}

/**
 * Writes the configuration to deploy: the tracked one with the account's ids and the public address. An address on a
 * domain of one's own becomes the Worker's custom domain, unless the tracked configuration has routes already.
 * @param jurisdiction of the buckets, by which they are found
 * @param url the public origin; undefined before the account has said it, and the Worker then answers nobody
 */
export function writeDeployConfig(
  tracked: TrackedConfig,
  { found, jurisdiction }: { found: FoundResource[]; jurisdiction?: string },
  url?: string,
): void {
  const id = (binding: string) => found.find((one) => one.binding === binding)?.id;
  const ownDomain = url !== undefined && !isWorkersDev(url);
  const config = {
    ...tracked,
    d1_databases: tracked.d1_databases.map((one) => ({ ...one, database_id: id(one.binding) })),
    kv_namespaces: tracked.kv_namespaces.map((one) => ({ ...one, id: id(one.binding) })),
    ...(jurisdiction && { r2_buckets: tracked.r2_buckets.map((one) => ({ ...one, jurisdiction })) }),
    ...(ownDomain && { routes: tracked.routes ?? [{ pattern: new URL(url).hostname, custom_domain: true }] }),
    vars: { ...tracked.vars, ...(url !== undefined && { PUBLIC_URL: url }) },
  };
  const head = "// Written by `npm run deploy` from wrangler.jsonc: change that one.\n";
  writeFileSync(DEPLOY_CONFIG, `${head}${JSON.stringify(config, null, 2)}\n`);
}

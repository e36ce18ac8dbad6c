/** The tenant databases that this deployment is bound to: `TENANT_1`, `TENANT_2` … */
const SHARD_NAME = /^TENANT_\d+$/;

/** Bindings are dynamic here (a further shard is one more line of configuration), so the type is checked when read. */
function isDatabase(binding: unknown): binding is D1Database {
  return typeof binding === "object" && binding !== null && "prepare" in binding && "batch" in binding;
}

/**
 * The database behind a shard's name, as a workspace's control row holds it.
 * @throws Error when the deployment has no such binding: a configuration fault, not a caller's.
 */
export function shardDatabase(env: Env, name: string): D1Database {
  const binding: unknown = SHARD_NAME.test(name) ? Reflect.get(env, name) : undefined;
  if (!isDatabase(binding)) throw new Error(`No tenant database is bound as ${name}.`);
  return binding;
}

/** The names of all bound shards, in the order of their numbers. */
export function shardNames(env: Env): string[] {
  return Object.keys(env)
    .filter((name) => SHARD_NAME.test(name))
    .sort((a, b) => Number(a.slice("TENANT_".length)) - Number(b.slice("TENANT_".length)));
}

/** What a D1 database holds at most; it takes no writes beyond. */
export const SHARD_LIMIT_BYTES = 10_000_000_000;

/** From this share on, operators are warned. */
const NEARLY_FULL = 0.8;

export interface ShardSize {
  shard: string;
  bytes: number;
  limitBytes: number;
}

/** How large each shard is: every answer of D1 says it. */
export async function shardSizes(env: Env): Promise<ShardSize[]> {
  return Promise.all(
    shardNames(env).map(async (shard) => {
      const { meta } = await shardDatabase(env, shard).prepare("SELECT 1").run();
      return { shard, bytes: meta.size_after, limitBytes: SHARD_LIMIT_BYTES };
    }),
  );
}

/** True for a shard that has to be relieved: new workspaces go elsewhere, and there should be a further one. */
export function nearlyFull({ bytes, limitBytes }: ShardSize): boolean {
  return bytes >= limitBytes * NEARLY_FULL;
}

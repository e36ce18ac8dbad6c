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

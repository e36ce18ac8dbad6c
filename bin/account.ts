import { lookup } from "node:dns/promises";
import { z } from "zod";
import { Refused } from "./refused.ts";
import { runWrangler, type WranglerRun, wranglerError } from "./wrangler.ts";

/** What the Worker needs on the account: found by its name, and bound under `binding`. */
export interface Resource {
  binding: string;
  name: string;
}
/** A resource with the id that the account gave it. */
export interface FoundResource extends Resource {
  id: string;
  /** True when this run made it. */
  created: boolean;
}

const databaseList = z.array(z.object({ name: z.string(), uuid: z.string() }));
const namespaceList = z.array(z.object({ title: z.string(), id: z.string() }));
const secretList = z.array(z.object({ name: z.string() }));

async function wrangler(args: string[]): Promise<WranglerRun> {
  const run = await runWrangler(args);
  if (run.code === 0) return run;
  throw new Refused(`wrangler ${args.slice(0, 3).join(" ")} failed: ${wranglerError(run.output)}`);
}

/** The JSON of a wrangler command. @throws Refused when it is not what this version of wrangler answers */
function answer<T>(schema: z.ZodType<T>, text: string, command: string): T {
  const parsed = z
    .string()
    .transform((json, context) => {
      try {
        return JSON.parse(json);
      } catch {
        context.addIssue("not JSON");
        return z.NEVER;
      }
    })
    .pipe(schema)
    .safeParse(text);
  if (parsed.success) return parsed.data;
  throw new Refused(`wrangler ${command} gave an answer that this version of Parley cannot read.`);
}

/**
 * Refuses unless wrangler may act for an account. Asks with `whoami`, since other commands would start a login.
 * @throws Refused with what to do
 */
export async function requireAccount(): Promise<void> {
  const run = await runWrangler(["whoami", "--json"]);
  if (run.code === 0) return;
  if (/"loggedIn":\s*false/.test(run.stdout)) {
    throw new Refused(
      "Not logged in to Cloudflare: run `npx wrangler login`, or set CLOUDFLARE_API_TOKEN (`npm run deploy -- --dry-run` needs no account).",
    );
  }
  throw new Refused(`Cannot reach the Cloudflare account: ${wranglerError(run.output)}`);
}

/**
 * Finds each resource by its name and creates those that are missing.
 * @param list gives the account's resources as name → id; asked again after creating, which is how ids are learnt
 * @param create makes one of that name
 */
async function ensure(
  wanted: Resource[],
  list: () => Promise<Map<string, string>>,
  create: (name: string) => Promise<unknown>,
): Promise<FoundResource[]> {
  const before = await list();
  const missing = wanted.filter((one) => !before.has(one.name));
  for (const one of missing) await create(one.name);
  const after = missing.length > 0 ? await list() : before;
  return wanted.map((one) => {
    const id = after.get(one.name);
    if (id === undefined) throw new Refused(`${one.name} was created, but the account does not list it.`);
    return { ...one, id, created: missing.includes(one) };
  });
}

/** Where new D1 databases lie: a hint, or a promise that data stays there. */
export const D1_LOCATIONS = ["weur", "eeur", "apac", "oc", "wnam", "enam"] as const;
export const D1_JURISDICTIONS = ["eu", "fedramp", "us"] as const;
export interface D1Place {
  location?: (typeof D1_LOCATIONS)[number];
  jurisdiction?: (typeof D1_JURISDICTIONS)[number];
}

/**
 * The D1 databases, created where the account has none of that name. `config` keeps wrangler from asking anything.
 * @param place of those that are created; where the others lie was decided when they were
 */
export function ensureDatabases(
  wanted: Resource[],
  config: string,
  { location, jurisdiction }: D1Place = {},
): Promise<FoundResource[]> {
  const place = [
    ...(location ? ["--location", location] : []),
    ...(jurisdiction ? ["--jurisdiction", jurisdiction] : []),
  ];
  return ensure(
    wanted,
    async () => {
      const { stdout } = await wrangler(["d1", "list", "--json", "--config", config]);
      return new Map(answer(databaseList, stdout, "d1 list").map((one) => [one.name, one.uuid]));
    },
    (name) => wrangler(["d1", "create", name, "--config", config, ...place]),
  );
}

/** The KV namespaces, created where the account has none of that title. */
export function ensureNamespaces(wanted: Resource[], config: string): Promise<FoundResource[]> {
  return ensure(
    wanted,
    async () => {
      const { stdout } = await wrangler(["kv", "namespace", "list", "--config", config]);
      return new Map(answer(namespaceList, stdout, "kv namespace list").map((one) => [one.title, one.id]));
    },
    (name) => wrangler(["kv", "namespace", "create", name, "--config", config]),
  );
}

/**
 * The R2 buckets, created where the account has none of that name. A bucket's name is its id.
 * @param place a jurisdiction is part of a bucket's address: it must be said again whenever the bucket is meant
 */
export async function ensureBuckets(
  wanted: Resource[],
  config: string,
  { location, jurisdiction }: D1Place = {},
): Promise<FoundResource[]> {
  const place = [
    ...(location && !jurisdiction ? ["--location", location] : []),
    ...(jurisdiction ? ["--jurisdiction", jurisdiction] : []),
  ];
  const found: FoundResource[] = [];
  for (const one of wanted) {
    const run = await runWrangler(["r2", "bucket", "create", one.name, "--config", config, ...place]);
    // Asked for directly: a list has pages, and wrangler shows the first.
    const exists = run.code !== 0 && /already exists, and you own it|code: 10004/.test(run.output);
    if (run.code !== 0 && !exists)
      throw new Refused(`wrangler r2 bucket failed: ${wranglerError(run.output)}`);
    found.push({ ...one, id: one.name, created: !exists });
  }
  return found;
}

/** The names of the secrets that the deployed Worker has; none when there is no Worker yet. */
export async function deployedSecrets(config: string): Promise<Set<string>> {
  const run = await runWrangler(["secret", "list", "--config", config]);
  if (run.code === 0) {
    return new Set(answer(secretList, run.stdout, "secret list").map((one) => one.name));
  }
  if (/Worker "[^"]+" not found/.test(run.output)) return new Set();
  throw new Refused(`wrangler secret list failed: ${wranglerError(run.output)}`);
}

/**
 * Whether a host name leads somewhere already. Without a terminal wrangler replaces the DNS records and the Worker
 * of a name without asking, and there is no command that would tell beforehand.
 */
export async function isInUse(hostname: string): Promise<boolean> {
  return lookup(hostname).then(
    () => true,
    () => false,
  );
}

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { isIP } from "node:net";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { Command, CommanderError, Option } from "commander";
import { z } from "zod";
import {
  D1_JURISDICTIONS,
  D1_LOCATIONS,
  type D1Place,
  deployedSecrets,
  ensureBuckets,
  ensureDatabases,
  ensureNamespaces,
  isInUse,
  requireAccount,
} from "./account.ts";
import {
  DEPLOY_CONFIG,
  isWorkersDev,
  migrationFiles,
  readTrackedConfig,
  TRACKED_CONFIG,
  type TrackedConfig,
  wantedBuckets,
  wantedDatabases,
  wantedNamespaces,
  writeDeployConfig,
} from "./deploy-config.ts";
import { DEPLOYED_FILE, type Deployed, readDeployed, writeDeployed } from "./deployed.ts";
import { newSecrets, writePrivate } from "./local.ts";
import { Refused, runCommand } from "./refused.ts";
import { databases, migrate, runWrangler, wranglerError } from "./wrangler.ts";

const here = (file: string) => relative(process.cwd(), file);

/**
 * The public origin that a person named.
 * @throws Refused unless it is https, a host and nothing more: OAuth's issuer is built from it
 */
function publicOrigin(text: string): string {
  const url = URL.parse(text);
  const isPublic = url?.protocol === "https:" && url.hostname.includes(".") && isIP(url.hostname) === 0;
  if (!isPublic || `${url.origin}/` !== url.href || url.port !== "") {
    throw new Refused(
      `${JSON.stringify(text)} is not a public address: write it as https://parley.example.com.`,
    );
  }
  return url.origin;
}

/** Works in a folder that is gone afterwards. */
async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "parley-deploy-"));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** `--dry-run`: bundles the Worker as a deploy would, and says what one would do. Asks nobody, writes nothing. */
async function dryRun(tracked: TrackedConfig, url: string | undefined): Promise<void> {
  const size = await inFolder(async (folder) => {
    const run = await runWrangler([
      ...["deploy", "--dry-run", "--outdir", folder, "--config", TRACKED_CONFIG],
    ]);
    if (run.code !== 0) throw new Refused(`The Worker does not build: ${wranglerError(run.output)}`);
    return /Total Upload: (.+)/.exec(run.stdout)?.[1]?.trim() ?? "size unknown";
  });
  const lines = [
    "Would create, where the account has none of that name:",
    ...wantedDatabases(tracked).map((one) => `  D1 database ${one.name} (${one.binding})`),
    ...wantedNamespaces(tracked).map((one) => `  KV namespace ${one.name} (${one.binding})`),
    ...wantedBuckets(tracked).map((one) => `  R2 bucket ${one.name} (${one.binding})`),
    ...tracked.secrets.required.map((name) => `  secret ${name}`),
    "Would migrate:",
    ...migrationFiles(tracked).map((one) => `  ${one.database}: ${one.files.join(", ")}`),
    "Would deploy:",
    `  Worker ${tracked.name} (${size})`,
    `  at ${url ?? "the address on workers.dev that the account gives"}`,
    "Nothing was changed.",
  ];
  console.log(lines.join("\n"));
}

/**
 * The secrets to upload: those that the deployed Worker lacks. They are kept before they are uploaded, so that a
 * deploy that fails half-way loses none, and one that the Worker has is never replaced.
 */
function secretsToUpload(
  required: string[],
  existing: Set<string>,
  deployed: Deployed,
): Record<string, string> {
  const missing = required.filter((name) => !existing.has(name));
  const fresh: Record<string, string> = newSecrets();
  const upload: Record<string, string> = {};
  for (const name of missing) {
    const value = deployed.secrets[name] ?? fresh[name];
    if (value === undefined) throw new Refused(`${name} is required, but nothing here knows how to make it.`);
    upload[name] = value;
  }
  if (missing.length > 0) {
    deployed.secrets = { ...deployed.secrets, ...upload };
    writeDeployed(deployed);
    console.log(`Secrets made: ${missing.join(", ")}, kept in ${here(DEPLOYED_FILE)}`);
  }
  return upload;
}

/** A line of wrangler's machine-readable log; only that of a deploy has targets. */
const logEntry = z.object({ type: z.string(), targets: z.array(z.string()).optional() });

/**
 * Deploys once, with the generated configuration.
 * @returns the Worker's address on workers.dev, if it has one
 */
async function upload(secrets: Record<string, string>): Promise<string | undefined> {
  return inFolder(async (folder) => {
    const log = join(folder, "wrangler.ndjson");
    const args = ["deploy", "--config", DEPLOY_CONFIG];
    if (Object.keys(secrets).length > 0) {
      const file = join(folder, "secrets.json");
      writePrivate(file, JSON.stringify(secrets));
      args.push("--secrets-file", file);
    }
    const run = await runWrangler(args, undefined, { WRANGLER_OUTPUT_FILE_PATH: log });
    if (run.code !== 0) throw new Refused(`The deploy failed: ${wranglerError(run.output)}`);
    return readFileSync(log, "utf8")
      .split("\n")
      .filter((line) => line !== "")
      .flatMap((line) => logEntry.parse(JSON.parse(line)).targets ?? [])
      .find((target) => URL.canParse(target) && isWorkersDev(target));
  });
}

/**
 * Deploys until the Worker knows its own address: on workers.dev the account says it only with the first deploy.
 * @param wanted the address named by a person or remembered from an earlier deploy
 * @param configure writes the configuration for an address
 */
async function deployAt(
  wanted: string | undefined,
  secrets: Record<string, string>,
  configure: (url: string | undefined) => void,
): Promise<string> {
  configure(wanted);
  const given = await upload(secrets);
  if (wanted !== undefined && !isWorkersDev(wanted)) return wanted;
  if (given === undefined) {
    throw new Refused(
      "The Worker has no address on workers.dev: name one with --url https://parley.example.com.",
    );
  }
  if (given !== wanted) {
    configure(given);
    await upload({});
  }
  return given;
}

/**
 * Refuses to move to a domain that serves something else.
 * @throws Refused when a name that is new to this deployment leads somewhere already
 */
async function refuseTakenDomain(tracked: TrackedConfig, named: string | undefined, before?: string) {
  if (named === undefined || named === before || isWorkersDev(named) || tracked.routes) return;
  const { hostname } = new URL(named);
  if (await isInUse(hostname)) {
    throw new Refused(
      `${hostname} is in use, and deploying there replaces its DNS records: say --replace-dns if that is meant.`,
    );
  }
}

interface Wanted {
  /** The public origin that a person named. */
  url: string | undefined;
  replaceDns: boolean;
  place: D1Place;
}

async function deploy(tracked: TrackedConfig, { url: named, replaceDns, place }: Wanted): Promise<void> {
  const deployed = readDeployed();
  await requireAccount();
  if (!replaceDns) await refuseTakenDomain(tracked, named, deployed.url);

  // Of buckets that are there it was decided when they were made.
  const files = deployed.files ?? { jurisdiction: place.jurisdiction ?? null };
  const jurisdiction = files.jurisdiction ?? undefined;
  const found = [
    ...(await ensureDatabases(wantedDatabases(tracked), TRACKED_CONFIG, place)),
    ...(await ensureNamespaces(wantedNamespaces(tracked), TRACKED_CONFIG)),
    ...(await ensureBuckets(wantedBuckets(tracked), TRACKED_CONFIG, { ...place, jurisdiction })),
  ];
  const bound = { found, jurisdiction };
  deployed.files = files;
  for (const one of found) {
    console.log(`${one.created ? "Created" : "Found"}: ${one.name} (${one.binding}, ${one.id})`);
  }

  const before = deployed.url;
  const wanted = named ?? before;
  writeDeployConfig(tracked, bound, wanted);
  const existing = await deployedSecrets(DEPLOY_CONFIG);
  const secrets = secretsToUpload(tracked.secrets.required, existing, deployed);

  // First the databases: the migrations only add, so the Worker that still runs goes on working.
  for (const database of await databases(DEPLOY_CONFIG)) {
    await migrate(database, ["--remote", "--config", DEPLOY_CONFIG]);
    console.log(`Migrated: ${database.name}`);
  }

  deployed.url = await deployAt(wanted, secrets, (url) => writeDeployConfig(tracked, bound, url));
  writeDeployed(deployed);
  if (before !== undefined && before !== deployed.url) {
    console.log(`The address was ${before}: OAuth clients have to sign in again.`);
  }
  console.log(`MCP endpoint: ${deployed.url}/mcp`);
  console.log(
    deployed.secrets.OPERATOR_KEY === undefined
      ? "Operator key: not known here; it lies where this Worker was first deployed. Set PARLEY_OPERATOR_KEY to it."
      : `Operator key: in ${here(DEPLOYED_FILE)}, which \`parley --url ${deployed.url}\` reads`,
  );
  console.log(whatComesNext(deployed.url));
}

/** From an empty server to an assistant that is connected, one command after the other. */
function whatComesNext(url: string): string {
  const parley = `npm run -s parley -- --url ${url}`;
  return `
Next, for a team of your own (each command prints the id that the later ones name ws_…):
  ${parley} workspace create --name "My team" --plan enterprise
  ${parley} user create --email you@example.com --name "You" --workspace ws_… --role owner
  ${parley} inbox create --workspace ws_… --channel web --name Website
  ${parley} token create --workspace ws_… --kind api_key --name Claude --scopes all
People sign in at ${url}/mcp from Claude, ChatGPT and others, with the password that \`user create\` printed once; programs use the token. Every client: ${url}/docs/connect
Plans are limits for those who host others: \`enterprise\` has none but 300 calls a minute; \`trial\`, which is given where none is named, ends after 7 days. See docs/operations.md, also for costs, backups and how to remove it all.`;
}

await runCommand(async () => {
  const command = new Command("deploy")
    .description(
      "Creates on the Cloudflare account what is missing, migrates the databases, and deploys the Worker.",
    )
    .option("--url <address>", "the public address, on a domain of the account; remembered")
    .addOption(
      new Option("--location <region>", "where new databases lie, near your team").choices(D1_LOCATIONS),
    )
    .addOption(
      new Option(
        "--jurisdiction <region>",
        "where new databases must stay, by law; wins over --location",
      ).choices(D1_JURISDICTIONS),
    )
    .option("--replace-dns", "take the domain of --url over from what it leads to now")
    .option("--dry-run", "only say what would be done; needs no account")
    .exitOverride();
  try {
    command.parse();
  } catch (error) {
    // Commander has printed its line (or the help that was asked for).
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 1;
    throw error;
  }
  const flags = command.opts<D1Place & { url?: string; replaceDns?: true; dryRun?: true }>();
  const named = flags.url === undefined ? undefined : publicOrigin(flags.url);
  const tracked = await readTrackedConfig();
  if (flags.dryRun) await dryRun(tracked, named ?? readDeployed().url);
  else {
    const { location, jurisdiction } = flags;
    const place = { ...(location && { location }), ...(jurisdiction && { jurisdiction }) };
    await deploy(tracked, { url: named, replaceDns: flags.replaceDns === true, place });
  }
  return 0;
});

import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { ROOT } from "./local.ts";
import { Refused } from "./refused.ts";

/** Keeps wrangler off the network (metrics, error reports, update check, edge data) and from asking questions. */
const QUIET = {
  WRANGLER_SEND_METRICS: "false",
  WRANGLER_SEND_ERROR_REPORTS: "false",
  WRANGLER_HIDE_BANNER: "true",
  CLOUDFLARE_CF_FETCH_ENABLED: "false",
  // A page to look into the databases, which a local server has no need of.
  X_LOCAL_EXPLORER: "false",
  // Logs and the list of running Workers stay in the checkout.
  WRANGLER_LOG_PATH: join(ROOT, ".wrangler/logs"),
  WRANGLER_REGISTRY_PATH: join(ROOT, ".wrangler/registry"),
  CI: "1",
  NO_COLOR: "1",
};

/**
 * The environment wrangler runs in. Variables of the same name as ours would win over the ones we pass
 * (wrangler reads process.env when `secrets` are declared), so those that must not are taken out.
 */
function wranglerEnv(): NodeJS.ProcessEnv {
  const env = { ...process.env, ...QUIET };
  for (const name of ["OPERATOR_KEY", "PARLEY_SECRET", "PUBLIC_URL"]) Reflect.deleteProperty(env, name);
  return env;
}

/** Starts wrangler on the Node that runs us, in our process group. */
export function spawnWrangler(args: string[], options: SpawnOptions = {}): ChildProcess {
  const cli = join(ROOT, "node_modules/wrangler/wrangler-dist/cli.js");
  const child = spawn(process.execPath, ["--no-warnings", cli, ...args], {
    cwd: ROOT,
    env: wranglerEnv(),
    ...options,
  });
  // One that outlived us would be in the way of the next.
  const end = () => child.kill();
  process.on("exit", end);
  child.once("exit", () => process.off("exit", end));
  return child;
}

/** How a run of wrangler ended. */
export interface WranglerRun {
  code: number;
  /** What stands on stdout alone, for the commands that answer with JSON. */
  stdout: string;
  /** Everything it printed, in the order it came. */
  output: string;
}

/**
 * Runs wrangler to its end. Gives the exit code and what it printed.
 * @param input what it reads from stdin, for example a secret, which must not stand in an argument
 * @param env further environment
 */
export async function runWrangler(
  args: string[],
  input?: string,
  env: Record<string, string> = {},
): Promise<WranglerRun> {
  const child = spawnWrangler(args, { stdio: ["pipe", "pipe", "pipe"], env: { ...wranglerEnv(), ...env } });
  const run: WranglerRun = { code: 1, stdout: "", output: "" };
  child.stdout?.on("data", (chunk) => {
    run.stdout += chunk;
    run.output += chunk;
  });
  child.stderr?.on("data", (chunk) => {
    run.output += chunk;
  });
  child.stdin?.end(input ?? "");
  run.code = await new Promise<number>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (status) => resolve(status ?? 1));
  });
  return run;
}

/** What wrangler adds to every error, whatever it is. */
const BOILERPLATE = /^(🪵|If you think this is a bug|To continue without logging in)/u;

/**
 * What wrangler says went wrong, as one line: each error with its notes, which follow indented after an empty line.
 * It colours errors whatever the environment says.
 */
export function wranglerError(output: string): string {
  const lines = stripVTControlCharacters(output).split("\n");
  const said: string[] = [];
  let inError = false;
  for (const line of lines) {
    const text = line.trim();
    if (line.includes("[ERROR]")) inError = true;
    else if (BOILERPLATE.test(text) || (text !== "" && !/^\s/.test(line))) inError = false;
    if (inError && text !== "") said.push(text.replace(/^.*\[ERROR\]\s*/, ""));
  }
  const last = lines.map((line) => line.trim()).findLast((line) => line !== "" && !BOILERPLATE.test(line));
  return said.join(" ") || last || "no output";
}

/** A D1 database of wrangler.jsonc. */
export interface Database {
  binding: string;
  name: string;
}

/** The databases that wrangler.jsonc (or another configuration file) declares, the control database first. */
export async function databases(configFile = join(ROOT, "wrangler.jsonc")): Promise<Database[]> {
  const { unstable_readConfig } = await import("wrangler");
  const config = unstable_readConfig({ config: configFile }, { hideWarnings: true });
  const declared: { binding: string; database_name?: string }[] = config.d1_databases;
  return declared.map((one) => ({ binding: one.binding, name: one.database_name ?? one.binding }));
}

/**
 * Applies what is missing of a database's migrations. One at a time: two wranglers that make the same local
 * folder at once get in each other's way.
 * @param where wrangler's flags for the place: `--local --persist-to …`, or `--remote`
 * @throws Refused naming the database and what the database said
 */
export async function migrate(database: Database, where: string[]): Promise<void> {
  const { code, output } = await runWrangler(["d1", "migrations", "apply", database.binding, ...where]);
  if (code !== 0) {
    throw new Refused(`The migration of ${database.name} failed: ${wranglerError(output)}`);
  }
}

import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { Config } from "drizzle-kit";
import { ROOT } from "./local.ts";
import { checkMigration } from "./migration-rules.ts";
import { Refused, runCommand } from "./refused.ts";

/** drizzle-kit needs about a second; longer means that it waits for something. */
const GENERATE_WITHIN_MS = 120_000;

/** What drizzle-kit says when the schema and the latest snapshot agree. */
const NOTHING_NEW = "No schema changes";

/** The line of drizzle-kit's output that says most. */
function said(output: string): string {
  if (output.includes("Interactive prompts")) return "a table or column may have been renamed";
  const lines = output.split("\n").map((line) => line.trim());
  const marked = lines.find((line) => /error/i.test(line));
  return marked ?? lines.findLast((line) => line !== "") ?? "no output";
}

async function drizzleGenerate(config: string): Promise<{ code: number | null; output: string }> {
  const cli = join(ROOT, "node_modules/drizzle-kit/bin.cjs");
  const child = spawn(process.execPath, ["--no-warnings", cli, "generate", `--config=${config}`], {
    // drizzle-kit takes schemas relative to the folder it runs in.
    cwd: ROOT,
    env: { ...process.env, NO_COLOR: "1" },
    // It asks about columns that may have been renamed: without a terminal it gives up instead.
    stdio: ["ignore", "pipe", "pipe"],
    timeout: GENERATE_WITHIN_MS,
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk) => {
      output += chunk;
    });
  }
  await once(child, "close");
  return { code: child.exitCode, output };
}

/**
 * Whether the migrations of one database say all that its schema says: drizzle-kit, run on a copy of them, must find
 * nothing to add.
 * @param configFile one of drizzle.*.config.ts
 * @param migrations the folder whose copy is looked at, with one folder for each database
 * @returns the problem as one line, or nothing
 */
async function drift(configFile: string, migrations: string): Promise<string | undefined> {
  const { default: config }: { default: Config } = await import(pathToFileURL(join(ROOT, configFile)).href);
  const database = relative("migrations", config.out ?? "");
  const copy = mkdtempSync(join(tmpdir(), "parley-migrations-"));
  try {
    const out = join(copy, "out");
    if (existsSync(join(migrations, database))) {
      cpSync(join(migrations, database), out, { recursive: true });
    }
    const list = () => globSync("**/*.sql", { cwd: out }).sort();
    const before = list();
    const copiedConfig = join(copy, "drizzle.config.json");
    // drizzle-kit puts `./` before the folder: an absolute one would not be found.
    writeFileSync(copiedConfig, JSON.stringify({ ...config, out: relative(ROOT, out) }));
    const { code, output } = await drizzleGenerate(copiedConfig);
    const fresh = list().filter((name) => !before.includes(name));
    // It also exits with 0, and writes nothing, when it cannot ask its question: only its own words are proof.
    if (code === 0 && fresh.length === 0 && output.includes(NOTHING_NEW)) return undefined;
    const statement = fresh[0] && readFileSync(join(out, fresh[0]), "utf8").split("\n")[0];
    return `${database}: the schema says more than the migrations (${statement ?? said(output)}): run npm run db:generate`;
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

/** `npm run check:migrations [-- folder]`: prints each problem on a line of its own on stderr, and then exits with 1. */
await runCommand(async () => {
  const migrations = resolve(process.argv[2] ?? join(ROOT, "migrations"));
  const files = globSync("**/*.sql", { cwd: migrations }).sort();
  if (files.length === 0) throw new Refused(`There are no migrations in ${migrations}.`);
  const problems = files.flatMap((name) => {
    const file = join(migrations, name);
    return checkMigration(readFileSync(file, "utf8")).map(
      (found) => `${relative(process.cwd(), file)}:${found.line}: ${found.message}`,
    );
  });
  for (const configFile of globSync("drizzle.*.config.ts", { cwd: ROOT }).sort()) {
    const problem = await drift(configFile, migrations);
    if (problem) problems.push(problem);
  }
  for (const problem of problems) console.error(problem);
  return problems.length > 0 ? 1 : 0;
});

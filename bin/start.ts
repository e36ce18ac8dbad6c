import { createHash } from "node:crypto";
import { once } from "node:events";
import { existsSync, globSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join, relative } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseEnv } from "node:util";
import { ensureDemo } from "./demo/demo.ts";
import type { Demo } from "./demo/make.ts";
import { ensureSecrets, type LocalData, localData, localPort, ROOT } from "./local.ts";
import { serveMailFolder } from "./mail-folder.ts";
import { takeFolder } from "./one-server.ts";
import { Refused, runCommand } from "./refused.ts";
import { databases, migrate, spawnWrangler } from "./wrangler.ts";

const STOPPED = "Stopped. The next start goes on where this one was.";

/** How long the first answer may take: a small machine compiles the Worker for a while. */
const READY_WITHIN_MS = 120_000;
/** How long wrangler gets to put its workerd away before it is killed. */
const STOP_WITHIN_MS = 8_000;

/**
 * What a server may have beside its secrets, each off unless it stands in the secrets file or the environment: models,
 * further ways to sign in, pages that may call from a browser, and what webhooks may call on this machine.
 */
const OPTIONAL_VARIABLES = [
  ...["GOOGLE_CLIENT_ID", "GOOGLE_CLIENT_SECRET", "GITHUB_CLIENT_ID", "GITHUB_CLIENT_SECRET"],
  ...["OIDC_ISSUER", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET", "OIDC_NAME", "SIGN_UP"],
  ...["MODEL_API_URL", "MODEL_API_KEY", "AI_MODELS", "AI_CALLS_A_DAY", "ALLOWED_ORIGINS", "LOCAL_TARGETS"],
  ...["MAIL_FROM", "RESEND_API_KEY", "RESEND_API", "POSTMARK_TOKEN", "POSTMARK_API"],
];

/** Where secrets are declared, wrangler takes nothing else from the secrets file: these are passed one by one. */
function optionalVariables(data: LocalData, mail: Record<string, string>): string[] {
  const own = { ...parseEnv(readFileSync(data.secretsFile, "utf8")), ...process.env };
  const values: NodeJS.ProcessEnv = own.RESEND_API_KEY || own.POSTMARK_TOKEN ? own : { ...mail, ...own };
  return OPTIONAL_VARIABLES.flatMap((name) => (values[name] ? ["--var", `${name}:${values[name]}`] : []));
}

/** Mail goes into a folder, unless a provider is configured. */
async function mailVariables(data: LocalData): Promise<Record<string, string>> {
  const { origin } = await serveMailFolder(data.mailFolder);
  return { RESEND_API: origin, RESEND_API_KEY: "local", MAIL_FROM: "Parley <parley@parley.localhost>" };
}

/** Both loopback addresses: another program on `::1` would catch what browsers send to `localhost`. */
async function refuseTakenPort(port: number): Promise<void> {
  for (const host of ["127.0.0.1", "::1"]) {
    const probe = createServer();
    const problem = await new Promise<NodeJS.ErrnoException | null>((resolve) => {
      probe.once("error", resolve);
      probe.listen({ port, host, exclusive: true }, () => resolve(null));
    });
    probe.close();
    if (problem?.code === "EADDRINUSE") {
      throw new Refused(
        `Port ${port} is taken: stop what listens there, or choose another with PORT=8788 npm start.`,
      );
    }
    if (problem?.code === "EACCES")
      throw new Refused(`Port ${port} needs more rights: choose one above 1023.`);
    // A machine without IPv6 has no ::1; every other problem shows when wrangler listens.
  }
}

/** The local databases' files, which have no names that tell which is which. */
function databaseFiles(data: LocalData): string[] {
  return globSync("v3/d1/*/*.sqlite", { cwd: data.state }).sort();
}

/** What was applied, and to which files: with one of them gone it is to be done again. */
function migratedNow(data: LocalData, digest: string): string {
  return [digest, ...databaseFiles(data)].join("\n");
}

async function migrateLocally(data: LocalData): Promise<void> {
  // The configuration as well: it names the databases, and one added since has no migration yet.
  const hash = createHash("sha256").update(readFileSync(join(ROOT, "wrangler.jsonc")));
  for (const name of globSync("migrations/*/*.sql", { cwd: ROOT }).sort()) {
    hash.update(`${name}\n`).update(readFileSync(join(ROOT, name)));
  }
  const digest = hash.digest("hex");
  const known = existsSync(data.migratedFile) && readFileSync(data.migratedFile, "utf8");
  if (known === migratedNow(data, digest) && databaseFiles(data).length > 0) return;
  for (const database of await databases()) {
    stage(`Database ${database.name}`);
    await migrate(database, ["--local", "--persist-to", data.state]);
  }
  writeFileSync(data.migratedFile, migratedNow(data, digest));
}

const began = Date.now();

/** Says what is being done, and for how long it has been going on by now. */
function stage(what: string): void {
  console.log(`[${String(Math.round((Date.now() - began) / 1000)).padStart(3)} s] ${what} …`);
}

async function untilItAnswers(url: string, stopped: Promise<unknown>): Promise<void> {
  const end = Date.now() + READY_WITHIN_MS;
  let running = true;
  stopped.then(() => {
    running = false;
  });
  while (Date.now() < end && running) {
    const answered = await fetch(url, { signal: AbortSignal.timeout(10_000) }).then(
      (response) => response.body?.cancel().then(() => true) ?? true,
      () => false,
    );
    if (answered) return;
    await sleep(100);
  }
  throw new Refused(
    running
      ? `The server did not answer within ${READY_WITHIN_MS / 1000} seconds.`
      : "The server did not start.",
  );
}

/** What a newcomer pastes. Each of the first three stands on a line of its own, for other programs to read. */
function printHowToConnect(url: string, demo: Demo, data: LocalData): void {
  const endpoint = `${url}/mcp`;
  const authorization = `Bearer ${demo.token}`;
  const headers = { Authorization: authorization };
  const server = { type: "http", url: endpoint, headers };
  const vsCode = JSON.stringify({ name: "parley", ...server });
  console.log(`
MCP endpoint: ${endpoint}
Demo token: ${demo.token}
Console: ${url}/w
Start page: ${url}/
Mail that is sent: ${relative(process.cwd(), data.mailFolder) || data.mailFolder}/

Claude Code:
  claude mcp add --transport http parley ${endpoint} --header "Authorization: ${authorization}"
VS Code:
  code --add-mcp '${vsCode}'
Gemini CLI:
  gemini mcp add --transport http --header "Authorization: ${authorization}" parley ${endpoint}
Codex (with PARLEY_TOKEN=${demo.token} in the environment):
  codex mcp add parley --url ${endpoint} --bearer-token-env-var PARLEY_TOKEN
.mcp.json, and Cursor's .cursor/mcp.json:
  ${JSON.stringify({ mcpServers: { parley: server } })}
Every other client: ${url}/docs/connect

Three questions to begin with:
  Which chatbot had the most conversations this month, and where do visitors leave its flow?
  What are customers waiting for right now? Draft an answer to the most urgent one.
  Why does our CRM not hear of new leads any more? Look at the webhook's log.

Sign in (console and OAuth clients): ${demo.email} with the password ${demo.password}

Be a visitor of the demo's website, in a browser:
  ${url}/demo?inbox=${demo.inboxKey}
or as a program:
  curl -s ${url}/api/visitor/v1/sessions -H 'content-type: application/json' -d '{"inboxKey":"${demo.inboxKey}","name":"Ann"}'

Ready.`);
}

/** npm passes SIGTERM on to its shell, which dies of it without a word to us: then its child has a new parent. */
function stopWithNpm(stop: () => void): void {
  if (process.env.npm_lifecycle_event !== "start") return;
  const shell = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === shell) return;
    clearInterval(watch);
    stop();
  }, 500);
  watch.unref();
}

/** `npm start`: migrates, serves on PORT, makes the demo workspace once, and prints how to connect. */
async function start(): Promise<number | undefined> {
  const port = localPort();
  const data = localData();
  let stop = (): void => {
    console.log(STOPPED);
    process.exit(0);
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => stop());
  stopWithNpm(() => stop());
  stage(`Starting in ${relative(process.cwd(), data.state) || data.state}`);
  const { OPERATOR_KEY } = ensureSecrets(data);
  await takeFolder(data.state, port);
  await refuseTakenPort(port);
  await migrateLocally(data);

  const url = `http://localhost:${port}`;
  const child = spawnWrangler(
    [
      ...["dev", "--local", "--ip", "127.0.0.1", "--port", String(port), "--inspector-port", "0"],
      ...["--persist-to", data.state, "--env-file", data.secretsFile, "--var", `PUBLIC_URL:${url}`],
      ...optionalVariables(data, await mailVariables(data)),
      // Each request would be a line at "info"; what goes wrong is printed.
      ...["--log-level", "error", "--show-interactive-dev-session=false"],
    ],
    { stdio: ["ignore", "ignore", "pipe"] },
  );
  const stopped = once(child, "exit");
  let stopping = false;
  // A bundler that is being ended tells at length where it was.
  child.stderr?.on("data", (chunk) => stopping || process.stderr.write(chunk));
  stop = () => {
    stopping = true;
    child.kill("SIGTERM");
    setTimeout(() => child.kill("SIGKILL"), STOP_WITHIN_MS).unref();
  };
  stage("Building the Worker");

  try {
    await untilItAnswers(`http://127.0.0.1:${port}/`, stopped);
    printHowToConnect(url, await ensureDemo(url, OPERATOR_KEY, data, stage), data);
  } catch (error) {
    const wasStopped = stopping;
    stop();
    await stopped;
    if (!wasStopped) throw error;
    console.log(STOPPED);
    return 0;
  }
  await stopped;
  return child.exitCode ?? 0;
}

await runCommand(start);

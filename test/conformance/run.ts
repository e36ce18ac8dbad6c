import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ROOT } from "../../bin/local.ts";
import { runWrangler, spawnWrangler } from "../../bin/wrangler.ts";

/**
 * Runs the official suite against the test Worker: every scenario that each revision scores must pass.
 * Exits with 1 when one does not.
 */

const REVISIONS = ["2025-11-25", "2026-07-28"];
const CONFIG = join(ROOT, "test/conformance/wrangler.jsonc");
/** A small machine compiles the Worker for a while. */
const READY_WITHIN_MS = 120_000;

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  if (typeof address !== "object" || address === null) throw new Error("No port was given.");
  return address.port;
}

async function migrate(state: string): Promise<void> {
  for (const binding of ["CONTROL", "TENANT_1"]) {
    const place = ["--local", "--persist-to", state, "--config", CONFIG];
    const { code, output } = await runWrangler(["d1", "migrations", "apply", binding, ...place]);
    if (code !== 0) throw new Error(`The migration of ${binding} failed:\n${output}`);
  }
}

/** The first request also makes the workspace that all others act in. */
async function untilReady(url: string, server: ChildProcess): Promise<void> {
  const end = Date.now() + READY_WITHIN_MS;
  while (Date.now() < end && server.exitCode === null) {
    const status = await fetch(url).then(
      (response) => response.status,
      () => 0,
    );
    if (status === 405) return;
    await sleep(250);
  }
  throw new Error("The conformance Worker did not answer.");
}

async function suite(url: string, revision: string, results: string): Promise<boolean> {
  const cli = join(ROOT, "node_modules/@modelcontextprotocol/conformance/dist/index.js");
  const child = spawn(
    process.execPath,
    ["--no-warnings", cli, "server", "--url", url, "--requirements", revision, "--output-dir", results],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  let output = "";
  child.stdout.on("data", (chunk) => {
    output += chunk;
  });
  const [code] = await once(child, "close");
  const passed = code === 0;
  // The whole log only where it helps: it is some thousand lines.
  const from = output.lastIndexOf("=== SUMMARY ===");
  const shown = passed && from >= 0 ? output.slice(from) : output;
  // Marked as the suite's: its totals count scenarios that the revision does not score as well.
  console.log(`\n${revision}\n${shown.trimEnd().replace(/^/gm, "suite | ")}`);
  return passed;
}

async function stop(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.pid === undefined) return;
  const gone = once(server, "exit");
  // The whole group: wrangler leaves its workerd behind when it is killed alone.
  process.kill(-server.pid, "SIGTERM");
  await Promise.race([gone, sleep(5_000)]);
  if (server.exitCode === null && server.signalCode === null) process.kill(-server.pid, "SIGKILL");
}

const folder = await mkdtemp(join(tmpdir(), "parley-conformance-"));
const state = join(folder, "state");
await migrate(state);
const port = await freePort();
const url = `http://localhost:${port}`;
const server = spawnWrangler(
  [
    ...["dev", "--local", "--config", CONFIG, "--ip", "127.0.0.1", "--port", String(port)],
    ...["--inspector-port", "0", "--persist-to", state, "--var", `PUBLIC_URL:${url}`],
    ...["--log-level", "error", "--show-interactive-dev-session=false"],
  ],
  { stdio: ["ignore", "ignore", "inherit"], detached: true },
);
process.on("SIGINT", () => stop(server).then(() => process.exit(130)));
let passed = 0;
try {
  await untilReady(`${url}/mcp`, server);
  for (const revision of REVISIONS) {
    if (await suite(`${url}/mcp`, revision, join(folder, revision))) passed += 1;
  }
} finally {
  await stop(server);
  await rm(folder, { recursive: true, force: true });
}
const failed = REVISIONS.length - passed;
console.log(failed === 0 ? "Both requirement sets passed." : "Some scored scenarios failed.");
console.log(`conformance: ${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

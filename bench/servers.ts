import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

export const ROOT = resolve(import.meta.dirname, "..");

/** A server that a measurement talks to, started for it on loopback. */
export interface Running {
  url: string;
  output: () => string;
  stop: () => Promise<void>;
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  if (address === null || typeof address === "string") throw new Error("No port.");
  return address.port;
}

/** Ends a process with everything it started: wrangler leaves workerd behind otherwise. */
async function endGroup(child: ChildProcess): Promise<void> {
  if (child.pid === undefined) return;
  const closed = child.exitCode === null ? once(child, "close") : Promise.resolve();
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch {
    // Already gone.
  }
  await closed;
}

async function start(
  command: string[],
  env: NodeJS.ProcessEnv,
  url: string,
  ready: (output: string) => Promise<boolean>,
): Promise<Running> {
  const folder = env.BENCH_DATA ?? "";
  const [program = "", ...args] = command;
  const child = spawn(program, args, { cwd: ROOT, env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk) => {
      output += chunk;
    });
  }
  const end = Date.now() + 180_000;
  while (!(await ready(output))) {
    if (child.exitCode !== null || Date.now() > end) {
      await endGroup(child);
      throw new Error(`${command.join(" ")} did not start:\n${output}`);
    }
    await sleep(100);
  }
  return {
    url,
    output: () => output,
    stop: async () => {
      await endGroup(child);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function quietly(data: string): NodeJS.ProcessEnv {
  return {
    ...process.env,
    BENCH_DATA: data,
    CI: "1",
    WRANGLER_SEND_METRICS: "false",
    WRANGLER_SEND_ERROR_REPORTS: "false",
    WRANGLER_HIDE_BANNER: "true",
    CLOUDFLARE_CF_FETCH_ENABLED: "false",
  };
}

/** One of the reference Workers, served the way the product is served locally. */
export async function startReference(name: "raw" | "agent"): Promise<Running> {
  const [port, data] = [await freePort(), mkdtempSync(join(tmpdir(), "parley-bench-"))];
  const url = `http://127.0.0.1:${port}`;
  const wrangler = join(ROOT, "node_modules/.bin/wrangler");
  const options = ["--local", "--ip", "127.0.0.1", "--inspector-port", "0", "--log-level", "warn"];
  return start(
    [
      wrangler,
      "dev",
      "-c",
      `bench/${name}/wrangler.jsonc`,
      "--port",
      String(port),
      "--persist-to",
      data,
      ...options,
    ],
    quietly(data),
    url,
    async () => (await fetch(`${url}/prepare`).catch(() => null))?.ok === true,
  );
}

/** The product with its demo workspace, by `npm start`'s own code. */
export async function startProduct(): Promise<Running & { mcpUrl: string; token: string; dataDir: string }> {
  const [port, data] = [await freePort(), mkdtempSync(join(tmpdir(), "parley-bench-"))];
  const running = await start(
    [process.execPath, join(ROOT, "bin/start.ts")],
    { ...quietly(data), PORT: String(port), PARLEY_DATA: data },
    `http://localhost:${port}`,
    async (output) => /^Ready\.$/m.test(output),
  );
  const printed = (label: string) => {
    const line = running
      .output()
      .split("\n")
      .find((one) => one.startsWith(`${label}: `));
    if (!line) throw new Error(`The server printed no ${label}.`);
    return line.slice(label.length + 2);
  };
  return { ...running, dataDir: data, mcpUrl: printed("MCP endpoint"), token: printed("Demo token") };
}

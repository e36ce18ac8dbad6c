import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { globSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import type * as MiniflareModule from "miniflare";
import { unstable_getMiniflareWorkerOptions as workerOptionsOf } from "wrangler";
import { OperatorClient } from "../bin/operator-client.ts";
import { callTool } from "./mcp-shots.ts";

export const ROOT = resolve(import.meta.dirname, "..");

/** The Miniflare that wrangler brings along: the one whose workerd `npm start` runs on. */
const { convertV4MiniflareOptions, Miniflare }: typeof MiniflareModule = createRequire(
  createRequire(import.meta.url).resolve("wrangler"),
)("miniflare");

/** A Worker as it is deployed, in a workerd of its own, reached without any proxy. */
export interface Running {
  url: string;
  /** Of its workerd. */
  pid: number;
  database(binding: string): Promise<{ prepare(query: string): { run(): Promise<unknown> } }>;
  stop: () => Promise<void>;
}

/** Builds a Worker as `wrangler deploy` would, and gives the folder: the caller removes it. */
export function build(config: string): string {
  const folder = mkdtempSync(join(tmpdir(), "parley-bundle-"));
  execFileSync(
    join(ROOT, "node_modules/.bin/wrangler"),
    ["deploy", "--dry-run", "-c", config, "--outdir", folder, "--metafile"],
    { cwd: ROOT, stdio: "ignore", env: { ...process.env, WRANGLER_SEND_METRICS: "false" } },
  );
  return folder;
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  if (address === null || typeof address === "string") throw new Error("No port.");
  return address.port;
}

/** Processes that this one started, by their ids. */
function children(): Set<number> {
  const parentOf = (pid: string) => {
    try {
      // Behind the name in parentheses, which may hold anything: state, then the parent.
      return Number(readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ")[1]);
    } catch {
      return 0;
    }
  };
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return new Set(pids.filter((pid) => parentOf(pid) === process.pid).map(Number));
}

/** Starts a Worker by its configuration, bound to databases of its own. One at a time: see `children`. */
export async function startWorker(
  config: string,
  bindings: (url: string) => Record<string, string> = () => ({}),
): Promise<Running> {
  const folder = build(config);
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  // What serves files before the Worker is Cloudflare's there and no Worker of ours; here it would be a third of a call.
  const options: object = { ...workerOptionsOf(join(ROOT, config)).workerOptions };
  Reflect.deleteProperty(options, "assets");
  const configured: unknown = Reflect.get(options, "bindings");
  const [main = ""] = globSync("*.js", { cwd: folder });
  const before = children();
  // wrangler gives Miniflare's options in the form of its version 4.
  const converted = convertV4MiniflareOptions({
    workers: [
      {
        ...options,
        name: basename(join(config, "..")),
        modules: [{ type: "ESModule", path: main, contents: readFileSync(join(folder, main), "utf8") }],
        bindings: { ...Object(configured), ...bindings(url) },
        unsafeDirectSockets: [{ host: "127.0.0.1", port }],
      },
    ],
    cf: false,
  });
  const miniflare = new Miniflare(converted);
  await miniflare.ready;
  const pid = [...children()].find((child) => !before.has(child));
  if (pid === undefined) throw new Error("workerd is none of this process's children.");
  return {
    url,
    pid,
    database: (binding) => miniflare.getD1Database(binding),
    stop: async () => {
      await miniflare.dispose();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** One of the reference Workers, its table filled. */
export async function startReference(name: "raw" | "handler" | "agent" | "echo"): Promise<Running> {
  const running = await startWorker(`bench/${name}/wrangler.jsonc`);
  const prepared = await fetch(`${running.url}/prepare`);
  if (!prepared.ok) throw new Error(`The reference ${name} answered ${prepared.status}.`);
  return running;
}

/** The product, with a key of its one workspace. */
export interface Product extends Running {
  token: string;
  operator: OperatorClient;
}

/** As many as the references have. */
const TAGS = 20;

/**
 * The product with one workspace whose plan no measurement runs into, and a key that may do everything.
 * @param more variables beside those of wrangler.jsonc
 */
export async function startProduct(more: Record<string, string> = {}): Promise<Product> {
  const operatorKey = "bench-operator-key-bench-operator-key";
  const running = await startWorker("wrangler.jsonc", (url) => ({
    PUBLIC_URL: url,
    OPERATOR_KEY: operatorKey,
    PARLEY_SECRET: "bench-secret-bench-secret-bench-secret",
    ...more,
  }));
  for (const [binding, folder] of [
    ["CONTROL", "control"],
    ["TENANT_1", "tenant"],
  ] as const) {
    const database = await running.database(binding);
    for (const name of globSync(`migrations/${folder}/*.sql`, { cwd: ROOT }).sort()) {
      const statements = readFileSync(join(ROOT, name), "utf8").split("--> statement-breakpoint");
      for (const statement of statements) await database.prepare(statement).run();
    }
  }
  const operator = new OperatorClient(running.url, operatorKey);
  await operator.put("/plans/bench", { perMinute: 1_000_000, mcp: true, botTokens: true });
  const { id } = await operator.post("/workspaces", { name: "Bench", plan: "bench" });
  const { token } = await operator.post(`/workspaces/${id}/tokens`, {
    kind: "api_key",
    name: "Bench",
    scopes: "all",
  });
  for (let i = 0; i < TAGS; i++) {
    await callTool(`${running.url}/mcp`, String(token), "create_tag", { name: `Tag ${i}` });
  }
  return { ...running, token: String(token), operator };
}

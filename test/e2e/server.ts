import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { inject, onTestFinished } from "vitest";

const ROOT = join(fileURLToPath(import.meta.url), "../../..");
/** First start on a busy two-core machine: two migrations, the bundle, the demo workspace. */
const START_WITHIN_MS = 280_000;

export interface ServerOptions {
  /** A free one when left out. */
  port?: number;
  /**
   * A first start's: nothing is there. Otherwise its data is a copy of what one first start made for the whole run
   * (migrated databases, secrets, the demo workspace and its token), since that takes most of a start's time.
   */
  fresh?: boolean;
  /** Further environment, for example SESSION_IDLE_SECONDS: variables of wrangler.jsonc can be set this way. */
  env?: Record<string, string>;
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  await once(probe, "close");
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

/** What a program printed and how it ended. */
export interface Ran {
  code: number | null;
  stdout: string;
  stderr: string;
}

/**
 * Runs one of the programs in `bin/` to its end, as the npm scripts do.
 * @param program for example "parley"
 */
export async function runBin(
  program: string,
  args: string[],
  env: Record<string, string> = {},
): Promise<Ran> {
  const child = spawnBin(program, args, env);
  const ran: Ran = { code: null, stdout: "", stderr: "" };
  child.stdout?.on("data", (chunk) => {
    ran.stdout += chunk;
  });
  child.stderr?.on("data", (chunk) => {
    ran.stderr += chunk;
  });
  const [code] = await once(child, "close");
  ran.code = code;
  return ran;
}

/** Starts a program of `bin/` as the leader of a process group of its own, stdin open. */
export function spawnBin(program: string, args: string[], env: Record<string, string> = {}): ChildProcess {
  return spawn(process.execPath, [join(ROOT, `bin/${program}.ts`), ...args], {
    cwd: ROOT,
    // Vitest's own settings (NODE_ENV, VITEST …) are none of the server's business.
    env: { ...withoutTestSettings(), ...env },
    detached: true,
    stdio: ["pipe", "pipe", "pipe"],
  });
}

function withoutTestSettings(): NodeJS.ProcessEnv {
  const env = { ...process.env };
  for (const name of Object.keys(env)) {
    if (/^(VITEST|PARLEY_|NODE_ENV$|NODE_OPTIONS$|PORT$|TEST$|MODE$|DEV$|PROD$|SSR$|BASE_URL$)/.test(name)) {
      Reflect.deleteProperty(env, name);
    }
  }
  return env;
}

/** The real server, started by `npm start`'s own code on loopback. */
export class TestServer {
  readonly port: number;
  readonly dataDir: string;
  readonly #env: Record<string, string>;
  #child: ChildProcess | undefined;
  #stdout = "";
  #stderr = "";

  constructor(port: number, dataDir: string, env: Record<string, string>) {
    this.port = port;
    this.dataDir = dataDir;
    this.#env = env;
  }

  /** The public origin, without a slash at its end. */
  get url(): string {
    return `http://localhost:${this.port}`;
  }

  get mcpUrl(): string {
    return this.printed("MCP endpoint");
  }

  get demoToken(): string {
    return this.printed("Demo token");
  }

  /** Everything it wrote to stdout since the last start, and to stderr. */
  get output(): string {
    return this.#stdout + this.#stderr;
  }

  /** The value of one of the lines it printed, for example `printed("Start page")`. */
  printed(label: string): string {
    const line = this.#stdout.split("\n").find((one) => one.startsWith(`${label}: `));
    if (line === undefined) throw new Error(`The server printed no line ${label}:\n${this.output}`);
    return line.slice(label.length + 2);
  }

  /** Starts it and waits until it has printed how to connect. */
  async start(): Promise<void> {
    const child = spawnBin("start", [], {
      ...this.#env,
      PORT: String(this.port),
      PARLEY_DATA: this.dataDir,
    });
    this.#child = child;
    this.#stdout = "";
    this.#stderr = "";
    child.stdout?.on("data", (chunk) => {
      this.#stdout += chunk;
    });
    child.stderr?.on("data", (chunk) => {
      this.#stderr += chunk;
    });
    const end = Date.now() + START_WITHIN_MS;
    while (!/^Ready\.$/m.test(this.#stdout)) {
      if (child.exitCode !== null || Date.now() > end) {
        await this.kill();
        throw new Error(`The server did not start:\n${this.output}`);
      }
      await sleep(50);
    }
  }

  /** Ends it in order (SIGTERM), and waits. */
  async stop(): Promise<void> {
    await this.#end(() => this.#child?.kill("SIGTERM"));
  }

  /** Ends the whole process group at once (SIGKILL): wrangler would leave workerd behind. */
  async kill(): Promise<void> {
    await this.#end(() => this.#signalGroup("SIGKILL"));
  }

  /** Starts it again on the same port and data, after {@link stop} or {@link kill}; stops it first if need be. */
  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  /** Ends it and removes its folder. */
  async dispose(): Promise<void> {
    await this.stop();
    rmSync(this.dataDir, { recursive: true, force: true });
  }

  /**
   * Runs the operator command against this server with --json.
   * @throws Error with what it wrote to stderr when it exits other than 0
   */
  async parley<T = unknown>(...args: string[]): Promise<T> {
    const ran = await runBin("parley", ["--json", ...args], {
      PARLEY_DATA: this.dataDir,
      PORT: String(this.port),
    });
    if (ran.code !== 0) throw new Error(ran.stderr.trim());
    return JSON.parse(ran.stdout);
  }

  async #end(signal: () => void): Promise<void> {
    const child = this.#child;
    if (!child) return;
    if (child.exitCode === null && child.signalCode === null) {
      const closed = once(child, "close");
      signal();
      await closed;
    }
    // Nothing of the group may outlive it, whichever way it ended.
    while (this.#signalGroup("SIGKILL")) await sleep(20);
    this.#child = undefined;
  }

  /** False when no process of the group is left. */
  #signalGroup(signal: NodeJS.Signals): boolean {
    if (!this.#child?.pid) return false;
    try {
      process.kill(-this.#child.pid, signal);
      return true;
    } catch {
      return false;
    }
  }
}

/** Fills a folder with what a first start makes, once for all files of a run; whoever comes meanwhile waits. */
async function prepare(): Promise<string> {
  const shared = inject("prepared");
  const [ready, taken] = [join(shared, "data"), join(shared, "taken")];
  const end = Date.now() + START_WITHIN_MS;
  while (!existsSync(ready)) {
    const isMine = mkdirSync(taken, { recursive: true }) !== undefined;
    if (isMine && !existsSync(ready)) {
      const server = new TestServer(await freePort(), join(shared, "making"), {});
      try {
        await server.start();
        await server.stop();
        renameSync(server.dataDir, ready);
      } finally {
        // Whoever waits begins anew where this one failed.
        rmSync(taken, { recursive: true });
      }
    } else if (isMine) {
      rmSync(taken, { recursive: true });
    } else if (Date.now() > end) {
      throw new Error("No server could be prepared.");
    } else {
      await sleep(100);
    }
  }
  return ready;
}

/** A folder as after a first start, for one server. Its owner removes it. */
export async function preparedFolder(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "parley-test-"));
  cpSync(await prepare(), folder, { recursive: true });
  return folder;
}

/** Starts a server. Call `dispose()` on it in `afterAll`; inside a test use {@link serverForTest}. */
export async function startServer(options: ServerOptions = {}): Promise<TestServer> {
  const server = new TestServer(
    options.port ?? (await freePort()),
    options.fresh ? mkdtempSync(join(tmpdir(), "parley-test-")) : await preparedFolder(),
    options.env ?? {},
  );
  await server.start();
  return server;
}

/** A server for one test, ended when the test ends. */
export async function serverForTest(options: ServerOptions = {}): Promise<TestServer> {
  const server = await startServer(options);
  onTestFinished(() => server.dispose());
  return server;
}

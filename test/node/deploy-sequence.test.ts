import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isInUse } from "../../bin/account.ts";
import { CloudflareAccount } from "./cloudflare-account.ts";

const ROOT = join(import.meta.dirname, "../..");
/** A deploy starts wrangler about a dozen times. */
const DEPLOY_WITHIN_MS = 240_000;

const account = new CloudflareAccount();
/** A copy of the checkout: a deploy writes into its own, where an operator's real files may lie. */
let checkout = "";

beforeAll(async () => {
  await account.start();
  checkout = mkdtempSync(join(tmpdir(), "parley-checkout-"));
  // What a checkout holds, but what was made in it and what no deploy reads.
  const left = ["node_modules", "dist", "test", "bench", "docs"];
  for (const name of readdirSync(ROOT).filter((one) => !one.startsWith(".") && !left.includes(one))) {
    cpSync(join(ROOT, name), join(checkout, name), { recursive: true });
  }
  symlinkSync(join(ROOT, "node_modules"), join(checkout, "node_modules"));
});

afterAll(async () => {
  await account.stop();
  rmSync(checkout, { recursive: true, force: true });
});

/** Nothing of the machine's own Cloudflare account may get in. */
function withoutCredentials(): NodeJS.ProcessEnv {
  const env = { ...process.env };
  for (const name of Object.keys(env)) {
    if (/^(CLOUDFLARE_|CF_|WRANGLER_|XDG_|PARLEY_|VITEST|NODE_ENV$)/.test(name)) {
      Reflect.deleteProperty(env, name);
    }
  }
  return env;
}

async function deploy(...args: string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, ["--no-warnings", join(checkout, "bin/deploy.ts"), ...args], {
    cwd: checkout,
    env: { ...withoutCredentials(), HOME: checkout, ...account.env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ran = { stdout: "", stderr: "" };
  child.stdout.on("data", (chunk) => {
    ran.stdout += chunk;
  });
  child.stderr.on("data", (chunk) => {
    ran.stderr += chunk;
  });
  await once(child, "close");
  return { code: child.exitCode, ...ran };
}

const DEPLOYED = ".parley/deployed.json";
const remembered = (): { url?: string; secrets: Record<string, string> } =>
  JSON.parse(readFileSync(join(checkout, DEPLOYED), "utf8"));
const migrations = (database: string) =>
  readdirSync(join(ROOT, "migrations", database)).filter((name) => name.endsWith(".sql"));
const tables = (name: string) => {
  const found = [...account.databases.values()].find((one) => one.name === name);
  return found?.db
    .prepare("SELECT name FROM sqlite_schema WHERE type = 'table'")
    .all()
    .map((row) => row.name);
};

/** The real wrangler against a stand-in for Cloudflare's API. The tests go on where the one before ended. */
describe("npm run deploy with an account", { timeout: DEPLOY_WITHIN_MS }, () => {
  it("keeps the secrets of a first deploy that fails half-way", async () => {
    account.refuseUploads = true;
    const ran = await deploy("--location", "weur");
    account.refuseUploads = false;
    expect(ran.code).toBe(1);
    expect(ran.stderr.trim().split("\n")).toHaveLength(1);
    expect(ran.stderr).toMatch(/The deploy failed: .*The Worker is broken\./);
    expect(Object.keys(remembered().secrets).sort()).toEqual(["OPERATOR_KEY", "PARLEY_SECRET"]);
    expect(account.changes).toEqual([
      "create database parley-control weur",
      "create database parley-tenant-1 weur",
      "create namespace parley-oauth-kv",
      "create bucket parley-files",
      ...migrations("control").map(() => "migrate parley-control"),
      ...migrations("tenant").map(() => "migrate parley-tenant-1"),
    ]);
  });

  it("goes on with what is there, and ends with the Worker knowing its address", async () => {
    const { secrets } = remembered();
    account.changes.length = 0;
    const ran = await deploy();
    expect(ran.code, ran.stderr).toBe(0);
    // Once to learn the address, once to say it to the Worker; nothing is created or migrated again.
    expect(account.changes).toEqual(["upload", "upload"]);
    expect(account.deployedVariable("PUBLIC_URL")).toBe("https://parley.team.workers.dev");
    expect(Object.fromEntries(account.secrets)).toEqual(secrets);
    expect(remembered()).toEqual({
      url: "https://parley.team.workers.dev",
      files: { jurisdiction: null },
      secrets,
    });
    expect(statSync(join(checkout, DEPLOYED)).mode & 0o777).toBe(0o600);
    expect(ran.stdout).toContain("MCP endpoint: https://parley.team.workers.dev/mcp\n");
    const next = [...ran.stdout.matchAll(/parley -- --url (\S+) (\w+ create) /g)].map(([, url, what]) => [
      url,
      what,
    ]);
    expect(next).toEqual(
      ["workspace create", "user create", "inbox create", "token create"].map((what) => [
        "https://parley.team.workers.dev",
        what,
      ]),
    );
    expect(ran.stdout).toContain("--plan enterprise");
    expect([...account.assets.keys()].toSorted()).toEqual([
      "/console/flow-canvas.js",
      "/widget.js",
      "/widget/panel.js",
    ]);
    expect(ran.stdout).toContain("https://parley.team.workers.dev/docs/connect");
    for (const secret of Object.values(secrets)) expect(ran.stdout + ran.stderr).not.toContain(secret);
    expect(tables("parley-control")).toContain("workspaces");
    expect(tables("parley-tenant-1")).toContain("messages_search");
  });

  it("binds the account's own ids, and leaves the tracked configuration alone", () => {
    const ids = new Set([...account.databases.keys(), ...account.namespaces.keys()]);
    const bound = account.uploads
      .at(-1)
      ?.flatMap((one) => [one.id, one.database_id, one.namespace_id])
      .filter((id) => typeof id === "string" && ids.has(id));
    expect(new Set(bound)).toEqual(ids);
    expect(readFileSync(join(checkout, "wrangler.jsonc"), "utf8")).toBe(
      readFileSync(join(ROOT, "wrangler.jsonc"), "utf8"),
    );
  });

  it("deploys once when nothing is missing, and keeps the secrets", async () => {
    const before = Object.fromEntries(account.secrets);
    account.changes.length = 0;
    const ran = await deploy();
    expect(ran.code, ran.stderr).toBe(0);
    expect(account.changes).toEqual(["upload"]);
    expect(account.uploads.at(-1)?.filter((one) => one.type === "secret_text")).toEqual([]);
    expect(Object.fromEntries(account.secrets)).toEqual(before);
  });

  it("knows a domain that is in use, which wrangler would take over without a word", async () => {
    expect(await isInUse("127.0.0.1")).toBe(true);
    expect(await isInUse("parley.invalid")).toBe(false);
  });

  it("moves to a domain of one's own, says what that means, and remembers it", async () => {
    const ran = await deploy("--url", "https://parley.invalid");
    expect(ran.code, ran.stderr).toBe(0);
    expect(account.deployedVariable("PUBLIC_URL")).toBe("https://parley.invalid");
    expect(account.customDomains).toEqual(["parley.invalid"]);
    expect(ran.stdout).toContain("The address was https://parley.team.workers.dev");
    expect(remembered().url).toBe("https://parley.invalid");
  });

  it("never replaces the secrets of a Worker that was deployed elsewhere", async () => {
    const before = Object.fromEntries(account.secrets);
    rmSync(join(checkout, ".parley"), { recursive: true });
    const ran = await deploy("--url", "https://parley.invalid");
    expect(ran.code, ran.stderr).toBe(0);
    expect(Object.fromEntries(account.secrets)).toEqual(before);
    expect(remembered().secrets).toEqual({});
    expect(ran.stdout).toMatch(/Operator key: not known here/);
  });

  it("asked the stand-in for nothing that it does not know", () => {
    expect(account.unknown).toEqual([]);
  });
});

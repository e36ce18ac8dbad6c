import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { freePort, preparedFolder, runBin, serverForTest, type TestServer } from "./server.ts";

/** A newcomer's first minutes, and what goes wrong in them. */

async function contactNames(server: TestServer): Promise<string[]> {
  const client = new Client({ name: "newcomer", version: "1" });
  await client.connect(
    new StreamableHTTPClientTransport(new URL(server.mcpUrl), {
      requestInit: { headers: { authorization: `Bearer ${server.demoToken}` } },
    }),
  );
  const answer = await client.callTool({ name: "list_contacts", arguments: { limit: 100, sort: "name" } });
  await client.close();
  const { items } = answer.structuredContent as { items: { name: string }[] };
  return items.map(({ name }) => name);
}

const folder = () => mkdtempSync(join(tmpdir(), "parley-start-"));

function groupLives(group: number): boolean {
  try {
    return process.kill(group, 0);
  } catch {
    return false;
  }
}

/** Runs a start that is to fail: exit code 1, and exactly one line that says why. */
async function refusedStart(env: Record<string, string>): Promise<string> {
  const ran = await runBin("start", [], env);
  expect(ran.code, ran.stderr).toBe(1);
  expect(ran.stderr.trim().split("\n"), ran.stderr).toHaveLength(1);
  return ran.stderr.trim();
}

describe("npm start", () => {
  it("prints how to connect, and keeps its secrets to itself, and data and token when started again", async () => {
    const server = await serverForTest({ fresh: true });
    for (const name of readdirSync(server.dataDir).filter((one) => one !== "state")) {
      expect(statSync(join(server.dataDir, name)).mode & 0o077, name).toBe(0);
    }
    expect(server.mcpUrl).toBe(`http://localhost:${server.port}/mcp`);
    expect(server.printed("Console")).toMatch(/^http:\/\/localhost/);
    expect(server.output).toContain(`claude mcp add --transport http parley ${server.mcpUrl}`);
    expect(server.output).toContain('{"mcpServers":{"parley":');
    const { demoToken } = server;
    const names = await contactNames(server);
    expect(names).toContain("Anna Lindqvist");
    expect(names.length).toBeGreaterThanOrEqual(12);

    await server.restart();
    expect(server.demoToken).toBe(demoToken);
    expect(await contactNames(server)).toEqual(names);
    expect(await server.parley("workspace", "list")).toHaveLength(1);
  });

  it("makes the demo anew where a first start was interrupted or the databases were removed", async () => {
    const server = await serverForTest();
    const { demoToken } = server;
    await server.stop();
    // As a start that was killed before it could remember what it made: the workspace and its owner are there.
    rmSync(join(server.dataDir, "demo.json"));
    await server.start();
    expect(server.demoToken).not.toBe(demoToken);
    expect(await contactNames(server)).toContain("Anna Lindqvist");

    await server.stop();
    rmSync(join(server.dataDir, "state"), { recursive: true });
    await server.start();
    expect(await contactNames(server)).toContain("Anna Lindqvist");
    expect(await server.parley("workspace", "list")).toHaveLength(1);
  });

  it("shows a start page, and refuses what is not there", async () => {
    const server = await serverForTest();
    const page = await fetch(`${server.url}/`);
    expect(page.status).toBe(200);
    expect(await page.text()).toContain(`${server.url}/mcp`);
    const nothing = await fetch(`${server.url}/nothing-here`);
    expect(nothing.status).toBe(404);
  });

  it("ends when npm is told to", async () => {
    const [port, data] = [await freePort(), await preparedFolder()];
    const npm = spawn("npm", ["start"], {
      cwd: join(import.meta.dirname, "../.."),
      env: { ...process.env, PORT: String(port), PARLEY_DATA: data },
      detached: true,
    });
    const group = -(npm.pid ?? 0);
    onTestFinished(() => {
      // Whatever is left of the group, if the test fails.
      if (groupLives(group)) process.kill(group, "SIGKILL");
      rmSync(data, { recursive: true, force: true });
    });
    let printed = "";
    for await (const chunk of npm.stdout) {
      printed += chunk;
      if (printed.includes("Ready.")) break;
    }
    npm.kill("SIGTERM");
    await vi.waitFor(() => expect(groupLives(group)).toBe(false), { timeout: 60_000, interval: 100 });
  });

  it("says in one line that the port is taken", async () => {
    const port = await freePort();
    const other = createServer().listen(port, "127.0.0.1");
    await once(other, "listening");
    onTestFinished(() => void other.close());
    expect(await refusedStart({ PORT: String(port), PARLEY_DATA: folder() })).toContain(
      `Port ${port} is taken`,
    );
  });

  it("says in one line that PORT is no port", async () => {
    expect(await refusedStart({ PORT: "eighty", PARLEY_DATA: folder() })).toContain("PORT must be a number");
  });

  it("says in one line which secret is missing", async () => {
    const data = folder();
    writeFileSync(join(data, ".dev.vars"), "OPERATOR_KEY=abc\n");
    expect(await refusedStart({ PORT: String(await freePort()), PARLEY_DATA: data })).toContain(
      "PARLEY_SECRET is missing",
    );
  });

  it("says in one line that a migration failed", async () => {
    const data = folder();
    // A file where the databases' folder should be.
    writeFileSync(join(data, "state"), "");
    const line = await refusedStart({ PORT: String(await freePort()), PARLEY_DATA: data });
    expect(line).toMatch(/migration of parley-control failed/);
  });
});

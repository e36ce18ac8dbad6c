import { spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from "vitest";
import { freePort, preparedFolder, runBin, serverForTest, spawnBin, TestServer } from "./server.ts";

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
    expect(server.printed("Start page")).toMatch(/^http:\/\/localhost/);
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

  it("makes the demo anew where the file that remembers it or the databases were removed", async () => {
    const server = await serverForTest();
    const { demoToken } = server;
    await server.stop();
    rmSync(join(server.dataDir, "demo.json"));
    await server.start();
    expect(server.demoToken).not.toBe(demoToken);
    expect(await contactNames(server)).toContain("Anna Lindqvist");

    await server.stop();
    // With the note of the migrations left behind.
    rmSync(join(server.dataDir, "state/v3/d1"), { recursive: true });
    await server.start();
    expect(await contactNames(server)).toContain("Anna Lindqvist");
    expect(await server.parley("workspace", "list")).toHaveLength(1);
  });

  it("interrupted in each of its stages and started again, goes on where it was", async () => {
    const [port, data] = [await freePort(), folder()];
    const env = { PORT: String(port), PARLEY_DATA: data };
    for (const [stage, wait] of [
      ["Database parley-tenant-1", 2_000],
      ["Building", 0],
      ["Demo shop", 1_500],
      ["thirty days", 300],
    ] as const) {
      const start = spawnBin("start", [], env);
      let printed = "";
      start.stdout?.on("data", (chunk) => {
        printed += chunk;
      });
      await vi.waitFor(() => expect(printed).toContain(stage), { timeout: 200_000, interval: 20 });
      await sleep(wait);
      const ended = once(start, "close");
      // As a terminal does at Ctrl-C: everybody of the group hears of it.
      process.kill(-(start.pid ?? 0), "SIGINT");
      const [code] = await ended;
      expect([stage, code]).toEqual([stage, 0]);
      expect(printed).not.toContain("Ready.");
    }

    const server = new TestServer(port, data, {});
    onTestFinished(() => server.dispose());
    await server.start();
    const workspaces = await server.parley<{ id: string }[]>("workspace", "list");
    expect(workspaces).toHaveLength(1);
    const members = await server.parley<{ role: string }[]>(
      "member",
      "list",
      "--workspace",
      workspaces[0]?.id ?? "",
    );
    expect(members.filter(({ role }) => role === "owner")).toHaveLength(1);
    expect(server.output).toContain("owner@example.com");
    expect((await contactNames(server)).filter((name) => name === "Anna Lindqvist")).toHaveLength(1);
  });

  describe("on data of an earlier start", () => {
    let server: TestServer;
    beforeAll(async () => {
      const data = await preparedFolder();
      const vars =
        "MODEL_API_URL=http://127.0.0.1:9/v1\nAI_MODELS=house-model\nALLOWED_ORIGINS=https://app.example\n";
      appendFileSync(join(data, ".dev.vars"), vars);
      server = new TestServer(await freePort(), data, {});
      await server.start();
    });
    afterAll(() => server.dispose());

    it("says every stage from the first second on, and few words when nothing changed", () => {
      const stages = server.output.split("\n").filter((line) => /^\[ *\d+ s\]/.test(line));
      expect(stages[0]).toMatch(/^\[ {2}[01] s\] Starting/);
      expect(stages.join("\n")).not.toContain("Database ");
      expect(stages.join("\n")).not.toContain("Demo shop");
    });

    it("shows a start page, and refuses what is not there", async () => {
      const page = await fetch(`${server.url}/`);
      expect(page.status).toBe(200);
      expect(await page.text()).toContain(`${server.url}/mcp`);
      const nothing = await fetch(`${server.url}/nothing-here`);
      expect(nothing.status).toBe(404);
    });

    it("takes models and origins from the secrets file", async () => {
      const asked = await fetch(server.mcpUrl, {
        method: "OPTIONS",
        headers: { origin: "https://app.example", "access-control-request-method": "POST" },
      });
      expect(asked.headers.get("access-control-allow-origin")).toBe("https://app.example");
      const tool = (name: string, body: unknown) =>
        fetch(`${server.url}/api/v1/tools/${name}`, {
          method: "POST",
          headers: { authorization: `Bearer ${server.demoToken}`, "content-type": "application/json" },
          body: JSON.stringify(body),
        });
      const { items } = (await (await tool("list_chatbots", {})).json()) as { items: { id: string }[] };
      const config = await tool("get_ai_config", { chatbotId: items[0]?.id });
      expect(await config.text()).toContain("house-model");
    });

    it("runs one server for each data folder, and minds no server that was killed", async () => {
      const other = { PORT: String(await freePort()), PARLEY_DATA: server.dataDir };
      expect(await refusedStart(other)).toContain(`Already running on port ${server.port}`);
      expect(await contactNames(server)).toContain("Anna Lindqvist");
      await server.kill();
      await server.start();
      expect(await contactNames(server)).toContain("Anna Lindqvist");
    });
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

  it("says in one line that a secret has a blank in it, that the secrets file is empty, that the demo's file is damaged", async () => {
    const data = folder();
    writeFileSync(join(data, ".dev.vars"), 'OPERATOR_KEY="a b"\nPARLEY_SECRET=abc\n');
    expect(await refusedStart({ PORT: String(await freePort()), PARLEY_DATA: data })).toContain(
      "OPERATOR_KEY in",
    );
    writeFileSync(join(data, ".dev.vars"), "");
    expect(await refusedStart({ PORT: String(await freePort()), PARLEY_DATA: data })).toContain(
      "OPERATOR_KEY is missing",
    );
    const made = await preparedFolder();
    onTestFinished(() => rmSync(made, { recursive: true, force: true }));
    writeFileSync(join(made, "demo.json"), "{");
    expect(await refusedStart({ PORT: String(await freePort()), PARLEY_DATA: made })).toMatch(
      /demo.json is damaged/,
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

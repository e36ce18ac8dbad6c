import { existsSync, globSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { startServer, type TestServer } from "./server.ts";

/** Sessions that nobody ends, on the real server with a short idle time. */
let server: TestServer;
let workspace: string;
let token: string;

interface Row {
  id: string;
  transport: string;
  endedAt: string | null;
}

beforeAll(async () => {
  server = await startServer({ env: { SESSION_IDLE_SECONDS: "3" } });
  workspace = (
    await server.parley<{ id: string }>("workspace", "create", "--name", "Idle", "--plan", "enterprise")
  ).id;
  token = (
    await server.parley<{ token: string }>(
      ...[
        "token",
        "create",
        "--workspace",
        workspace,
        "--kind",
        "api_key",
        "--name",
        "Idle",
        "--scopes",
        "all",
      ],
    )
  ).token;
});

afterAll(() => server?.dispose());

const sessions = () => server.parley<Row[]>("session", "list", "--workspace", workspace);

/** What the files of session objects hold: file name → number of its rows in all tables. */
function stored(): Map<string, number> {
  const files = globSync("**/*McpSession/*.sqlite", { cwd: server.dataDir }).filter((file) => {
    return !file.endsWith("metadata.sqlite") && existsSync(join(server.dataDir, file));
  });
  return new Map(
    files.map((file) => {
      const database = new DatabaseSync(join(server.dataDir, file), { readOnly: true });
      const tables = database
        .prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'")
        .all();
      const rows = tables.reduce((sum, { name }) => {
        return sum + Number(database.prepare(`SELECT count(*) AS n FROM "${name}"`).get()?.n ?? 0);
      }, 0);
      database.close();
      return [file, rows];
    }),
  );
}

describe("an idle session", () => {
  it("deletes itself and what it stored, and ends for the operator to see", async () => {
    const response = await fetch(`${server.url}/mcp`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${token}`,
        "content-type": "application/json",
        accept: "application/json, text/event-stream",
      },
      body: JSON.stringify({
        jsonrpc: "2.0",
        id: 1,
        method: "initialize",
        params: {
          protocolVersion: "2025-11-25",
          capabilities: {},
          clientInfo: { name: "idle", version: "1" },
        },
      }),
    });
    await response.text();
    const id = response.headers.get("mcp-session-id");
    expect([...stored().values()].some((rows) => rows > 0)).toBe(true);
    expect(await sessions()).toMatchObject([{ id, transport: "http", endedAt: null }]);
    await vi.waitFor(
      async () => {
        expect((await sessions())[0]?.endedAt).not.toBeNull();
        expect([...stored().values()].every((rows) => rows === 0)).toBe(true);
      },
      { timeout: 60_000, interval: 500 },
    );
  });
});

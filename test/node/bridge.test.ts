import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it, onTestFinished } from "vitest";

const BIN = join(import.meta.dirname, "../../bin");

interface Sent {
  id?: number;
  method: string;
  params?: unknown;
}

/** A server of MCP that answers what a test says, and what it was sent. */
async function serverOf(answer: (message: Sent) => { status?: number; body?: unknown }) {
  const sent: Sent[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const text = Buffer.concat(chunks).toString();
    if (text === "") return response.writeHead(405).end();
    const message: Sent = JSON.parse(text);
    sent.push(message);
    const { status = 200, body } = answer(message);
    response.writeHead(body === undefined ? 202 : status, { "content-type": "application/json" });
    response.end(body === undefined ? undefined : JSON.stringify(body));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { origin: `http://127.0.0.1:${port}`, sent };
}

/** Runs the bridge over some lines; the messages on stdout by id, and stderr. */
async function bridge(url: string, lines: string[]) {
  const child = spawn(process.execPath, [join(BIN, "parley-mcp.mjs")], {
    env: { ...process.env, PARLEY_URL: url, PARLEY_TOKEN: "parley_x" },
  });
  let [out, err] = ["", ""];
  child.stdout.on("data", (chunk) => (out += String(chunk)));
  child.stderr.on("data", (chunk) => (err += String(chunk)));
  child.stdin.end(`${lines.join("\n")}\n`);
  const [code] = await once(child, "close");
  const messages: { id: unknown; result?: unknown; error?: { code: number; message: string } }[] = out
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line));
  return { code, messages, err, of: (id: unknown) => messages.find((message) => message.id === id) };
}

const line = (message: object) => JSON.stringify({ jsonrpc: "2.0", ...message });

describe("the stdio bridge", () => {
  it("answers every request, whatever its client makes of absent fields", async () => {
    const { origin, sent } = await serverOf(({ id, params }) =>
      id === undefined ? {} : { body: { jsonrpc: "2.0", id, result: { params: params ?? null } } },
    );
    const run = await bridge(`${origin}/mcp`, [
      line({ id: 1, method: "initialize", params: { protocolVersion: "2025-11-25", capabilities: null } }),
      line({ method: "notifications/initialized", params: null }),
      line({ id: 2, method: "tools/list", params: null }),
      `[${line({ id: 3, method: "ping", params: [] })},${line({ id: 4, method: "ping" })}]`,
      line({ id: 5, method: "tools/call", params: { name: 7 } }),
      line({ id: "six", method: "tools/list", params: 5 }),
      JSON.stringify({ id: 7, method: "ping" }),
      "{",
      line({ id: 9, method: "ping" }),
    ]);
    expect(run.code, run.err).toBe(0);
    for (const id of [1, 2, 3, 4, 9]) expect(run.of(id), `${id}`).toHaveProperty("result");
    expect(run.of(5)?.error?.code).toBe(-32602);
    expect(run.of("six")?.error?.code).toBe(-32602);
    expect(run.of(7)?.error?.code).toBe(-32600);
    expect(run.of(null)?.error?.code).toBe(-32700);
    expect(sent.map(({ method }) => method)).toContain("notifications/initialized");
    expect(sent.every(({ params }) => params === undefined || typeof params === "object")).toBe(true);
    expect(`${run.err}${JSON.stringify(run.messages)}`).not.toMatch(/invalid_type|ZodError/);
  });

  it("takes a server's origin for its MCP address", async () => {
    const { origin } = await serverOf(({ id }) => ({ body: { jsonrpc: "2.0", id, result: {} } }));
    expect((await bridge(origin, [line({ id: 1, method: "ping" })])).of(1)).toHaveProperty("result");
  });

  it("says once, in words, what is wrong on the way", async () => {
    const refusing = async (status: number, message: string) =>
      (
        await serverOf(() => ({
          status,
          body: { jsonrpc: "2.0", id: null, error: { code: -32000, message } },
        }))
      ).origin;
    const closed = createServer().listen(0, "127.0.0.1");
    await once(closed, "listening");
    const nobody = `http://127.0.0.1:${(closed.address() as AddressInfo).port}`;
    await new Promise((resolve) => closed.close(resolve));
    const cases: [string, RegExp][] = [
      [
        `${nobody}/mcp`,
        /^Nothing answers at http:\/\/127\.0\.0\.1:\d+ \(ECONNREFUSED\): is the server running/,
      ],
      [`${await refusing(401, "Unauthorized.")}/mcp`, /^The server does not know PARLEY_TOKEN/],
      [
        `${await refusing(404, "There is nothing.")}/elsewhere`,
        /^There is no MCP address at .*Did you mean .*\/mcp\?/,
      ],
      [`${await refusing(404, "Session not found")}/mcp`, /^Session not found/],
      [`${await refusing(429, "Over the limit per day.")}/mcp`, /^Over the limit per day\./],
    ];
    for (const [url, words] of cases) {
      const run = await bridge(url, [line({ id: 1, method: "ping" })]);
      expect(run.of(1)?.error?.message, url).toMatch(words);
      expect(run.err.trim().split("\n"), url).toHaveLength(1);
      expect(run.err, url).toMatch(words);
    }
    expect((await bridge("localhost:8787", [])).err).toMatch(/^PARLEY_URL is no address/);
  });
});

describe("a command on a Node that reads no TypeScript", () => {
  /** This Node with its reading of TypeScript off, as older ones are. */
  const old = (folder: string, ...args: string[]) =>
    promisify(execFile)(
      process.execPath,
      ["--no-experimental-strip-types", join(folder, "bin/parley-mcp.mjs"), ...args],
      { env: { ...process.env, PARLEY_URL: "" } },
    ).catch((error: { stderr: string }) => error);

  it("runs on the one that the checkout brings", async () => {
    expect((await old(join(BIN, ".."))).stderr).toMatch(/^PARLEY_URL is not set/);
  });

  it("says which it needs where there is none", async () => {
    const folder = mkdtempSync(join(tmpdir(), "parley-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    cpSync(BIN, join(folder, "bin"), { recursive: true });
    const { stderr } = await old(folder);
    expect(stderr).toMatch(/^This needs Node 22\.18 or newer and runs on v\d+/);
    expect(stderr.trim().split("\n")).toHaveLength(1);
  });
});

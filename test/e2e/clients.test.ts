import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import {
  Client as ModernClient,
  StreamableHTTPClientTransport as ModernTransport,
} from "@modelcontextprotocol/client";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { SSEClientTransport } from "@modelcontextprotocol/sdk/client/sse.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { z } from "zod";
import { startServer, type TestServer } from "./server.ts";
import { Visitor } from "./visitor.ts";

/** Official clients, over HTTP and stdio, against the server that `npm start` starts. */
const run = promisify(execFile);
const ROOT = join(import.meta.dirname, "../..");
const bin = (name: string) => join(ROOT, "node_modules/.bin", name);
const INFO = { name: "e2e", version: "1.0.0" };

let server: TestServer;
let inbox: { id: string; publicKey: string };
let workspaceId: string;

beforeAll(async () => {
  server = await startServer();
  workspaceId = `ws_${server.demoToken.split("_")[1]}`;
  inbox = await server.parley(
    "inbox",
    "create",
    "--workspace",
    workspaceId,
    "--channel",
    "web",
    "--name",
    "Website",
  );
});

afterAll(() => server?.dispose());

const bearer = () => ({ headers: { authorization: `Bearer ${server.demoToken}` } });

async function connected(transport: Transport): Promise<Client> {
  const client = new Client(INFO);
  await client.connect(transport);
  onTestFinished(() => client.close());
  return client;
}

const conversationList = z.object({
  structuredContent: z.object({ items: z.array(z.object({ id: z.string() })).min(1) }),
});
const conversation = z.object({
  structuredContent: z.object({ messages: z.array(z.object({ text: z.string() })) }),
});

type CallTool = (call: { name: string; arguments: Record<string, unknown> }) => Promise<unknown>;

/** The product's main job: a visitor writes, the client reads it and replies, the visitor receives the reply. */
async function converse(callTool: CallTool, word: string): Promise<void> {
  const visitor = new Visitor(server.url);
  await visitor.arrive(inbox.publicKey, { name: `Visitor ${word}` });
  await visitor.say(`My parcel is late, ${word}`);
  const listed = conversationList.parse(
    await callTool({ name: "list_conversations", arguments: { inboxId: inbox.id, limit: 1 } }),
  );
  const conversationId = listed.structuredContent.items[0]?.id ?? "";
  const read = conversation.parse(
    await callTool({ name: "get_conversation", arguments: { conversationId } }),
  );
  expect(read.structuredContent.messages.map(({ text }) => text)).toEqual([`My parcel is late, ${word}`]);
  await callTool({ name: "add_private_note", arguments: { conversationId, text: "Angry, be kind" } });
  const reply = { conversationId, text: `It arrives tomorrow, ${word}`, idempotencyKey: word };
  await callTool({ name: "reply_to_conversation", arguments: reply });
  await callTool({ name: "reply_to_conversation", arguments: reply });
  const heard = await visitor.hear(0);
  expect(heard.map(({ text }) => text)).toEqual([
    `My parcel is late, ${word}`,
    `It arrives tomorrow, ${word}`,
  ]);
}

describe("official clients", () => {
  it("SDK v1 over Streamable HTTP", async () => {
    const client = await connected(
      new StreamableHTTPClientTransport(new URL(server.mcpUrl), { requestInit: bearer() }),
    );
    expect(client.getServerVersion()?.name).toBe("parley");
    await converse((call) => client.callTool(call), "v1http");
    const { resourceTemplates } = await client.listResourceTemplates();
    expect(resourceTemplates.map(({ uriTemplate }) => uriTemplate)).toContain(
      "parley://conversation/{conversationId}",
    );
  });

  it("SDK v1 over HTTP+SSE, with the token in a header", async () => {
    const client = await connected(
      new SSEClientTransport(new URL(`${server.url}/sse`), {
        requestInit: bearer(),
        eventSourceInit: {
          fetch: (url, init) => fetch(url, { ...init, headers: { ...init?.headers, ...bearer().headers } }),
        },
      }),
    );
    await converse((call) => client.callTool(call), "v1sse");
  });

  it("SDK v1 over HTTP+SSE, with a token in the address where that is allowed", async () => {
    const made = await server.parley<{ token: string }>(
      ...["token", "create", "--workspace", workspaceId, "--kind", "api_key", "--name", "In address"],
      ...["--scopes", "all", "--allow-url"],
    );
    const client = await connected(
      new SSEClientTransport(new URL(`${server.url}/mcp/sse?token=${made.token}`)),
    );
    await converse((call) => client.callTool(call), "v1url");
    await expect(
      new Client(INFO).connect(
        new SSEClientTransport(new URL(`${server.url}/mcp/sse?token=${server.demoToken}`)),
      ),
    ).rejects.toThrow(/401/);
  });

  it("SDK v2 at 2026-07-28", async () => {
    const client = new ModernClient(INFO, { versionNegotiation: { mode: { pin: "2026-07-28" } } });
    await client.connect(new ModernTransport(new URL(server.mcpUrl), { requestInit: bearer() }));
    onTestFinished(() => client.close());
    await converse((call) => client.callTool(call), "v2");
  });

  it("SDK v2 that finds out the revision by itself", async () => {
    const client = new ModernClient(INFO, { versionNegotiation: { mode: "auto" } });
    await client.connect(new ModernTransport(new URL(server.mcpUrl), { requestInit: bearer() }));
    onTestFinished(() => client.close());
    const { tools } = await client.listTools();
    expect(tools.length).toBeGreaterThan(20);
  });

  it("the Inspector in command-line mode", async () => {
    const inspector = async (...args: string[]) => {
      const { stdout } = await run(bin("mcp-inspector"), [
        "--cli",
        server.mcpUrl,
        ...["--transport", "http", "--header", `Authorization: Bearer ${server.demoToken}`],
        ...args,
      ]);
      return JSON.parse(stdout);
    };
    const { tools } = await inspector("--method", "tools/list");
    expect(tools.map(({ name }: { name: string }) => name)).toContain("reply_to_conversation");
    const answer = await inspector(
      "--method",
      "tools/call",
      "--tool-name",
      "list_contacts",
      "--tool-arg",
      "limit=2",
    );
    expect(answer.structuredContent.items).toHaveLength(2);
    const strict = await run(bin("mcp-inspector"), [
      "--cli",
      server.mcpUrl,
      ...["--transport", "http", "--header", `Authorization: Bearer ${server.demoToken}`],
      ...["--method", "tools/list", "--strict"],
    ]);
    expect(strict.stderr).not.toMatch(/^Error: tool/m);
  });

  it("mcp-remote over stdio", async () => {
    const client = await connected(
      new StdioClientTransport({
        command: bin("mcp-remote"),
        // mcp-remote fills ${…} from its environment, so that the token is not in the process list.
        // biome-ignore lint/suspicious/noTemplateCurlyInString: not a template string of ours
        args: [server.mcpUrl, "--header", "Authorization:Bearer ${PARLEY_TOKEN}", "--allow-http"],
        env: {
          ...process.env,
          PARLEY_TOKEN: server.demoToken,
          MCP_REMOTE_CONFIG_DIR: server.dataDir,
        } as Record<string, string>,
        stderr: "ignore",
      }),
    );
    await converse((call) => client.callTool(call), "remote");
  });

  it("our own stdio bridge", async () => {
    const client = await connected(
      new StdioClientTransport({
        command: process.execPath,
        args: [join(ROOT, "bin/parley-mcp.mjs")],
        env: { ...process.env, PARLEY_URL: server.mcpUrl, PARLEY_TOKEN: server.demoToken } as Record<
          string,
          string
        >,
      }),
    );
    expect(client.getServerVersion()?.name).toBe("parley");
    await converse((call) => client.callTool(call), "bridge");
  });

  it("lists the sessions they opened, with client and protocol", async () => {
    const sessions = await server.parley<{ client: string; protocolVersion: string; calls: number }[]>(
      ...["session", "list", "--workspace", workspaceId],
    );
    expect(sessions.filter(({ client }) => client === "e2e").length).toBeGreaterThanOrEqual(3);
    expect(Math.max(...sessions.map(({ calls }) => calls))).toBeGreaterThanOrEqual(5);
  });
});

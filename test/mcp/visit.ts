import { env, exports } from "cloudflare:workers";
import {
  Client as ModernClient,
  StreamableHTTPClientTransport as ModernTransport,
} from "@modelcontextprotocol/client";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { SSEClientTransport } from "@modelcontextprotocol/sdk/client/sse.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import type { z } from "zod";
import { createToken, type newTokenSchema } from "../../src/gate/tokens.ts";
import { createWorkspace, type Workspace } from "../../src/gate/workspaces.ts";

export const ORIGIN = new URL(env.PUBLIC_URL).origin;

/** Our own Worker, as any client reaches it. */
export const serve = (input: string | URL | Request, init?: RequestInit): Promise<Response> =>
  exports.default.fetch(new Request(input, init));

export const newWorkspace = (plan = "enterprise"): Promise<Workspace> =>
  createWorkspace(env, { name: "Protocol tests", plan });

/** A key that may do everything, unless said otherwise. */
export async function newKey(
  workspaceId: string,
  facts: Partial<z.input<typeof newTokenSchema>> = {},
): Promise<string> {
  const made = await createToken(env, workspaceId, {
    kind: "api_key",
    name: "Test key",
    scopes: "all",
    ...facts,
  });
  return made.token;
}

const HEADERS = {
  "content-type": "application/json",
  accept: "application/json, text/event-stream",
};

/** One POST to an MCP address. `body` goes out as it is when it is text. */
export function post(
  path: string,
  body: unknown,
  headers: Record<string, string | undefined> = {},
): Promise<Response> {
  const all = Object.entries({ ...HEADERS, ...headers }).filter((pair): pair is [string, string] => {
    return pair[1] !== undefined;
  });
  return serve(new URL(path, ORIGIN), {
    method: "POST",
    headers: Object.fromEntries(all),
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
}

export const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

let lastId = 0;
export function rpc(method: string, params: Record<string, unknown> = {}) {
  lastId += 1;
  return { jsonrpc: "2.0", id: lastId, method, params };
}

export const toolCall = (name: string, args: Record<string, unknown> = {}) =>
  rpc("tools/call", { name, arguments: args });

export function initialize(protocolVersion = "2025-11-25", capabilities: Record<string, unknown> = {}) {
  return rpc("initialize", { protocolVersion, capabilities, clientInfo: { name: "raw", version: "1" } });
}

export interface RpcAnswer {
  id: string | number | null;
  result?: Record<string, unknown>;
  error?: { code: number; message: string; data?: Record<string, unknown> };
}

/** The JSON-RPC answers of a response, whether JSON or an event stream that ends. */
export async function answersOf(response: Response): Promise<RpcAnswer[]> {
  const text = await response.text();
  if (!response.headers.get("content-type")?.includes("text/event-stream")) {
    const parsed: RpcAnswer | RpcAnswer[] = JSON.parse(text);
    return Array.isArray(parsed) ? parsed : [parsed];
  }
  return text
    .split("\n")
    .filter((line) => line.startsWith("data:"))
    .map((line): RpcAnswer => JSON.parse(line.slice(5)))
    .filter((message) => message.result !== undefined || message.error !== undefined);
}

export async function answerOf(response: Response): Promise<RpcAnswer> {
  const [answer] = await answersOf(response);
  if (!answer) throw new Error(`No answer: ${response.status}`);
  return answer;
}

/** Opens a raw session; its id. */
export async function openSession(token: string, protocolVersion = "2025-11-25"): Promise<string> {
  const response = await post("/mcp", initialize(protocolVersion), bearer(token));
  const id = response.headers.get("mcp-session-id");
  await response.text();
  if (id === null) throw new Error(`No session: ${response.status}`);
  return id;
}

/** An official SDK v1 client, in a session. */
export async function sessionClient(
  token: string,
  path = "/mcp",
  client = new Client({ name: "v1", version: "1.2.3" }),
) {
  const transport = new StreamableHTTPClientTransport(new URL(path, ORIGIN), {
    fetch: serve,
    requestInit: { headers: bearer(token) },
  });
  await client.connect(transport);
  return { client, transport };
}

/** An official SDK v1 client over HTTP with SSE. */
export async function sseClient(url: URL, headers: Record<string, string> = {}) {
  const client = new Client({ name: "v1 sse", version: "1.2.3" });
  const fetchWith = (input: string | URL | Request, init?: RequestInit) => {
    const merged = new Headers(init?.headers);
    for (const [name, value] of Object.entries(headers)) merged.set(name, value);
    return serve(input, { ...init, headers: merged });
  };
  const transport = new SSEClientTransport(url, { fetch: fetchWith, eventSourceInit: { fetch: fetchWith } });
  await client.connect(transport);
  return { client, transport };
}

/** An official SDK v2 client at 2026-07-28. */
export async function modernClient(token: string, path = "/mcp"): Promise<ModernClient> {
  const client = new ModernClient(
    { name: "v2", version: "1.0.0" },
    { versionNegotiation: { mode: { pin: "2026-07-28" } } },
  );
  const transport = new ModernTransport(new URL(path, ORIGIN), {
    fetch: serve,
    requestInit: { headers: bearer(token) },
  });
  await client.connect(transport);
  return client;
}

/** Headers and body of a raw 2026-07-28 request. */
export function modern(method: string, params: Record<string, unknown> = {}, capabilities: object = {}) {
  const name = params.name ?? params.uri;
  return {
    headers: {
      "mcp-protocol-version": "2026-07-28",
      "mcp-method": method,
      ...(typeof name === "string" ? { "mcp-name": name } : {}),
    },
    body: rpc(method, {
      ...params,
      _meta: {
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientCapabilities": capabilities,
      },
    }),
  };
}

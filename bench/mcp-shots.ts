import type { Shot } from "./load.ts";

const ACCEPT = "application/json, text/event-stream";

async function send(url: string, headers: Record<string, string>, message: object): Promise<Response> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", accept: ACCEPT, ...headers },
    body: JSON.stringify({ jsonrpc: "2.0", ...message }),
  });
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
  return response;
}

/** Reads to the end and makes sure that the call succeeded: a fast error is no result. */
async function readAnswer(response: Response): Promise<void> {
  const text = await response.text();
  if (!text.includes('"items"') && !text.includes('\\"items\\"'))
    throw new Error(`Unexpected answer: ${text.slice(0, 300)}`);
}

function listTags(id: number) {
  return {
    id,
    method: "tools/call",
    params: {
      name: "list_tags",
      arguments: {},
      _meta: {
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientCapabilities": {},
      },
    },
  };
}

/** A `list_tags` call at 2026-07-28: no session, everything in the one request. */
export function stateless(url: string, token?: string): Shot {
  let id = 0;
  const headers = {
    ...(token ? { authorization: `Bearer ${token}` } : {}),
    "mcp-protocol-version": "2026-07-28",
    "mcp-method": "tools/call",
    "mcp-name": "list_tags",
  };
  return async () => readAnswer(await send(url, headers, listTags(++id)));
}

/** A `list_tags` call in a 2025-11-25 session, opened here. */
export async function inSession(url: string, token?: string): Promise<Shot> {
  const headers: Record<string, string> = token ? { authorization: `Bearer ${token}` } : {};
  const opened = await send(url, headers, {
    id: 0,
    method: "initialize",
    params: { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: "bench", version: "1" } },
  });
  await opened.text();
  headers["mcp-session-id"] = opened.headers.get("mcp-session-id") ?? "";
  headers["mcp-protocol-version"] = "2025-11-25";
  await (await send(url, headers, { method: "notifications/initialized" })).text();
  let id = 0;
  return async () =>
    readAnswer(
      await send(url, headers, {
        id: ++id,
        method: "tools/call",
        params: { name: "list_tags", arguments: {} },
      }),
    );
}

/** The reference for a session-less call: a POST of the same length. */
export function plainRead(url: string): Shot {
  let id = 0;
  return async () => readAnswer(await send(url, {}, listTags(++id)));
}

/** Calls any tool, to make what is measured. */
export async function callTool(url: string, token: string, name: string, args: object): Promise<void> {
  const call = { id: 0, method: "tools/call", params: { name, arguments: args } };
  const text = await (await send(url, { authorization: `Bearer ${token}` }, call)).text();
  if (text.includes('"isError":true')) throw new Error(text);
}

/** Spreads shots over several sessions, as several clients would. */
export function inTurn(shots: Shot[]): Shot {
  let next = 0;
  return async () => shots[next++ % shots.length]?.();
}

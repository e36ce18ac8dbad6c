import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { type JSONRPCMessage, JSONRPCMessageSchema } from "@modelcontextprotocol/sdk/types.js";
import { RPC } from "../src/http/answer.ts";
import { readEnvelope } from "../src/mcp/envelope.ts";
import { Refused, runCommand } from "./refused.ts";

/**
 * The stdio bridge, for clients that speak only stdio: message for message between stdin/stdout and Parley's
 * Streamable HTTP address. Start it as `parley-mcp.mjs`, which any Node can.
 *
 * Errors go to stderr alone, since stdout carries the protocol. It ends when either side closes.
 */
const MEANING = {
  PARLEY_URL: "it is the MCP address, for example https://parley.example.com/mcp",
  PARLEY_TOKEN: "it is an API key or a bot token",
};

/** How long answers may still come when no more is asked. */
const LAST_ANSWERS_MS = 10_000;

function setting(name: keyof typeof MEANING): string {
  const value = process.env[name]?.trim();
  if (value) return value;
  throw new Refused(`${name} is not set: ${MEANING[name]}.`);
}

/** The MCP address. Of a server's origin alone, which is what other commands take, its `/mcp`. */
function address(text: string): URL {
  const url = URL.parse(text);
  if (url?.protocol !== "https:" && url?.protocol !== "http:")
    throw new Refused(`PARLEY_URL is no address: ${text}. Write it as https://parley.example.com/mcp.`);
  if (url.pathname === "/") url.pathname = "/mcp";
  return url;
}

/** What went wrong on the way to the server, for the person who set the two variables. */
function explain(error: unknown, url: URL): string {
  if (!(error instanceof Error)) return String(error);
  const status = "code" in error && typeof error.code === "number" ? error.code : undefined;
  const said = /\{.*\}/s.exec(error.message)?.[0];
  if (status === undefined) {
    const cause =
      error.cause instanceof Error && "code" in error.cause ? ` (${String(error.cause.code)})` : "";
    return `Nothing answers at ${url.origin}${cause}: is the server running, and is PARLEY_URL right?`;
  }
  if (status === 401) {
    return "The server does not know PARLEY_TOKEN: it is mistyped, revoked or expired, or of another server. Make one with parley token create.";
  }
  const theirs = said === undefined ? undefined : messageIn(said);
  if (status === 404 && !/session/i.test(theirs ?? "")) {
    return `There is no MCP address at ${url.href}. Did you mean ${url.origin}/mcp?`;
  }
  return theirs ?? `The server answered ${status}.`;
}

/** The sentence of an error that the server wrote in JSON. */
function messageIn(json: string): string | undefined {
  try {
    const { error }: { error?: { message?: unknown } } = JSON.parse(json);
    return typeof error?.message === "string" ? error.message : undefined;
  } catch {
    return undefined;
  }
}

const isRequest = (
  message: JSONRPCMessage,
): message is Extract<JSONRPCMessage, { id: string | number; method: string }> =>
  "method" in message && "id" in message;

async function bridge(): Promise<number> {
  const url = address(setting("PARLEY_URL"));
  const headers = { authorization: `Bearer ${setting("PARLEY_TOKEN")}` };
  const remote = new StreamableHTTPClientTransport(url, { requestInit: { headers } });
  const write = (message: object) => process.stdout.write(`${JSON.stringify(message)}\n`);
  const refuse = (id: unknown, code: number, message: string) => {
    const known = typeof id === "string" || typeof id === "number" ? id : null;
    write({ jsonrpc: "2.0", id: known, error: { code, message } });
  };

  /** What was told on stderr: the transport reports what it throws as well. */
  const told = new WeakSet<Error>();
  remote.onerror = (error) => setTimeout(() => told.has(error) || console.error(explain(error, url)));

  /** From here on requests name the revision that the two ends agreed on. */
  let initializeId: string | number | null = null;
  const sent = new Set<Promise<void>>();
  const pass = async (message: JSONRPCMessage): Promise<void> => {
    if (isRequest(message) && message.method === "initialize") initializeId = message.id;
    try {
      await remote.send(message);
    } catch (error) {
      if (error instanceof Error) told.add(error);
      const text = explain(error, url);
      console.error(text);
      // A request must have its answer, or the client waits for ever.
      if (isRequest(message)) refuse(message.id, RPC.refused, text);
    }
  };
  remote.onmessage = (message) => {
    if ("result" in message && message.id === initializeId) {
      const { protocolVersion } = message.result;
      if (typeof protocolVersion === "string") remote.setProtocolVersion(protocolVersion);
    }
    write(message);
  };

  await remote.start();
  const lines = createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY });
  remote.onclose = () => lines.close();
  for await (const line of lines) {
    for (const { id, read } of messagesOf(line)) {
      const message = "body" in read ? JSONRPCMessageSchema.safeParse(read.body) : undefined;
      if (message?.success) {
        const passing = pass(message.data);
        sent.add(passing);
        passing.finally(() => sent.delete(passing));
        // What follows an initialize needs the session that it opens.
        if (isRequest(message.data) && message.data.method === "initialize") await passing;
      } else if ("code" in read) refuse(id, read.code, read.message);
      else refuse(id, RPC.invalidRequest, "This is not a JSON-RPC message.");
    }
  }
  await Promise.race([Promise.all(sent), sleep(LAST_ANSWERS_MS, undefined, { ref: false })]);
  // Ending our session is a courtesy: a server that is gone already ends it by itself.
  await remote.terminateSession().catch(() => {});
  await remote.close();
  return 0;
}

/** The messages of a line, each read as every door of the server reads it; those of an array one by one. */
function messagesOf(line: string): { id: unknown; read: ReturnType<typeof readEnvelope> }[] {
  if (line.trim() === "") return [];
  let parsed: unknown;
  try {
    parsed = JSON.parse(line);
  } catch {
    return [{ id: null, read: { code: RPC.parseError, message: "The line is not valid JSON." } }];
  }
  const each = Array.isArray(parsed) && parsed.length > 0 ? parsed : [parsed];
  return each.map((one: unknown) => ({
    id: typeof one === "object" && one !== null && "id" in one ? one.id : null,
    read: readEnvelope(one),
  }));
}

await runCommand(bridge);

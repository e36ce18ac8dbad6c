#!/usr/bin/env node
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import type { JSONRPCMessage } from "@modelcontextprotocol/sdk/types.js";
import { Refused, runCommand } from "./refused.ts";

/**
 * The stdio bridge, for clients that speak only stdio: message for message between stdin/stdout and Parley's
 * Streamable HTTP address.
 *
 * Errors go to stderr alone, since stdout carries the protocol. It ends when either side closes.
 */
const MEANING = {
  PARLEY_URL: "it is the MCP address, for example https://parley.example.com/mcp",
  PARLEY_TOKEN: "it is an API key or a bot token",
};

function setting(name: keyof typeof MEANING): string {
  const value = process.env[name];
  if (value) return value;
  throw new Refused(`${name} is not set: ${MEANING[name]}.`);
}

function address(text: string): URL {
  if (!URL.canParse(text))
    throw new Refused(`PARLEY_URL is no address: ${text}. Write it as https://parley.example.com/mcp.`);
  return new URL(text);
}

const isRequest = (
  message: JSONRPCMessage,
): message is JSONRPCMessage & { id: string | number; method: string } =>
  "method" in message && "id" in message;

async function bridge(): Promise<number> {
  const headers = { authorization: `Bearer ${setting("PARLEY_TOKEN")}` };
  const remote = new StreamableHTTPClientTransport(address(setting("PARLEY_URL")), {
    requestInit: { headers },
  });
  const local = new StdioServerTransport();
  const closed = Promise.withResolvers<void>();

  local.onclose = closed.resolve;
  remote.onclose = closed.resolve;
  process.stdin.once("end", closed.resolve);
  local.onerror = (error) => console.error(error.message);
  remote.onerror = (error) => console.error(error.message);

  /** From here on requests name the revision that the two ends agreed on. */
  let initializeId: string | number | null = null;
  local.onmessage = (message) => {
    if (isRequest(message) && message.method === "initialize") initializeId = message.id;
    remote.send(message).catch((error: unknown) => {
      const text = error instanceof Error ? error.message : String(error);
      console.error(text);
      // A request must have its answer, or the client waits for ever.
      if (isRequest(message)) {
        local
          .send({ jsonrpc: "2.0", id: message.id, error: { code: -32000, message: text } })
          .catch(closed.reject);
      }
    });
  };
  remote.onmessage = (message) => {
    if ("result" in message && message.id === initializeId) {
      const { protocolVersion } = message.result;
      if (typeof protocolVersion === "string") remote.setProtocolVersion(protocolVersion);
    }
    local.send(message).catch(closed.reject);
  };

  await remote.start();
  await local.start();
  await closed.promise;
  // Ending our session is a courtesy: a server that is gone already ends it by itself.
  await remote.terminateSession().catch(() => {});
  await remote.close();
  await local.close();
  return 0;
}

await runCommand(bridge);

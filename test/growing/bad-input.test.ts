import { exports } from "cloudflare:workers";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { catalogue } from "../../src/catalogue.ts";
import { property } from "../property.ts";
import { badInput, nothingGiven, takesSomething } from "./bad-input.ts";
import { growing } from "./checks.ts";
import { contentsOf, makeWorld, ORIGIN, type World } from "./world.ts";

/** Generated wrong inputs for every tool, and malformed protocol messages: a clear error, nothing changed, no 5xx. */
let world: World;

beforeAll(async () => {
  world = await makeWorld("bad");
});

const worlds = () => ({ mine: world, theirs: world, elsewhere: world });
growing(catalogue.tools, badInput, worlds);
growing(catalogue.tools.filter(takesSomething), nothingGiven, worlds);

describe("malformed protocol messages", () => {
  const post = (body: string, headers: Record<string, string> = {}) =>
    exports.default.fetch(
      new Request(`${ORIGIN}/mcp`, {
        method: "POST",
        headers: {
          authorization: `Bearer ${world.token}`,
          "content-type": "application/json",
          accept: "application/json, text/event-stream",
          ...headers,
        },
        body,
      }),
    );

  it.each([
    "",
    "{",
    "null",
    "[]",
    "42",
    '"text"',
    "{}",
    '{"jsonrpc":"1.0","id":1,"method":"tools/list"}',
    '{"jsonrpc":"2.0","id":1}',
    '{"jsonrpc":"2.0","id":{},"method":"tools/list"}',
    '{"jsonrpc":"2.0","id":1,"method":"tools/call"}',
    '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":[]}',
    '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":7}}',
    '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"list_contacts","arguments":"x"}}',
    '{"jsonrpc":"2.0","id":1,"method":"resources/read","params":{"uri":"parley://contact/%00"}}',
    '{"jsonrpc":"2.0","id":1,"method":"no/such/method"}',
    "\u0000",
    `{"jsonrpc":"2.0","id":1,"method":"${"x".repeat(100_000)}"}`,
    `${"[".repeat(20_000)}`,
  ])("answers %s without a server error", async (body) => {
    const plain = await post(body);
    expect(plain.status, await plain.text()).toBeLessThan(500);
    const modern = await post(body, { "mcp-protocol-version": "2026-07-28", "mcp-method": "tools/call" });
    expect(modern.status, await modern.text()).toBeLessThan(500);
  });

  it("survives generated messages", async () => {
    const before = await contentsOf(world.workspace);
    await property(
      [fc.jsonValue({ maxDepth: 4 })],
      async (message) => {
        const response = await post(JSON.stringify(message));
        expect(response.status, await response.text()).toBeLessThan(500);
      },
      { runs: 60 },
    );
    expect(await contentsOf(world.workspace)).toEqual(before);
  });
});

import { exports } from "cloudflare:workers";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { catalogue } from "../../src/catalogue.ts";
import { argumentSchema, sampleArguments } from "./samples.ts";
import { callTool, contentsOf, makeWorld, ORIGIN, type World } from "./world.ts";

/** Generated wrong inputs for every tool, and malformed protocol messages: a clear error, nothing changed, no 5xx. */
let world: World;

beforeAll(async () => {
  world = await makeWorld("bad");
}, 60_000);

/** Strings that break things elsewhere: SQL, FTS5 syntax, control characters, bidi, lone surrogates, very long ones. */
const HOSTILE = [
  "'; DROP TABLE contacts; --",
  '" OR 1=1 --',
  'workspace_id : "x" OR body : *',
  "NEAR(a b) AND NOT c*",
  "body:",
  '"unclosed',
  "^*()-+",
  "%_\\",
  "\u0000\u0001\u001b[31m",
  "\u202e\u2066\u200b\ufeff",
  "\ud800",
  "👩‍👩‍👧‍👦".repeat(50),
  "x".repeat(300_000),
  "__proto__",
  "{{constructor}}",
];

const hostile = fc.constantFrom(...HOSTILE);
const anything = fc.oneof(
  hostile,
  fc.anything({ maxDepth: 2, withNullPrototype: false }),
  fc.integer(),
  fc.double(),
  fc.constantFrom(null, true, [], {}, -1, 0, Number.MAX_SAFE_INTEGER, 1e308),
);

describe.each(catalogue.tools.map((tool) => [tool.name, tool] as const))("%s", (name, tool) => {
  const { properties, required } = argumentSchema(tool);

  it("names the nearest argument for an unknown one, and runs nothing", async () => {
    const args = await sampleArguments(tool, world, world.open);
    const before = await contentsOf(world.workspace);
    const [known = "anything"] = Object.keys(properties);
    const answer = await callTool(world.client, name, { ...args, [`${known}x`]: 1 });
    expect(answer.code, answer.text).toBe("invalid_input");
    expect(answer.text).toContain(`${known}x`);
    if (Object.keys(properties).length > 0) expect(answer.data.candidates).toContain(known);
    expect(await contentsOf(world.workspace)).toEqual(before);
  });

  it.skipIf(required.length === 0)("says which argument is missing", async () => {
    const answer = await callTool(world.client, name, {});
    expect(answer.code).toBe("invalid_input");
    for (const argument of required) expect(answer.text).toContain(argument);
  });

  it("survives generated arguments", async () => {
    const sample = await sampleArguments(tool, world, world.open);
    const names = [...Object.keys(properties), "unknownArgument"];
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(fc.constantFrom(...names), anything, { maxKeys: 3 }),
        fc.boolean(),
        async (wrong, based) => {
          const args = JSON.parse(JSON.stringify(based ? { ...sample, ...wrong } : wrong));
          const before = await contentsOf(world.workspace);
          const answer = await callTool(world.client, name, args);
          expect(answer.code ?? "", answer.text).not.toMatch(/internal|thrown|protocol/);
          // What is refused must have changed nothing; what is accepted was valid after all.
          if (answer.code !== null) expect(await contentsOf(world.workspace)).toEqual(before);
        },
      ),
      { numRuns: 25 },
    );
  }, 60_000);
});

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
    await fc.assert(
      fc.asyncProperty(fc.jsonValue({ maxDepth: 4 }), async (message) => {
        const response = await post(JSON.stringify(message));
        expect(response.status, await response.text()).toBeLessThan(500);
      }),
      { numRuns: 60 },
    );
    expect(await contentsOf(world.workspace)).toEqual(before);
  });
});

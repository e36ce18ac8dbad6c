import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { HINTS } from "../../src/calls/define.ts";
import { setRollout } from "../../src/control/rollouts.ts";
import { Failure } from "../../src/tenant/failure.ts";
import { cursorInput, limitInput, pageInput, pageOffset, pageOutput } from "../../src/tenant/page.ts";
import { doorTo, newCaller, tool } from "../mcp/catalogue-door.ts";

const none = z.strictObject({});

/** 200 numbered rows of a thousand characters; the cursor is the next row's number. */
const rows = tool({
  name: "list_rows",
  input: () => z.strictObject({ cursor: cursorInput, page: pageInput, limit: limitInput() }),
  output: () => pageOutput(z.object({ n: z.int(), text: z.string() })),
  async run(_, { cursor, page, limit }) {
    const start = cursor === undefined ? pageOffset(page, limit, cursor) : Number(cursor);
    const end = Math.min(200, start + limit);
    const items = Array.from({ length: end - start }, (_, i) => ({ n: start + i, text: "x".repeat(1_000) }));
    return { items, hasMore: end < 200, nextCursor: end < 200 ? String(end) : null };
  },
});

let runs = 0;
const tools = [
  rows,
  tool({
    name: "echo",
    input: () => z.strictObject({ text: z.string(), note: z.string().optional() }),
    output: () => z.object({ text: z.string(), by: z.object({ name: z.string() }) }),
    untrusted: ["text", "name", "absent"],
    run: async (_, { text }) => ({ text, by: { name: text }, secret: "not in the schema" }),
  }),
  tool({
    name: "huge_write",
    hints: HINTS.W,
    input: () => z.strictObject({ limit: z.int().default(100) }),
    output: () => z.object({ items: z.array(z.string()) }),
    async run() {
      runs += 1;
      return { items: Array.from({ length: 100 }, () => "y".repeat(1_000)) };
    },
  }),
  tool({
    name: "long_text",
    input: () => none,
    output: () => z.object({ article: z.object({ title: z.string(), content: z.string() }) }),
    run: async () => ({ article: { title: "Short", content: "z".repeat(200_000) } }),
  }),
  tool({
    name: "breaks",
    input: () => none,
    output: () => z.object({ ok: z.boolean() }),
    async run() {
      throw new Error("The database said: secret customer words");
    },
  }),
  tool({
    name: "misfits",
    input: () => none,
    output: () => z.object({ ok: z.boolean() }),
    run: async () => JSON.parse('{"ok":"not a boolean"}'),
  }),
  tool({
    name: "fails",
    input: () => none,
    output: () => z.object({ ok: z.boolean() }),
    async run() {
      throw new Failure("not_found", 'No contact "x\u202e" in this workspace.', { hint: "List them." });
    },
  }),
  tool({
    name: "progresses",
    interactive: true,
    input: () => none,
    output: () => z.object({ ok: z.boolean() }),
    async run(call) {
      for (const value of [1, 1, 0, 2]) await call.progress(value, 2);
      return { ok: true };
    },
  }),
];
const door = doorTo({ tools });

afterEach(() => {
  vi.restoreAllMocks();
});

describe("a result", () => {
  it("is structured, the same as compact JSON, and holds nothing that its schema does not name", async () => {
    const { structure, text } = await door.call(await newCaller(), "echo", { text: "Hello" });
    expect(structure).toEqual({ text: "Hello", by: { name: "Hello" }, untrustedFields: ["text", "name"] });
    expect(text).toBe(JSON.stringify(structure));
  });

  it("has no invisible or bidirectional characters, wherever they stand", async () => {
    const hidden = "a\u202Eb\u200Bc\u{E0041}d\u0007e\uFEFFf\u2066g\u00ADh\uD800";
    const { text } = await door.call(await newCaller(), "echo", { text: hidden });
    expect(JSON.parse(text).text).toBe("abcdefgh\uFFFD");
    expect(JSON.parse(text).by.name).toBe("abcdefgh\uFFFD");
  });

  it("that does not fit its own schema is an internal error", async () => {
    vi.spyOn(console, "error").mockImplementation(() => {});
    const { result, text } = await door.call(await newCaller(), "misfits");
    expect(result?.isError).toBe(true);
    expect(JSON.parse(text).code).toBe("internal");
  });

  it("lists schemas that it fits, with what is added to it", async () => {
    const { result } = await door.request(await newCaller(), "tools/list");
    const { tools: all } = z
      .object({ tools: z.array(z.looseObject({ name: z.string(), outputSchema: z.unknown() })) })
      .parse(result);
    const listed = all.find(({ name }) => name === "echo");
    expect(listed?.outputSchema).toMatchObject({
      properties: { untrustedFields: { type: "array" }, truncated: { type: "boolean" } },
    });
    expect(JSON.stringify(listed?.outputSchema)).not.toContain("additionalProperties");
    expect(JSON.stringify(listed)).not.toContain("$schema");
  });
});

describe("a result that is too long", () => {
  it("loses whole rows, and its cursor goes on where it ends", async () => {
    const caller = await newCaller();
    const seen: number[] = [];
    let cursor: string | undefined;
    do {
      const { structure, text } = await door.call(caller, "list_rows", {
        limit: 100,
        ...(cursor ? { cursor } : {}),
      });
      expect(text.length).toBeLessThanOrEqual(60_000);
      const page = z
        .object({ items: z.array(z.object({ n: z.int() })), nextCursor: z.string().nullable() })
        .parse(structure);
      seen.push(...page.items.map(({ n }) => n));
      cursor = page.nextCursor ?? undefined;
      if (page.items.length < 100 && cursor) expect(structure?.truncated).toBe(true);
    } while (cursor);
    expect(seen).toEqual(Array.from({ length: 200 }, (_, i) => i));
  });

  it("keeps the first row of a numbered page", async () => {
    const { structure, text } = await door.call(await newCaller(), "list_rows", { limit: 70, page: 2 });
    expect(text.length).toBeLessThanOrEqual(60_000);
    expect(structure?.truncated).toBe(true);
    const items = structure?.items as { n: number }[];
    expect(items[0]?.n).toBe(70);
    expect(Number(structure?.nextCursor)).toBe(70 + items.length);
  });

  it("of a tool that writes is cut without running it again", async () => {
    runs = 0;
    const { structure, text } = await door.call(await newCaller(), "huge_write");
    expect(runs).toBe(1);
    expect(text.length).toBeLessThanOrEqual(60_000);
    expect(structure?.truncated).toBe(true);
  });

  it("without rows loses the end of its longest text", async () => {
    const { structure, text } = await door.call(await newCaller(), "long_text");
    expect(text.length).toBeLessThanOrEqual(60_000);
    expect(structure).toMatchObject({ truncated: true, article: { title: "Short" } });
    expect(JSON.stringify(structure)).toContain("z…");
  });
});

describe("an error", () => {
  it("that was expected has code, message and hint, as text alone", async () => {
    const { result, text } = await door.call(await newCaller(), "fails");
    expect(result?.isError).toBe(true);
    expect(result?.structuredContent).toBeUndefined();
    expect(JSON.parse(text)).toEqual({
      code: "not_found",
      message: 'No contact "x" in this workspace.',
      hint: "List them.",
    });
  });

  it("that was not says a request id and nothing else; the log has the rest", async () => {
    const logged = vi.spyOn(console, "error").mockImplementation(() => {});
    const { text } = await door.call(await newCaller(), "breaks");
    expect(text).not.toContain("database");
    expect(JSON.parse(text)).toMatchObject({ code: "internal" });
    expect(text).toContain("test-request");
    expect(logged.mock.calls.flat().join()).toContain("test-request");
    expect(logged.mock.calls.flat().join()).toContain("tools/call breaks");
  });

  it("of an unknown argument names the nearest valid one", async () => {
    const { text } = await door.call(await newCaller(), "echo", { text: "a", nota: "b" });
    expect(JSON.parse(text)).toMatchObject({ code: "invalid_input", candidates: ["note"] });
  });

  it("of an unknown tool is the protocol's, and suggests", async () => {
    const { error } = await door.call(await newCaller(), "list_row");
    expect(error).toMatchObject({ code: -32602 });
    expect(error?.message).toContain("list_rows");
  });
});

describe("a rollout", () => {
  it("hides a tool, or a toolset, as if it did not exist", async () => {
    const caller = await newCaller();
    const rule = { rings: [], percent: 100, allow: [], deny: [caller.workspaceId] };
    await setRollout(env, { feature: "echo", ...rule });
    const fresh = await newCaller(caller.workspaceId);
    await vi.waitFor(
      async () => {
        const { error } = await door.call(fresh, "echo", { text: "a" });
        expect(error?.code).toBe(-32602);
      },
      { timeout: 30_000, interval: 500 },
    );
    const { result } = await door.request(fresh, "tools/list");
    expect(JSON.stringify(result)).not.toContain('"echo"');
    expect((await door.call(await newCaller(), "echo", { text: "a" })).structure).toBeDefined();
  });
});

describe("the call log", () => {
  it("has every call with its outcome, and no arguments", async () => {
    vi.spyOn(console, "error").mockImplementation(() => {});
    const caller = await newCaller();
    await door.call(caller, "echo", { text: "a private matter" });
    await door.call(caller, "fails");
    await door.call(caller, "breaks");
    await door.call(caller, "echo", { wrong: 1 });
    const logged = async () => [
      ...(await callsOf(env.TENANT_1, caller.workspaceId)),
      ...(await callsOf(env.TENANT_2, caller.workspaceId)),
    ];
    // Calls that come close together are written together, a moment later.
    await expect.poll(async () => (await logged()).length).toBe(4);
    const all = await logged();
    expect(all.map(({ name, outcome }) => `${name} ${outcome}`).sort()).toEqual([
      "breaks internal",
      "echo invalid_input",
      "echo ok",
      "fails not_found",
    ]);
    expect(all[0]).toMatchObject({ kind: "tool", credential_name: "Test key" });
    expect(JSON.stringify(all)).not.toContain("private");
  });
});

async function callsOf(database: D1Database, workspaceId: string) {
  const { results } = await database
    .prepare(
      `SELECT credential_name, value ->> 'name' AS name, value ->> 'kind' AS kind, value ->> 'outcome' AS outcome,
         value ->> 'milliseconds' AS milliseconds
       FROM calls, json_each(entries) WHERE workspace_id = ? ORDER BY value ->> 'id'`,
    )
    .bind(workspaceId)
    .all<{ name: string; kind: string; outcome: string; credential_name: string; milliseconds: number }>();
  return results;
}

describe("progress", () => {
  it("only ever grows", async () => {
    const response = await door.send(await newCaller(), {
      headers: {
        "mcp-protocol-version": "2026-07-28",
        "mcp-method": "tools/call",
        "mcp-name": "progresses",
      },
      body: {
        jsonrpc: "2.0",
        id: 1,
        method: "tools/call",
        params: {
          name: "progresses",
          arguments: {},
          _meta: {
            progressToken: "p",
            "io.modelcontextprotocol/protocolVersion": "2026-07-28",
            "io.modelcontextprotocol/clientCapabilities": {},
          },
        },
      },
    });
    const values = [...(await response.text()).matchAll(/"progress":(\d+)/g)].map(([, value]) =>
      Number(value),
    );
    expect(values).toEqual([1, 2]);
  });
});

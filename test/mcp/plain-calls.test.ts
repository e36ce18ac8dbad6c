import { describe, expect, it } from "vitest";
import { z } from "zod";
import { HINTS } from "../../src/calls/define.ts";
import { doorTo, newCaller, tool } from "./catalogue-door.ts";
import { answerOf, bearer, modern, newKey, newWorkspace, openSession, post, toolCall } from "./visit.ts";

/** A 2026-07-28 call that an SDK's lane answers, since its `_meta` says one thing more. */
function throughSdk(name: string, args: object, capabilities: object = {}) {
  const { headers, body } = modern("tools/call", { name, arguments: args }, capabilities);
  return {
    headers,
    body: {
      ...body,
      params: { ...body.params, _meta: { ...(body.params._meta as object), "test/more": 1 } },
    },
  };
}

const echo = tool({
  name: "echo",
  input: () => z.strictObject({ text: z.string(), fail: z.boolean().default(false) }),
  output: () => z.object({ text: z.string() }),
  untrusted: ["text"],
  run: async (_, { text, fail }) => {
    if (fail) throw new Error("secret");
    return { text };
  },
});
const destroys = tool({
  name: "destroys",
  hints: HINTS.D,
  input: () => z.strictObject({}),
  output: () => z.object({ gone: z.boolean() }),
  run: async () => ({ gone: true }),
});
const logs = tool({
  name: "logs",
  input: () => z.strictObject({}),
  output: () => z.object({}),
  run: async (call) => {
    await call.log("info", "unmarked");
    return {};
  },
});
const door = doorTo({ tools: [echo, destroys, logs] });

describe("a plain call", () => {
  it("answers what the SDK's lane answers, in both eras", async () => {
    const caller = await newCaller();
    for (const args of [
      { text: 'a\u0000b \u202e "quoted" \ud800 𝄞' },
      { text: "x", fail: true },
      { txet: 1 },
      {},
    ]) {
      const plain = await answerOf(
        await door.send(caller, modern("tools/call", { name: "echo", arguments: args })),
      );
      const other = await answerOf(await door.send(caller, throughSdk("echo", args)));
      expect(plain).toEqual({ ...other, id: plain.id });
      const before = await answerOf(await door.send(caller, { headers: {}, body: toolCall("echo", args) }));
      const { resultType, _meta, ...result } = plain.result ?? {};
      expect(resultType).toBe("complete");
      expect(before.result).toEqual(result);
    }
  });

  it("is one JSON body, at 2026-07-28, without a session and for reading tools in one", async () => {
    const token = await newKey((await newWorkspace()).id);
    const { headers, body } = modern("tools/call", { name: "get_workspace", arguments: {} });
    const session = await openSession(token);
    const inSession = { ...bearer(token), "mcp-session-id": session, "mcp-protocol-version": "2025-11-25" };
    const responses = [
      await post("/mcp", body, { ...bearer(token), ...headers }),
      await post("/mcp", toolCall("get_workspace"), bearer(token)),
      await post("/mcp", toolCall("get_workspace"), inSession),
    ];
    const results = [];
    for (const response of responses) {
      expect(response.status).toBe(200);
      expect(response.headers.get("content-type")).toBe("application/json");
      results.push((await answerOf(response)).result?.structuredContent);
    }
    expect(results[1]).toEqual(results[0]);
    expect(results[2]).toEqual(results[0]);
  });

  it("asks first where its client can be asked", async () => {
    const caller = await newCaller();
    const answer = await door.call(caller, "destroys", {}, {}, { elicitation: {} });
    expect(answer.result?.resultType).toBe("input_required");
    expect((await door.call(caller, "destroys")).structure).toEqual({ gone: true });
  });

  it("of a tool that logs without the mark for it fails, so that a test finds it", async () => {
    const answer = await door.call(await newCaller(), "logs");
    expect(answer.result?.isError).toBe(true);
    expect(answer.text).toContain("internal");
  });

  it("leaves everything that is not exactly one to the SDK, which refuses it", async () => {
    const token = await newKey((await newWorkspace()).id);
    const { headers, body } = modern("tools/call", { name: "get_workspace", arguments: {} });
    const meta = body.params._meta as Record<string, unknown>;
    const withParams = (params: object) => ({ ...body, params: { ...body.params, ...params } });
    const withMeta = (more: object) => withParams({ _meta: { ...meta, ...more } });
    const CAPABILITIES = "io.modelcontextprotocol/clientCapabilities";
    const CLIENT = "io.modelcontextprotocol/clientInfo";
    const refused: [object, object][] = [
      [body, { ...headers, "mcp-name": "list_contacts" }],
      [body, { ...headers, "mcp-name": undefined }],
      [body, { ...headers, "mcp-method": "tools/list" }],
      [body, { ...headers, "mcp-method": undefined }],
      [body, { ...headers, "mcp-protocol-version": "2025-11-25" }],
      [body, { ...headers, "mcp-protocol-version": undefined }],
      [{ ...body, jsonrpc: "1.0" }, headers],
      [{ ...body, id: null }, headers],
      [{ ...body, id: 1.5 }, headers],
      [withParams({ arguments: [1] }), headers],
      [withParams({ arguments: 5 }), headers],
      [withParams({ _meta: null }), headers],
      [withMeta({ [CAPABILITIES]: "none" }), headers],
      [withMeta({ [CAPABILITIES]: { elicitation: 1 } }), headers],
      [withMeta({ [CAPABILITIES]: undefined }), headers],
      [withMeta({ [CLIENT]: { name: "no version" } }), headers],
      [
        withMeta({ "io.modelcontextprotocol/protocolVersion": "2030-01-01" }),
        { ...headers, "mcp-protocol-version": "2030-01-01" },
      ],
      [toolCall("get_workspace"), { "mcp-protocol-version": "2019-01-01" }],
      [toolCall("get_workspace"), { accept: "text/html" }],
    ];
    for (const [message, how] of refused) {
      const response = await post("/mcp", message, { ...bearer(token), ...how });
      const said = `${JSON.stringify(message)} ${JSON.stringify(how)}`;
      expect(
        response.status === 200 ? (await answerOf(response)).error : response.status,
        said,
      ).toBeDefined();
      if (response.status !== 200) expect(response.status, said).toBeGreaterThanOrEqual(400);
    }
    // What is merely more than is read here still works.
    const more = await post("/mcp", withMeta({ "vendor/trace": "x" }), { ...bearer(token), ...headers });
    expect((await answerOf(more)).result?.structuredContent).toBeDefined();
  });
});

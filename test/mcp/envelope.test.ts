import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { property } from "../property.ts";
import {
  answerOf,
  answersOf,
  bearer,
  initialize,
  modern,
  newKey,
  newWorkspace,
  ORIGIN,
  openSession,
  post,
  type RpcAnswer,
  serve,
} from "./visit.ts";

/** What one lane makes of a message: the answer, or the refusal of its door. */
type Send = (message: unknown) => Promise<{ status: number; answer: RpcAnswer }>;

let workspaceId = "";
let token = "";
let session = "";

const read = async (response: Response) => ({ status: response.status, answer: await answerOf(response) });

/** Every lane that a message of the revisions before 2026-07-28 can take. */
const LANES: Record<string, Send> = {
  stateless: async (message) => read(await post("/mcp", message, bearer(token))),
  session: async (message) =>
    read(
      await post("/mcp", message, {
        ...bearer(token),
        "mcp-session-id": session,
        "mcp-protocol-version": "2025-11-25",
      }),
    ),
  "a batch": async (message) => {
    const response = await post("/mcp", [message], bearer(token));
    const [answer] = await answersOf(response);
    if (!answer) throw new Error(`No answer: ${response.status}`);
    return { status: response.status, answer };
  },
  sse: async (message) => {
    // A credential opens so many streams a minute, and this opens one for each message.
    const key = await newKey(workspaceId);
    const stream = await openStream(key);
    const response = await post(stream.messages, message, bearer(key));
    if (response.status !== 202) return read(response);
    await response.text();
    const answer = await stream.next();
    await stream.close();
    return { status: 200, answer };
  },
};

/** An SSE stream, read event by event. */
async function openStream(key: string) {
  const response = await serve(`${ORIGIN}/mcp/sse`, { headers: bearer(key) });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  const data = async (): Promise<string> => {
    for (;;) {
      const event = /^event: \w+\ndata: (.*)\n\n/m.exec(text);
      if (event) {
        text = text.slice(event.index + event[0].length);
        return event[1] ?? "";
      }
      const chunk = await reader?.read();
      if (!chunk || chunk.done) throw new Error("The stream has ended.");
      text += chunk.value;
    }
  };
  return {
    messages: await data(),
    next: async (): Promise<RpcAnswer> => JSON.parse(await data()),
    close: () => reader?.cancel(),
  };
}

const message = (method: string, more: object = {}) => ({ jsonrpc: "2.0", id: 7, method, ...more });

beforeAll(async () => {
  workspaceId = (await newWorkspace()).id;
  token = await newKey(workspaceId);
  session = await openSession(token);
});

describe.each(Object.entries(LANES))("in the lane of %s", (lane, send) => {
  const alike: [string, unknown, unknown][] = [
    ["params null", message("tools/list", { params: null }), message("tools/list")],
    ["params []", message("tools/list", { params: [] }), message("tools/list")],
    ["a null cursor", message("tools/list", { params: { cursor: null } }), message("tools/list")],
    ["an empty cursor", message("prompts/list", { params: { cursor: "" } }), message("prompts/list")],
    [
      "members that no message has",
      { ...message("ping"), extra: 1, result: {}, error: null },
      message("ping"),
    ],
    ["a null _meta", message("ping", { params: { _meta: null } }), message("ping")],
    [
      "a null progress token",
      message("ping", { params: { _meta: { progressToken: null } } }),
      message("ping"),
    ],
    ...[null, "", [], "{}"].map((args): [string, unknown, unknown] => [
      `arguments ${JSON.stringify(args)}`,
      message("tools/call", { params: { name: "list_tags", arguments: args, task: null } }),
      message("tools/call", { params: { name: "list_tags" } }),
    ]),
    [
      "arguments as the text of an object",
      message("tools/call", { params: { name: "list_tags", arguments: '{"limit":"1","toolCallId":"x"}' } }),
      message("tools/call", { params: { name: "list_tags", arguments: { limit: 1 } } }),
    ],
    [
      "a prompt's number and null",
      message("prompts/get", { params: { name: "weekly-report", arguments: { days: 30, chatbotId: null } } }),
      message("prompts/get", { params: { name: "weekly-report", arguments: { days: "30" } } }),
    ],
  ];

  it.each(alike)("reads %s as it is meant", async (_, sent, meant) => {
    const { answer } = await send(sent);
    expect(answer).toEqual((await send(meant)).answer);
    expect(answer.id).toBe(7);
  });

  const refused: [string, unknown, number][] = [
    ["an empty object", {}, -32600],
    ["no jsonrpc", { id: 7, method: "tools/list" }, -32600],
    ["only jsonrpc", { jsonrpc: "2.0" }, -32600],
    ["a null id", { ...message("tools/list"), id: null }, -32600],
    ["half an id", { ...message("tools/list"), id: 1.5 }, -32600],
    ["no text as method", { ...message("x"), method: 5 }, -32600],
    ["params as a list", message("tools/list", { params: [1] }), -32602],
    ["params as a text", message("tools/call", { params: "x" }), -32602],
    ["no name", message("tools/call", { params: {} }), -32602],
    ["a name that is a number", message("tools/call", { params: { name: 7 } }), -32602],
    ["arguments as a text", message("tools/call", { params: { name: "list_tags", arguments: "x" } }), -32602],
    [
      "an object in a prompt",
      message("prompts/get", { params: { name: "x", arguments: { a: {} } } }),
      -32602,
    ],
    ["no address", message("resources/read", { params: {} }), -32602],
    ["an unknown level", message("logging/setLevel", { params: { level: "loud" } }), -32602],
  ];

  it.each(refused)("says in one sentence what is wrong with %s", async (_, sent, code) => {
    const { status, answer } = await send(sent);
    expect(answer.error?.code).toBe(code);
    expect(answer.error?.message).toMatch(/^[^[\n{]{10,200}\.$/);
    expect(answer.error?.message).not.toMatch(/[Ss]ession/);
    expect(status).toBeLessThan(500);
    if (lane === "sse") expect(status).toBe(400);
  });

  it("never answers with a fault of ours or a library's dump, whatever an envelope holds", async () => {
    const odd = fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.constantFrom(null, [], {}, "", 0, true));
    const params = fc.dictionary(
      fc.constantFrom(
        "name",
        "uri",
        "arguments",
        "cursor",
        "_meta",
        "task",
        "ref",
        "argument",
        "level",
        "context",
      ),
      odd,
      { maxKeys: 4 },
    );
    const methods = [
      "tools/call",
      "tools/list",
      "resources/read",
      "prompts/get",
      "completion/complete",
      "logging/setLevel",
      "ping",
    ];
    await property(
      [fc.constantFrom(...methods), fc.oneof(params, odd)],
      async (method, held) => {
        const { status, answer } = await send(message(method, { params: held }));
        const said = `${JSON.stringify(held)} ${JSON.stringify(answer)}`;
        expect(status, said).toBeLessThan(500);
        expect(answer.error?.code, said).not.toBe(-32603);
        expect(answer.error?.message ?? "", said).not.toMatch(/invalid_type|"code"|\n/);
      },
      { runs: 25 },
    );
  });
});

describe("initialize", () => {
  const asked = initialize().params;
  it.each([
    ["null capabilities", { ...asked, capabilities: null }],
    ["no capabilities", { ...asked, capabilities: undefined }],
    ["a null capability", { ...asked, capabilities: { roots: null, sampling: [] } }],
    ["a null title", { ...asked, clientInfo: { name: "x", version: "1", title: null } }],
    ["no clientInfo", { ...asked, clientInfo: undefined }],
    ["a version that is a number", { ...asked, clientInfo: { name: "x", version: 1 } }],
  ])("opens a session with %s", async (_, params) => {
    const response = await post("/mcp", message("initialize", { params }), bearer(token));
    expect(response.headers.get("mcp-session-id")).not.toBeNull();
    expect((await answerOf(response)).result?.protocolVersion).toBe("2025-11-25");
  });

  it.each([[{}], [{ ...asked, protocolVersion: null }], [{ ...asked, capabilities: 5 }], [null]])(
    "without what it must say is invalid params, not a missing session: %j",
    async (params) => {
      const answer = await answerOf(await post("/mcp", message("initialize", { params }), bearer(token)));
      expect(answer.error?.code).toBe(-32602);
      expect(answer.error?.message).not.toMatch(/session/i);
    },
  );
});

it("takes a notification with params that are null, and an id that is", async () => {
  for (const more of [{ params: null }, { params: [] }, { id: null }]) {
    const sent = { jsonrpc: "2.0", method: "notifications/initialized", ...more };
    const response = await post("/mcp", sent, { ...bearer(token), "mcp-session-id": session });
    expect(response.status, await response.text()).toBe(202);
  }
});

it("reads an envelope of 2026-07-28 in the same way", async () => {
  const { headers, body } = modern("tools/list");
  const mended = await answerOf(
    await post(
      "/mcp",
      { ...body, params: { ...body.params, cursor: null } },
      { ...bearer(token), ...headers },
    ),
  );
  expect(mended.result).toEqual(
    (await answerOf(await post("/mcp", body, { ...bearer(token), ...headers }))).result,
  );
  const call = modern("tools/call", { name: "list_tags", arguments: null });
  const answer = await answerOf(await post("/mcp", call.body, { ...bearer(token), ...call.headers }));
  expect(answer.result?.structuredContent).toBeDefined();
});

it("names the message of a batch that is wrong", async () => {
  const answer = await answerOf(await post("/mcp", [message("ping"), { jsonrpc: "2.0" }], bearer(token)));
  expect(answer.error).toMatchObject({ code: -32600, message: expect.stringContaining("Message 2") });
});

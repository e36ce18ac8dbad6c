import { env } from "cloudflare:workers";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { setPlan } from "../../src/control/plans.ts";
import { gateOf } from "../../src/gate/gate.ts";
import { setWorkspacePlan } from "../../src/gate/workspaces.ts";
import { property } from "../property.ts";
import {
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

/** A plan on which nothing of these tests is refused: what was counted is all that is looked at. */
const UNBOUNDED = "counts-only";

/** What runs something when it is well formed. */
const CALLS = [
  { method: "tools/call", params: { name: "list_tags", arguments: {} } },
  { method: "resources/read", params: { uri: "parley://chatbots" } },
  { method: "prompts/get", params: { name: "generate-analytics-report", arguments: {} } },
];
type Message = Record<string, unknown> & { params: Record<string, unknown> };

/** A call with fields that it has no use for, among them those that other calls have. */
const call: fc.Arbitrary<Message> = fc
  .record({
    base: fc.constantFrom(...CALLS),
    more: fc.dictionary(
      fc.constantFrom("name", "uri", "arguments", "cursor", "task", "ref", "level", "extra"),
      fc.jsonValue({ maxDepth: 2 }),
      { maxKeys: 4 },
    ),
    beside: fc.dictionary(fc.constantFrom("extra", "result", "error"), fc.jsonValue({ maxDepth: 1 }), {
      maxKeys: 1,
    }),
  })
  .map(({ base, more, beside }) => ({
    ...beside,
    jsonrpc: "2.0",
    method: base.method,
    // Mostly what the call needs goes last, so that it runs.
    params: { ...more, ...base.params },
  }));

/** The same, but anything may stand where the call's own parameters do. */
const spoiled = fc
  .tuple(call, fc.constantFrom("name", "uri", "arguments"), fc.jsonValue({ maxDepth: 1 }))
  .map(([message, key, value]) => ({ ...message, params: { ...message.params, [key]: value } }));

interface Lane {
  /** Sends the messages in one request where the lane can, else one by one; the answers that came. */
  send(messages: Message[]): Promise<RpcAnswer[]>;
}

let workspaceId: string;
let token: string;
let credentialId: string;

beforeAll(async () => {
  await setPlan(env, {
    name: UNBOUNDED,
    perMinute: 1_000_000,
    perDay: 1_000_000,
    perMonth: null,
    mcp: true,
    botTokens: true,
    maxInboxes: null,
    trialDays: null,
    fallsTo: null,
  });
  workspaceId = (await newWorkspace()).id;
  await setWorkspacePlan(env, workspaceId, UNBOUNDED);
  token = await newKey(workspaceId, { allowUrl: true });
  credentialId = (await gateOf(env, workspaceId).listTokens())[0]?.id ?? "";
});

async function used(): Promise<{ minute: number; day: number }> {
  const windows = await gateOf(env, workspaceId).usage(credentialId);
  const of = (name: string) => windows.find(({ window }) => window === name)?.used ?? 0;
  return { minute: of("minute"), day: of("day") };
}

let lastId = 0;
const numbered = (message: Message) => {
  lastId += 1;
  return { ...message, id: lastId };
};

/** Each message in a request of its own, by the way given. */
const oneByOne =
  (path: string, headers: () => Promise<Record<string, string>> | Record<string, string>): (() => Lane) =>
  () => ({
    async send(messages) {
      const answers: RpcAnswer[] = [];
      for (const message of messages) {
        const response = await post(path, numbered(message), { ...bearer(token), ...(await headers()) });
        answers.push(...(response.status === 202 ? [] : await answersOf(response)));
      }
      return answers;
    },
  });

const sessions = new Map<string, Promise<string>>();
function sessionOf(version: string): Promise<string> {
  const held = sessions.get(version) ?? openSession(token, version);
  sessions.set(version, held);
  return held;
}
const inSession = (version: string) => async () => ({
  "mcp-protocol-version": version,
  "mcp-session-id": await sessionOf(version),
});

const batch =
  (headers: () => Promise<Record<string, string>> | Record<string, string>): (() => Lane) =>
  () => ({
    async send(messages) {
      const response = await post("/mcp", messages.map(numbered), { ...bearer(token), ...(await headers()) });
      return response.status === 202 ? [] : answersOf(response);
    },
  });

/** HTTP with SSE: answers come on the stream that is open beside. */
function overStream(): Lane {
  return {
    async send(messages) {
      const stream = await serve(`${ORIGIN}/sse`, {
        headers: { ...bearer(token), accept: "text/event-stream" },
      });
      const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader();
      if (!reader) throw new Error("no stream");
      let text = "";
      const until = async (done: () => boolean) => {
        while (!done()) {
          const { value, done: ended } = await reader.read();
          if (ended) throw new Error("the stream ended");
          text += value;
        }
      };
      const answers = () =>
        [...text.matchAll(/^data: (\{.*\})$/gm)].map(([, json]): RpcAnswer => JSON.parse(json ?? ""));
      await until(() => /data: \S+\n/.test(text));
      const address = /data: (\S+)/.exec(text)?.[1] ?? "";
      for (const message of messages) {
        const one = numbered(message);
        const response = await post(address, one, bearer(token));
        if (response.status === 202) await until(() => answers().some(({ id }) => id === one.id));
      }
      await reader.cancel();
      return answers();
    },
  };
}

const LANES: Record<string, () => Lane> = {
  "without a session": oneByOne("/mcp", () => ({})),
  "in a session": oneByOne("/mcp", inSession("2025-11-25")),
  "in a batch": batch(() => ({ "mcp-protocol-version": "2025-03-26" })),
  "in a batch in a session": batch(inSession("2025-03-26")),
  "at the reading address": oneByOne("/mcp-readonly", () => ({})),
  "at an alias, with the token in the address": oneByOne("/api/mcp", () => ({})),
  "at a narrowed address": oneByOne("/mcp?toolsets=contacts", () => ({})),
  "over HTTP with SSE": overStream,
  "of 2026-07-28": () => ({
    async send(messages) {
      const answers: RpcAnswer[] = [];
      for (const message of messages) {
        const { headers, body } = modern(String(message.method), message.params);
        const { _meta } = body.params;
        const whole = numbered({ ...message, params: { ...message.params, _meta } });
        answers.push(...(await answersOf(await post("/mcp", whole, { ...bearer(token), ...headers }))));
      }
      return answers;
    },
  }),
  "in compact mode": () => ({
    async send(messages) {
      const answers: RpcAnswer[] = [];
      for (const { params, ...message } of messages) {
        const inner = { name: params.name ?? "list_tags", arguments: params.arguments ?? {} };
        const outer = { ...params, name: "call_tool", arguments: inner };
        const body = numbered({
          ...message,
          params: message.method === "tools/call" ? outer : params,
        });
        answers.push(...(await answersOf(await post("/mcp?mode=compact", body, bearer(token)))));
      }
      return answers;
    },
  }),
};

const ran = (answers: RpcAnswer[]) =>
  answers.filter(({ result }) => result !== undefined && result.isError !== true).length;

describe("every call that runs moves the counters, whatever else its message holds", () => {
  it.each(Object.keys(LANES))("%s", async (name) => {
    const lane = LANES[name]?.();
    if (!lane) throw new Error("no lane");
    let everRan = 0;
    await property(
      [fc.array(fc.oneof({ weight: 3, arbitrary: call }, spoiled), { minLength: 1, maxLength: 4 })],
      async (messages) => {
        const before = await used();
        const answers = await lane.send(messages);
        const after = await used();
        everRan += ran(answers);
        expect(after.day - before.day, JSON.stringify({ messages, answers })).toBeGreaterThanOrEqual(
          ran(answers),
        );
        // The clock may have turned to a new minute, which begins at nothing.
        if (after.minute >= before.minute) {
          expect(after.minute - before.minute).toBeGreaterThanOrEqual(ran(answers));
        }
      },
      { runs: 25 },
    );
    expect(everRan, "nothing ran at all, so nothing was held").toBeGreaterThan(0);
  });

  it("at the door of plain HTTP", async () => {
    await property(
      [fc.dictionary(fc.string({ maxLength: 12 }), fc.jsonValue({ maxDepth: 1 }), { maxKeys: 3 })],
      async (args) => {
        const before = await used();
        const statuses: number[] = [];
        for (const body of [args, {}]) {
          statuses.push((await post("/api/v1/tools/list_tags", body, bearer(token))).status);
        }
        const after = await used();
        const ok = statuses.filter((status) => status === 200).length;
        expect(ok).toBeGreaterThan(0);
        expect(after.day - before.day).toBeGreaterThanOrEqual(ok);
      },
      { runs: 25 },
    );
  });

  it("and a message that runs nothing costs none", async () => {
    const before = await used();
    await post(
      "/mcp",
      { jsonrpc: "2.0", id: 1, method: "tools/list", params: { name: "list_tags" } },
      bearer(token),
    );
    await (await post("/mcp", initialize(), bearer(token))).text();
    expect((await used()).day).toBe(before.day);
  });
});

import { env } from "cloudflare:workers";
import type { Client as ModernClient } from "@modelcontextprotocol/client";
import type { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { encode } from "gpt-tokenizer";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { connect as connectGrant, makeWorld as makeOAuthWorld } from "../oauth/oauth-world.ts";
import {
  answerOf,
  bearer,
  modern,
  modernClient,
  newKey,
  newWorkspace,
  ORIGIN,
  openSession,
  post,
  rpc,
  sessionClient,
  sseClient,
  toolCall,
} from "./visit.ts";

const COMPACT = "/mcp?mode=compact";
const inner = (name: string, args?: Record<string, unknown>) =>
  toolCall("call_tool", { name, ...(args === undefined ? {} : { arguments: args }) });

const errorText = z.object({ isError: z.literal(true), content: z.tuple([z.object({ text: z.string() })]) });
const errorOf = (result: unknown) => JSON.parse(errorText.parse(result).content[0].text);
const foundNames = (result: unknown) =>
  z
    .object({ structuredContent: z.object({ tools: z.array(z.looseObject({ name: z.string() })) }) })
    .parse(result)
    .structuredContent.tools.map(({ name }) => name);

/** What the tests need of an official client, whichever SDK it is of. */
interface AnyClient {
  list(): Promise<string[]>;
  call(name: string, args: Record<string, unknown>): Promise<unknown>;
  close(): Promise<void>;
}

const adapt = (client: ModernClient | Client): AnyClient => ({
  list: async () => (await client.listTools()).tools.map(({ name }) => name),
  call: (name, args) => client.callTool({ name, arguments: args }),
  close: () => client.close(),
});

/** The official clients of each lane, at the compact form of an address. */
const LANES: Record<string, (token: string) => Promise<AnyClient>> = {
  "2026-07-28": async (token) => adapt(await modernClient(token, COMPACT)),
  "a 2025 session": async (token) => adapt((await sessionClient(token, COMPACT)).client),
  SSE: async (token) => adapt((await sseClient(new URL("/sse?mode=compact", ORIGIN), bearer(token))).client),
};

const answered = z.looseObject({ structuredContent: z.looseObject({}), content: z.array(z.unknown()) });

describe.each(Object.entries(LANES))("compact mode over %s", (_, connect) => {
  it("lists two tools, and answers through call_tool what the tool itself answers", async () => {
    const { id } = await newWorkspace();
    const token = await newKey(id);
    const client = await connect(token);
    expect(await client.list()).toEqual(["search_tools", "call_tool"]);
    expect(foundNames(await client.call("search_tools", { query: "add a contact" }))).toContain(
      "create_contact",
    );
    const made = await client.call("call_tool", {
      name: "create_contact",
      arguments: { name: "Ada", email: "ada@example.com" },
    });
    expect(made).not.toHaveProperty("isError", true);
    const args = { contactId: "email:ada@example.com" };
    const through = answered.parse(await client.call("call_tool", { name: "get_contact", arguments: args }));
    const direct = answered.parse(await adapt(await modernClient(token)).call("get_contact", args));
    expect(through.structuredContent).toEqual(direct.structuredContent);
    expect(through.content).toEqual(direct.content);
    await client.close();
  });

  it("hands on the tool's own failure", async () => {
    const client = await connect(await newKey((await newWorkspace()).id));
    await client.list();
    const failed = client.call("call_tool", { name: "get_contact", arguments: { contactId: "ct_none" } });
    expect(errorOf(await failed).code).toBe("not_found");
    await client.close();
  });
});

describe("the compact list", () => {
  it("takes less than 1,500 tokens and is hidden nowhere else", async () => {
    const token = await newKey((await newWorkspace()).id);
    const { tools } = await (await modernClient(token, COMPACT)).listTools();
    const listing = tools.map(({ name, title, description, inputSchema }) => ({
      name,
      title,
      description,
      inputSchema,
    }));
    const tokens = encode(JSON.stringify(listing)).length;
    console.log(
      `compact tools/list: ${tokens} tokens, ${encode(JSON.stringify(tools)).length} with everything`,
    );
    expect(encode(JSON.stringify(tools)).length).toBeLessThan(1_500);
    const answer = await answerOf(
      await post("/mcp", toolCall("search_tools", { query: "x" }), bearer(token)),
    );
    expect(answer.error?.code).toBe(-32602);
  });

  it("has hints that say what the caller's tools can do at worst", async () => {
    const { id } = await newWorkspace();
    const hints = async (path: string, token: string) =>
      (await (await modernClient(token, path)).listTools()).tools.at(-1)?.annotations;
    const all = await hints(COMPACT, await newKey(id));
    expect(all).toMatchObject({ readOnlyHint: false, destructiveHint: true, openWorldHint: true });
    const reading = await hints("/mcp-readonly?mode=compact", await newKey(id));
    expect(reading).toMatchObject({ readOnlyHint: true, destructiveHint: false, openWorldHint: false });
  });

  it("knows no other mode", async () => {
    const token = await newKey((await newWorkspace()).id);
    expect((await post("/mcp?mode=tiny", rpc("tools/list"), bearer(token))).status).toBe(400);
  });
});

describe("search_tools", () => {
  const search = async (path: string, token: string, args: Record<string, unknown>) =>
    (await answerOf(await post(path, toolCall("search_tools", args), bearer(token)))).result;

  it("answers what is needed to call a tool", async () => {
    const token = await newKey((await newWorkspace()).id);
    const result = await search(COMPACT, token, { query: "merge two contacts", limit: 1 });
    const { tools } = (await (await modernClient(token)).listTools()) as { tools: { name: string }[] };
    const listed = tools.find(({ name }) => name === "merge_contacts");
    const [found] = z
      .object({ tools: z.array(z.looseObject({ annotations: z.looseObject({}) })).length(1) })
      .parse(result?.structuredContent).tools;
    expect(listed).toMatchObject(found ?? {});
    expect(found).toMatchObject({ name: "merge_contacts", annotations: { destructiveHint: true } });
    expect(found).toHaveProperty("inputSchema.properties.duplicateId");
  });

  it("finds only what the caller may use", async () => {
    const { id } = await newWorkspace();
    const token = await newKey(id);
    const query = { query: "create a contact", limit: 10 };
    expect(foundNames(await search(COMPACT, token, query))).toContain("create_contact");
    const narrow = foundNames(await search(`${COMPACT}&toolsets=chatbots`, token, query));
    expect(narrow).toContain("create_chatbot");
    expect(narrow).not.toContain("create_contact");
    for (const [path, key] of [
      ["/mcp-readonly?mode=compact", token],
      [COMPACT, await newKey(id, { readOnly: true })],
      [COMPACT, await newKey(id, { scopes: ["contacts:read"] })],
    ] as const) {
      const names = foundNames(await search(path, key, query));
      expect(names).toContain("list_contacts");
      expect(names).not.toContain("create_contact");
    }
  });

  it("says how to ask when nothing fits, and refuses what is no question", async () => {
    const token = await newKey((await newWorkspace()).id);
    const nothing = await search(COMPACT, token, { query: "qqqq" });
    expect(nothing?.structuredContent).toMatchObject({ tools: [], hint: expect.any(String) });
    for (const args of [{}, { query: " " }, { query: "a", limit: 11 }, { query: "a", more: 1 }]) {
      expect(errorOf(await search(COMPACT, token, args)).code).toBe("invalid_input");
    }
  });
});

describe("call_tool", () => {
  it("calls only what a direct call could", async () => {
    const { id } = await newWorkspace();
    const token = await newKey(id);
    const create = inner("create_contact", { name: "A" });
    const refusedBy = async (path: string, key: string, body: unknown) =>
      errorOf((await answerOf(await post(path, body, bearer(key)))).result);
    for (const path of ["/mcp-readonly?mode=compact", `${COMPACT}&toolsets=channels`]) {
      expect(await refusedBy(path, token, create)).toMatchObject({ code: "invalid_input" });
    }
    const reader = await newKey(id, { scopes: ["contacts:read"] });
    expect(await refusedBy(COMPACT, reader, create)).toMatchObject({ code: "missing_scope" });
    const unknown = await refusedBy(COMPACT, token, inner("list_contact"));
    expect(unknown).toMatchObject({
      code: "invalid_input",
      candidates: expect.arrayContaining(["list_contacts"]),
    });
    for (const nested of ["call_tool", "search_tools"]) {
      expect(await refusedBy(COMPACT, token, inner(nested, { query: "a" }))).toMatchObject({
        code: "invalid_input",
      });
    }
    for (const args of [{}, { name: "get_workspace", arguments: 5 }, { name: "get_workspace", args: {} }]) {
      expect(await refusedBy(COMPACT, token, toolCall("call_tool", args))).toMatchObject({
        code: "invalid_input",
      });
    }
    const wrong = await refusedBy(COMPACT, token, inner("create_contact", { nmae: "A" }));
    expect(wrong).toMatchObject({ code: "invalid_input", candidates: ["name"] });
    const direct = await answerOf(await post(COMPACT, toolCall("get_workspace"), bearer(token)));
    expect(direct.error?.code).toBe(-32602);
    expect(direct.error?.message).toContain("call_tool");
  });

  it("counts as the tool inside, and search_tools to the minute alone", async () => {
    const headers = bearer(await newKey((await newWorkspace("trial")).id));
    const limits = async (body: unknown) => {
      const response = await post(COMPACT, body, headers);
      await response.body?.cancel();
      return response.headers.get("ratelimit");
    };
    expect(await limits(toolCall("search_tools", { query: "contacts" }))).toMatch(/"day";r=100;/);
    expect(await limits(inner("list_contacts", { wrong: 1 }))).toMatch(/"day";r=100;/);
    expect(await limits(inner("call_tool"))).toMatch(/"day";r=100;/);
    expect(await limits(inner("list_contacts"))).toMatch(/"day";r=99;/);
    expect(await limits(inner("get_workspace", {}))).toMatch(/"minute";r=[0-9];.*"day";r=98;/);
  });

  it("is in the log under the real tool's name", async () => {
    const { id, shard } = await newWorkspace();
    const headers = bearer(await newKey(id));
    for (const body of [
      toolCall("search_tools", { query: "workspace" }),
      inner("get_workspace"),
      inner("get_contact", { contactId: "ct_none" }),
      inner("made_up"),
    ]) {
      await (await post(COMPACT, body, headers)).text();
    }
    const database = shard === "TENANT_1" ? env.TENANT_1 : env.TENANT_2;
    await expect
      .poll(async () => {
        const { results } = await database
          .prepare(
            `SELECT entry.value ->> 'name' AS name, entry.value ->> 'outcome' AS outcome
             FROM calls, json_each(entries) AS entry WHERE workspace_id = ? ORDER BY entry.value ->> 'id'`,
          )
          .bind(id)
          .all();
        return results;
      })
      .toEqual([
        { name: "search_tools", outcome: "ok" },
        { name: "get_workspace", outcome: "ok" },
        { name: "get_contact", outcome: "not_found" },
        { name: "call_tool", outcome: "invalid_input" },
      ]);
  });

  it("challenges an OAuth client for the scope of the tool inside, in every lane", async () => {
    const { access_token } = await connectGrant(await makeOAuthWorld());
    const merge = { name: "merge_contacts", arguments: { contactId: "ct_1", duplicateId: "ct_2" } };
    const { headers, body } = modern("tools/call", { name: "call_tool", arguments: merge });
    const session = await openSession(access_token);
    for (const [sent, more] of [
      [body, headers],
      [toolCall("call_tool", merge), {}],
      [toolCall("call_tool", merge), { "mcp-session-id": session }],
    ] as const) {
      const response = await post(COMPACT, sent, { ...bearer(access_token), ...more });
      expect(response.status).toBe(403);
      const challenge = response.headers.get("www-authenticate") ?? "";
      expect(challenge).toContain('error="insufficient_scope"');
      expect(challenge).toContain('scope="contacts:delete"');
      await response.body?.cancel();
    }
    const reading = await post(COMPACT, inner("list_contacts"), bearer(access_token));
    expect(reading.status).toBe(200);
  });
});

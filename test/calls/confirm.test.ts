import { env, exports } from "cloudflare:workers";
import {
  Client as ModernClient,
  StreamableHTTPClientTransport as ModernTransport,
} from "@modelcontextprotocol/client";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { ElicitRequestSchema } from "@modelcontextprotocol/sdk/types.js";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { gateOf } from "../../src/gate/gate.ts";
import { callTool, contentsOf, makeWorld, ORIGIN, type World } from "../growing/world.ts";

type Answer = {
  action: "accept" | "decline" | "cancel";
  content?: Record<string, string | number | boolean | string[]>;
};
type Use = (name: string, args: Record<string, unknown>) => Promise<unknown>;

const INFO = { name: "confirming", version: "1" };
const URL_ = new URL("/mcp", ORIGIN);
const overHttp = (input: string | URL | Request, init?: RequestInit) =>
  exports.default.fetch(new Request(input, init));
const options = (world: World) => ({
  fetch: overHttp,
  requestInit: { headers: { authorization: `Bearer ${world.token}` } },
});

/** Official clients of both eras whose person answers like this; `asked` holds what they were shown. */
const ERAS: Record<string, (world: World, answer: Answer, asked: string[]) => Promise<Use>> = {
  "2026-07-28": async (world, answer, asked) => {
    const client = new ModernClient(INFO, {
      capabilities: { elicitation: { form: {} } },
      versionNegotiation: { mode: { pin: "2026-07-28" } },
    });
    client.setRequestHandler("elicitation/create", async ({ params }) => {
      asked.push(params.message);
      return answer;
    });
    await client.connect(new ModernTransport(URL_, options(world)));
    return (name, args) => client.callTool({ name, arguments: args });
  },
  "2025-11-25": async (world, answer, asked) => {
    const client = new Client(INFO, { capabilities: { elicitation: { form: {} } } });
    client.setRequestHandler(ElicitRequestSchema, async ({ params }) => {
      asked.push(params.message);
      return answer;
    });
    await client.connect(new StreamableHTTPClientTransport(URL_, options(world)));
    return (name, args) => client.callTool({ name, arguments: args });
  },
};

const result = z.object({
  isError: z.boolean().optional(),
  content: z.array(z.object({ text: z.string() })),
});

async function mergeArguments(world: World) {
  const made = await callTool(world.client, "create_contact", { name: "Double" });
  return { contactId: world.open.ids.contactId, duplicateId: String(made.data.id) };
}

describe.each(Object.entries(ERAS))("a client at %s", (_, connect) => {
  it("has its person confirm a destructive tool, once", async () => {
    const world = await makeWorld("confirm");
    const asked: string[] = [];
    const use = await connect(world, { action: "accept", content: { confirm: true } }, asked);
    const args = await mergeArguments(world);
    expect(result.parse(await use("merge_contacts", args)).isError).toBeFalsy();
    expect(asked).toEqual([
      `Merge contacts?\ncontactId: ${args.contactId}\nduplicateId: ${args.duplicateId}`,
    ]);
  });

  it.each<Answer>([
    { action: "decline" },
    { action: "cancel" },
    { action: "accept", content: { confirm: false } },
  ])("does nothing when the person answers %j", async (answer) => {
    const world = await makeWorld("decline");
    const use = await connect(world, answer, []);
    const args = await mergeArguments(world);
    const before = await contentsOf(world.workspace);
    const answered = result.parse(await use("merge_contacts", args));
    expect(answered.isError).toBe(true);
    expect(answered.content[0]?.text).toContain('"code":"cancelled"');
    expect(await contentsOf(world.workspace)).toEqual(before);
  });

  it("has sends confirmed where the workspace wants it, and only there", async () => {
    const world = await makeWorld("sends");
    const asked: string[] = [];
    const use = await connect(world, { action: "accept", content: { confirm: true } }, asked);
    const reply = { conversationId: world.open.ids.conversationId, text: "On its way" };
    await use("reply_to_conversation", reply);
    expect(asked).toEqual([]);
    await gateOf(env, world.workspace.id).updateWorkspace({ confirmSends: true });
    await use("reply_to_conversation", reply);
    expect(asked).toHaveLength(1);
    expect(asked[0]).toContain("On its way");
  });
});

it("sends nothing where confirmation is wanted and nobody can be asked", async () => {
  const world = await makeWorld("unasked");
  await gateOf(env, world.workspace.id).updateWorkspace({ confirmSends: true });
  const before = await contentsOf(world.workspace);
  const args = { conversationId: world.open.ids.conversationId, text: "On its way" };
  const answer = await callTool(world.client, "reply_to_conversation", args);
  expect(answer.code).toBe("not_allowed");
  expect(answer.text).toContain("create_draft_reply");
  expect(await contentsOf(world.workspace)).toEqual(before);
});

import { env } from "cloudflare:workers";
import {
  Client as ModernClient,
  StreamableHTTPClientTransport as ModernTransport,
} from "@modelcontextprotocol/client";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { ElicitRequestSchema } from "@modelcontextprotocol/sdk/types.js";
import { describe, expect, it } from "vitest";
import { gateOf } from "../../src/gate/gate.ts";
import { contentsOf, make, makeWorld, type World } from "../growing/world.ts";
import {
  answerOf,
  bearer,
  modern,
  ORIGIN,
  openSession,
  post,
  serve,
  sessionClient,
  toolCall,
} from "./visit.ts";

type Ask = { message: string };
type Use = (name: string, args: Record<string, unknown>) => Promise<unknown>;
const COMPACT = "/mcp?mode=compact";
const INFO = { name: "compact", version: "1" };

/** Official clients of both eras in compact mode, whose person answers like this and is shown `asked`. */
const ERAS: Record<string, (token: string, confirm: boolean, asked: string[]) => Promise<Use>> = {
  "2026-07-28": async (token, confirm, asked) => {
    const client = new ModernClient(INFO, {
      capabilities: { elicitation: { form: {} } },
      versionNegotiation: { mode: { pin: "2026-07-28" } },
    });
    client.setRequestHandler("elicitation/create", async ({ params }: { params: Ask }) => {
      asked.push(params.message);
      return { action: "accept", content: { confirm } };
    });
    const options = { fetch: serve, requestInit: { headers: bearer(token) } };
    await client.connect(new ModernTransport(new URL(COMPACT, ORIGIN), options));
    return (name, args) => client.callTool({ name: "call_tool", arguments: { name, arguments: args } });
  },
  "2025-11-25": async (token, confirm, asked) => {
    const client = new Client(INFO, { capabilities: { elicitation: { form: {} } } });
    client.setRequestHandler(ElicitRequestSchema, async ({ params }) => {
      asked.push(params.message);
      return { action: "accept", content: { confirm } };
    });
    await sessionClient(token, COMPACT, client);
    return (name, args) => client.callTool({ name: "call_tool", arguments: { name, arguments: args } });
  },
};

async function twoContacts(world: World) {
  const duplicateId = await make(world.client, "create_contact", { name: "Double" });
  return { contactId: String(world.open.ids.contactId), duplicateId };
}

describe.each(Object.entries(ERAS))("call_tool of a client at %s", (_, connect) => {
  it("has the person confirm the destructive tool inside", async () => {
    const world = await makeWorld("compactyes");
    const asked: string[] = [];
    const use = await connect(world.token, true, asked);
    const args = await twoContacts(world);
    expect(await use("merge_contacts", args)).not.toHaveProperty("isError", true);
    expect(asked).toEqual([
      `Merge contacts?\ncontactId: ${args.contactId}\nduplicateId: ${args.duplicateId}`,
    ]);
  });

  it("does nothing when the person does not", async () => {
    const world = await makeWorld("compactno");
    const asked: string[] = [];
    const use = await connect(world.token, false, asked);
    const args = await twoContacts(world);
    const before = await contentsOf(world.workspace);
    expect(JSON.stringify(await use("merge_contacts", args))).toContain("cancelled");
    expect(asked).toHaveLength(1);
    expect(await contentsOf(world.workspace)).toEqual(before);
  });

  it("has sends confirmed where the workspace wants it", async () => {
    const world = await makeWorld("compactsend");
    await gateOf(env, world.workspace.id).updateWorkspace({ confirmSends: true });
    const asked: string[] = [];
    const use = await connect(world.token, true, asked);
    const reply = { conversationId: world.open.ids.conversationId, text: "On its way" };
    expect(await use("reply_to_conversation", reply)).not.toHaveProperty("isError", true);
    expect(asked).toHaveLength(1);
  });
});

it("takes a person's answer for the very tool inside and its arguments that it was asked about", async () => {
  const { token, client } = await makeWorld("compactbound");
  const webhook = (n: number) =>
    make(client, "create_webhook", { url: `https://hooks.example.com/${n}`, events: ["*"] });
  const [asked, other] = [await webhook(1), await webhook(2)];
  const answered = async (name: string, webhookId: string, rest: Record<string, unknown> = {}) => {
    const params = { name: "call_tool", arguments: { name, arguments: { webhookId } }, ...rest };
    const { headers, body } = modern("tools/call", params, { elicitation: { form: {} } });
    return answerOf(await post(COMPACT, body, { ...bearer(token), ...headers }));
  };
  const { result } = await answered("delete_webhook", asked);
  expect(result?.resultType).toBe("input_required");
  const yes = {
    inputResponses: { confirm: { action: "accept", content: { confirm: true } } },
    requestState: result?.requestState,
  };
  for (const [name, id] of [
    ["delete_webhook", other],
    ["regenerate_webhook_secret", asked],
  ] as const) {
    expect((await answered(name, id, yes)).error).toMatchObject({ code: -32602 });
  }
  const left = async () => JSON.stringify(await client.callTool({ name: "list_webhooks", arguments: {} }));
  expect(await left()).toContain(asked);
  expect((await answered("delete_webhook", asked, yes)).result).not.toHaveProperty("isError");
  expect(await left()).not.toContain(asked);
  expect(await left()).toContain(other);
});

it("gives the first result again for the same idempotency key, by whichever way it came", async () => {
  const { token, open } = await makeWorld("compacttwice");
  const args = { conversationId: open.ids.conversationId, text: "Once", idempotencyKey: "k1" };
  const send = async (path: string, body: unknown) => {
    const response = await post(path, body, { ...bearer(token), "mcp-protocol-version": "2025-11-25" });
    return /"ms_\w+"/.exec((await response.text()).replaceAll("\\", ""))?.[0];
  };
  const inside = toolCall("call_tool", { name: "reply_to_conversation", arguments: args });
  const first = await send(COMPACT, inside);
  expect(first).toBeDefined();
  expect(await send(COMPACT, inside)).toBe(first);
  expect(await send("/mcp", toolCall("reply_to_conversation", args))).toBe(first);
});

it("takes large arguments in a session", async () => {
  const { token, open } = await makeWorld("compactlarge");
  const session = await openSession(token);
  const args = { conversationId: open.ids.conversationId, text: "x".repeat(40_000) };
  const response = await post(COMPACT, toolCall("call_tool", { name: "add_private_note", arguments: args }), {
    ...bearer(token),
    "mcp-session-id": session,
    "mcp-protocol-version": "2025-11-25",
  });
  expect(response.status).toBe(200);
  // The note is too long, which the tool itself says: the call got through to it.
  expect(await response.text()).toContain("text: Too big");
});

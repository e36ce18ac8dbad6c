import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { z } from "zod";
import { gateOf } from "../../src/gate/gate.ts";
import { createToken } from "../../src/gate/tokens.ts";
import { contentsOf, make, makeWorld, type World } from "../growing/world.ts";
import { bearer, ORIGIN, serve } from "../mcp/visit.ts";

const answer = z.looseObject({
  error: z.looseObject({ code: z.string(), hint: z.string().optional() }).optional(),
});

async function use(world: World, name: string, args: object, headers: Record<string, string> = {}) {
  const response = await serve(`${ORIGIN}/api/v1/tools/${name}`, {
    method: "POST",
    headers: { ...bearer(world.token), "content-type": "application/json", ...headers },
    body: JSON.stringify(args),
  });
  return { status: response.status, body: answer.parse(await response.json()) };
}

it("runs destructive tools as annotated, since nobody can be asked", async () => {
  const world = await makeWorld("restmerge");
  const duplicateId = await make(world.client, "create_contact", { name: "Double" });
  const { contactId } = world.open.ids;
  expect((await use(world, "merge_contacts", { contactId, duplicateId })).status).toBe(200);
  expect((await use(world, "get_contact", { contactId: duplicateId })).status).toBe(404);
});

it("refuses sends where the workspace has a person confirm each", async () => {
  const world = await makeWorld("restconfirm");
  await gateOf(env, world.workspace.id).updateWorkspace({ confirmSends: true });
  const before = await contentsOf(world.workspace);
  const reply = { conversationId: world.open.ids.conversationId, text: "On its way" };
  const { status, body } = await use(world, "reply_to_conversation", reply);
  expect(status).toBe(403);
  expect(body.error).toMatchObject({
    code: "not_allowed",
    hint: expect.stringContaining("create_draft_reply"),
  });
  expect(await contentsOf(world.workspace)).toEqual(before);
});

it("takes the Idempotency-Key header as the argument of that name", async () => {
  const world = await makeWorld("restkey");
  const reply = { conversationId: world.open.ids.conversationId, text: "Once" };
  const header = { "idempotency-key": '"k-1"' };
  const first = await use(world, "reply_to_conversation", reply, header);
  expect(first).toMatchObject({ status: 200, body: { repeated: false } });
  const again = { ...first.body, repeated: true };
  expect((await use(world, "reply_to_conversation", reply, header)).body).toEqual(again);
  const named = await use(world, "reply_to_conversation", { ...reply, idempotencyKey: "k-1" });
  expect(named.body).toEqual(again);
  const other = await use(world, "reply_to_conversation", { ...reply, text: "Twice" }, header);
  expect(other).toMatchObject({ status: 409, body: { error: { code: "idempotency_mismatch" } } });
  const both = await use(world, "reply_to_conversation", { ...reply, idempotencyKey: "k-2" }, header);
  expect(both).toMatchObject({ status: 400, body: { error: { code: "invalid_input" } } });
  const promised = await use(world, "create_tag", { name: "new" }, header);
  expect(promised).toMatchObject({ status: 400, body: { error: { code: "invalid_input" } } });
  expect((await use(world, "list_contacts", {}, header)).status).toBe(200);
});

it("hides what belongs to other inboxes from a limited caller", async () => {
  const world = await makeWorld("restinbox");
  const { token } = await createToken(env, world.workspace.id, {
    kind: "bot",
    name: "Limited",
    scopes: ["conversations:read"],
    inboxes: [String(world.open.ids.inboxId)],
  });
  const limited = { ...world, token };
  const read = (conversationId: unknown) => use(limited, "get_conversation", { conversationId });
  expect((await read(world.open.ids.conversationId)).status).toBe(200);
  expect(await read(world.other.ids.conversationId)).toMatchObject({ status: 404 });
});

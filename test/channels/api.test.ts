import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { getMessage } from "../../src/conversations/read.ts";
import { wakeOutboxes } from "../../src/housekeeping.ts";
import { getInbox, updateInbox } from "../../src/inboxes/store.ts";
import { bodies, eventTypes, failure, run, shapes } from "../conversations/setting.ts";
import type { Sketch } from "../flows/flows.ts";
import { written } from "../live/setting.ts";
import { operate } from "../operator/operate.ts";
import { appWorkspace, ask, bring, connect, contactKnownAs, inbound, withFlow } from "./api-setting.ts";

const option = (id: string, label: string) => ({ id, label });

describe("a team's own app", () => {
  it("brings in a message, and gets the reply signed, once, as what was sent", async () => {
    const { workspace, team, tenant, inbox, key } = await appWorkspace();
    const { deliveries } = await connect(workspace.id, inbox.id);
    expect(await getInbox(tenant, inbox.id)).toMatchObject({ state: "active" });
    const { conversationId } = await bring(inbox.id, key, "Where is my parcel?");
    const { message } = await run(
      team,
      "reply_to_conversation",
      { conversationId, text: "On its way.", idempotencyKey: "k1" },
      shapes.sent,
    );
    await expect.poll(async () => (await getMessage(tenant, message.id)).status).toBe("sent");
    await run(
      team,
      "reply_to_conversation",
      { conversationId, text: "On its way.", idempotencyKey: "k1" },
      shapes.sent,
    );
    const told = await deliveries();
    expect(told).toMatchObject([
      {
        id: message.id,
        data: {
          channelId: inbox.id,
          conversationId,
          contact: { id: "user-7" },
          message: { id: message.id, text: "On its way.", content: null },
        },
      },
    ]);
    expect(await eventTypes(team)).toContain("message.updated");
  });

  it("is the same message under the same uuid, and refused with another text or customer under it", async () => {
    const { team, inbox, key } = await appWorkspace();
    const said = inbound("Hi", { uuid: "11111111-2222-3333-4444-555555555555" });
    const all = await Promise.all([1, 2, 3].map(() => ask(`/${inbox.id}/messages`, said, key)));
    expect(all.map(({ status }) => status).toSorted()).toEqual([200, 200, 201]);
    expect(new Set(all.map(({ body }) => body.message?.id)).size).toBe(1);
    const otherText = await ask(`/${inbox.id}/messages`, { ...said, text: "Hello" }, key);
    expect(otherText).toMatchObject({ status: 409, body: { error: { code: "idempotency_mismatch" } } });
    const before = await eventTypes(team);
    const otherContact = await ask(`/${inbox.id}/messages`, { ...said, contact: { id: "user-8" } }, key);
    expect(otherContact).toMatchObject({ status: 409, body: { error: { code: "duplicate" } } });
    expect(await eventTypes(team)).toEqual(before);
    expect((await written(team)).messages).toBe(1);
  });

  it("leads its customer through a flow: choices are numbered text, and content in the delivery", async () => {
    const { workspace, team, inbox, key } = await appWorkspace();
    const { deliveries } = await connect(workspace.id, inbox.id);
    const nodes: Sketch[] = [
      [
        "pick",
        "choice",
        { text: "Which?", options: [option("a", "Tea"), option("b", "Coffee")], variable: "drink" },
      ],
      ["got", "message", { text: "{{drink}}!" }],
      [
        "more",
        "choice",
        { text: "And?", options: [option("a", "Milk"), option("b", "Sugar")], variable: "with" },
      ],
      ["end", "message", { text: "{{drink}} with {{with}}." }],
    ];
    const edges = [
      "start > pick",
      "pick.a > got",
      "pick.b > got",
      "got > more",
      "more.a > end",
      "more.b > end",
    ];
    await withFlow(team, inbox.id, nodes, edges);
    await bring(inbox.id, key, "Hi");
    await bring(inbox.id, key, "2");
    await bring(inbox.id, key, "the white one", { choiceIds: ["a"] });
    await expect.poll(async () => (await deliveries()).map(({ data }) => data.message.text)).toHaveLength(4);
    const told = await deliveries();
    expect(told.map(({ data }) => data.message.text)).toEqual([
      "Which?\n\n1. Tea\n2. Coffee",
      "Coffee!",
      "And?\n\n1. Milk\n2. Sugar",
      "Coffee with Milk.",
    ]);
    expect(told[0]?.data.message).toMatchObject({
      content: { choices: [option("a", "Tea"), option("b", "Coffee")] },
      sender: { kind: "flow", name: null },
    });
  });

  it("that is down for a while gets everything later, in order, under the same ids", async () => {
    const { workspace, team, tenant, inbox, key } = await appWorkspace();
    const { deliveries } = await connect(workspace.id, inbox.id, "?fail=1");
    const { conversationId } = await bring(inbox.id, key, "Hi");
    const sent: string[] = [];
    for (const text of ["one", "two", "three"]) {
      sent.push((await run(team, "reply_to_conversation", { conversationId, text }, shapes.sent)).message.id);
    }
    // The first is tried again after five seconds; the others wait behind it.
    await expect
      .poll(async () => (await getMessage(tenant, sent[2] ?? "")).status, { timeout: 20_000 })
      .toBe("sent");
    const told = await deliveries();
    expect(told.map(({ data }) => data.message.text)).toEqual(["one", "one", "two", "three"]);
    expect(told.map(({ id }) => id)).toEqual([sent[0], ...sent]);
  });

  it("is told what was queued when nobody woke the outbox, by housekeeping", async () => {
    const { workspace, team, tenant, inbox, key } = await appWorkspace();
    const { deliveries } = await connect(workspace.id, inbox.id);
    const { conversationId } = await bring(inbox.id, key, "Hi");
    const { message } = await run(
      team,
      "reply_to_conversation",
      { conversationId, text: "Lost" },
      shapes.sent,
    );
    await expect.poll(async () => (await getMessage(tenant, message.id)).status).toBe("sent");
    // As a process leaves it that died right after the commit.
    await env[workspace.shard === "TENANT_1" ? "TENANT_1" : "TENANT_2"]
      .prepare("UPDATE messages SET status = 'queued' WHERE workspace_id = ? AND id = ?")
      .bind(workspace.id, message.id)
      .run();
    await wakeOutboxes(env);
    await expect.poll(async () => (await getMessage(tenant, message.id)).status).toBe("sent");
    expect((await deliveries()).map(({ id }) => id)).toEqual([message.id, message.id]);
  });

  it("reports what became of a message: forward only, with the reason where it failed", async () => {
    const { workspace, team, tenant, inbox, key } = await appWorkspace();
    await connect(workspace.id, inbox.id);
    const { conversationId, message: mine } = await bring(inbox.id, key, "Hi");
    const reply = async (text: string) => {
      const { message } = await run(team, "reply_to_conversation", { conversationId, text }, shapes.sent);
      await expect.poll(async () => (await getMessage(tenant, message.id)).status).toBe("sent");
      return message.id;
    };
    const report = (id: string, body: object) => ask(`/${inbox.id}/messages/${id}/status`, body, key);
    const first = await reply("one");
    for (const [status, now] of [
      ["delivered", "delivered"],
      ["read", "read"],
      ["delivered", "read"],
      ["failed", "read"],
    ]) {
      expect(await report(first, { status })).toMatchObject({ status: 200, body: { status: now } });
    }
    const second = await reply("two");
    await report(second, { status: "failed", reason: "Their phone is off." });
    expect(await getMessage(tenant, second)).toMatchObject({
      status: "failed",
      failure: "Their phone is off.",
    });
    expect(await eventTypes(team)).toContain("message.failed");
    const thread = await run(team, "get_conversation", { conversationId }, shapes.thread);
    expect(thread.messages.at(-1)).toMatchObject({ status: "failed", failure: "Their phone is off." });
    expect(await report(mine.id, { status: "read" })).toMatchObject({ status: 404 });
    expect(await report(first, { status: "sent" })).toMatchObject({ status: 400 });
    expect(await report(first, { status: "read", reason: "x" })).toMatchObject({ status: 400 });
  });
});

describe("a send that can reach nobody", () => {
  it("is an error where the inbox has no receiver, and what a flow would say is not begun", async () => {
    const { workspace, team, tenant, inbox, key } = await appWorkspace();
    await withFlow(team, inbox.id, [["hello", "message", { text: "Hello!" }]]);
    const { conversationId } = await bring(inbox.id, key, "Hi");
    expect((await bodies(team, conversationId)).map(([, body]) => body)).toEqual(["Hi"]);
    const refused = await failure(team, "reply_to_conversation", { conversationId, text: "Hello?" });
    expect(refused).toMatchObject({ code: "unsupported", message: expect.stringContaining("not connected") });
    const { callback } = await connect(workspace.id, inbox.id);
    expect(await getInbox(tenant, inbox.id)).toMatchObject({ state: "active", connection: { callback } });
    await run(team, "reply_to_conversation", { conversationId, text: "Hello?" }, shapes.sent);
    await operate("DELETE", `/workspaces/${workspace.id}/inboxes/${inbox.id}/connection`);
    expect(await getInbox(tenant, inbox.id)).toMatchObject({ state: "not_connected", connection: null });
    expect(await failure(team, "reply_to_conversation", { conversationId, text: "Gone?" })).toMatchObject({
      code: "unsupported",
    });
  });

  it("is an error where the contact has no identity there and none can be made", async () => {
    const { workspace, team, inbox, key } = await appWorkspace();
    const { deliveries } = await connect(workspace.id, inbox.id);
    const start = (contactId: string) => ({ contactId, inboxId: inbox.id, text: "Hello" });
    const { id: nobody } = await contactKnownAs(team, undefined);
    const refused = await failure(team, "start_conversation", start(nobody));
    expect(refused).toMatchObject({
      code: "unsupported",
      message: expect.stringContaining("Nobody would read it"),
    });
    const { id: known } = await contactKnownAs(team, "user-42");
    const { conversation } = await run(team, "start_conversation", start(known), shapes.started);
    await expect
      .poll(async () => (await deliveries()).map(({ data }) => data.contact.id))
      .toEqual(["user-42"]);
    // What this user writes then goes on in it.
    const said = await bring(inbox.id, key, "Yes?", { id: "user-42" });
    expect(said.conversationId).toBe(conversation.id);
  });

  it("fails with the reason where it waited when the inbox was switched off", async () => {
    const { workspace, team, tenant, inbox, key } = await appWorkspace();
    await connect(workspace.id, inbox.id, "?status=500");
    const { conversationId } = await bring(inbox.id, key, "Hi");
    const { message } = await run(
      team,
      "reply_to_conversation",
      { conversationId, text: "Hello" },
      shapes.sent,
    );
    await updateInbox(tenant, inbox.id, { state: "disabled" });
    await wakeOutboxes(env);
    await expect.poll(async () => (await getMessage(tenant, message.id)).status).toBe("failed");
    expect(await getMessage(tenant, message.id)).toMatchObject({ failure: "The inbox was switched off." });
    expect(await ask(`/${inbox.id}/messages`, inbound("Hi"), key)).toMatchObject({
      status: 403,
      body: { error: { code: "inbox_disabled" } },
    });
  });

  it("fails with the reason where the deployment's secret is another one, and goes out once it is connected anew", async () => {
    const { workspace, team, tenant, inbox, key } = await appWorkspace();
    await connect(workspace.id, inbox.id);
    const { conversationId } = await bring(inbox.id, key, "Hi");
    await env[workspace.shard === "TENANT_1" ? "TENANT_1" : "TENANT_2"]
      .prepare("UPDATE inboxes SET credentials = 's1.sealed-by-another' WHERE workspace_id = ? AND id = ?")
      .bind(workspace.id, inbox.id)
      .run();
    const reply = async (text: string) =>
      (await run(team, "reply_to_conversation", { conversationId, text }, shapes.sent)).message.id;
    const lost = await reply("Lost");
    await expect.poll(async () => (await getMessage(tenant, lost)).status).toBe("failed");
    expect(await getMessage(tenant, lost)).toMatchObject({ failure: "The inbox has to be connected again." });
    await connect(workspace.id, inbox.id);
    const found = await reply("Found");
    await expect.poll(async () => (await getMessage(tenant, found)).status).toBe("sent");
  });

  it("is seen at the inbox: failing with the reason while the app is gone, active again when it is back", async () => {
    const { workspace, team, tenant, inbox, key } = await appWorkspace();
    await connect(workspace.id, inbox.id, "?status=410");
    const { conversationId } = await bring(inbox.id, key, "Hi");
    const { message } = await run(
      team,
      "reply_to_conversation",
      { conversationId, text: "Hello" },
      shapes.sent,
    );
    await expect.poll(async () => (await getInbox(tenant, inbox.id)).state).toBe("failing");
    expect(await getInbox(tenant, inbox.id)).toMatchObject({
      stateReason: "The callback address answered 410.",
    });
    const { deliveries } = await connect(workspace.id, inbox.id);
    await expect
      .poll(async () => (await getMessage(tenant, message.id)).status, { timeout: 15_000 })
      .toBe("sent");
    expect(await deliveries()).toHaveLength(1);
    expect(await getInbox(tenant, inbox.id)).toMatchObject({ state: "active", stateReason: null });
  });
});

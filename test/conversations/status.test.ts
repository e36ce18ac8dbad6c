import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { getConversation } from "../../src/conversations/read.ts";
import { readTotal } from "../../src/figures/totals.ts";
import { createToken } from "../../src/gate/tokens.ts";
import { addMember, createWorkspace } from "../../src/gate/workspaces.ts";
import { newId } from "../../src/tenant/ids.ts";
import { testCall } from "../call.ts";
import { callIn, countsOf, eventsOf, eventTypes, failure, makeInbox, run, shapes, write } from "./setting.ts";

const inAnHour = () => new Date(Date.now() + 3_600_000).toISOString();

describe("set_conversation_status", () => {
  it("changes the status with its event and counts; the same again writes nothing", async () => {
    const call = testCall();
    const inbox = await makeInbox(call);
    const { conversationId } = await write(call, inbox, "Hello?", { at: Date.now() - 90_000 });
    const set = (status: string, more: object = {}) =>
      run(call, "set_conversation_status", { conversationId, status, ...more }, shapes.conversation);
    expect(await set("resolved")).toMatchObject({ status: "resolved", waitingSince: null });
    expect((await getConversation(call.tenant, conversationId)).resolvedAt).not.toBeNull();
    expect(await readTotal(call.tenant, "conversations_open")).toBe(0);
    const written = await eventTypes(call);
    expect(written.slice(3)).toEqual(["conversation.status_changed"]);
    await set("resolved");
    expect(await eventTypes(call)).toEqual(written);

    expect(await set("pending")).toMatchObject({ resolvedAt: null, reopenedCount: 1 });
    await set("open");
    expect(await readTotal(call.tenant, "conversations_open")).toBe(1);
    await set("resolved");
    expect(await countsOf(call)).toMatchObject({
      conversations_resolved: 2,
      conversations_reopened: 1,
      // Two minutes from its creation; then at once after it was opened again.
      "resolution_seconds<=120": 1,
      "resolution_seconds<=1": 1,
    });
    expect((await eventsOf(call)).slice(3).map(({ data, inboxId }) => [data, inboxId])).toEqual([
      [{ from: "open", to: "resolved" }, inbox.id],
      [{ from: "resolved", to: "pending" }, inbox.id],
      [{ from: "pending", to: "open" }, inbox.id],
      [{ from: "open", to: "resolved" }, inbox.id],
    ]);
  });

  it("snoozes until a time in the future, and only then takes one", async () => {
    const call = testCall();
    const inbox = await makeInbox(call);
    const { conversationId } = await write(call, inbox, "Hello?");
    const snoozedUntil = inAnHour();
    for (const wrong of [
      { status: "snoozed" },
      { status: "open", snoozedUntil },
      { status: "snoozed", snoozedUntil: "2020-01-01T00:00:00Z" },
      { status: "snoozed", snoozedUntil: "tomorrow" },
      { status: "closed" },
    ]) {
      const refused = await failure(call, "set_conversation_status", { conversationId, ...wrong });
      expect(refused.code).toBe("invalid_input");
    }
    const days = { conversationId, status: "snoozed", snoozedUntil: "31.1.2126" };
    expect(await run(call, "set_conversation_status", days, shapes.conversation)).toMatchObject({
      snoozedUntil: "2126-01-31T00:00:00.000Z",
    });
    await run(call, "set_conversation_status", { conversationId, status: "open" }, shapes.conversation);
    const args = { conversationId, status: "snoozed", snoozedUntil };
    expect(await run(call, "set_conversation_status", args, shapes.conversation)).toMatchObject({
      status: "snoozed",
      snoozedUntil,
    });
    const later = { ...args, snoozedUntil: new Date(Date.parse(snoozedUntil) + 1000).toISOString() };
    await run(call, "set_conversation_status", later, shapes.conversation);
    await run(call, "set_conversation_status", later, shapes.conversation);
    expect((await eventsOf(call)).slice(5).map(({ data }) => data)).toEqual([
      { from: "open", to: "snoozed", snoozedUntil },
      { from: "snoozed", to: "snoozed", snoozedUntil: later.snoozedUntil },
    ]);
    expect(
      await run(call, "set_conversation_status", { conversationId, status: "open" }, shapes.conversation),
    ).toMatchObject({ status: "open", snoozedUntil: null, reopenedCount: 0 });
  });

  it("counts each change once when several ask for the same at once", async () => {
    const call = testCall();
    const inbox = await makeInbox(call);
    const { conversationId } = await write(call, inbox, "Hello?");
    const args = { conversationId, status: "resolved" };
    await Promise.all(
      Array.from({ length: 10 }, () => run(call, "set_conversation_status", args, shapes.conversation)),
    );
    expect((await countsOf(call)).conversations_resolved).toBe(1);
    expect(await readTotal(call.tenant, "conversations_open")).toBe(0);
    expect((await eventTypes(call)).slice(3)).toEqual(["conversation.status_changed"]);
  });
});

describe("assign_conversation", () => {
  it("assigns members and bots of the workspace, and nobody", async () => {
    const workspace = await createWorkspace(env, { name: "Assigning", plan: "enterprise" });
    const member = await addMember(env, workspace.id, {
      userId: newId("user"),
      name: "Maria",
      email: "maria@team.example",
      role: "agent",
    });
    const bot = await createToken(env, workspace.id, { kind: "bot", name: "Robin", scopes: "all" });
    const call = testCall({ workspaceId: workspace.id });
    const inbox = await makeInbox(call);
    const { conversationId } = await write(call, inbox, "Hello?");
    const assign = (assignee: string) =>
      run(call, "assign_conversation", { conversationId, assignee }, shapes.conversation);
    expect((await assign(member.id)).assignee).toBe(member.id);
    await assign(member.id);
    expect((await assign(bot.id)).assignee).toBe(bot.id);
    expect((await assign("none")).assignee).toBeNull();
    const changes = (await eventsOf(call)).filter(({ type }) => type === "conversation.assigned");
    expect(changes.map(({ data }) => data)).toEqual([
      { from: null, to: member.id },
      { from: member.id, to: bot.id },
      { from: bot.id, to: null },
    ]);
    const stranger = await failure(call, "assign_conversation", { conversationId, assignee: "mb_unknown" });
    expect(stranger.code).toBe("invalid_input");
    expect(stranger.detail.candidates).toEqual(
      expect.arrayContaining([member, bot].map(({ id, name }) => ({ id, name }))),
    );
  });
});

describe("a caller limited to other inboxes", () => {
  it("finds nothing to read or change", async () => {
    const call = testCall();
    const inbox = await makeInbox(call);
    const { conversationId, contactId } = await write(call, inbox, "Hello?");
    const limited = callIn(call, { inboxes: [(await makeInbox(call)).id] });
    const before = await eventTypes(call);
    for (const [tool, args] of [
      ["get_conversation", { conversationId }],
      ["list_contact_messages", { contactId }],
      ["reply_to_conversation", { conversationId, text: "Hi" }],
      ["send_message", { contactId, text: "Hi" }],
      ["send_message", { contactId, text: "Hi", inboxId: inbox.id }],
      ["start_conversation", { contactId, inboxId: inbox.id, text: "Hi" }],
      ["add_private_note", { conversationId, text: "Hi" }],
      ["create_draft_reply", { conversationId, text: "Hi" }],
      ["set_conversation_status", { conversationId, status: "resolved" }],
      ["assign_conversation", { conversationId, assignee: "none" }],
    ] as const) {
      expect([tool, (await failure(limited, tool, args)).code]).toEqual([tool, "not_found"]);
    }
    expect(await eventTypes(call)).toEqual(before);
    expect(await getConversation(call.tenant, conversationId)).toMatchObject({
      messageCount: 1,
      status: "open",
    });
  });
});

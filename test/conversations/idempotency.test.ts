import { eq } from "drizzle-orm";
import { afterEach, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { APART } from "../../src/conversations/append.ts";
import { updateInbox } from "../../src/inboxes/store.ts";
import { actOnce, IDEMPOTENCY_LIFE, keptKeys } from "../../src/tenant/idempotency.ts";
import { idempotency } from "../../src/tenant/schema.ts";
import { testCall } from "../call.ts";
import {
  bodies,
  callIn,
  contactWithout,
  countsOf,
  failure,
  makeInbox,
  run,
  shapes,
  write,
} from "./setting.ts";

afterEach(() => {
  vi.useRealTimers();
});

describe("an idempotencyKey", () => {
  it("sends once out of 20 at the same time, and answers all alike", async () => {
    const call = testCall();
    const inbox = await makeInbox(call);
    const { conversationId } = await write(call, inbox, "Hello?");
    const args = { conversationId, text: "Hi", idempotencyKey: "k1" };
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => run(call, "reply_to_conversation", args, shapes.sent)),
    );
    expect(new Set(answers.map(({ message }) => message.id)).size).toBe(1);
    expect(answers.filter(({ repeated }) => !repeated)).toHaveLength(1);
    expect(await bodies(call, conversationId)).toEqual([
      [APART, "Hello?"],
      [2 * APART, "Hi"],
    ]);
    expect((await countsOf(call)).messages_out_api_key).toBe(1);
  });

  it("holds for each tool that sends, and makes one conversation", async () => {
    const call = testCall();
    const inbox = await makeInbox(call);
    const contact = await contactWithout(call);
    const target = { contactId: contact.id, inboxId: inbox.id, text: "Hi", idempotencyKey: "same" };
    const started = await Promise.all(
      Array.from({ length: 10 }, () => run(call, "start_conversation", target, shapes.started)),
    );
    expect(new Set(started.map(({ conversation }) => conversation.id)).size).toBe(1);
    const sent = await Promise.all(
      Array.from({ length: 10 }, () => run(call, "send_message", target, shapes.sent)),
    );
    expect(new Set(sent.map(({ message }) => message.id)).size).toBe(1);
    expect(sent[0]?.message.id).not.toBe(started[0]?.message.id);
    expect(sent[0]?.message.conversationId).toBe(started[0]?.conversation.id);
    expect(await countsOf(call)).toMatchObject({ conversations_created: 1, messages_out_api_key: 2 });
  });

  it("with other arguments is an error; the order of names makes no difference", async () => {
    const call = testCall();
    const inbox = await makeInbox(call);
    const { conversationId } = await write(call, inbox, "Hello?");
    const first = await run(
      call,
      "reply_to_conversation",
      { conversationId, text: "Hi", idempotencyKey: "k" },
      shapes.sent,
    );
    const other = await failure(call, "reply_to_conversation", {
      conversationId,
      text: "Bye",
      idempotencyKey: "k",
    });
    expect(other.code).toBe("idempotency_mismatch");
    const again = await run(
      call,
      "reply_to_conversation",
      { idempotencyKey: "k", text: "Hi", conversationId },
      shapes.sent,
    );
    expect(again).toMatchObject({ repeated: true, message: { id: first.message.id } });
    const long = { conversationId, text: "Hi", idempotencyKey: "k".repeat(201) };
    expect((await failure(call, "reply_to_conversation", long)).code).toBe("invalid_input");
  });

  it("is the credential's own, and answers still when nothing could be sent any more", async () => {
    const call = testCall();
    const inbox = await makeInbox(call);
    const { conversationId } = await write(call, inbox, "Hello?");
    const args = { conversationId, text: "Hi", idempotencyKey: "k" };
    const first = await run(call, "reply_to_conversation", args, shapes.sent);
    const other = await run(callIn(call, {}), "reply_to_conversation", args, shapes.sent);
    expect(other.message.id).not.toBe(first.message.id);
    await updateInbox(call.tenant, inbox.id, { state: "disabled" });
    expect(await run(call, "reply_to_conversation", args, shapes.sent)).toMatchObject({
      repeated: true,
      message: { id: first.message.id },
    });
  });

  it("that failed is free for another try, and one of yesterday is forgotten", async () => {
    const call = testCall();
    const inbox = await makeInbox(call);
    const { conversationId } = await write(call, inbox, "Hello?");
    const args = { conversationId, text: "Hi", idempotencyKey: "k" };
    await updateInbox(call.tenant, inbox.id, { state: "disabled" });
    expect((await failure(call, "reply_to_conversation", args)).code).toBe("not_allowed");
    await updateInbox(call.tenant, inbox.id, { state: "active" });
    const first = await run(call, "reply_to_conversation", args, shapes.sent);
    expect(first.repeated).toBe(false);

    const { tenant } = call;
    await tenant.db
      .update(idempotency)
      .set({ createdAt: Date.now() - IDEMPOTENCY_LIFE - 1 })
      .where(tenant.of(idempotency, eq(idempotency.key, "k")));
    const anew = await run(call, "reply_to_conversation", { ...args, text: "Good day" }, shapes.sent);
    expect(anew.repeated).toBe(false);
    expect(anew.message.id).not.toBe(first.message.id);

    const left = () => tenant.db.select().from(idempotency).where(tenant.of(idempotency));
    await tenant.batch(keptKeys.forget(tenant, Date.now()));
    expect(await left()).toHaveLength(1);
    await tenant.batch(keptKeys.forget(tenant, Date.now() + 2 * IDEMPOTENCY_LIFE));
    expect(await left()).toEqual([]);
  });

  it("holds on both sides of midnight, also when the later of two calls is the first to write", async () => {
    const { tenant } = testCall();
    const attempt = { tool: "send", key: "midnight", args: {} };
    const made = z.object({ id: z.string() });
    const write = async (
      remember: (made: { id: string }) => Parameters<typeof tenant.batch>[0],
      id: string,
    ) => {
      await tenant.batch(remember({ id }));
      return { id };
    };
    vi.useFakeTimers({ toFake: ["Date"] });
    const midnight = Date.parse("2026-05-05T00:00:00Z");
    vi.setSystemTime(midnight - 1);
    const answers: unknown[] = [];
    const early = await actOnce(tenant, attempt, made, async (remember) => {
      vi.setSystemTime(midnight + 1);
      answers.push(await actOnce(tenant, attempt, made, (theirs) => write(theirs, "late")));
      return write(remember, "early");
    });
    expect([...answers, early]).toEqual([
      { made: { id: "late" }, repeated: false },
      { made: { id: "late" }, repeated: true },
    ]);
  });
});

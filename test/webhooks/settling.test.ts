import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import type { Call } from "../../src/calls/define.ts";
import { recordEvents } from "../../src/tenant/events.ts";
import { type Item, Lanes, laneOf } from "../../src/webhooks/lanes.ts";
import { renderEvent } from "../../src/webhooks/render.ts";
import { webhookDelivered, webhookDeliveries, webhooks } from "../../src/webhooks/schema.ts";
import {
  newestEvent,
  readEvents,
  readMessage,
  readWaiting,
  readWebhook,
  writeLast,
  writeSettlement,
} from "../../src/webhooks/settling.ts";
import { disableWebhook } from "../../src/webhooks/store.ts";
import { webhooksBehind } from "../../src/webhooks/waking.ts";
import { testCall } from "../call.ts";
import { metered } from "../meter.ts";
import { make, run } from "./setting.ts";

const OK = { statusCode: 200, errorKind: null, durationMs: 1, responseExcerpt: "ok" };
const BAD = { statusCode: 500, errorKind: "non_2xx", durationMs: 1, responseExcerpt: "no" } as const;

/** Messages of so many conversations, by turns. */
async function happen({ tenant }: Call, count: number, conversations = 10): Promise<void> {
  const changes = Array.from({ length: count }, (_, i) => ({
    type: "message.created" as const,
    subjectId: `ms_${i}`,
    inboxId: null,
    data: { conversationId: `cv_${i % conversations}` },
  }));
  await tenant.batch([recordEvents(tenant, changes)]);
}

/** What an endpoint holds after it read: what waited, and what is new. */
async function readAll({ tenant }: Call, webhookId: string): Promise<Lanes> {
  const webhook = await readWebhook(tenant, webhookId);
  if (!webhook) throw new Error("The webhook is gone.");
  const lanes = new Lanes(webhook.cursor ?? 0, await readWaiting(tenant, webhookId));
  const read = await readEvents(tenant, lanes.pulled);
  const items = read.flatMap((event): Item[] => {
    const message = renderEvent(webhook, event, null);
    if (message === null) return [];
    const { eventType, body } = message;
    const lane = laneOf(event);
    const messageId = `msg_${webhookId}_${event.seq}`;
    return [{ seq: event.seq, lane, messageId, eventType, body, rowId: null, attempts: 0, due: 0 }];
  });
  lanes.add(items, read.at(-1)?.seq ?? 0);
  return lanes;
}

/** Makes every attempt that is due, and answers the numbers that were tried. */
function attemptDue(lanes: Lanes, now: number, isWell: (item: Item) => boolean): number[] {
  const tried: number[] = [];
  for (let item = lanes.next(now); item; item = lanes.next(now)) {
    lanes.begin(item, now);
    const ok = isWell(item);
    lanes.end(item, ok ? OK : BAD, ok ? null : now + 5_000, now);
    tried.push(item.seq);
  }
  return tried;
}

const SUBSCRIBED = { events: ["*"] };

describe("what an endpoint writes", () => {
  it("is one row for each event that arrives, and one for all of them: fewer than 1.5 in groups of three", async () => {
    for (const count of [1, 3, 50]) {
      const meter = metered(env.TENANT_1);
      const call = testCall({ database: meter.database });
      const webhookId = (await make(call, SUBSCRIBED)).webhook.id;
      await happen(call, count);
      const lanes = await readAll(call, webhookId);
      expect(attemptDue(lanes, Date.now(), () => true)).toHaveLength(count);
      meter.reset();
      await call.tenant.batch(writeSettlement(call.tenant, webhookId, lanes.settle(Date.now(), false)));
      expect(meter.rowsWritten, `${count} events`).toBe(count + 1);
      const log = await run(call, "get_webhook_delivery_logs", { webhookId, limit: 50 });
      expect(log.items).toHaveLength(count);
    }
  });

  it("tells what failed and what waits behind it, and is read again as it was", async () => {
    const call = testCall();
    const { tenant } = call;
    const webhookId = (await make(call, SUBSCRIBED)).webhook.id;
    await happen(call, 6, 2);
    const now = Date.now();
    const lanes = await readAll(call, webhookId);
    expect(attemptDue(lanes, now, ({ seq }) => seq !== 3).toSorted()).toEqual([1, 2, 3, 4, 6]);
    await tenant.batch(writeSettlement(tenant, webhookId, lanes.settle(now, false)));
    const { items } = await run(call, "get_webhook_delivery_logs", { webhookId });
    const shown = items as {
      eventSeq: number;
      status: string;
      attempt: number;
      nextAttemptAt: string | null;
    }[];
    const of = (seq: number) => shown.find(({ eventSeq }) => eventSeq === seq);
    const next = new Date(now + 5_000).toISOString();
    expect(of(3)).toMatchObject({ status: "failed", attempt: 1, nextAttemptAt: next, statusCode: 500 });
    expect(of(5)).toMatchObject({ status: "pending", attempt: 0, nextAttemptAt: null });
    expect(of(6)).toMatchObject({ status: "succeeded", attempt: 1, nextAttemptAt: null });

    // Another life of the object: the lane goes on where it was, in order.
    const again = await readAll(call, webhookId);
    expect(again.size).toBe(2);
    expect(again.next(now + 4_999)).toBeNull();
    const stored = await readMessage(tenant, webhookId, `msg_${webhookId}_3`);
    expect(stored).toMatchObject({ attempts: 1, body: expect.stringContaining('"seq":3') });
    const both = [];
    for (let item = again.next(now + 5_000); item; item = again.next(now + 5_000)) {
      const message = await readMessage(tenant, webhookId, item.messageId);
      Object.assign(item, message);
      again.begin(item, now + 5_000);
      again.end(item, OK, null, now + 5_000);
      both.push(item.seq);
    }
    expect(both).toEqual([3, 5]);
    await tenant.batch(writeSettlement(tenant, webhookId, again.settle(now + 5_001, false)));
    const { items: after } = await run(call, "get_webhook_delivery_logs", { webhookId });
    expect(after).toHaveLength(7);
    const standing = await tenant.db.select().from(webhookDeliveries).where(tenant.of(webhookDeliveries));
    expect(standing.map(({ attempt, state, latest }) => [attempt, state, latest]).toSorted()).toEqual([
      [1, "failed", false],
      [2, "succeeded", true],
    ]);
    expect((await readAll(call, webhookId)).size).toBe(0);
  });

  it("is nothing but the log of what was sent once the webhook is stopped, and nothing when it is gone", async () => {
    const call = testCall();
    const { tenant } = call;
    const webhookId = (await make(call, SUBSCRIBED)).webhook.id;
    await happen(call, 3, 1);
    const lanes = await readAll(call, webhookId);
    attemptDue(lanes, Date.now(), ({ seq }) => seq < 2);
    const settlement = lanes.settle(Date.now(), false);
    expect(settlement.waiting.map(({ seq }) => seq)).toEqual([3]);
    await disableWebhook(tenant, webhookId, "Enough.");
    await expect(tenant.batch(writeSettlement(tenant, webhookId, settlement))).rejects.toMatchObject({
      code: "conflict",
    });
    await tenant.batch(writeLast(tenant, webhookId, settlement.ended));
    const rows = await tenant.db.select().from(webhookDeliveries).where(tenant.of(webhookDeliveries));
    expect(rows).toMatchObject([{ eventSeq: 2, state: "cancelled", nextAttemptAt: null }]);
    await run(call, "delete_webhook", { webhookId });
    await tenant.batch(writeLast(tenant, webhookId, settlement.ended));
    for (const table of [webhookDeliveries, webhookDelivered]) {
      expect(await tenant.db.select().from(table).where(tenant.of(table))).toEqual([]);
    }
  });
});

describe("the cursor", () => {
  it("begins at the newest event when a webhook is made, and again when it is set active", async () => {
    const call = testCall();
    const { tenant } = call;
    await happen(call, 3);
    const webhookId = (await make(call, SUBSCRIBED)).webhook.id;
    const cursor = async () => (await readWebhook(tenant, webhookId))?.cursor;
    expect(await cursor()).toBe(3);
    await run(call, "update_webhook", { webhookId, status: "paused" });
    await happen(call, 2);
    expect(await cursor()).toBe(3);
    await run(call, "update_webhook", { webhookId, status: "active" });
    expect(await cursor()).toBe(5);
    await happen(call, 1);
    await run(call, "update_webhook", { webhookId, status: "active", description: "As it was" });
    expect(await cursor()).toBe(5);
    expect(await newestEvent(tenant)).toBe(6);
  });

  it("behind the newest event, or with an attempt overdue, is found by housekeeping; no other is", async () => {
    const call = testCall();
    const { tenant } = call;
    const webhookId = (await make(call, SUBSCRIBED)).webhook.id;
    const isBehind = async (now = Date.now()) =>
      (await webhooksBehind(env.TENANT_1, now)).some((one) => one.webhookId === webhookId);
    expect(await isBehind()).toBe(false);
    await happen(call, 1);
    expect(await isBehind()).toBe(true);
    const lanes = await readAll(call, webhookId);
    attemptDue(lanes, Date.now(), () => false);
    await tenant.batch(writeSettlement(tenant, webhookId, lanes.settle(Date.now(), false)));
    expect(await isBehind()).toBe(false);
    expect(await isBehind(Date.now() + 3 * 60_000)).toBe(true);
    await tenant.db.update(webhooks).set({ status: "paused" }).where(tenant.of(webhooks));
    expect(await isBehind(Date.now() + 3 * 60_000)).toBe(false);
  });
});

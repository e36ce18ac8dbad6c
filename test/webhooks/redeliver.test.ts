import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it, vi } from "vitest";
import { redeliverSince } from "../../src/webhooks/deliver.ts";
import { MOST_COUNTED } from "../../src/webhooks/deliveries.ts";
import { webhookDeliveries } from "../../src/webhooks/schema.ts";
import { getWebhook } from "../../src/webhooks/store.ts";
import { testCall } from "../call.ts";
import { fillLog } from "./log.ts";
import { deliverNew, make, type Received, receive, refusal, run } from "./setting.ts";

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const seqOf = ({ body }: Received): number => JSON.parse(body).data.seq;

describe("redeliver_webhook", () => {
  it("repeats one delivery byte for byte, signed anew at the new time", async () => {
    const call = testCall();
    const { webhook } = await make(call);
    const now = Date.now();
    vi.useFakeTimers({ toFake: ["Date"], now });
    const received = receive(() => new Response("ok"));
    const { id: deliveryId } = await deliverNew(call, webhook.id);
    vi.useFakeTimers({ toFake: ["Date"], now: now + 60_000 });
    const answer = await run(call, "redeliver_webhook", { webhookId: webhook.id, deliveryId });
    expect(answer).toMatchObject({
      succeeded: 1,
      remaining: 0,
      deliveries: [{ attempt: 2, trigger: "manual" }],
    });
    const [first, second] = received;
    expect(second?.body).toBe(first?.body);
    expect(second?.headers["webhook-id"]).toBe(first?.headers["webhook-id"]);
    expect(Number(second?.headers["webhook-timestamp"])).toBe(
      Number(first?.headers["webhook-timestamp"]) + 60,
    );
    expect(second?.headers["webhook-signature"]).not.toBe(first?.headers["webhook-signature"]);
  });

  it("takes exactly one of deliveryId and since, and no other webhook's delivery", async () => {
    const call = testCall();
    const { webhook } = await make(call);
    const other = (await make(call)).webhook.id;
    const received = receive(() => new Response("ok"));
    const { id: deliveryId } = await deliverNew(call, webhook.id);
    const webhookId = webhook.id;
    for (const args of [{}, { deliveryId, since: "2026-01-01" }, { since: "yesterday" }]) {
      const failure = await refusal(call, "redeliver_webhook", { webhookId, ...args });
      expect(failure.code).toBe("invalid_input");
    }
    for (const args of [
      { webhookId: other, deliveryId },
      { webhookId, deliveryId: "wd_nothing" },
    ]) {
      expect((await refusal(call, "redeliver_webhook", args)).code).toBe("not_found");
    }
    expect(received).toHaveLength(1);
  });

  it("since a time repeats what did not arrive, once each, and neither tests nor what did", async () => {
    const call = testCall();
    const { webhook } = await make(call);
    const webhookId = webhook.id;
    let status = 500;
    const received = receive(() => new Response("", { status }));
    const now = Date.now();
    vi.useFakeTimers({ toFake: ["Date"], now: now - 3_600_000 });
    await deliverNew(call, webhookId);
    vi.useFakeTimers({ toFake: ["Date"], now: now - 60_000 });
    await deliverNew(call, webhookId, { afterFailure: { nextAttemptAt: now + 1000 } });
    await deliverNew(call, webhookId);
    await run(call, "test_webhook", { webhookId });
    status = 200;
    await deliverNew(call, webhookId);
    vi.useRealTimers();
    const redeliver = (since: number) => {
      received.length = 0;
      return run(call, "redeliver_webhook", { webhookId, since: new Date(since).toISOString() });
    };

    status = 503;
    expect(await redeliver(now - 120_000)).toMatchObject({
      succeeded: 0,
      remaining: 0,
      remainingIsExact: true,
    });
    expect(received.map(seqOf).toSorted()).toEqual([2, 3]);
    status = 200;
    expect(await redeliver(now - 120_000)).toMatchObject({ succeeded: 2, remaining: 0 });
    expect(received.map(seqOf).toSorted()).toEqual([2, 3]);
    expect(await redeliver(now - 120_000)).toMatchObject({ deliveries: [], succeeded: 0, remaining: 0 });
    expect(await redeliver(now - 7_200_000)).toMatchObject({ succeeded: 1, remaining: 0 });
    expect(received.map(seqOf)).toEqual([1]);
  });

  it("finds attempts that were cut off, once they cannot be under way any more", async () => {
    const call = testCall();
    const { tenant } = call;
    const { webhook } = await make(call);
    const rows = (state: "pending" | "cancelled", age: number) =>
      fillLog(tenant.workspaceId, webhook.id, { count: 1, state, at: Date.now() - age });
    await rows("pending", 5_000);
    receive(() => new Response("ok"));
    const redeliver = () => run(call, "redeliver_webhook", { webhookId: webhook.id, since: "2020-01-01" });
    expect(await redeliver()).toMatchObject({ deliveries: [] });
    await rows("pending", 120_000);
    await rows("cancelled", 120_001);
    expect(await redeliver()).toMatchObject({ succeeded: 2 });
  });

  it("takes twenty at a time, few at once, the longest ago first, and says how many remain", async () => {
    const call = testCall();
    const { tenant } = call;
    const { webhook } = await make(call);
    const webhookId = webhook.id;
    await fillLog(tenant.workspaceId, webhookId, { count: 30, state: "exhausted", at: Date.now() - 100_000 });
    await fillLog(tenant.workspaceId, webhookId, { count: 20, state: "failed", at: Date.now() - 200_000 });
    let [open, most] = [0, 0];
    let status = 500;
    const received = receive(async () => {
      open += 1;
      most = Math.max(most, open);
      await new Promise((resolve) => setTimeout(resolve, 2));
      open -= 1;
      return new Response("", { status });
    });
    const progress: number[] = [];
    const redeliver = () => {
      received.length = 0;
      return run({ ...call, progress: async (value) => void progress.push(value) }, "redeliver_webhook", {
        webhookId,
        since: "2020-01-01",
      });
    };
    expect(await redeliver()).toMatchObject({ succeeded: 0, remaining: 30, remainingIsExact: true });
    expect(received).toHaveLength(20);
    expect(received.every(({ body }) => body.includes("failed"))).toBe(true);
    expect(most).toBeLessThanOrEqual(5);
    expect(progress).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
    // What failed again comes after those that were not tried yet.
    status = 200;
    expect(await redeliver()).toMatchObject({ succeeded: 20, remaining: 30 });
    expect(received.every(({ body }) => body.includes("exhausted"))).toBe(true);
    expect(await redeliver()).toMatchObject({ succeeded: 20, remaining: 10 });
    expect(await redeliver()).toMatchObject({ succeeded: 10, remaining: 0 });
    expect(await redeliver()).toMatchObject({ deliveries: [], remaining: 0 });
  });

  it("begins no attempt after some time, and none for a caller that went away", async () => {
    const call = testCall();
    const { tenant } = call;
    const { webhook } = await make(call);
    await fillLog(tenant.workspaceId, webhook.id, { count: 20, state: "failed", at: Date.now() - 100_000 });
    const start = Date.now();
    vi.useFakeTimers({ toFake: ["Date"], now: start });
    let received = receive(() => {
      vi.setSystemTime(start + 21_000);
      return new Response("ok");
    });
    const since = { webhookId: webhook.id, since: "2020-01-01" };
    const answer = await run(call, "redeliver_webhook", since);
    expect(answer).toMatchObject({ succeeded: received.length, remaining: 20 - received.length });
    expect(received.length).toBeLessThanOrEqual(5);
    vi.useRealTimers();
    vi.restoreAllMocks();
    const gone = new AbortController();
    received = receive(() => {
      gone.abort();
      return new Response("ok");
    });
    const stored = await getWebhook(tenant, webhook.id);
    const cancelled = redeliverSince(tenant, env, stored, 0, { signal: gone.signal });
    await expect(cancelled).rejects.toMatchObject({ code: "cancelled" });
    expect(received.length).toBeLessThanOrEqual(5);
    const rows = await tenant.db.select().from(webhookDeliveries).where(tenant.of(webhookDeliveries));
    expect(rows.filter(({ state }) => state === "pending")).toEqual([]);
  });

  it("counts what remains up to a limit, and says so", async () => {
    const call = testCall();
    const { webhook } = await make(call);
    const { workspaceId } = call.tenant;
    await fillLog(workspaceId, webhook.id, {
      count: MOST_COUNTED + 50,
      state: "failed",
      at: Date.now() - 100_000,
    });
    receive(() => new Response("ok"));
    const answer = await run(call, "redeliver_webhook", { webhookId: webhook.id, since: "2020-01-01" });
    expect(answer).toMatchObject({ succeeded: 20, remaining: MOST_COUNTED - 20, remainingIsExact: false });
  });
});

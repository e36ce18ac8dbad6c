import { afterEach, describe, expect, it, vi } from "vitest";
import type { Call } from "../../src/calls/define.ts";
import { BY_HAND_PER_MINUTE } from "../../src/webhooks/pace.ts";
import { testCall } from "../call.ts";
import { fillLog } from "./log.ts";
import { deliverNew, make, receive, refusal, run } from "./setting.ts";

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const NOW = Date.parse("2026-11-21T12:00:00Z");

/** A workspace whose webhook missed many events an hour ago. */
async function outage(): Promise<{ call: Call; webhookId: string }> {
  const call = testCall();
  const webhookId = (await make(call)).webhook.id;
  const at = NOW - 3_600_000;
  await fillLog(call.tenant.workspaceId, webhookId, { count: 200, state: "exhausted", at });
  return { call, webhookId };
}

describe("attempts by hand", () => {
  it("are so many within a minute, all webhooks of a workspace together", async () => {
    vi.useFakeTimers({ toFake: ["Date"], now: NOW });
    const { call, webhookId } = await outage();
    const other = (await make(call)).webhook.id;
    const received = receive(() => new Response("ok"));
    const since = "2026-11-01";
    for (let sent = 0; sent < 10; sent++) await run(call, "test_webhook", { webhookId: other });
    vi.setSystemTime(NOW + 20_000);
    for (let sent = 10; sent < BY_HAND_PER_MINUTE - 20; sent += 20) {
      expect(await run(call, "redeliver_webhook", { webhookId, since })).toMatchObject({ succeeded: 20 });
    }
    // There is room for ten of twenty: the rest waits, and is said to.
    const partly = await run(call, "redeliver_webhook", { webhookId, since });
    expect(partly).toMatchObject({ succeeded: 10, remaining: 200 - (BY_HAND_PER_MINUTE - 10) });
    expect(received).toHaveLength(BY_HAND_PER_MINUTE);
    const refused = [
      await refusal(call, "redeliver_webhook", { webhookId, since }),
      await refusal(call, "test_webhook", { webhookId: other }),
    ];
    for (const { code, detail } of refused) {
      expect({ code, wait: detail.retryAfterSeconds }).toEqual({ code: "rate_limited", wait: 40 });
    }
    expect(received).toHaveLength(BY_HAND_PER_MINUTE);
    // The first ten are more than a minute ago then.
    vi.setSystemTime(NOW + 60_001);
    expect(await run(call, "redeliver_webhook", { webhookId, since })).toMatchObject({ succeeded: 10 });
  });

  it("are no other workspace's, and stop no event from being delivered", async () => {
    const { call, webhookId } = await outage();
    receive(() => new Response("ok"));
    for (let sent = 0; sent < BY_HAND_PER_MINUTE; sent += 20) {
      await run(call, "redeliver_webhook", { webhookId, since: "2026-01-01" });
    }
    expect((await refusal(call, "test_webhook", { webhookId })).code).toBe("rate_limited");
    expect(await deliverNew(call, webhookId)).toMatchObject({ state: "succeeded", trigger: "auto" });
    const stranger = testCall();
    await run(stranger, "test_webhook", { webhookId: (await make(stranger)).webhook.id });
  });

  it("that many calls make at once are not more either", async () => {
    const { call, webhookId } = await outage();
    const received = receive(() => new Response("ok"));
    const all = await Promise.allSettled(
      Array.from({ length: BY_HAND_PER_MINUTE + 30 }, () => run(call, "test_webhook", { webhookId })),
    );
    expect(all.filter(({ status }) => status === "fulfilled")).toHaveLength(BY_HAND_PER_MINUTE);
    expect(received).toHaveLength(BY_HAND_PER_MINUTE);
  });
});

import { env } from "cloudflare:workers";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import type { Call } from "../../src/calls/define.ts";
import { webhookPrompts } from "../../src/webhooks/prompts.ts";
import { keptWebhooks, webhookRemoval } from "../../src/webhooks/store.ts";
import { testCall } from "../call.ts";
import { type Meter, metered } from "../meter.ts";
import { fillLog } from "./log.ts";
import { deliverNew, make, receive, run } from "./setting.ts";

interface Workspace {
  call: Call;
  meter: Meter;
  webhookId: string;
  deliveryId: string;
}

/** A webhook with a log of so many attempts: delivered, superseded, failed long ago and just now. */
async function workspaceWith(count: number): Promise<Workspace> {
  const meter = metered(env.TENANT_1);
  const call = testCall({ database: meter.database });
  const webhookId = (await make(call)).webhook.id;
  const other = (await make(call)).webhook.id;
  const { workspaceId } = call.tenant;
  const now = Date.now();
  const old = now - 20 * 86_400_000;
  await fillLog(workspaceId, webhookId, { count, state: "succeeded", at: now - 1000 });
  await fillLog(workspaceId, webhookId, { count, state: "failed", at: now - 2000, latest: false });
  await fillLog(workspaceId, webhookId, { count, state: "exhausted", at: old });
  await fillLog(workspaceId, other, { count, state: "failed", at: now - 3000 });
  await fillLog(workspaceId, webhookId, { count: 60, state: "failed", at: now - 4000 });
  receive(() => new Response("ok"));
  const { id: deliveryId } = await deliverNew(call, webhookId);
  vi.restoreAllMocks();
  return { call, meter, webhookId, deliveryId };
}

let small: Workspace;
let large: Workspace;

beforeAll(async () => {
  [small, large] = [await workspaceWith(100), await workspaceWith(5000)];
});

afterEach(() => {
  vi.restoreAllMocks();
});

async function rowsRead(of: Workspace, work: (of: Workspace) => Promise<unknown>): Promise<number> {
  of.meter.reset();
  await work(of);
  return of.meter.rowsRead;
}

/** Yesterday and later: what failed long ago is behind it. */
const since = new Date(Date.now() - 86_400_000).toISOString();

describe("what webhooks cost to read, in a small log and in a large one", () => {
  it.each<[string, (of: Workspace) => Promise<unknown>]>([
    ["the list", ({ call }) => run(call, "list_webhooks")],
    ["one", ({ call, webhookId }) => run(call, "get_webhook", { webhookId })],
    ["the log", ({ call, webhookId }) => run(call, "get_webhook_delivery_logs", { webhookId })],
    [
      "the log of a status",
      ({ call, webhookId }) => run(call, "get_webhook_delivery_logs", { webhookId, status: "succeeded" }),
    ],
    [
      "the log of a status that none has",
      ({ call, webhookId }) => run(call, "get_webhook_delivery_logs", { webhookId, status: "cancelled" }),
    ],
    ["a test", ({ call, webhookId }) => run(call, "test_webhook", { webhookId })],
    [
      "a redelivery",
      ({ call, webhookId, deliveryId }) => run(call, "redeliver_webhook", { webhookId, deliveryId }),
    ],
    [
      "redelivery since a time",
      ({ call, webhookId }) => run(call, "redeliver_webhook", { webhookId, since }),
    ],
    ["pausing", ({ call, webhookId }) => run(call, "update_webhook", { webhookId, status: "paused" })],
    ["the prompt", async ({ call, webhookId }) => webhookPrompts[0]?.get(call, { webhookId })],
    [
      "housekeeping",
      ({ call }) => call.tenant.batch(keptWebhooks.flatMap((kept) => kept.forget(call.tenant, Date.now()))),
    ],
    ["a chatbot's removal", ({ call }) => call.tenant.batch(webhookRemoval(call.tenant, "cb_none"))],
  ])("%s", async (_, work) => {
    receive(() => new Response("ok"));
    const [few, many] = [await rowsRead(small, work), await rowsRead(large, work)];
    expect(few).toBeGreaterThan(0);
    expect(many - few).toBeLessThan(10);
    expect(many).toBeLessThan(700);
  });

  it("deleting one costs as much as its log holds, and no other's", async () => {
    const { meter, call } = large;
    const { webhook } = await make(call);
    await fillLog(call.tenant.workspaceId, webhook.id, { count: 100, state: "failed", at: Date.now() });
    meter.reset();
    await run(call, "delete_webhook", { webhookId: webhook.id });
    expect(meter.rowsRead).toBeLessThan(600);
    const left = await env.TENANT_1.prepare(
      "SELECT count(*) AS n FROM webhook_deliveries WHERE workspace_id = ? AND webhook_id = ?",
    )
      .bind(call.tenant.workspaceId, webhook.id)
      .first("n");
    expect(left).toBe(0);
  });
});

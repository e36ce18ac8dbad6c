import { env } from "cloudflare:workers";
import { Webhook as Verifier } from "standardwebhooks";
import { afterEach, describe, expect, it, vi } from "vitest";
import { attempt, EXCERPT_BYTES } from "../../src/webhooks/attempt.ts";
import { deliverEvent } from "../../src/webhooks/deliver.ts";
import { webhookDeliveries } from "../../src/webhooks/schema.ts";
import { newSecret } from "../../src/webhooks/signing.ts";
import { getWebhook } from "../../src/webhooks/store.ts";
import { testCall } from "../call.ts";
import { deliverNew, happen, make, never, receive, refusal, run, URL_ } from "./setting.ts";

const _DAY = 86_400_000;

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const rowsOf = ({ tenant }: ReturnType<typeof testCall>) =>
  tenant.db
    .select()
    .from(webhookDeliveries)
    .where(tenant.of(webhookDeliveries))
    .orderBy(webhookDeliveries.attempt);

describe("an attempt", () => {
  it("posts the event as Standard Webhooks has it, and is logged", async () => {
    const call = testCall();
    const { webhook, secret } = await make(call);
    const received = receive(() => new Response("thanks", { status: 202 }));
    const before = Math.floor(Date.now() / 1000);
    const delivery = await deliverNew(call, webhook.id, {
      event: { subjectId: "ct_7", data: { identityId: "ci_1" } },
    });
    const [request] = received;
    if (!request) throw new Error("Nothing was sent.");
    expect(request).toMatchObject({ url: URL_, redirect: "manual" });
    const { headers } = request;
    expect(headers["content-type"]).toBe("application/json");
    expect(headers["webhook-id"]).toMatch(/^msg_[0-9a-f]{32}$/);
    expect(Number(headers["webhook-timestamp"])).toBeGreaterThanOrEqual(before);
    expect(headers["webhook-timestamp"]).toMatch(/^\d{10}$/);
    expect(new Verifier(secret).verify(request.body, headers)).toEqual({
      type: "contact.created",
      timestamp: expect.stringMatching(/^\d{4}-.*Z$/),
      data: {
        seq: 1,
        subjectId: "ct_7",
        inboxId: null,
        actor: { kind: "api_key", id: call.principal.credentialId },
        data: { identityId: "ci_1" },
      },
    });
    expect(await rowsOf(call)).toMatchObject([
      {
        id: delivery.id,
        webhookId: webhook.id,
        messageId: headers["webhook-id"],
        eventSeq: 1,
        eventType: "contact.created",
        attempt: 1,
        trigger: "auto",
        state: "succeeded",
        statusCode: 202,
        errorKind: null,
        requestBody: request.body,
        responseExcerpt: "thanks",
        nextAttemptAt: null,
        latest: true,
      },
    ]);
    expect(delivery.durationMs).toBeGreaterThanOrEqual(0);
  });

  it.each([
    [200, null],
    [204, null],
    [299, null],
    [301, "redirect"],
    [302, "redirect"],
    [307, "redirect"],
    [400, "non_2xx"],
    [401, "non_2xx"],
    [410, "non_2xx"],
    [500, "non_2xx"],
    [521, "network"],
    [522, "timeout"],
    [526, "tls"],
    [530, "dns"],
  ])("answered %i ends with %s", async (status, errorKind) => {
    const call = testCall();
    const { webhook } = await make(call);
    const headers = { location: "https://169.254.169.254/" };
    const received = receive(() => new Response(status === 204 ? null : "body", { status, headers }));
    const { delivery } = await run(call, "test_webhook", { webhookId: webhook.id });
    expect(delivery).toMatchObject({
      status: errorKind === null ? "succeeded" : "failed",
      statusCode: status,
      errorKind,
    });
    expect(received).toHaveLength(1);
  });

  it("that reaches nobody is a network error, of which nothing is told", async () => {
    const call = testCall();
    const { webhook } = await make(call);
    receive(() => {
      throw new Error("connect ECONNREFUSED 10.1.2.3:443");
    });
    const answer = await run(call, "test_webhook", { webhookId: webhook.id });
    expect(answer).toMatchObject({
      delivery: { status: "failed", statusCode: null, errorKind: "network", responseExcerpt: null },
    });
    expect(JSON.stringify([answer, await rowsOf(call)])).not.toContain("10.1.2.3");
  });

  it("ends when the receiver takes too long, before its answer or in it", async () => {
    const outgoing = { url: URL_, messageId: "msg_1", body: "{}", secrets: [newSecret()] };
    receive((_, signal) => never(signal));
    expect(await attempt(env, outgoing, 50)).toMatchObject({ errorKind: "timeout", statusCode: null });
    vi.restoreAllMocks();
    receive((_, signal) => {
      const body = new ReadableStream<Uint8Array>({
        start(controller) {
          controller.enqueue(new TextEncoder().encode("part"));
          signal.addEventListener("abort", () => controller.error(signal.reason));
        },
      });
      return new Response(body, { status: 500 });
    });
    expect(await attempt(env, outgoing, 50)).toMatchObject({
      errorKind: "non_2xx",
      statusCode: 500,
      responseExcerpt: "part",
    });
  });

  it("keeps the first 2 KB of an endless answer, whole characters of it, and reads no further", async () => {
    const call = testCall();
    const { webhook } = await make(call);
    let pulled = 0;
    let cancelled = false;
    receive(() => {
      const body = new ReadableStream<Uint8Array>({
        pull(controller) {
          pulled += 1;
          controller.enqueue(new TextEncoder().encode(`x\0${"€".repeat(300)}`));
        },
        cancel() {
          cancelled = true;
        },
      });
      return new Response(body, { status: 500 });
    });
    await run(call, "test_webhook", { webhookId: webhook.id });
    const [row] = await rowsOf(call);
    const excerpt = row?.responseExcerpt ?? "";
    expect(excerpt).toMatch(/^[x€]+$/);
    const bytes = new TextEncoder().encode(excerpt).byteLength;
    expect(bytes).toBeLessThanOrEqual(EXCERPT_BYTES);
    expect(bytes).toBeGreaterThan(EXCERPT_BYTES - 10);
    expect(pulled).toBeLessThan(6);
    expect(cancelled).toBe(true);
  });

  it("takes whatever bytes the receiver answers", async () => {
    const call = testCall();
    const { webhook } = await make(call);
    receive(() => new Response(new Uint8Array([0xff, 0xfe, 0x00, 0x41, 0xf0, 0x9f])));
    const { delivery, untrustedFields } = await run(call, "test_webhook", { webhookId: webhook.id });
    expect(delivery).toMatchObject({ status: "succeeded", responseExcerpt: "��A�" });
    expect(untrustedFields).toEqual(["responseExcerpt"]);
  });

  it("is not made to an address that may not be called any more", async () => {
    const call = testCall();
    const { webhook } = await make(call);
    const { tenant } = call;
    const received = receive(() => new Response("ok"));
    // As a row that was written under older rules, or moved here with the deployment's old address.
    for (const url of ["http://hooks.example.com/", "https://10.0.0.1/", "https://moved.example.com/"]) {
      await env.TENANT_1.prepare("UPDATE webhooks SET url = ? WHERE workspace_id = ? AND id = ?")
        .bind(url, tenant.workspaceId, webhook.id)
        .run();
      const settings = { ...env, PUBLIC_URL: "https://moved.example.com" };
      const answer = await run({ ...call, env: settings }, "test_webhook", { webhookId: webhook.id });
      expect(answer).toMatchObject({
        delivery: { errorKind: "blocked_url", statusCode: null, durationMs: 0 },
      });
    }
    expect(received).toEqual([]);
  });

  it("may go to a local origin on a developer's machine alone", async () => {
    const local = { ...env, LOCAL_TARGETS: "http://127.0.0.1:9999" };
    const call = { ...testCall(), env: local };
    const { webhook } = await make(call, { url: "http://127.0.0.1:9999/hook" });
    const received = receive(() => new Response("ok"));
    await run(call, "test_webhook", { webhookId: webhook.id });
    expect(received).toHaveLength(1);
    const deployed = { ...call, env: { ...local, PUBLIC_URL: "https://parley.example.com" } };
    expect(await run(deployed, "test_webhook", { webhookId: webhook.id })).toMatchObject({
      delivery: { errorKind: "blocked_url" },
    });
    expect(received).toHaveLength(1);
  });
});

describe("a test", () => {
  it("is a message of its own each time, of a type that the webhook gets, marked as a test", async () => {
    const call = testCall();
    const received = receive(() => new Response("ok"));
    for (const [events, type] of [
      [["ticket.created", "conversation.created"], "conversation.created"],
      [["draft.sent"], "draft.sent"],
      [["*"], "message.created"],
    ]) {
      const { webhook } = await make(call, { events });
      await run(call, "update_webhook", { webhookId: webhook.id, status: "paused" });
      const answer = await run(call, "test_webhook", { webhookId: webhook.id });
      expect(answer.requestBody).toBe(received.at(-1)?.body);
      expect(JSON.parse(String(answer.requestBody))).toMatchObject({ type, data: { test: true } });
      expect(answer).toMatchObject({ delivery: { trigger: "test", eventSeq: null, attempt: 1 } });
    }
    expect(new Set(received.map(({ headers }) => headers["webhook-id"])).size).toBe(3);
  });
});

describe("attempts of one message", () => {
  it("have one webhook-id and rising numbers, whoever makes them", async () => {
    const call = testCall();
    const { tenant } = call;
    const { webhook } = await make(call);
    let status = 500;
    const received = receive(() => new Response("", { status }));
    const event = await happen(call);
    const stored = await getWebhook(tenant, webhook.id);
    const soon = Date.now() + 5000;
    const automatic = (afterFailure: Parameters<typeof deliverEvent>[4]["afterFailure"]) =>
      deliverEvent(tenant, env, stored, event, { inboxChatbotId: null, afterFailure });
    const first = await automatic({ nextAttemptAt: soon });
    expect(first).toMatchObject({ attempt: 1, state: "failed", nextAttemptAt: soon, latest: true });
    // A person who tries meanwhile in vain changes nothing about the next attempt.
    const { deliveries } = await run(call, "redeliver_webhook", {
      webhookId: webhook.id,
      deliveryId: first?.id,
    });
    expect(deliveries).toMatchObject([
      { attempt: 2, trigger: "manual", status: "failed", nextAttemptAt: new Date(soon).toISOString() },
    ]);
    expect(await automatic("exhausted")).toMatchObject({
      attempt: 3,
      state: "exhausted",
      nextAttemptAt: null,
    });
    status = 200;
    expect(await automatic("exhausted")).toMatchObject({ attempt: 4, state: "succeeded" });
    expect(new Set(received.map(({ headers }) => headers["webhook-id"])).size).toBe(1);
    expect(new Set(received.map(({ body }) => body)).size).toBe(1);
    expect((await rowsOf(call)).map(({ latest, nextAttemptAt }) => [latest, nextAttemptAt])).toEqual([
      [false, null],
      [false, null],
      [false, null],
      [true, null],
    ]);
  });

  it("at the same time are all logged, each with a number of its own", async () => {
    const call = testCall();
    const { webhook } = await make(call);
    receive(() => new Response("ok"));
    const { id: deliveryId } = await deliverNew(call, webhook.id);
    const again = () => run(call, "redeliver_webhook", { webhookId: webhook.id, deliveryId });
    await Promise.all([again(), again(), again()]);
    const rows = await rowsOf(call);
    expect(rows.map(({ attempt }) => attempt)).toEqual([1, 2, 3, 4]);
    expect(rows.filter(({ latest }) => latest)).toHaveLength(1);
  });

  it("that were to follow are called off when the webhook is paused", async () => {
    const call = testCall();
    const { webhook } = await make(call);
    receive(() => new Response("", { status: 503 }));
    await deliverNew(call, webhook.id, { afterFailure: { nextAttemptAt: Date.now() + 1000 } });
    await deliverNew(call, webhook.id, { afterFailure: "exhausted" });
    await run(call, "update_webhook", { webhookId: webhook.id, status: "paused" });
    const states = (await rowsOf(call)).map(({ state, nextAttemptAt }) => [state, nextAttemptAt]);
    expect(states.toSorted()).toEqual([
      ["cancelled", null],
      ["exhausted", null],
    ]);
    const paused = await getWebhook(call.tenant, webhook.id);
    const options = { inboxChatbotId: null, afterFailure: "exhausted" as const };
    expect(await deliverEvent(call.tenant, env, paused, await happen(call), options)).toBeNull();
  });

  it("end with the webhook: one that is deleted meanwhile leaves no log", async () => {
    const call = testCall();
    const { webhook } = await make(call);
    receive(async () => {
      await run(call, "delete_webhook", { webhookId: webhook.id });
      return new Response("ok");
    });
    expect((await refusal(call, "test_webhook", { webhookId: webhook.id })).code).toBe("not_found");
    expect(await rowsOf(call)).toEqual([]);
  });
});

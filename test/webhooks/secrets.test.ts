import { env } from "cloudflare:workers";
import { Webhook as Verifier } from "standardwebhooks";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { Call } from "../../src/calls/define.ts";
import { webhookPrompts } from "../../src/webhooks/prompts.ts";
import { webhooks } from "../../src/webhooks/schema.ts";
import { newSecret, signatureHeader, validSecrets } from "../../src/webhooks/signing.ts";
import { getWebhook, keptWebhooks, ROTATION_MS, secretOwner } from "../../src/webhooks/store.ts";
import { testCall } from "../call.ts";
import { deliverNew, make, type Received, receive, refusal, run } from "./setting.ts";

const HOUR = 3_600_000;

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const setTime = (now: number) => vi.useFakeTimers({ toFake: ["Date"], now });

/** Whether the public library takes a request for genuine under this secret. */
function verifies(secret: string, { body, headers }: Received): boolean {
  try {
    return JSON.stringify(new Verifier(secret).verify(body, headers)) === body;
  } catch {
    return false;
  }
}

/** Tests the webhook and answers what the receiver got. */
async function sent(call: Call, webhookId: string): Promise<Received> {
  const received = receive(() => new Response("ok"));
  await run(call, "test_webhook", { webhookId });
  const [request] = received;
  vi.restoreAllMocks();
  if (!request) throw new Error("Nothing was sent.");
  return request;
}

async function regenerate(call: Call, webhookId: string, args: object = {}): Promise<string> {
  return String((await run(call, "regenerate_webhook_secret", { webhookId, ...args })).secret);
}

describe("signatures", () => {
  it("verify with the public library, with every secret and no other", async () => {
    const signed = { messageId: "msg_1", timestamp: Math.floor(Date.now() / 1000), body: '{"ä":"😀"}' };
    const secrets = [newSecret(), newSecret()];
    const signature = await signatureHeader(secrets, signed);
    expect(signature).toMatch(/^v1,[A-Za-z0-9+/]{43}= v1,[A-Za-z0-9+/]{43}=$/);
    const headers = {
      "webhook-id": signed.messageId,
      "webhook-timestamp": String(signed.timestamp),
      "webhook-signature": signature,
    };
    const request = { url: "", redirect: "", body: signed.body, headers };
    for (const secret of secrets) expect(verifies(secret, request)).toBe(true);
    expect(verifies(newSecret(), request)).toBe(false);
    expect(verifies(secrets[0] ?? "", { ...request, body: '{"ä":"😁"}' })).toBe(false);
    const moved = { ...request, headers: { ...headers, "webhook-id": "msg_2" } };
    expect(verifies(secrets[0] ?? "", moved)).toBe(false);
  });

  it("are those of the library, byte for byte", async () => {
    const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    const signed = {
      messageId: "msg_p5jXN8AQM9LWM0D4loKWxJek",
      timestamp: 1614265330,
      body: '{"test": 2432232314}',
    };
    const reference = new Verifier(secret).sign(
      signed.messageId,
      new Date(signed.timestamp * 1000),
      signed.body,
    );
    expect(await signatureHeader([secret], signed)).toBe(reference);
    expect(reference).toBe("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
  });
});

describe("a secret", () => {
  it("is 32 random bytes, answered once, and in no other answer or row", async () => {
    const call = testCall();
    const { webhook, secret } = await make(call, { events: ["*"] });
    const webhookId = webhook.id;
    expect(Uint8Array.fromBase64(secret.slice("whsec_".length))).toHaveLength(32);
    const second = await regenerate(call, webhookId);
    const third = await regenerate(call, webhookId, { expireOld: "now" });
    const fourth = await regenerate(call, webhookId);
    expect(new Set([secret, second, third, fourth]).size).toBe(4);
    receive(() => new Response("ok"));
    const lines = vi.spyOn(console, "error");
    const delivery = await deliverNew(call, webhookId);
    const answers = [
      await run(call, "list_webhooks"),
      await run(call, "get_webhook", { webhookId }),
      await run(call, "update_webhook", { webhookId, description: "x" }),
      await run(call, "test_webhook", { webhookId }),
      await run(call, "redeliver_webhook", { webhookId, deliveryId: delivery.id }),
      await run(call, "get_webhook_delivery_logs", { webhookId }),
      await webhookPrompts[0]?.get(call, { webhookId }),
      ...(await everyRow(call)),
      lines.mock.calls,
    ].map((answer) => JSON.stringify(answer));
    expect(answers.some((answer) => answer.includes(webhookId))).toBe(true);
    for (const text of answers) {
      for (const one of [secret, second, third, fourth]) {
        expect(text).not.toContain(one.slice("whsec_".length, -1));
      }
      expect(text).not.toContain("whsec_");
    }
    const [row] = await call.tenant.db.select().from(webhooks).where(call.tenant.of(webhooks));
    for (const answer of answers.slice(0, 7)) {
      expect(answer).not.toContain(row?.secret);
      expect(answer).not.toContain(row?.oldSecret);
    }
  });

  it("opens for its own webhook alone", async () => {
    const call = testCall();
    const [one, two] = [(await make(call)).webhook.id, (await make(call)).webhook.id];
    const webhook = await getWebhook(call.tenant, one);
    const now = Date.now();
    const owner = secretOwner(env, call.tenant, one);
    expect(await validSecrets(webhook, owner, now)).toHaveLength(1);
    expect(await validSecrets(webhook, { ...owner, webhookId: two }, now)).toEqual([]);
    expect(await validSecrets(webhook, { ...owner, workspaceId: "ws_2" }, now)).toEqual([]);
    expect(await validSecrets(webhook, { ...owner, deploymentSecret: "another" }, now)).toEqual([]);
  });

  it("that cannot be opened signs nothing: the attempt fails and says so, and a new secret mends it", async () => {
    const call = testCall();
    const { webhook } = await make(call);
    const changed = { ...call, env: { ...env, PARLEY_SECRET: "the deployment's secret was changed" } };
    const received = receive(() => new Response("ok"));
    const answer = await run(changed, "test_webhook", { webhookId: webhook.id });
    expect(answer).toMatchObject({
      delivery: { status: "failed", errorKind: "no_secret", statusCode: null },
    });
    expect(received).toEqual([]);
    const secret = await regenerate(changed, webhook.id);
    const request = await sent(changed, webhook.id);
    expect(verifies(secret, request)).toBe(true);
  });
});

describe("rotation", () => {
  it("leaves the old secret valid for 24 hours, and signs with both", async () => {
    const call = testCall();
    const now = Date.now();
    setTime(now);
    const { webhook, secret: old } = await make(call);
    const webhookId = webhook.id;
    expect((await sent(call, webhookId)).headers["webhook-signature"]?.split(" ")).toHaveLength(1);
    const answer = await run(call, "regenerate_webhook_secret", { webhookId });
    const fresh = String(answer.secret);
    const until = new Date(now + ROTATION_MS).toISOString();
    expect(answer).toMatchObject({ webhook: { oldSecretValidUntil: until } });
    const during = await sent(call, webhookId);
    expect(during.headers["webhook-signature"]?.split(" ")).toHaveLength(2);
    expect([verifies(old, during), verifies(fresh, during)]).toEqual([true, true]);

    setTime(now + ROTATION_MS - 1000);
    const last = await sent(call, webhookId);
    expect([verifies(old, last), verifies(fresh, last)]).toEqual([true, true]);

    setTime(now + ROTATION_MS);
    const after = await sent(call, webhookId);
    expect(after.headers["webhook-signature"]?.split(" ")).toHaveLength(1);
    expect([verifies(old, after), verifies(fresh, after)]).toEqual([false, true]);
    expect(await run(call, "get_webhook", { webhookId })).toMatchObject({
      webhook: { oldSecretValidUntil: null },
    });
  });

  it("refuses a second one within them, unless the old ones end now", async () => {
    const call = testCall();
    const now = Date.now();
    setTime(now);
    const { webhook, secret: first } = await make(call);
    const webhookId = webhook.id;
    const second = await regenerate(call, webhookId);
    setTime(now + 23 * HOUR);
    const failure = await refusal(call, "regenerate_webhook_secret", { webhookId });
    expect(failure.code).toBe("conflict");
    expect(failure.message).toContain(new Date(now + ROTATION_MS).toISOString());
    const third = await regenerate(call, webhookId, { expireOld: "now" });
    const request = await sent(call, webhookId);
    expect([first, second, third].map((secret) => verifies(secret, request))).toEqual([false, false, true]);
    // Now only one is valid, so the next rotation may leave it.
    const fourth = await regenerate(call, webhookId, { expireOld: "24h" });
    const both = await sent(call, webhookId);
    expect([third, fourth].map((secret) => verifies(secret, both))).toEqual([true, true]);
    setTime(now + 48 * HOUR);
    const fifth = await regenerate(call, webhookId);
    const later = await sent(call, webhookId);
    expect([third, fourth, fifth].map((secret) => verifies(secret, later))).toEqual([false, true, true]);
  });

  it("of several at once makes one", async () => {
    const call = testCall();
    const { webhook } = await make(call);
    const tried = await Promise.allSettled(Array.from({ length: 4 }, () => regenerate(call, webhook.id)));
    const won = tried.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
    expect(won).toHaveLength(1);
    const request = await sent(call, webhook.id);
    expect(verifies(won[0] ?? "", request)).toBe(true);
  });

  it("ends in the database too: housekeeping drops the old secret", async () => {
    const call = testCall();
    const { tenant } = call;
    const now = Date.now();
    const { webhook } = await make(call);
    await regenerate(call, webhook.id);
    const stored = async () => (await getWebhook(tenant, webhook.id)).oldSecret;
    await tenant.batch(keptWebhooks.flatMap((kept) => kept.forget(tenant, now + ROTATION_MS - 1000)));
    expect(await stored()).toMatch(/^s1\./);
    await tenant.batch(keptWebhooks.flatMap((kept) => kept.forget(tenant, now + ROTATION_MS + 60_000)));
    expect(await stored()).toBeNull();
  });
});

/** Every row that the tenant database holds of the call's workspace. */
async function everyRow({ tenant }: Call): Promise<unknown[][]> {
  const { results } = await env.TENANT_1.prepare(
    "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%' AND sql LIKE '%workspace_id%'",
  ).all<{ name: string }>();
  const rows = await env.TENANT_1.batch(
    results.map(({ name }) =>
      env.TENANT_1.prepare(`SELECT * FROM "${name}" WHERE workspace_id = ?`).bind(tenant.workspaceId),
    ),
  );
  return rows.map((result) => result.results);
}

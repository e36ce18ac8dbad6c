import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { webChannel } from "../../src/channels/web/channel.ts";
import { findInboxAddress, registerInboxKey } from "../../src/control/inbox-keys.ts";
import { readTotal } from "../../src/figures/totals.ts";
import { normaliseDomains, originAllowed } from "../../src/inboxes/domains.ts";
import { CHANNELS, createInbox, getInbox, listInboxes, updateInbox } from "../../src/inboxes/store.ts";
import { Failure } from "../../src/tenant/failure.ts";
import { bareId, newId } from "../../src/tenant/ids.ts";
import { shardDatabase, shardNames } from "../../src/tenant/shards.ts";
import { type Actor, Tenant } from "../../src/tenant/tenant.ts";

const actor: Actor = { kind: "system", id: "parley", name: "Parley", credentialId: null };

function tenantFor(workspaceId = newId("workspace"), inboxes: string[] | null = null) {
  return new Tenant(env.TENANT_2, { workspaceId, inboxes, actor, timeZone: "UTC" });
}

async function refusal(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof Failure)) throw new Error(`expected a Failure, got ${String(error)}`);
  return error.code;
}

describe("inboxes", () => {
  it.each(CHANNELS)("of the %s channel are active only where messages go both ways", async (channel) => {
    const tenant = tenantFor();
    const state = channel === webChannel.kind ? "active" : "not_connected";
    const inbox = await createInbox(tenant, { channel, name: "Line" });
    expect(inbox.state).toBe(state);
    expect((await updateInbox(tenant, inbox.id, { state: "disabled" })).state).toBe("disabled");
    expect((await updateInbox(tenant, inbox.id, { state: "active" })).state).toBe(state);
    expect((await getInbox(tenant, inbox.id)).state).toBe(state);
  });

  it("are made with a public key that names their workspace, and read back", async () => {
    const tenant = tenantFor();
    const inbox = await createInbox(tenant, {
      channel: "web",
      name: "  Shop  ",
      allowedDomains: ["https://Shop.Example.com/", "*.example.com", "*.example.com"],
      settings: { greeting: "Hello" },
    });
    expect(inbox.publicKey).toMatch(new RegExp(`^pub_${bareId(tenant.workspaceId)}_[0-9a-z]{20}$`));
    expect(inbox).toMatchObject({ name: "Shop", state: "active", chatbotId: null });
    expect(inbox.allowedDomains).toEqual(["shop.example.com", "*.example.com"]);
    expect(await getInbox(tenant, inbox.id)).toEqual(inbox);
    expect(await readTotal(tenant, "inboxes")).toBe(1);
  });

  it("page in the order they were made, by chatbot, and only those that the caller sees", async () => {
    const tenant = tenantFor();
    const made = [];
    for (let i = 0; i < 5; i++) {
      const chatbotId = i % 2 ? "cb_a" : "cb_b";
      made.push(
        await createInbox(tenant, { channel: "web", name: `Inbox ${i}`, chatbotId }, { at: 1000 + i }),
      );
    }
    const ids = made.map(({ id }) => id);
    const first = await listInboxes(tenant, { limit: 3 });
    expect(first.items.map(({ id }) => id)).toEqual(ids.slice(0, 3));
    const second = await listInboxes(tenant, { limit: 3, cursor: first.nextCursor ?? undefined });
    expect(second).toMatchObject({ hasMore: false, nextCursor: null });
    expect(second.items.map(({ id }) => id)).toEqual(ids.slice(3));
    const byChatbot = await listInboxes(tenant, { limit: 10, chatbotId: "cb_a" });
    expect(byChatbot.items.map(({ id }) => id)).toEqual([ids[1], ids[3]]);

    const limited = tenantFor(tenant.workspaceId, [String(ids[2]), "ib_gone"]);
    expect((await listInboxes(limited, { limit: 10 })).items.map(({ id }) => id)).toEqual([ids[2]]);
    expect(await readTotal(limited, "inboxes")).toBe(1);
    expect(await refusal(getInbox(limited, String(ids[0])))).toBe("not_found");
    expect(await refusal(updateInbox(limited, String(ids[0]), { name: "Mine" }))).toBe("not_found");
    expect((await getInbox(tenant, String(ids[0]))).name).toBe("Inbox 0");
    expect(await refusal(listInboxes(limited, { limit: 3, cursor: first.nextCursor ?? "" }))).toBe(
      "invalid_cursor",
    );
  });

  it("of another workspace are not there", async () => {
    const inbox = await createInbox(tenantFor(), { channel: "web", name: "Theirs" });
    const stranger = tenantFor();
    expect(await refusal(getInbox(stranger, inbox.id))).toBe("not_found");
    expect(await refusal(updateInbox(stranger, inbox.id, { state: "disabled" }))).toBe("not_found");
    expect((await listInboxes(stranger, { limit: 10 })).items).toEqual([]);
  });

  it("change only in the named fields", async () => {
    const tenant = tenantFor();
    const inbox = await createInbox(tenant, { channel: "web", name: "Shop", allowedDomains: ["a.example"] });
    const changed = await updateInbox(tenant, inbox.id, { state: "disabled", chatbotId: "cb_x" });
    expect(changed).toMatchObject({
      name: "Shop",
      state: "disabled",
      chatbotId: "cb_x",
      allowedDomains: ["a.example"],
    });
    expect((await updateInbox(tenant, inbox.id, { chatbotId: null })).chatbotId).toBeNull();
  });

  it("refuse credentials among their settings, no name and what is no domain", async () => {
    const tenant = tenantFor();
    const make = (more: object) => refusal(createInbox(tenant, { channel: "web", name: "Shop", ...more }));
    expect(await make({ settings: { botToken: "1:2" } })).toBe("invalid_input");
    expect(await make({ settings: { nested: { secret: 1 } } })).toBe("invalid_input");
    for (const name of [
      ...[
        "pwd",
        "smtp_pwd",
        "accessKey",
        "access key",
        "ACCESS-KEY",
        "aws.access.key",
        "api key",
        "signingKey",
      ],
      ...[
        "private",
        "privateKey",
        "bearer",
        "BearerValue",
        "cert",
        "client_cert",
        "certificate",
        "passphrase",
      ],
      ...["password", "pass phrase", "credentials", "webhookSecret", "X-Signature", "Authorization"],
    ]) {
      expect(await make({ settings: { [name]: "x" } }), name).toBe("invalid_input");
    }
    expect(await make({ name: "   " })).toBe("invalid_input");
    expect(await make({ allowedDomains: ["not a domain"] })).toBe("invalid_input");
    expect(await readTotal(tenant, "inboxes")).toBe(0);
  });

  it("stop at the plan's limit, also when made at the same time", async () => {
    const tenant = tenantFor();
    const made = await Promise.allSettled(
      Array.from({ length: 8 }, (_, i) =>
        createInbox(tenant, { channel: "web", name: `Inbox ${i}` }, { atMost: 3 }),
      ),
    );
    expect(made.filter(({ status }) => status === "fulfilled")).toHaveLength(3);
    expect(await readTotal(tenant, "inboxes")).toBe(3);
    expect(await refusal(createInbox(tenant, { channel: "web", name: "One more" }, { atMost: 3 }))).toBe(
      "plan_limit",
    );
  });
});

describe("inbox keys", () => {
  it("lead to the inbox once registered, which may be repeated", async () => {
    const tenant = tenantFor();
    const inbox = await createInbox(tenant, { channel: "web", name: "Shop" });
    await env.CONTROL.prepare(
      `INSERT INTO workspaces (id, name, plan, ring, shard, time_zone, mcp_enabled, confirm_sends, created_at)
       VALUES (?, 'Shop', 'pro', 'stable', 'TENANT_2', 'Europe/Berlin', 1, 0, 0)`,
    )
      .bind(tenant.workspaceId)
      .run();
    expect(await findInboxAddress(env.CONTROL, inbox.publicKey)).toBeNull();
    const key = { publicKey: inbox.publicKey, workspaceId: tenant.workspaceId, inboxId: inbox.id };
    await registerInboxKey(env.CONTROL, key);
    await registerInboxKey(env.CONTROL, { ...key, inboxId: "ib_other" });
    expect(await findInboxAddress(env.CONTROL, inbox.publicKey)).toEqual({
      workspaceId: tenant.workspaceId,
      inboxId: inbox.id,
      shard: "TENANT_2",
      timeZone: "Europe/Berlin",
      phoneCountry: null,
      helpSlug: null,
      suspendedAt: null,
    });
  });
});

describe("allowed domains", () => {
  it.each([
    [[], "https://any.example", true],
    [[], "null", true],
    [["example.com"], "https://example.com", true],
    [["example.com"], "http://example.com:8080", true],
    [["example.com"], "https://www.example.com", false],
    [["example.com"], "https://example.com.evil.test", false],
    [["example.com"], "https://evil-example.com", false],
    [["example.com"], "null", false],
    [["example.com"], "chrome-extension://example.com", false],
    [["*.example.com"], "https://a.b.example.com", true],
    [["*.example.com"], "https://example.com", false],
    [["*.example.com"], "https://evilexample.com", false],
    [["localhost:3000"], "http://localhost:3000", true],
    [["localhost:3000"], "http://localhost:3001", false],
    [["*.example.com:443"], "https://a.example.com", true],
    [["bücher.example"], "https://xn--bcher-kva.example", true],
  ])("%j let %s in: %s", (domains, origin, allowed) => {
    expect(originAllowed(normaliseDomains(domains), origin)).toBe(allowed);
  });

  it.each(["", "*", "*.", "a b", "user@host", "exa*mple.com", "http://", "a/b"])("refuse %j", (domain) => {
    expect(() => normaliseDomains([domain])).toThrow(Failure);
  });
});

describe("shards", () => {
  it("are found by name, and by no other binding's name", () => {
    expect(shardNames(env)).toEqual(["TENANT_1", "TENANT_2"]);
    expect(shardDatabase(env, "TENANT_2")).toBe(env.TENANT_2);
    for (const name of ["TENANT_3", "CONTROL", "TENANT_", "toString", "TENANT_MIGRATIONS"]) {
      expect(() => shardDatabase(env, name)).toThrow("No tenant database");
    }
  });
});

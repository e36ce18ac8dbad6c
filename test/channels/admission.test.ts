import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { identitySecret, readVisitor, signVisitor, TOKEN_LIFE } from "../../src/channels/web/token.ts";
import { gateOf } from "../../src/gate/gate.ts";
import { updateInbox } from "../../src/inboxes/store.ts";
import { browser, chat, count, open, say } from "./browser.ts";

describe("the visitor token", () => {
  const visitor = {
    workspaceId: "ws_a",
    shard: "TENANT_1",
    key: "pub_a",
    inboxId: "ib_a",
    sourceId: "v_a",
    expiresAt: Date.now() + 1000,
  };

  it("holds until it expires, for the deployment that signed it", async () => {
    const token = await signVisitor("secret", visitor);
    expect(await readVisitor("secret", token)).toEqual(visitor);
    expect(await readVisitor("secret", token, visitor.expiresAt)).toBeNull();
    expect(await readVisitor("another", token)).toBeNull();
    const [body = "", signature = ""] = token.split(".");
    const forged = btoa(JSON.stringify({ ...visitor, sourceId: "v_b" }));
    for (const bad of [
      `${forged}.${signature}`,
      body,
      `${body}.`,
      `.${signature}`,
      `${token}.x`,
      "a.b",
      "",
      "é.é",
    ]) {
      expect(await readVisitor("secret", bad), bad).toBeNull();
    }
  });

  it("is refused where it does not belong: 401 and a clear body", async () => {
    const { inbox, page, workspace } = await chat();
    const elsewhere = await chat();
    const token = await open(page, elsewhere.inbox.publicKey);
    const resumed = await page("POST", "/sessions", {
      body: { inboxKey: inbox.publicKey, visitorToken: token },
    });
    expect(resumed.status).toBe(401);
    expect(resumed.body.error).toEqual({
      code: "unauthenticated",
      requestId: resumed.headers.get("x-request-id"),
      message: expect.stringContaining("token"),
    });
    const expired = await signVisitor(env.PARLEY_SECRET, {
      ...{ workspaceId: workspace.id, shard: workspace.shard, key: inbox.publicKey },
      inboxId: inbox.id,
      sourceId: "v_x",
      expiresAt: Date.now() - 1,
    });
    for (const bad of [expired, `${token}x`, `x${token}`, "nonsense", undefined]) {
      for (const method of ["GET", "POST"]) {
        const answer = await page(method, "/messages", {
          token: bad,
          body: method === "POST" ? { text: "Hi" } : undefined,
        });
        expect(answer.status).toBe(401);
        expect(answer.body.error.code).toBe("unauthenticated");
      }
    }
    const opened = await open(page, inbox.publicKey);
    const expiresAt = (await readVisitor(env.PARLEY_SECRET, opened))?.expiresAt ?? 0;
    expect(Math.abs(expiresAt - Date.now() - TOKEN_LIFE)).toBeLessThan(10_000);
  });

  it("makes a signed-in user the same visitor on each device, only with the site's signature", async () => {
    const { tenant, inbox, page } = await chat();
    const secret = await identitySecret(env.PARLEY_SECRET, inbox.id);
    const sign = async (id: string, bySecret = secret) => {
      const bytes = new TextEncoder().encode(bySecret);
      const key = await crypto.subtle.importKey("raw", bytes, { name: "HMAC", hash: "SHA-256" }, false, [
        "sign",
      ]);
      return new Uint8Array(await crypto.subtle.sign("HMAC", key, new TextEncoder().encode(id))).toHex();
    };
    const identity = { id: "user-7", signature: await sign("user-7") };
    const phone = await open(page, inbox.publicKey, { identity });
    const { conversationId } = await say(page, phone, "From my phone");
    const laptop = await browser()("POST", "/sessions", { body: { inboxKey: inbox.publicKey, identity } });
    expect(laptop.body.conversationId).toBe(conversationId);
    expect(await count(tenant, "contacts")).toBe(1);
    const otherInbox = await identitySecret(env.PARLEY_SECRET, "ib_other");
    for (const signature of [await sign("user-8"), await sign("user-7", otherInbox), "0".repeat(64)]) {
      const answer = await page("POST", "/sessions", {
        body: { inboxKey: inbox.publicKey, identity: { id: "user-7", signature } },
      });
      expect(answer.status).toBe(401);
    }
  });
});

describe("who may open a chat", () => {
  it("is decided by the inbox's allowed domains, for sessions and messages", async () => {
    const { tenant, inbox, page } = await chat({ allowedDomains: ["shop.example", "*.help.example"] });
    const from = (origin: string) => ({ headers: { origin }, body: { inboxKey: inbox.publicKey } });
    const good = await page("POST", "/sessions", from("https://shop.example"));
    expect(good.status).toBe(201);
    expect(good.headers.get("access-control-allow-origin")).toBe("https://shop.example");
    expect(good.headers.get("vary")).toContain("Origin");
    expect((await page("POST", "/sessions", from("https://a.help.example"))).status).toBe(201);
    for (const origin of ["https://evil.example", "https://shop.example.evil.test", "null"]) {
      const bad = await page("POST", "/sessions", from(origin));
      expect(bad.status).toBe(403);
      expect(bad.body.error.code).toBe("origin_not_allowed");
      expect(bad.headers.get("access-control-allow-origin")).toBeNull();
      expect(bad.headers.get("vary")).toContain("Origin");
    }
    const token = good.body.visitorToken;
    const evil = { origin: "https://evil.example" };
    expect((await page("POST", "/messages", { token, body: { text: "Hi" }, headers: evil })).status).toBe(
      403,
    );
    expect((await page("GET", "/messages", { token, headers: evil })).status).toBe(403);
    expect(await count(tenant, "messages")).toBe(0);
    // A server sends no Origin.
    expect((await page("POST", "/messages", { token, body: { text: "Hi" } })).status).toBe(201);
  });

  it("any page may when there are no allowed domains, and can read errors", async () => {
    const { inbox, page } = await chat();
    const headers = { origin: "https://any.example" };
    const opened = await page("POST", "/sessions", { headers, body: { inboxKey: inbox.publicKey } });
    expect(opened.headers.get("access-control-allow-origin")).toBe("https://any.example");
    const refused = await page("GET", "/messages", { headers });
    expect(refused.status).toBe(401);
    expect(refused.headers.get("access-control-allow-origin")).toBe("https://any.example");
    expect(refused.headers.get("access-control-allow-credentials")).toBeNull();
  });

  it("preflights are answered without knowing the inbox", async () => {
    const answer = await browser()("OPTIONS", "/messages", {
      headers: {
        origin: "https://any.example",
        "access-control-request-method": "POST",
        "access-control-request-headers": "authorization,content-type",
      },
    });
    expect(answer.status).toBe(204);
    expect(answer.headers.get("access-control-allow-origin")).toBe("https://any.example");
    expect(answer.headers.get("access-control-allow-methods")).toContain("POST");
    expect(answer.headers.get("access-control-allow-headers")?.toLowerCase()).toContain("authorization");
  });

  it("nobody where the inbox is disabled, the workspace suspended, or the key unknown: at once", async () => {
    const { workspace, tenant, inbox, page } = await chat();
    const token = await open(page, inbox.publicKey);
    await updateInbox(tenant, inbox.id, { state: "disabled" });
    const tries = () =>
      Promise.all([
        page("POST", "/sessions", { body: { inboxKey: inbox.publicKey } }),
        page("POST", "/messages", { token, body: { text: "Hi" } }),
        page("GET", "/messages", { token }),
      ]);
    for (const answer of await tries()) {
      expect([answer.status, answer.body.error.code]).toEqual([403, "inbox_disabled"]);
    }
    await updateInbox(tenant, inbox.id, { state: "active" });
    expect((await page("POST", "/messages", { token, body: { text: "Hi" } })).status).toBe(201);
    await gateOf(env, workspace.id).updateWorkspace({ suspendedAt: Date.now() });
    for (const answer of await tries()) {
      expect([answer.status, answer.body.error.code]).toEqual([403, "workspace_suspended"]);
    }
    for (const inboxKey of ["pub_x", "", inbox.publicKey.slice(0, -1), `${inbox.publicKey}0`, inbox.id]) {
      const answer = await page("POST", "/sessions", { body: { inboxKey } });
      expect([answer.status, answer.body.error.code]).toEqual([404, "not_found"]);
    }
    expect(await count(tenant, "messages")).toBe(1);
  });

  it("not through an inbox of another channel", async () => {
    const { inbox, page } = await chat({ channel: "api" });
    expect((await page("POST", "/sessions", { body: { inboxKey: inbox.publicKey } })).status).toBe(404);
  });
});

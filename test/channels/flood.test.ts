import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { registerInboxKey } from "../../src/control/inbox-keys.ts";
import { MOST_A_DAY } from "../../src/conversations/day-ceiling.ts";
import { countDaily } from "../../src/figures/day-counts.ts";
import { MOST_BEGUN } from "../../src/gate/beginnings.ts";
import { gateOf } from "../../src/gate/gate.ts";
import { createInbox } from "../../src/inboxes/store.ts";
import { earlyInAMinute } from "../clock.ts";
import { call } from "../rooms/setting.ts";
import { type Browser, browser, chat, count, open, say } from "./browser.ts";

/** The deployment with one of its limits spent for whoever the key names: the others are the real ones. */
function spent(
  binding: "VISITOR_ADDRESS_LIMIT" | "VISITOR_INBOX_LIMIT" | "VISITOR_READ_LIMIT",
  key: string,
): Env {
  const limit = async ({ key: asked }: RateLimitOptions) => ({ success: asked !== key });
  return { ...env, [binding]: { limit } };
}

describe("a flood of visitors' messages", () => {
  it("stops at an address's limit, however many visitors it makes up; others go on", async () => {
    const { inbox, page } = await chat();
    const tokens = await Promise.all(Array.from({ length: 12 }, () => open(page, inbox.publicKey)));
    await earlyInAMinute();
    const answers = await Promise.all(
      Array.from({ length: 160 }, (_, i) =>
        page("POST", "/messages", { token: tokens[i % 12], body: { text: `${i}` } }),
      ),
    );
    const refused = answers.filter(({ status }) => status !== 201);
    expect(refused.length).toBeGreaterThanOrEqual(30);
    for (const { status, headers, body } of refused) {
      expect(status).toBe(429);
      expect(body.error.code).toBe("rate_limited");
      expect(Number(headers.get("retry-after"))).toBeGreaterThan(0);
    }
    const elsewhere = browser();
    await say(elsewhere, await open(elsewhere, inbox.publicKey), "I am somebody else");
  });

  it("stops at an inbox's limit, from however many addresses: messages, sessions and reads", async () => {
    const { inbox, tenant } = await chat();
    const other = await chat();
    const [messages, reads] = [
      browser({}, spent("VISITOR_INBOX_LIMIT", `visitor-messages:${inbox.id}`)),
      browser({}, spent("VISITOR_READ_LIMIT", `visitor-reads:${inbox.id}`)),
    ];
    const sessions = browser({}, spent("VISITOR_INBOX_LIMIT", `visitor-sessions:${inbox.publicKey}`));
    const token = await open(messages, inbox.publicKey);
    expect((await messages("POST", "/messages", { token, body: { text: "Hi" } })).status).toBe(429);
    expect((await reads("GET", "/messages", { token })).status).toBe(429);
    expect((await sessions("POST", "/sessions", { body: { inboxKey: inbox.publicKey } })).status).toBe(429);
    expect(await count(tenant, "contacts")).toBe(0);
    await say(messages, await open(messages, other.inbox.publicKey), "Another inbox goes on");
  });

  it("stops for the day where an inbox took in what it may: first new conversations, then all", async () => {
    const { inbox, tenant, page } = await chat();
    const known = await open(page, inbox.publicKey);
    await say(page, known, "Before");
    const place = { inboxId: inbox.id, chatbotId: null };
    const add = (metric: "conversations_created" | "messages_in", by: number) =>
      tenant.batch([countDaily(tenant, { ...place, metric, by })]);
    await add("conversations_created", MOST_A_DAY.conversations);
    const refused = await page("POST", "/messages", {
      token: await open(page, inbox.publicKey),
      body: { text: "New" },
    });
    expect(refused.status).toBe(429);
    expect(refused.body.error.message).toMatch(/in a day/);
    const wait = Number(refused.headers.get("retry-after"));
    expect(wait).toBeGreaterThan(0);
    expect(wait).toBeLessThanOrEqual(86_400);
    expect(await count(tenant, "contacts")).toBe(1);
    await say(page, known, "I was here before");
    // Nor does who is known begin another.
    const anew = { text: "Anew", conversation: "new" };
    expect((await page("POST", "/messages", { token: known, body: anew })).status).toBe(429);
    await add("messages_in", MOST_A_DAY.messages);
    expect((await page("POST", "/messages", { token: known, body: { text: "More" } })).status).toBe(429);
    expect((await page("GET", "/messages", { token: known })).body.messages).toHaveLength(2);
  });

  it("stops for the day where too many conversations were begun from one address: others, and who has one, go on", async () => {
    const { inbox, workspace, tenant } = await chat();
    const other = await createInbox(tenant, { channel: "web", name: "Beside" });
    const key = { publicKey: other.publicKey, workspaceId: workspace.id, inboxId: other.id };
    await registerInboxKey(env.CONTROL, key);
    const here = { "cf-connecting-ip": `198.51.100.9-${crypto.randomUUID()}` };
    const page = browser(here);
    const gate = gateOf(env, workspace.id);
    const visitor = await open(page, inbox.publicKey);
    await say(page, visitor, "The first from here");
    const rows = () =>
      runInDurableObject(gate, (_, { storage }) => storage.sql.exec("SELECT * FROM begun").toArray());
    const [row, ...more] = await rows();
    expect([row?.times, more]).toEqual([1, []]);
    expect(JSON.stringify(row)).not.toContain("198.51.100");
    for (let i = 2; i < MOST_BEGUN; i++) expect(await gate.mayBegin(String(row?.whose))).toBe(true);
    await say(page, await open(page, inbox.publicKey), "The last from here");
    await evictDurableObject(gate);
    const begin = async (from: Browser, key: string) =>
      (await from("POST", "/messages", { token: await open(from, key), body: { text: "Hi" } })).status;
    expect(await begin(page, inbox.publicKey)).toBe(429);
    const again = { text: "Anew", conversation: "new" };
    const refused = await page("POST", "/messages", { token: visitor, body: again });
    expect([refused.status, refused.body.error.code]).toEqual([429, "rate_limited"]);
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
    const line = await call(visitor, { headers: here });
    line.say({ type: "message", ...again });
    expect(await line.hear("error")).toMatchObject({ error: { code: "rate_limited" } });
    await say(page, visitor, "I was here before");
    expect(await begin(browser(), inbox.publicKey)).toBe(201);
    expect(await begin(page, other.publicKey)).toBe(201);
    // What was counted on a day is not there on the next.
    await runInDurableObject(gate, (_, { storage }) =>
      storage.sql.exec("UPDATE begun SET day = '2026-01-01'"),
    );
    await evictDurableObject(gate);
    expect(await begin(page, inbox.publicKey)).toBe(201);
  });
});

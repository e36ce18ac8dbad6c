import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { MOST_A_DAY } from "../../src/conversations/day-ceiling.ts";
import { countDaily } from "../../src/figures/day-counts.ts";
import { earlyInAMinute } from "../clock.ts";
import { browser, chat, count, open, say } from "./browser.ts";

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
    await add("messages_in", MOST_A_DAY.messages);
    expect((await page("POST", "/messages", { token: known, body: { text: "More" } })).status).toBe(429);
    expect((await page("GET", "/messages", { token: known })).body.messages).toHaveLength(2);
  });
});

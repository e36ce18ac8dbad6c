import { describe, expect, it } from "vitest";
import { APART } from "../../src/conversations/append.ts";
import { earlyInAMinute } from "../clock.ts";
import { type Answer, type Browser, browser, chat, count, open, say } from "./browser.ts";

describe("bad requests", () => {
  it("get a clear error and change nothing", async () => {
    const { tenant, inbox, page } = await chat();
    const token = await open(page, inbox.publicKey);
    const inboxKey = inbox.publicKey;
    const cases: [string, string, Parameters<Browser>[2], number][] = [
      ["POST", "/messages", { token, raw: "{" }, 400],
      ["POST", "/messages", { token, raw: "" }, 400],
      ["POST", "/messages", { token, raw: new Uint8Array([0xff, 0xfe, 0x00]) }, 400],
      ["POST", "/messages", { token, body: [] }, 400],
      ["POST", "/messages", { token, body: null }, 400],
      ["POST", "/messages", { token, body: {} }, 400],
      ["POST", "/messages", { token, body: { text: "" } }, 400],
      ["POST", "/messages", { token, body: { text: " \n\t\0 " } }, 400],
      ["POST", "/messages", { token, body: { text: { is: 7 } } }, 400],
      ["POST", "/messages", { token, body: { text: "x".repeat(4001) } }, 400],
      ["POST", "/messages", { token, body: { text: "Hi", html: "<b>" } }, 400],
      ["POST", "/messages", { token, body: { text: "Hi", clientMessageId: "a:b" } }, 400],
      ["POST", "/messages", { token, body: { text: "Hi", clientMessageId: "x".repeat(101) } }, 400],
      ["POST", "/messages", { token, body: { text: "x".repeat(20_000) } }, 413],
      ["POST", "/messages", { token, body: { text: "Hi" }, headers: { "content-type": "text/plain" } }, 415],
      ["POST", "/sessions", { body: { inboxKey }, headers: { "content-type": "application/jsonp" } }, 415],
      ["POST", "/sessions", { body: { inboxKey, email: "not an email" } }, 400],
      ["POST", "/sessions", { body: { inboxKey, name: "x".repeat(201) } }, 400],
      ["POST", "/sessions", { body: { inboxKey, visitorToken: { is: 5 } } }, 400],
      ["POST", "/sessions", { body: { inboxKey, identity: { id: "a", signature: "zz" } } }, 400],
      ["POST", "/sessions", { raw: `${"[".repeat(15_000)}` }, 400],
      ["GET", "/messages?after=-1", { token }, 400],
      ["GET", "/messages?after=abc", { token }, 400],
      ["GET", "/messages?after=99999999999999999999", { token }, 400],
      ["GET", "/messages?limit=0", { token }, 400],
      ["GET", "/messages?limit=101", { token }, 400],
      ["GET", "/messages?before=1", { token }, 400],
      ["PUT", "/messages", { token, body: {} }, 405],
      ["GET", "/sessions", {}, 405],
      ["GET", "/nothing", {}, 404],
      ["GET", "", {}, 404],
    ];
    for (const [method, path, options, status] of cases) {
      const answer = await page(method, path, options);
      const what = `${method} ${path} ${JSON.stringify(options).slice(0, 200)}: ${JSON.stringify(answer.body)}`;
      expect(answer.status, what).toBe(status);
      expect(answer.body.error, what).toMatchObject({
        code: expect.any(String),
        message: expect.any(String),
      });
    }
    expect(await count(tenant, "contacts")).toBe(0);
  });

  it("take hostile text as text", async () => {
    const { inbox, page } = await chat();
    const token = await open(page, inbox.publicKey, {
      name: "'; DROP TABLE contacts; --",
      locale: "<script>",
    });
    for (const text of [
      "'; DELETE FROM messages; --",
      '" OR * NEAR(',
      "\ud800 alone",
      "a\u0000b",
      "<img onerror=x>",
    ]) {
      const { message } = await say(page, token, text);
      expect(message.text).toBe(text.toWellFormed().replaceAll("\0", ""));
    }
    const { body } = await page("GET", "/messages", { token });
    expect(body.messages).toHaveLength(5);
    expect(body.messages.map(({ seq }: never) => seq)).toEqual([1, 2, 3, 4, 5].map((i) => i * APART));
  });

  it("are limited by address for sessions, and by visitor for messages", async () => {
    const { inbox } = await chat();
    const flood = async (send: () => Promise<Answer>) => {
      const answers = await Promise.all(Array.from({ length: 90 }, send));
      return answers.filter(({ status }) => status === 429);
    };
    const page = browser();
    await earlyInAMinute();
    const refused = await flood(() => page("POST", "/sessions", { body: { inboxKey: "pub_none" } }));
    expect(refused.length).toBeGreaterThanOrEqual(20);
    expect(refused[0]?.headers.get("retry-after")).toBe("60");
    expect(refused[0]?.body.error.code).toBe("rate_limited");
    const token = await open(browser(), inbox.publicKey);
    expect((await flood(() => browser()("GET", "/messages", { token }))).length).toBeGreaterThanOrEqual(20);
    // Another visitor from elsewhere is not concerned.
    const other = browser();
    await say(other, await open(other, inbox.publicKey), "Hello");
  });
});

import { env } from "cloudflare:workers";
import { sql } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { readVisitor } from "../../src/channels/web/token.ts";
import { APART } from "../../src/conversations/append.ts";
import { createDraftReply } from "../../src/conversations/drafts.ts";
import { addNote } from "../../src/conversations/notes.ts";
import { getConversation } from "../../src/conversations/read.ts";
import { reply, startConversation } from "../../src/conversations/send.ts";
import { setStatus } from "../../src/conversations/status.ts";
import { readTotal } from "../../src/figures/totals.ts";
import { readFeed } from "../../src/workspace/events.ts";
import { sending } from "../call.ts";
import { browser, chat, count, open, say } from "./browser.ts";

describe("a visitor's conversation", () => {
  it("begins with a session that writes nothing, and a first message that makes contact and conversation", async () => {
    const { tenant, inbox, page } = await chat();
    const opened = await page("POST", "/sessions", {
      body: {
        inboxKey: inbox.publicKey,
        name: " Ada ",
        email: "ada@example.com",
        page: "https://shop.example/cart",
        referrer: "https://search.example/",
        locale: "en-GB",
      },
    });
    expect(opened.status).toBe(201);
    expect(opened.body).toEqual({
      visitorToken: expect.any(String),
      conversationId: null,
      resolved: false,
      unread: 0,
      rating: null,
      inbox: { name: "Shop chat" },
    });
    const token = opened.body.visitorToken;
    expect((await page("GET", "/messages", { token })).body).toEqual({
      messages: [],
      lastSeq: 0,
      rating: null,
    });
    expect(await count(tenant, "contacts")).toBe(0);

    const sent = await page("POST", "/messages", {
      token,
      body: { text: "  Where is my order? 📦 " },
      headers: { "user-agent": "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0) Mobile/15E148" },
    });
    expect(sent.status).toBe(201);
    expect(sent.body).toEqual({
      conversationId: expect.stringMatching(/^cv_/),
      message: {
        id: expect.stringMatching(/^ms_/),
        seq: APART,
        text: "Where is my order? 📦",
        createdAt: expect.stringMatching(/Z$/),
      },
    });
    const [contact] = await tenant.db.all(
      sql`SELECT name, email FROM contacts WHERE workspace_id = ${tenant.workspaceId}`,
    );
    expect(contact).toEqual({ name: "Ada", email: "ada@example.com" });
    const [conversation] = await tenant.db.all<{ visitor: string }>(
      sql`SELECT visitor FROM conversations WHERE workspace_id = ${tenant.workspaceId}`,
    );
    expect(JSON.parse(conversation?.visitor ?? "")).toEqual({
      page: "https://shop.example/cart",
      referrer: "https://search.example/",
      locale: "en-GB",
      device: "mobile",
    });
    const feed = await readFeed(tenant, { limit: 50 });
    expect(feed.items.map(({ type }) => type).toSorted()).toEqual([
      "contact.created",
      "conversation.created",
      "message.created",
    ]);
    expect(feed.items.every(({ inboxId }) => inboxId === inbox.id)).toBe(true);
    expect(await readTotal(tenant, "contacts")).toBe(1);
    expect(await readTotal(tenant, "conversations_open")).toBe(1);
  });

  it("goes on after a resumed session, which names the conversation", async () => {
    const { tenant, inbox, page } = await chat();
    const token = await open(page, inbox.publicKey, { name: "Ada" });
    const first = await say(page, token, "Hello");
    const resumed = await page("POST", "/sessions", {
      body: { inboxKey: inbox.publicKey, visitorToken: token },
    });
    expect(resumed.body.conversationId).toBe(first.conversationId);
    const second = await say(page, resumed.body.visitorToken, "Still there?");
    expect(second.conversationId).toBe(first.conversationId);
    expect(second.message.seq).toBe(2 * APART);
    expect(await count(tenant, "contacts")).toBe(1);
    expect((await readVisitor(env.PARLEY_SECRET, resumed.body.visitorToken))?.name).toBe("Ada");
  });

  it("gives the first answer again for the same clientMessageId, also at the same time", async () => {
    const { tenant, inbox, page } = await chat();
    const token = await open(page, inbox.publicKey);
    const answers = await Promise.all(Array.from({ length: 8 }, () => say(page, token, "Only once", "m-1")));
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    expect(await say(page, token, "Another text", "m-1")).toEqual(answers[0]);
    expect(await count(tenant, "contacts")).toBe(1);
    expect(await count(tenant, "conversations")).toBe(1);
    expect(await count(tenant, "messages")).toBe(1);
    // Another visitor who uses the same id says something of its own.
    const other = await open(browser(), inbox.publicKey);
    const theirs = await say(page, other, "Mine", "m-1");
    expect(theirs.message).toMatchObject({ text: "Mine", seq: APART });
    expect(await count(tenant, "messages")).toBe(2);
  });

  it("is read in order after a number, over all its conversations, without notes, drafts or anybody else's", async () => {
    const { tenant, inbox, page, workspace } = await chat();
    const token = await open(page, inbox.publicKey);
    const { conversationId } = await say(page, token, "One");
    await say(page, token, "Two");
    await say(browser(), await open(browser(), inbox.publicKey), "Somebody else");
    const { contactId } = await getConversation(tenant, conversationId);
    const attempt = { tool: "test", key: undefined, args: {} };
    await addNote(tenant, conversationId, "secret note");
    await createDraftReply(tenant, conversationId, "secret draft");
    await reply(sending(tenant, workspace.shard), conversationId, { text: "Reply" }, attempt);
    await setStatus(tenant, conversationId, { status: "resolved", snoozedUntil: null });
    await startConversation(
      sending(tenant, workspace.shard),
      { contactId, inboxId: inbox.id },
      { text: "Another matter" },
      attempt,
    );

    const all = await page("GET", "/messages", { token });
    expect(all.body.messages.map(({ seq, from, text }: never) => [seq, from, text])).toEqual([
      // The private note between them left no gap.
      [APART, "visitor", "One"],
      [2 * APART, "visitor", "Two"],
      [3 * APART, "team", "Reply"],
      [4 * APART, "team", "Another matter"],
    ]);
    expect(all.body.lastSeq).toBe(4 * APART);
    expect(all.body.messages[2].senderName).toBe("Maria");
    expect(JSON.stringify(all.body)).not.toMatch(/secret|Somebody else|mb_1/);
    const part = await page("GET", `/messages?after=${APART}&limit=2`, { token });
    expect(part.body.messages.map(({ seq }: never) => seq)).toEqual([2 * APART, 3 * APART]);
    expect(part.body.lastSeq).toBe(3 * APART);
    expect((await page("GET", `/messages?after=${4 * APART}`, { token })).body).toEqual({
      messages: [],
      lastSeq: 4 * APART,
      rating: null,
    });

    const answer = await say(page, token, "Fine");
    expect(answer.conversationId).not.toBe(conversationId);
    const news = await page("GET", `/messages?after=${4 * APART}`, { token });
    expect(news.body.messages).toMatchObject([
      { seq: 5 * APART, from: "visitor", text: "Fine", senderName: null },
    ]);
    expect(await readTotal(tenant, "conversations_open")).toBe(2);
  });

  it("keeps a visitor who types somebody's email apart from that contact", async () => {
    const { tenant, inbox, page } = await chat();
    const ada = await open(page, inbox.publicKey, { name: "Ada", email: "ada@example.com" });
    await say(page, ada, "My address is 1 Secret Street");
    const mallory = await open(browser(), inbox.publicKey, { email: "ADA@example.com" });
    await say(page, mallory, "Hello, it is me");
    expect(await count(tenant, "contacts")).toBe(2);
    expect(JSON.stringify((await page("GET", "/messages", { token: mallory })).body)).not.toContain(
      "Secret Street",
    );
  });

  it("reopens when it was resolved", async () => {
    const { tenant, inbox, page } = await chat();
    const token = await open(page, inbox.publicKey);
    const first = await say(page, token, "Hello");
    await setStatus(tenant, first.conversationId, { status: "resolved", snoozedUntil: null });
    expect(await readTotal(tenant, "conversations_open")).toBe(0);
    const again = await say(page, token, "One more thing");
    expect(again.conversationId).toBe(first.conversationId);
    expect((await getConversation(tenant, first.conversationId)).status).toBe("open");
    expect(await readTotal(tenant, "conversations_open")).toBe(1);
  });
});

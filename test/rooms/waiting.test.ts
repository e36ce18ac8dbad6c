import { runDurableObjectAlarm } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { and, eq, sql } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { changeChatbot } from "../../src/chatbots/store.ts";
import { mergeContacts } from "../../src/contacts/merge.ts";
import { createContact } from "../../src/contacts/store.ts";
import { conversationContactMover } from "../../src/conversations/mover.ts";
import { getConversation } from "../../src/conversations/read.ts";
import { addressOfConversation, roomName } from "../../src/conversations/room.ts";
import { getSession, latestSession } from "../../src/flows/run/sessions.ts";
import { flowSessions } from "../../src/flows/schema.ts";
import { runHousekeeping } from "../../src/housekeeping.ts";
import { updateInbox } from "../../src/inboxes/store.ts";
import type { Tenant } from "../../src/tenant/tenant.ts";
import { browser, open, say } from "../channels/browser.ts";
import { run, shapes } from "../conversations/setting.ts";
import type { Sketch } from "../flows/flows.ts";
import { liveMain } from "../live/setting.ts";
import { call, chatWith, textOf } from "./setting.ts";

const LATER: Sketch[] = [
  ["hello", "message", { text: "One moment." }],
  ["wait", "delay", { seconds: 1 }],
  ["there", "message", { text: "Here I am." }],
  ["name", "question", { text: "Your name?", variable: "name", timeoutSeconds: 60 }],
  ["still", "message", { text: "Still there?" }],
  ["end", "end", { message: "Hello, {{name}}." }],
];
const EDGES = [
  "start > hello",
  "hello > wait",
  "wait > there",
  "there > name",
  "name.answered > end",
  "name.timeout > still",
];

async function visitor(nodes = LATER, edges = nodes === LATER ? EDGES : undefined) {
  const place = await chatWith(nodes, edges);
  const page = browser();
  const token = await open(page, place.inbox.publicKey, { name: "Ada" });
  const { conversationId } = await say(page, token, "Hi");
  const { tenant } = place;
  const address = await addressOfConversation(tenant, conversationId);
  const room = env.ROOM.getByName(roomName({ workspaceId: place.workspace.id, ...address }));
  const texts = async (): Promise<string[]> => {
    const { body } = await page("GET", "/messages", { token });
    return body.messages.map(({ text }: { text: string }) => text);
  };
  const session = () => latestSession(tenant, conversationId);
  return { ...place, page, token, conversationId, room, texts, session };
}

/** As if the time that the session waits for had come. */
async function itIsTime(tenant: Tenant, conversationId: string): Promise<void> {
  const past = Date.now() - 1;
  await tenant.db
    .update(flowSessions)
    .set({ wakeAt: past, state: sql`json_set(${flowSessions.state}, '$.wakeAt', ${past})` })
    .where(
      tenant.of(
        flowSessions,
        and(eq(flowSessions.conversationId, conversationId), eq(flowSessions.status, "waiting")),
      ),
    );
}

describe("time", () => {
  it("goes on with a flow by itself, tells the open socket, and says nothing twice", async () => {
    const { token, texts, room, tenant, conversationId, session } = await visitor();
    const line = await call(token);
    await line.hear("message", (one) => textOf(one) === "Your name?");
    expect(await texts()).toEqual(["Hi", "One moment.", "Here I am.", "Your name?"]);
    // The alarm of the timeout, before its time: it changes nothing and is set anew.
    expect(await runDurableObjectAlarm(room)).toBe(true);
    expect(await texts()).toHaveLength(4);
    await itIsTime(tenant, conversationId);
    expect(await runDurableObjectAlarm(room)).toBe(true);
    await line.hear("message", (one) => textOf(one) === "Still there?");
    expect(await session()).toMatchObject({ status: "completed", wakeAt: null });
    await runDurableObjectAlarm(room);
    expect((await texts()).filter((text) => text === "Still there?")).toHaveLength(1);
  });

  it("keeps what a visitor says in a delay, and goes on when it is over", async () => {
    const { page, token, texts, session } = await visitor();
    await say(page, token, "Hello?");
    await expect.poll(texts).toEqual(["Hi", "One moment.", "Hello?", "Here I am.", "Your name?"]);
    expect((await session())?.state?.variables.last_message).toBe("Hello?");
    await say(page, token, "Ada");
    expect((await texts()).at(-1)).toBe("Hello, Ada.");
  });

  it("does nothing for a flow that somebody took over", async () => {
    const { team, conversationId, room, texts, session } = await visitor();
    await run(team, "reply_to_conversation", { conversationId, text: "Me instead." }, shapes.sent);
    expect(await session()).toMatchObject({ status: "handed_off", wakeAt: null });
    await runDurableObjectAlarm(room);
    expect(await texts()).toEqual(["Hi", "One moment.", "Me instead."]);
  });

  it.each(["chatbot", "inbox"])("ends a flow whose %s is switched off, for good", async (what) => {
    const { tenant, chatbotId, inbox, conversationId, room, session } = await visitor();
    if (what === "chatbot") await changeChatbot(tenant, chatbotId, () => ({ disabled: true }));
    else await updateInbox(tenant, inbox.id, { state: "disabled" });
    await itIsTime(tenant, conversationId);
    await runDurableObjectAlarm(room);
    expect(await session()).toMatchObject({ status: "abandoned", wakeAt: null });
    expect(await getConversation(tenant, conversationId)).toMatchObject({ messageCount: 2 });
  });

  it("leaves a flow alone while its workspace is suspended, and goes on afterwards", async () => {
    const { workspace, tenant, conversationId, room, session, texts } = await visitor();
    const suspend = (at: number | null) =>
      env.CONTROL.prepare("UPDATE workspaces SET suspended_at = ? WHERE id = ?").bind(at, workspace.id).run();
    await suspend(1);
    await itIsTime(tenant, conversationId);
    await runDurableObjectAlarm(room);
    expect(await session()).toMatchObject({ status: "waiting", nodeId: "wait" });
    await suspend(null);
    expect(await runDurableObjectAlarm(room)).toBe(true);
    expect(await texts()).toContain("Your name?");
  });

  it("goes on with the contact that theirs was merged into", async () => {
    const { tenant, conversationId, room, texts } = await visitor();
    const { contactId } = await getConversation(tenant, conversationId);
    const other = await createContact(tenant, { name: "Ada Lovelace" });
    await mergeContacts(tenant, other.id, contactId, [conversationContactMover]);
    await itIsTime(tenant, conversationId);
    await runDurableObjectAlarm(room);
    expect(await texts()).toContain("Your name?");
    expect(await getConversation(tenant, conversationId)).toMatchObject({ contactId: other.id });
  });
});

describe("publishing", () => {
  const NEW: Sketch[] = [
    ["ask", "question", { text: "New: who are you?", variable: "name" }],
    ["end", "end"],
  ];
  const OLD: Sketch[] = [
    ["ask", "question", { text: "Old: who are you?", variable: "name" }],
    ["end", "end"],
  ];

  it.each(["keep", "restart", "end"] as const)(
    "with running: %s does so to who is in the flow",
    async (running) => {
      const { team, chatbotId, page, token, texts, session } = await visitor(OLD);
      await liveMain(team, chatbotId, NEW, undefined, running);
      if (running === "restart") {
        await expect.poll(texts).toEqual(["Hi", "Old: who are you?", "New: who are you?"]);
      }
      const before = await session();
      if (!before) throw new Error("No flow began.");
      await say(page, token, "Ada");
      const status = { keep: "completed", restart: "completed", end: "abandoned" }[running];
      expect(await getSession(team.tenant, before)).toMatchObject({ status });
      // Where the flow ended, the AI answers what the visitor says then: it has nothing to say to it, and hands over.
      const said = { keep: 3, restart: 4, end: 4 };
      expect(await texts()).toHaveLength(said[running]);
    },
  );

  it("is found by housekeeping where nobody woke the room", async () => {
    const { team, chatbotId, texts } = await visitor(OLD);
    const deaf = {
      ...team,
      env: { ...env, ROOM: { ...env.ROOM, getByName: () => ({ wake: async () => {} }) } },
    };
    await liveMain(z.custom<typeof team>().parse(deaf), chatbotId, NEW, undefined, "restart");
    expect(await texts()).toHaveLength(2);
    await runHousekeeping(env);
    await expect.poll(texts).toEqual(["Hi", "Old: who are you?", "New: who are you?"]);
  });
});

describe("what was read", () => {
  it("is told over the socket and by POST /read, only grows, and leaves what is unread", async () => {
    const { inbox, token, page } = await visitor(LATER.slice(0, 1));
    const line = await call(token);
    expect(await line.hear("ready")).toMatchObject({ lastSeq: 20_000, unread: 1 });
    const tab = await call(token);
    await tab.hear("ready");
    line.say({ type: "read", seq: 99_000_000 });
    expect(await tab.hear("read")).toEqual({ type: "read", seq: 20_000 });
    const opened = async () =>
      (await page("POST", "/sessions", { body: { inboxKey: inbox.publicKey, visitorToken: token } })).body;
    expect(await opened()).toMatchObject({ unread: 0 });
    expect(await page("POST", "/read", { token, body: { seq: 1 } })).toMatchObject({ status: 204 });
    expect(await opened()).toMatchObject({ unread: 0 });
  });

  it("is nothing for who never wrote", async () => {
    const { inbox } = await chatWith(LATER.slice(0, 1));
    const page = browser();
    const { body } = await page("POST", "/sessions", { body: { inboxKey: inbox.publicKey } });
    expect(body).toMatchObject({ unread: 0, conversationId: null });
    const read = await page("POST", "/read", { token: body.visitorToken, body: { seq: 5 } });
    expect(read).toMatchObject({ status: 204 });
  });
});

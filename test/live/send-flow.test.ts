import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { resolveContact } from "../../src/contacts/lookup.ts";
import { createContact, updateContact } from "../../src/contacts/store.ts";
import { APART } from "../../src/conversations/append.ts";
import { conversations, messages } from "../../src/conversations/schema.ts";
import { readChatbotTotals } from "../../src/figures/totals.ts";
import { createFlow } from "../../src/flows/edit/store.ts";
import { getSession } from "../../src/flows/run/sessions.ts";
import { flowSessions } from "../../src/flows/schema.ts";
import { updateInbox } from "../../src/inboxes/store.ts";
import { responseOfSession } from "../../src/responses/record.ts";
import { responseTools } from "../../src/responses/tools.ts";
import { newId } from "../../src/tenant/ids.ts";
import { testCall } from "../call.ts";
import { make, run as runChatbots } from "../chatbots/setting.ts";
import {
  callIn,
  eventsOf,
  makeInbox,
  run as runConversations,
  shapes,
  write,
} from "../conversations/setting.ts";
import type { Sketch } from "../flows/flows.ts";
import { saying } from "../flows/stored.ts";
import { metered } from "../meter.ts";
import { runTool } from "../run.ts";
import { live, liveMain, refusal, refusalHere, send, written } from "./setting.ts";

const ASKING: Sketch[] = [
  ["hello", "message", { text: "Hello {{contact.name}}!" }],
  [
    "ask",
    "choice",
    {
      text: "How was it?",
      options: [
        { id: "good", label: "Good" },
        { id: "bad", label: "Bad" },
      ],
      timeoutSeconds: 3600,
    },
  ],
];
const ASKING_EDGES = ["start > hello", "hello > ask"];

describe("send_contact_flow", () => {
  it("runs up to the first wait, in the contact's latest conversation, and answers the session", async () => {
    const call = testCall();
    const chatbotId = await make(call);
    const inbox = await makeInbox(call, { chatbotId });
    const visitor = await write(call, inbox, "Hi");
    const flowId = await live(call, ASKING, ASKING_EDGES);
    const sent = await send(call, { contactId: visitor.contactId, flowId });
    expect(sent).toMatchObject({
      session: {
        flowId,
        status: "waiting",
        nodeId: "ask",
        waitingFor: "choice",
        contactId: visitor.contactId,
        conversationId: visitor.conversationId,
        inboxId: inbox.id,
        chatbotId,
      },
      messages: [{ text: "Hello Anna!" }, { text: "How was it?\n\n1. Good\n2. Bad" }],
      notDone: [],
      repeated: false,
    });
    // What is stored is what was answered.
    const session = await getSession(call.tenant, sent.session);
    expect(session).toMatchObject({
      turn: 1,
      status: "waiting",
      nodeId: "ask",
      versionId: sent.session.versionId,
    });
    expect(new Date(session.wakeAt ?? 0).toISOString()).toBe(sent.session.wakeAt);
    expect((session.wakeAt ?? 0) - session.createdAt).toBeGreaterThanOrEqual(3_600_000);
    expect(session.state?.variables).toMatchObject({ "contact.name": "Anna", channel: "web" });
    const rows = await call.tenant.db
      .select()
      .from(messages)
      .where(call.tenant.of(messages))
      .orderBy(messages.seq);
    expect(rows.map(({ seq, body, senderKind, senderId }) => [seq, body, senderKind, senderId])).toEqual([
      [APART, "Hi", "contact", visitor.contactId],
      [2 * APART, "Hello Anna!", "flow", flowId],
      [3 * APART, "How was it?\n\n1. Good\n2. Bad", "flow", flowId],
    ]);
    const response = await responseOfSession(call.tenant, session);
    expect(response).toMatchObject({
      id: sent.responseId,
      status: "started",
      nodes: { [`${flowId}/ask`]: 0 },
    });
    // An automation flow's response is none of the chatbot's, and what it says no answer of it.
    expect(await readChatbotTotals(call.tenant, "responses", [chatbotId])).toEqual(new Map());
    const types = (await eventsOf(call)).map(({ type }) => type);
    expect(types.filter((type) => type === "response.created")).toHaveLength(1);
    expect(types.filter((type) => type === "message.created")).toHaveLength(3);
    // The visitor reads it in the widget.
    const [conversation] = await call.tenant.db
      .select()
      .from(conversations)
      .where(call.tenant.of(conversations));
    expect(conversation).toMatchObject({ messageCount: 3, lastSeq: 3 * APART });
    expect(conversation?.firstBotReplyAt).toBeNull();
    expect(conversation?.firstReplyAt).toBeNull();
  });

  it("opens a conversation where there is none, in the chatbot's own inbox", async () => {
    const call = testCall();
    const chatbotId = await make(call);
    await makeInbox(call);
    const inbox = await makeInbox(call, { chatbotId });
    await makeInbox(call, { channel: "whatsapp", chatbotId });
    const flowId = await liveMain(call, chatbotId, [["bye", "end", { message: "Bye." }]]);
    const contact = await createContact(call.tenant, {
      name: "Cleo",
      email: "cleo@example.com",
      externalId: "user-7",
    });
    const sent = await send(call, { contactId: "email:cleo@example.com", flowId });
    expect(sent.session).toMatchObject({ contactId: contact.id, inboxId: inbox.id, status: "completed" });
    const rows = await call.tenant.db.select().from(conversations).where(call.tenant.of(conversations));
    expect(rows).toMatchObject([{ id: sent.session.conversationId, status: "open", messageCount: 1 }]);
    expect((await eventsOf(call)).map(({ type }) => type)).toEqual([
      "chatbot.updated",
      "flow.published",
      "contact.created",
      "conversation.created",
      "response.created",
      "response.completed",
      "message.created",
    ]);
    // An automation flow has no chatbot that would say which inbox.
    const other = await createContact(call.tenant, { name: "Dora" });
    const automation = await live(call, [["bye", "end", { message: "Bye." }]]);
    const unclear = await refusal(call, { contactId: other.id, flowId: automation });
    expect(unclear.code).toBe("invalid_input");
    expect(unclear.detail.hint).toContain("start_conversation");
  });

  it("refuses what cannot be sent, and writes nothing", async () => {
    const call = testCall();
    const chatbotId = await make(call);
    const inbox = await makeInbox(call, { chatbotId });
    const { contactId } = await write(call, inbox, "Hi");
    const before = await written(call);
    const flowId = await liveMain(call, chatbotId, [["bye", "end", { message: "Bye." }]]);
    const { id: draftId } = await createFlow(call.tenant, { name: "Draft", draft: saying("x") });
    const code = async (caller: typeof call, args: object) =>
      (await refusal(caller, { contactId, flowId, ...args })).code;
    expect(await code(call, { flowId: draftId })).toBe("not_allowed");
    expect(await code(call, { flowId: newId("flow") })).toBe("not_found");
    expect(await code(call, { contactId: newId("contact") })).toBe("not_found");
    expect(await code(testCall(), {})).toBe("not_found");
    expect(await code(callIn(call, { inboxes: [newId("inbox")] }), {})).toBe("not_found");
    await updateInbox(call.tenant, inbox.id, { state: "disabled" });
    expect(await code(call, {})).toBe("not_allowed");
    await updateInbox(call.tenant, inbox.id, { state: "active" });
    await runChatbots(call, "update_chatbot", { chatbotId, disabled: true });
    expect(await code(call, {})).toBe("not_allowed");
    expect(await written(call)).toEqual(before);
  });

  it("keeps limited callers to conversations of their inboxes", async () => {
    const call = testCall();
    const [mine, theirs] = [await makeInbox(call), await makeInbox(call)];
    const { contactId, conversationId } = await write(call, mine, "Hi", { at: Date.now() - 60_000 });
    await updateContact(call.tenant, contactId, { externalId: "user-7" });
    const start = { contactId, inboxId: theirs.id, text: "Newer" };
    const { conversation } = await runConversations(call, "start_conversation", start, shapes.started);
    const flowId = await live(call, [["bye", "end", { message: "Bye." }]]);
    expect((await send(call, { contactId, flowId })).session.conversationId).toBe(conversation.id);
    const limited = callIn(call, { inboxes: [mine.id] });
    expect((await send(limited, { contactId, flowId })).session.conversationId).toBe(conversationId);
  });

  it("sends once for each idempotencyKey, also at the same time", async () => {
    const call = testCall();
    const inbox = await makeInbox(call);
    const { contactId } = await write(call, inbox, "Hi");
    const flowId = await live(call, ASKING, ASKING_EDGES);
    const args = { contactId, flowId, idempotencyKey: "k1" };
    const all = await Promise.all([1, 2, 3, 4].map(() => send(call, args)));
    const first = all.find(({ repeated }) => !repeated);
    expect(all.filter(({ repeated }) => repeated)).toHaveLength(3);
    for (const one of all) expect({ ...one, repeated: false }).toEqual(first);
    expect(await written(call)).toEqual({ sessions: 1, responses: 1, messages: 3 });
    const mismatch = await refusal(call, { ...args, contactId: "email:x@example.com" });
    expect(mismatch.code).toBe("idempotency_mismatch");
    await send(call, { contactId, flowId });
    expect(await written(call)).toEqual({ sessions: 2, responses: 2, messages: 5 });
  });

  it("abandons what was under way in the conversation, so that one session at most is live there", async () => {
    const call = testCall();
    const chatbotId = await make(call);
    const inbox = await makeInbox(call, { chatbotId });
    const { contactId } = await write(call, inbox, "Hi");
    const flowId = await live(call, ASKING, ASKING_EDGES);
    await Promise.all(Array.from({ length: 4 }, () => send(call, { contactId, flowId })));
    const { tenant } = call;
    const sessions = await tenant.db
      .select()
      .from(flowSessions)
      .where(tenant.of(flowSessions))
      .orderBy(flowSessions.id);
    expect(sessions.map(({ status }) => status).toSorted()).toEqual([
      "abandoned",
      "abandoned",
      "abandoned",
      "waiting",
    ]);
    for (const { status, wakeAt } of sessions) expect(wakeAt === null).toBe(status === "abandoned");
    const listed = await runTool(responseTools, call, "list_responses", { flowId });
    const { items } = z.object({ items: z.array(z.looseObject({ status: z.string() })) }).parse(listed);
    expect(items.map(({ status }) => status).toSorted()).toEqual([
      "abandoned",
      "abandoned",
      "abandoned",
      "started",
    ]);
  });

  it("writes all of it or nothing", async () => {
    // A database that fails the batch of the send at its end.
    const failing = new Proxy(env.TENANT_1, {
      get(target, property) {
        if (property !== "batch") {
          const value: unknown = Reflect.get(target, property);
          return typeof value === "function" ? value.bind(target) : value;
        }
        return (statements: D1PreparedStatement[]) => {
          const sends = statements.length > 15;
          const broken = target.prepare("SELECT json('broken') AS workspace_id");
          return target.batch(sends ? [...statements, broken] : statements);
        };
      },
    });
    const call = testCall();
    const inbox = await makeInbox(call);
    const { contactId } = await write(call, inbox, "Hi");
    const flowId = await live(call, [
      ["hello", "message", { text: "Hello" }],
      ["field", "set_field", { field: "name", value: "Changed" }],
      ["lead", "create_lead"],
      ["ticket", "create_ticket", { subject: "Help" }],
      ["bye", "end", { message: "Bye." }],
    ]);
    const before = [await written(call), await eventsOf(call)];
    const caller = callIn(call, { database: failing });
    expect((await refusalHere(caller, { contactId, flowId })).code).toBe("conflict");
    expect([await written(call), await eventsOf(call)]).toEqual(before);
    expect((await resolveContact(call.tenant, contactId)).name).toBe("Anna");
    await send(call, { contactId, flowId });
    expect((await resolveContact(call.tenant, contactId)).name).toBe("Changed");
  });

  it("costs the same whatever the workspace holds, and writes in one batch", async () => {
    const meter = metered(env.TENANT_1);
    const call = testCall({ database: meter.database });
    const inbox = await makeInbox(call);
    const { contactId, conversationId } = await write(call, inbox, "Hi");
    const flowId = await live(call, ASKING, ASKING_EDGES);
    const cost = async () => {
      meter.reset();
      await send(call, { contactId, flowId });
      return { rows: meter.rowsRead, trips: meter.roundTrips };
    };
    await cost();
    const few = await cost();
    await env.TENANT_1.prepare(
      `WITH RECURSIVE i(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM i WHERE n < 5000)
       INSERT INTO flow_sessions (workspace_id, id, flow_id, version_id, conversation_id, status, turn, created_at, updated_at)
       SELECT ?, 'fs_0' || n, ?, 'fv', ?, 'completed', 1, 1, 1 FROM i`,
    )
      .bind(call.tenant.workspaceId, flowId, conversationId)
      .run();
    const many = await cost();
    expect(Math.abs(many.rows - few.rows)).toBeLessThan(10);
    expect(many.trips).toBeLessThan(25);
  });
});

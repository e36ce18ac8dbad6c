import { expect } from "vitest";
import { column, list, part, type Rig, type Row, shown } from "./row.ts";

const read = { toolset: "conversations", kind: "R", scope: "conversations:read" } as const;
const write = { toolset: "conversations", kind: "W", scope: "conversations:write" } as const;
const send = { toolset: "conversations", kind: "S", scope: "conversations:reply" } as const;

const filters =
  "chatbotId?, inboxId?, contactId?, status?, channel?, assignee?, tag?, priority?, startDate?, endDate?, cursor?, limit?";

/** The message that a sending tool answered is the one that was stored. */
async function holdsMessage(answer: Record<string, unknown>, rig: Rig, body: string) {
  const message = part(answer, "message");
  expect(await rig.row("messages", { id: String(message.id) })).toMatchObject({
    conversation_id: message.conversationId,
    body,
    direction: "out",
    seq: message.seq,
  });
}

export const conversationRows: Record<string, Row> = {
  list_conversations: {
    ...read,
    parameters: `${filters}, sort?, page?`,
    from: "C D T X",
    args: (rig) => ({ inboxId: rig.id("inboxId"), limit: 50 }),
    async holds(answer, rig) {
      const stored = await rig.rows("conversations", { inbox_id: rig.id("inboxId") });
      const newestFirst = stored.sort((a, b) => Number(b.last_activity_at) - Number(a.last_activity_at));
      expect(list(answer).map(({ id }) => id)).toEqual(newestFirst.map(({ id }) => id));
      expect(list(answer)[0]).toMatchObject({ lastActivityAt: shown(newestFirst[0]?.last_activity_at) });
    },
  },
  get_conversation: {
    ...read,
    parameters: "conversationId, chatbotId?, cursor?, limit?",
    from: "C D T",
    args: (rig) => ({ conversationId: rig.id("conversationId"), chatbotId: rig.id("chatbotId"), limit: 100 }),
    async holds(answer, rig) {
      const stored = await rig.rows("messages", { conversation_id: rig.id("conversationId") });
      expect(list(answer, "messages").map(({ id }) => id)).toEqual(stored.map(({ id }) => id));
      const notes = list(answer, "messages").filter(({ kind }) => kind === "note");
      expect(notes.length).toBe(stored.filter(({ kind }) => kind === "note").length);
      expect(notes.length).toBeGreaterThan(0);
      expect(part(answer, "contact").id).toBe(rig.id("contactId"));
    },
  },
  list_contact_messages: {
    ...read,
    parameters: "contactId, cursor?, limit?",
    from: "X",
    args: (rig) => ({ contactId: rig.id("contactId"), limit: 100 }),
    async holds(answer, rig) {
      const conversations = await rig.rows("conversations", { contact_id: rig.id("contactId") });
      const stored = await Promise.all(
        conversations.map(({ id }) => rig.rows("messages", { conversation_id: String(id) })),
      );
      expect(column(list(answer), "id")).toEqual(column(stored.flat(), "id"));
    },
  },
  search_conversations: {
    ...read,
    parameters: `query, from?, ${filters}`,
    from: "+",
    args: (rig) => ({ query: rig.world.open.canary, status: "open" }),
    async holds(answer, rig) {
      const stored = await rig.row("conversations", { id: rig.id("conversationId") });
      const found = list(answer).filter(({ id }) => id === stored.id);
      expect(found).toHaveLength(1);
      const [match] = list(found[0] ?? {}, "matches");
      expect((await rig.row("messages", { id: String(match?.messageId) })).conversation_id).toBe(stored.id);
    },
  },
  send_message: {
    ...send,
    parameters: "contactId, text?, attachments?, template?, inboxId?, channel?, idempotencyKey?",
    from: "X",
    args: (rig) => ({
      contactId: rig.id("contactId"),
      text: "Your order left today.",
      inboxId: rig.id("inboxId"),
    }),
    holds: (answer, rig) => holdsMessage(answer, rig, "Your order left today."),
  },
  reply_to_conversation: {
    ...send,
    parameters: "conversationId, text?, attachments?, template?, idempotencyKey?",
    from: "D",
    args: (rig) => ({ conversationId: rig.id("conversationId"), text: "It comes on Monday." }),
    holds: (answer, rig) => holdsMessage(answer, rig, "It comes on Monday."),
  },
  start_conversation: {
    ...send,
    scope: "conversations:start",
    parameters: "contactId, inboxId, text?, attachments?, template?, idempotencyKey?",
    from: "D",
    args: (rig) => ({ contactId: rig.id("contactId"), inboxId: rig.id("inboxId"), text: "One more thing." }),
    async holds(answer, rig) {
      await holdsMessage(answer, rig, "One more thing.");
      const { id } = part(answer, "conversation");
      expect(id).not.toBe(rig.id("conversationId"));
      expect(await rig.row("conversations", { id: String(id) })).toMatchObject({
        contact_id: rig.id("contactId"),
        inbox_id: rig.id("inboxId"),
      });
    },
  },
  add_private_note: {
    ...write,
    scope: "notes:write",
    parameters: "conversationId, text",
    from: "D",
    args: (rig) => ({ conversationId: rig.id("conversationId"), text: "Paid by invoice." }),
    async holds(answer, rig) {
      const { id } = part(answer, "note");
      expect(await rig.row("messages", { id: String(id) })).toMatchObject({
        kind: "note",
        body: "Paid by invoice.",
        conversation_id: rig.id("conversationId"),
      });
    },
  },
  create_draft_reply: {
    ...write,
    scope: "drafts:write",
    parameters: "conversationId, text, attachments?",
    from: "D",
    args: (rig) => ({ conversationId: rig.id("conversationId"), text: "A proposal." }),
    async holds(answer, rig) {
      const { id } = part(answer, "draft");
      expect(await rig.row("drafts", { id: String(id) })).toMatchObject({
        text: "A proposal.",
        status: "pending",
      });
    },
  },
  update_draft_reply: {
    ...write,
    scope: "drafts:write",
    parameters: "draftId, text?",
    from: "D",
    args: (rig) => ({ draftId: rig.id("draftId"), text: "A better one." }),
    async holds(answer, rig) {
      expect(part(answer, "draft").text).toBe("A better one.");
      expect(await rig.row("drafts", { id: rig.id("draftId") })).toMatchObject({ text: "A better one." });
    },
  },
  list_draft_replies: {
    ...read,
    scope: "drafts:read",
    parameters: "conversationId?, status?, cursor?, limit?",
    from: "D",
    args: () => ({ status: "pending", limit: 100 }),
    async holds(answer, rig) {
      expect(column(list(answer), "id")).toEqual(
        column(await rig.rows("drafts", { status: "pending" }), "id"),
      );
    },
  },
  get_conversation_analytics: {
    toolset: "conversations",
    kind: "R",
    scope: "analytics:read",
    parameters: "chatbotId?, conversationId",
    from: "C",
    args: (rig) => ({ chatbotId: rig.id("chatbotId"), conversationId: rig.id("conversationId") }),
    async holds(answer, rig) {
      const stored = await rig.row("conversations", { id: rig.id("conversationId") });
      const messages = await rig.rows("messages", {
        conversation_id: rig.id("conversationId"),
        kind: "message",
      });
      expect(part(answer, "messages")).toMatchObject({
        total: messages.length,
        in: messages.filter(({ direction }) => direction === "in").length,
      });
      expect(answer.startedAt).toBe(shown(stored.created_at));
      expect(part(answer, "resolution").reopenedCount).toBe(stored.reopened_count);
      // No model is configured here.
      expect(part(answer, "sentiment").score).toBeNull();
    },
  },
  get_conversation_summary: {
    toolset: "conversations",
    kind: "R",
    scope: "analytics:read",
    parameters: "chatbotId?, days?",
    from: "C",
    args: (rig) => ({ chatbotId: rig.id("chatbotId"), days: 7 }),
    async holds(answer, rig) {
      const stored = await rig.rows("conversations", { inbox_id: rig.id("inboxId") });
      expect(answer.conversations).toBe(stored.length);
      const byStatus = Object.fromEntries(
        ["open", "pending", "snoozed", "resolved"].map((status) => [
          status,
          stored.filter((conversation) => conversation.status === status).length,
        ]),
      );
      expect(answer.byStatus).toEqual(byStatus);
    },
  },
  set_conversation_status: {
    ...write,
    parameters: "conversationId, status, snoozedUntil?",
    from: "+",
    args: (rig) => ({
      conversationId: rig.id("conversationId"),
      status: "snoozed",
      snoozedUntil: new Date(Date.now() + 86_400_000).toISOString(),
    }),
    async holds(answer, rig) {
      const stored = await rig.row("conversations", { id: rig.id("conversationId") });
      expect(stored.status).toBe("snoozed");
      expect(part(answer, "conversation").snoozedUntil).toBe(shown(stored.snoozed_until));
    },
  },
  assign_conversation: {
    ...write,
    parameters: "conversationId, assignee",
    from: "+",
    args: (rig) => ({ conversationId: rig.id("conversationId"), assignee: rig.id("assignee") }),
    async holds(answer, rig) {
      const stored = await rig.row("conversations", { id: rig.id("conversationId") });
      expect(stored.assignee).toBe(rig.id("assignee"));
      expect(part(answer, "conversation").assignee).toBe(stored.assignee);
    },
  },
};

import { describe, expect, it } from "vitest";
import { APART } from "../../src/conversations/append.ts";
import { discardDraft, sendDraft } from "../../src/conversations/drafts.ts";
import { getConversation, getMessage } from "../../src/conversations/read.ts";
import { updateInbox } from "../../src/inboxes/store.ts";
import { sending, testCall } from "../call.ts";
import {
  bodies,
  callIn,
  countsOf,
  eventsOf,
  eventTypes,
  failing,
  failure,
  makeInbox,
  run,
  shapes,
  write,
} from "./setting.ts";

const reviewer = { id: "mb_1", name: "Maria" };

async function drafted(text = "Dear Anna") {
  const bot = { kind: "bot", id: "tok_1", name: "Robin", credentialId: "tok_1" } as const;
  const call = testCall({ actor: bot });
  const inbox = await makeInbox(call);
  const { conversationId } = await write(call, inbox, "Hello?");
  const draft = await run(call, "create_draft_reply", { conversationId, text }, shapes.draft);
  return { call, inbox, conversationId, draft };
}

describe("draft replies", () => {
  it("wait, with their author, and send nothing", async () => {
    const { call, conversationId, draft } = await drafted();
    expect(draft).toMatchObject({
      conversationId,
      status: "pending",
      text: "Dear Anna",
      cut: false,
      author: { kind: "bot", id: "tok_1", name: "Robin" },
      reviewer: null,
      sentMessageId: null,
    });
    expect(await bodies(call, conversationId)).toHaveLength(1);
    expect(await getConversation(call.tenant, conversationId)).toMatchObject({ messageCount: 1 });
    expect((await eventsOf(call)).at(-1)).toMatchObject({
      type: "draft.created",
      subjectId: draft.id,
      data: { conversationId, authorKind: "bot" },
    });
  });

  it("are rewritten while pending, by any caller that may write drafts", async () => {
    const { call, draft } = await drafted();
    const other = callIn(call, { scopes: ["drafts:write"] });
    const rewritten = await run(
      other,
      "update_draft_reply",
      { draftId: draft.id, text: "Dear A." },
      shapes.draft,
    );
    expect(rewritten).toMatchObject({ text: "Dear A.", author: { id: "tok_1" } });
    expect(await run(other, "update_draft_reply", { draftId: draft.id }, shapes.draft)).toEqual(rewritten);
    await discardDraft(call.tenant, draft.id, reviewer);
    const late = await failure(other, "update_draft_reply", { draftId: draft.id, text: "Again" });
    expect(late).toMatchObject({ code: "conflict", message: expect.stringContaining("discarded") });
  });

  it("are sent by a person, as that person's message, once of two at the same time", async () => {
    const { call, conversationId, draft } = await drafted();
    const tries = await Promise.allSettled(
      ["mb_1", "mb_2", "mb_3"].map((id) => sendDraft(sending(call.tenant), draft.id, { id, name: id })),
    );
    const sent = tries.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
    expect(sent).toHaveLength(1);
    const [one] = sent;
    const message = await getMessage(call.tenant, one?.sentMessageId ?? "");
    expect(message).toMatchObject({ senderKind: "member", body: "Dear Anna", seq: 2 * APART });
    expect(one).toMatchObject({ status: "sent", reviewer: message.senderId });
    for (const lost of tries.flatMap((t) => (t.status === "rejected" ? [t.reason] : []))) {
      expect(lost.code).toBe("conflict");
    }
    expect(await bodies(call, conversationId)).toHaveLength(2);
    expect(await getConversation(call.tenant, conversationId)).toMatchObject({ waitingSince: null });
    expect((await countsOf(call)).messages_out_member).toBe(1);
    expect((await eventTypes(call)).slice(-3)).toEqual(["draft.created", "message.created", "draft.sent"]);
    expect((await failing(sendDraft(sending(call.tenant), draft.id, reviewer))).message).toContain("sent");
    expect((await failing(discardDraft(call.tenant, draft.id, reviewer))).code).toBe("conflict");
  });

  it("stay pending when they cannot be sent", async () => {
    const { call, inbox, draft } = await drafted();
    await updateInbox(call.tenant, inbox.id, { state: "disabled" });
    expect((await failing(sendDraft(sending(call.tenant), draft.id, reviewer))).code).toBe("not_allowed");
    const { items } = await run(call, "list_draft_replies", { status: "pending" }, shapes.page);
    expect(items.map(({ id }) => id)).toEqual([draft.id]);
  });

  it("are discarded once, with one event", async () => {
    const { call, conversationId, draft } = await drafted();
    const tries = await Promise.allSettled([
      discardDraft(call.tenant, draft.id, reviewer),
      discardDraft(call.tenant, draft.id, reviewer),
    ]);
    expect(tries.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    expect((await eventTypes(call)).filter((type) => type === "draft.discarded")).toHaveLength(1);
    expect(await bodies(call, conversationId)).toHaveLength(1);
  });

  it("are listed newest first, by conversation and status, and page by page", async () => {
    const { call, inbox, conversationId, draft } = await drafted("x".repeat(3000));
    const other = await write(call, inbox, "Hello?", { from: "ben" });
    const more: string[] = [];
    for (let i = 0; i < 4; i++) {
      await new Promise((resolve) => setTimeout(resolve, 2));
      const made = await run(
        call,
        "create_draft_reply",
        { conversationId: other.conversationId, text: `${i}` },
        shapes.draft,
      );
      more.unshift(made.id);
    }
    const [newest = ""] = more;
    await discardDraft(call.tenant, newest, reviewer);
    const list = async (by: typeof call, args: object = {}) => {
      const found: string[] = [];
      let cursor: string | null = null;
      do {
        const page: Awaited<ReturnType<typeof run<typeof shapes.page>>> = await run(
          by,
          "list_draft_replies",
          { limit: 2, ...args, ...(cursor === null ? {} : { cursor }) },
          shapes.page,
        );
        found.push(...page.items.map(({ id }) => id));
        cursor = page.nextCursor;
      } while (cursor !== null);
      return found;
    };
    expect(await list(call)).toEqual([...more, draft.id]);
    expect(await list(call, { status: "pending" })).toEqual([...more.slice(1), draft.id]);
    expect(await list(call, { conversationId })).toEqual([draft.id]);
    expect(await list(call, { conversationId: other.conversationId, status: "discarded" })).toEqual([newest]);

    const { items } = await run(call, "list_draft_replies", { conversationId }, shapes.page);
    expect(items[0]).toMatchObject({ cut: true, text: expect.stringMatching(/^x{1999}…$/) });

    const elsewhere = await makeInbox(call);
    const inElsewhere = await write(call, elsewhere, "Hello?", { from: "cleo" });
    await new Promise((resolve) => setTimeout(resolve, 2));
    const hidden = await run(
      call,
      "create_draft_reply",
      { conversationId: inElsewhere.conversationId, text: "secret" },
      shapes.draft,
    );
    const limited = callIn(call, { inboxes: [inbox.id] });
    expect(await list(call)).toEqual([hidden.id, ...more, draft.id]);
    expect(await list(limited)).toEqual([...more, draft.id]);
    expect(await list(limited, { status: "discarded" })).toEqual([newest]);
    for (const [tool, args] of [
      ["list_draft_replies", { conversationId: inElsewhere.conversationId }],
      ["create_draft_reply", { conversationId: inElsewhere.conversationId, text: "x" }],
      ["update_draft_reply", { draftId: hidden.id, text: "x" }],
      ["update_draft_reply", { draftId: hidden.id }],
    ] as const) {
      expect((await failure(limited, tool, args)).code).toBe("not_found");
    }
    expect((await failing(sendDraft(sending(limited.tenant), hidden.id, reviewer))).code).toBe("not_found");
    expect((await failure(testCall(), "update_draft_reply", { draftId: draft.id })).code).toBe("not_found");
  });
});

import { describe, expect, it } from "vitest";
import { findOrCreateVisitorContact } from "../../src/contacts/identities.ts";
import { sendDraft } from "../../src/conversations/drafts.ts";
import { newConversation } from "../../src/conversations/open.ts";
import { ConversationTurn } from "../../src/conversations/turn.ts";
import { newId } from "../../src/tenant/ids.ts";
import { sending, testCall } from "../call.ts";
import {
  bodies,
  contactWithout,
  countsOf,
  eventTypes,
  failing,
  failure,
  makeInbox,
  run,
  shapes,
  visitorOf,
} from "./setting.ts";

describe("a contact that can be reached nowhere", () => {
  it("is sent nothing, by whatever way", async () => {
    const call = testCall();
    const inbox = await makeInbox(call);
    const { id: contactId } = await contactWithout(call, {
      email: "mail@example.com",
      externalId: undefined,
    });
    const before = await eventTypes(call);
    for (const [tool, args] of [
      ["send_message", { contactId, text: "Hi" }],
      ["send_message", { contactId: "email:mail@example.com", inboxId: inbox.id, text: "Hi" }],
      ["start_conversation", { contactId, inboxId: inbox.id, text: "Hi" }],
    ] as const) {
      const refused = await failure(call, tool, args);
      expect([refused.code, refused.message]).toEqual(["unsupported", expect.stringContaining(contactId)]);
    }
    expect(await eventTypes(call)).toEqual(before);
    expect(await countsOf(call)).toEqual({});
    // As one was made before: under the contact's own id, which no site signs anybody in with.
    const visitor = visitorOf(call, inbox);
    const source = { inboxId: inbox.id, channel: "web", sourceId: `u_${contactId}` };
    const identity = await findOrCreateVisitorContact(visitor, source);
    const place = {
      inbox,
      conversation: newConversation(
        call.tenant,
        inbox,
        { id: newId("conversation"), visitor: {}, ...identity },
        1,
      ),
      isNew: true,
    };
    const turn = new ConversationTurn(call.tenant, place, Date.now());
    await call.tenant.batch(turn.statements());
    const conversationId = place.conversation.id;
    const unread = await failure(call, "reply_to_conversation", { conversationId, text: "Hi" });
    expect(unread.code).toBe("unsupported");
    const { id: draftId } = await run(
      call,
      "create_draft_reply",
      { conversationId, text: "Hi" },
      shapes.draft,
    );
    const reviewer = { id: "us_1", name: "Mia" };
    expect((await failing(sendDraft(sending(call.tenant), draftId, reviewer))).code).toBe("unsupported");
    expect(await bodies(call, conversationId)).toEqual([]);
  });
});

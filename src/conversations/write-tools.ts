import { z } from "zod";
import { type Call, defineTool, HINTS, requireScope, type Tool } from "../calls/define.ts";
import { contactReference } from "../contacts/answers.ts";
import { CHANNELS } from "../inboxes/store.ts";
import { Failure } from "../tenant/failure.ts";
import { idempotencyKeyInput } from "../tenant/idempotency.ts";
import { cursorInput, limitInput, pageOutput } from "../tenant/page.ts";
import { MAX_TEXT } from "./append.ts";
import { createDraft, listDrafts, updateDraft } from "./drafts.ts";
import { idInput } from "./filters.ts";
import { addNote } from "./notes.ts";
import { describeConversation } from "./read-tools.ts";
import {
  CUT,
  conversationFull,
  draftOut,
  draftRow,
  messageOut,
  messageRow,
  UNTRUSTED_MESSAGE,
} from "./rows.ts";
import { CONVERSATION_STATUSES, DRAFT_STATUSES } from "./schema.ts";
import { reply, type Sent, sendToContact, startConversation } from "./send.ts";
import { assignConversation, setStatus } from "./status.ts";

const textInput = z
  .string()
  .min(1)
  .max(MAX_TEXT)
  .refine((text) => text.trim() !== "", "must not be blank");

/** What a send takes: exactly one of text and template. */
const content = {
  text: textInput.optional(),
  template: z
    .strictObject({
      name: z.string().min(1).max(512),
      language: z.string().min(2).max(20),
      variables: z.record(z.string().max(100), z.string().max(1000)).optional(),
    })
    .optional()
    .describe("An approved template, instead of text"),
};
const oneOf = (input: { text?: unknown; template?: unknown }) =>
  (input.text === undefined) !== (input.template === undefined);
const ONE_OF = "pass exactly one of text and template";

const sentOutput = z.object({
  message: messageRow,
  repeated: z.boolean().describe("True when this idempotencyKey had sent it before; nothing was sent now"),
});

function sentOut({ message, repeated }: Sent) {
  return { message: messageOut(message, CUT), repeated };
}

export const sendTools: readonly Tool[] = [
  defineTool({
    name: "send_message",
    title: "Send message",
    description:
      "Sends a message to a contact on its latest conversation, or on a new one (needs conversations:start). inboxId or channel say on which.",
    phrases:
      "tell the customer that we ship tomorrow, text somebody, write to a person, let her know, inform a " +
      "customer, remind a customer, send a whatsapp, send sms, email the client, notify a person, text a " +
      "customer about the order, ping a customer, forward information to him",
    toolset: "conversations",
    scope: "conversations:reply",
    hints: HINTS.S,
    untrusted: UNTRUSTED_MESSAGE,
    example: {
      contactId: "email:anna@example.com",
      text: "Your replacement left our warehouse today.",
      idempotencyKey: "replacement-10234",
    },
    input: z
      .strictObject({
        contactId: contactReference,
        ...content,
        inboxId: idInput.optional(),
        channel: z.enum(CHANNELS).optional(),
        idempotencyKey: idempotencyKeyInput,
      })
      .refine(oneOf, ONE_OF),
    output: sentOutput,
    async run(call, { idempotencyKey: key, ...args }) {
      const sent = await sendToContact(call.tenant, args, args, { tool: "send_message", key, args }, () =>
        requireScope(call, "conversations:start"),
      );
      return sentOut(sent);
    },
  }),
  defineTool({
    name: "reply_to_conversation",
    title: "Reply to conversation",
    description: "Sends a message to the customer in this conversation; its status stays as it is.",
    phrases:
      "respond to the visitor, write back, apologise in the thread, say thanks in this chat, respond in " +
      "the thread, tell them in this chat, post an answer, answer his question",
    toolset: "conversations",
    scope: "conversations:reply",
    hints: HINTS.S,
    untrusted: UNTRUSTED_MESSAGE,
    example: {
      conversationId: "cv_01kajq3v7e8m2n4p6r8t0v",
      text: "Sorry for the wait! Your parcel arrives tomorrow.",
      idempotencyKey: "reply-10234-1",
    },
    input: z
      .strictObject({ conversationId: idInput, ...content, idempotencyKey: idempotencyKeyInput })
      .refine(oneOf, ONE_OF),
    output: sentOutput,
    async run(call, { idempotencyKey: key, ...args }) {
      return sentOut(
        await reply(call.tenant, args.conversationId, args, { tool: "reply_to_conversation", key, args }),
      );
    },
  }),
  defineTool({
    name: "start_conversation",
    title: "Start conversation",
    description:
      "Opens a new conversation with a contact by sending its first message. Use send_message to go on with one that exists.",
    phrases:
      "reach out to a customer first, begin a new chat through an inbox, open a fresh thread on whatsapp, " +
      "write first, first message to a new lead, contact someone who never wrote to us, outbound message, " +
      "cold outreach, new thread on another channel, approach a prospect",
    toolset: "conversations",
    scope: "conversations:start",
    hints: HINTS.S,
    untrusted: UNTRUSTED_MESSAGE,
    example: {
      contactId: "email:anna@example.com",
      inboxId: "ib_01kajq3v7e8m2n4p6r8t0v",
      text: "Hello Anna, your order is ready.",
      idempotencyKey: "ready-10234",
    },
    input: z
      .strictObject({
        contactId: contactReference,
        inboxId: idInput,
        ...content,
        idempotencyKey: idempotencyKeyInput,
      })
      .refine(oneOf, ONE_OF),
    output: sentOutput.extend({ conversation: conversationFull }),
    async run(call, { idempotencyKey: key, ...args }) {
      const sent = await startConversation(call.tenant, args, args, {
        tool: "start_conversation",
        key,
        args,
      });
      const { conversation } = await describeConversation(call, sent.conversation);
      return { ...sentOut(sent), conversation };
    },
  }),
];

export const noteTool: Tool = defineTool({
  name: "add_private_note",
  title: "Add private note",
  description: "Writes a note into a conversation that only the team can read.",
  phrases:
    "comment for colleagues, internal remark, put down for the team, memo on the chat, leave a remark for " +
    "colleagues, note for the next shift, hidden note, note to self in a conversation, warn my colleagues " +
    "about this customer, customer must not see",
  toolset: "conversations",
  scope: "notes:write",
  hints: HINTS.W,
  untrusted: [],
  example: { conversationId: "cv_01kajq3v7e8m2n4p6r8t0v", text: "The carrier confirmed: lost in transit." },
  input: z.strictObject({ conversationId: idInput, text: textInput }),
  output: z.object({ note: messageRow }),
  async run({ tenant }, { conversationId, text }) {
    return { note: messageOut(await addNote(tenant, conversationId, text), CUT) };
  },
});

export const draftTools: readonly Tool[] = [
  defineTool({
    name: "create_draft_reply",
    title: "Create draft reply",
    description: "Leaves a reply in a conversation for a person of the team to send or discard.",
    phrases:
      "write an answer but let somebody check it first, suggest a response, prepare a reply for approval, " +
      "do not send yet, boss reviews, propose a response, reply to be reviewed by a human, write something " +
      "i can check before it is sent, prewrite an answer",
    toolset: "conversations",
    scope: "drafts:write",
    hints: HINTS.W,
    untrusted: [],
    example: {
      conversationId: "cv_01kajq3v7e8m2n4p6r8t0v",
      text: "We are sending a new one today, free of charge.",
    },
    input: z.strictObject({ conversationId: idInput, text: textInput }),
    output: z.object({ draft: draftRow }),
    async run({ tenant }, { conversationId, text }) {
      return { draft: draftOut(await createDraft(tenant, conversationId, text), CUT) };
    },
  }),
  defineTool({
    name: "update_draft_reply",
    title: "Update draft reply",
    description: "Rewrites a pending draft and answers it; without text it answers the draft whole.",
    phrases:
      "make the proposed answer shorter, reword the suggestion, change a draft, improve the suggested " +
      "reply, edit the draft, shorten the draft, make the draft friendlier, correct the pending reply, " +
      "show the whole draft",
    toolset: "conversations",
    scope: "drafts:write",
    hints: { ...HINTS.W, idempotent: true },
    untrusted: [],
    example: { draftId: "dr_01kajq3v7e8m2n4p6r8t0v", text: "We are sending a new one today." },
    input: z.strictObject({ draftId: idInput, text: textInput.optional() }),
    output: z.object({ draft: draftRow }),
    async run({ tenant }, { draftId, text }) {
      return { draft: draftOut(await updateDraft(tenant, draftId, text)) };
    },
  }),
  defineTool({
    name: "list_draft_replies",
    title: "List draft replies",
    description: "Lists draft replies and what became of them, newest first, long texts cut.",
    phrases:
      "what is waiting for approval, suggested answers not sent yet, pending proposals, were drafts sent " +
      "or discarded, unsent replies, answers that need review, open suggestions",
    toolset: "conversations",
    scope: "drafts:read",
    hints: HINTS.R,
    untrusted: [],
    example: { status: "pending" },
    input: z.strictObject({
      conversationId: idInput.optional(),
      status: z.enum(DRAFT_STATUSES).optional(),
      cursor: cursorInput,
      limit: limitInput(),
    }),
    output: pageOutput(draftRow),
    async run({ tenant }, input) {
      const page = await listDrafts(tenant, input);
      return { ...page, items: page.items.map((draft) => draftOut(draft, CUT)) };
    },
  }),
];

export const stateTools: readonly Tool[] = [
  defineTool({
    name: "set_conversation_status",
    title: "Set conversation status",
    description:
      "Sets a conversation to open, pending (the bot has it), snoozed or resolved. A snoozed one opens at snoozedUntil, or when the customer writes.",
    phrases:
      "close the chat, put on hold until monday, reopen, archive, mark solved, chat is finished, done with " +
      "this customer, remind me of this chat later, come back to it tomorrow, wake up again, give back to " +
      "the bot, change state of the conversation",
    toolset: "conversations",
    scope: "conversations:write",
    hints: { ...HINTS.W, idempotent: true },
    untrusted: ["name"],
    example: {
      conversationId: "cv_01kajq3v7e8m2n4p6r8t0v",
      status: "snoozed",
      snoozedUntil: "2027-01-04T09:00:00Z",
    },
    input: z
      .strictObject({
        conversationId: idInput,
        status: z.enum(CONVERSATION_STATUSES),
        snoozedUntil: z.iso
          .datetime({ offset: true })
          .optional()
          .describe("For snoozed, and only then: a time in the future, ISO 8601 with offset"),
      })
      .refine(({ status, snoozedUntil }) => (status === "snoozed") === (snoozedUntil !== undefined), {
        path: ["snoozedUntil"],
        error: "required for snoozed, and not allowed otherwise",
      })
      .refine(({ snoozedUntil }) => snoozedUntil === undefined || Date.parse(snoozedUntil) > Date.now(), {
        path: ["snoozedUntil"],
        error: "must be in the future",
      }),
    output: z.object({ conversation: conversationFull }),
    async run(call, { conversationId, status, snoozedUntil }) {
      const until = snoozedUntil === undefined ? null : Date.parse(snoozedUntil);
      const changed = await setStatus(call.tenant, conversationId, { status, snoozedUntil: until });
      const { conversation } = await describeConversation(call, changed);
      return { conversation };
    },
  }),
  defineTool({
    name: "assign_conversation",
    title: "Assign conversation",
    description: "Assigns a conversation to a member or a bot, or to nobody.",
    phrases:
      "let maria handle this chat, give to somebody, take over, who should deal with it, hand over, pass " +
      "to sales, transfer to another agent, let someone else take it, i will take it, unassign, release a " +
      "chat, forward a chat to the team, another person should answer",
    toolset: "conversations",
    scope: "conversations:write",
    hints: { ...HINTS.W, idempotent: true },
    untrusted: ["name"],
    example: { conversationId: "cv_01kajq3v7e8m2n4p6r8t0v", assignee: "none" },
    input: z.strictObject({
      conversationId: idInput,
      assignee: idInput.describe("Member or bot id (see list_members), or none"),
    }),
    output: z.object({ conversation: conversationFull }),
    async run(call, { conversationId, assignee }) {
      const wanted = assignee === "none" ? null : await assignable(call, assignee);
      const changed = await assignConversation(call.tenant, conversationId, wanted);
      const { conversation } = await describeConversation(call, changed);
      return { conversation };
    },
  }),
];

/** @throws Failure `invalid_input` unless the id is a member's or a bot's of this workspace */
export async function assignable(call: Call, id: string): Promise<string> {
  const members = await call.workspace.members();
  if (members.some((member) => member.id === id)) return id;
  throw new Failure("invalid_input", "assignee is no member or bot of this workspace.", {
    hint: "Pass an id of list_members, or none.",
    candidates: members.slice(0, 20).map((member) => member.id),
  });
}

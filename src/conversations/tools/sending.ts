import { z } from "zod";
import { givenFilesInput } from "../../attachments/given.ts";
import { type Call, defineTool, HINTS, requireScope, type Tool } from "../../calls/define.ts";
import { forExample } from "../../calls/portable.ts";
import { reference } from "../../calls/references.ts";
import { contactReference } from "../../contacts/answers.ts";
import { CHANNELS } from "../../inboxes/store.ts";
import { idempotencyKeyInput } from "../../tenant/idempotency.ts";
import { CUT, conversationFull, messageRow, showMessage, UNTRUSTED_MESSAGE } from "../answers.ts";
import { reply, type Sent, sendingOf, sendToContact, startConversation } from "../send.ts";
import { describeConversation } from "./reading.ts";
import { textInput } from "./text.ts";

/** What a send takes: exactly one of text and template. */
const content = {
  text: textInput.optional(),
  attachments: givenFilesInput,
  template: z
    .strictObject({
      name: z.string().min(1).max(512),
      language: z.string().min(2).max(20),
      variables: z
        .record(z.string().max(100), z.string().max(1000))
        .meta(forExample({ name: { type: "string" } }))
        .optional(),
    })
    .optional()
    .describe("An approved template, instead of text"),
};
const oneOf = ({
  text,
  attachments,
  template,
}: {
  text?: string;
  attachments?: unknown[];
  template?: unknown;
}) => (text === undefined && !attachments?.length) !== (template === undefined);
const ONE_OF = "pass text, attachments or both, or a template";

const sentOutput = z.object({
  message: messageRow,
  repeated: z.boolean().describe("True when this idempotencyKey had sent it before; nothing was sent now"),
});

function showSent({ tenant }: Pick<Call, "tenant">, { message, repeated }: Sent) {
  return { message: showMessage(tenant, message, CUT), repeated };
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
    input: () =>
      z
        .strictObject({
          contactId: contactReference,
          ...content,
          inboxId: reference("inbox").optional(),
          channel: z.enum(CHANNELS).optional(),
          idempotencyKey: idempotencyKeyInput,
        })
        .refine(oneOf, ONE_OF),
    output: () => sentOutput,
    async run(call, { idempotencyKey: key, ...args }) {
      const sent = await sendToContact(sendingOf(call), args, args, { tool: "send_message", key, args }, () =>
        requireScope(call, "conversations:start"),
      );
      return showSent(call, sent);
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
    input: () =>
      z
        .strictObject({
          conversationId: reference("conversation"),
          ...content,
          idempotencyKey: idempotencyKeyInput,
        })
        .refine(oneOf, ONE_OF),
    output: () => sentOutput,
    async run(call, { idempotencyKey: key, ...args }) {
      return showSent(
        call,
        await reply(sendingOf(call), args.conversationId, args, { tool: "reply_to_conversation", key, args }),
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
    input: () =>
      z
        .strictObject({
          contactId: contactReference,
          inboxId: reference("inbox"),
          ...content,
          idempotencyKey: idempotencyKeyInput,
        })
        .refine(oneOf, ONE_OF),
    output: () => sentOutput.extend({ conversation: conversationFull }),
    async run(call, { idempotencyKey: key, ...args }) {
      const sent = await startConversation(sendingOf(call), args, args, {
        tool: "start_conversation",
        key,
        args,
      });
      const { conversation } = await describeConversation(call, sent.conversation);
      return { ...showSent(call, sent), conversation };
    },
  }),
];

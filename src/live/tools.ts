import { z } from "zod";
import { defineTool, HINTS, type Tool } from "../calls/define.ts";
import { reference } from "../calls/references.ts";
import { contactReference } from "../contacts/answers.ts";
import { sendingOf } from "../conversations/send.ts";
import { FLOW_OUTCOMES } from "../flows/run/state.ts";
import { idempotencyKeyInput } from "../tenant/idempotency.ts";
import { time } from "../tenant/time.ts";
import { notDoneSchema, sendFlow } from "./send-flow.ts";

/** Characters of each message in the answer. */
const CUT = 500;

const sessionRow = z.object({
  id: z.string(),
  flowId: z.string(),
  versionId: z.string(),
  chatbotId: z.string().nullable(),
  contactId: z.string().nullable(),
  conversationId: z.string().nullable(),
  inboxId: z.string().nullable(),
  status: z.enum(["waiting", ...FLOW_OUTCOMES]),
  reason: z.string().nullable().describe("Why it ended"),
  nodeId: z.string().nullable().describe("Where it waits or ended"),
  waitingFor: z
    .string()
    .nullable()
    .describe("answer, choice or message of the contact, time, or result of a request that is under way"),
  wakeAt: time.nullable().describe("When it goes on if the contact says nothing"),
  createdAt: time,
});

/** What runs flows with contacts: part of the flows toolset. */
export const engineTools: readonly Tool[] = [
  defineTool({
    name: "send_contact_flow",
    title: "Send flow to contact",
    description:
      "Starts a published flow with a contact on its latest conversation, or a new one: sends what it says up to its first question or request, and abandons a flow under way there. Answers the flow session.",
    phrases:
      "kick off the feedback survey for this customer, start an automation with a person, run the " +
      "onboarding for, trigger the flow, have the bot take the customer through steps, send questionnaire, " +
      "send a form to, birthday discount flow to a contact",
    toolset: "flows",
    scope: "conversations:start",
    hints: HINTS.S,
    untrusted: ["text"],
    example: { contactId: "email:anna@example.com", flowId: "fl_01kajq3v7e8m2n4p6r8t0v" },
    input: () =>
      z.strictObject({
        contactId: contactReference,
        flowId: reference("flow"),
        idempotencyKey: idempotencyKeyInput,
      }),
    output: () =>
      z.object({
        session: sessionRow,
        responseId: z.string(),
        messages: z
          .array(z.object({ id: z.string(), text: z.string(), cut: z.boolean() }))
          .describe("What was sent, in order"),
        notDone: notDoneSchema.describe("What the flow wanted done and could not be"),
        repeated: z.boolean().describe("This idempotencyKey had sent it before; nothing was sent now"),
      }),
    async run(call, { idempotencyKey, ...target }) {
      const { session, responseId, messages, notDone, repeated } = await sendFlow(
        sendingOf(call),
        target,
        idempotencyKey,
      );
      const { state } = session;
      return {
        session: { ...session, reason: state?.reason ?? null, waitingFor: state?.waiting?.for ?? null },
        responseId,
        messages: messages.map(({ id: messageId, body }) => ({
          id: messageId,
          text: body.slice(0, CUT).toWellFormed(),
          cut: body.length > CUT,
        })),
        notDone,
        repeated,
      };
    },
  }),
];

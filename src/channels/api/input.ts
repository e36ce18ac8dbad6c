import { z } from "zod";
import { givenFilesInput } from "../../attachments/given.ts";
import { contactNameInput, emailInput } from "../../contacts/fields.ts";
import { phoneInput } from "../../contacts/phones.ts";
import type { Scope } from "../../control/scopes.ts";
import { MAX_TEXT } from "../../conversations/append.ts";
import { MAX_BODY_BYTES } from "../../http/body.ts";
import { time } from "../../tenant/time.ts";
import { typedText } from "../../tenant/typed-text.ts";

/** Where a team's own app brings in what its customers write; the inbox's id follows. */
export const CHANNELS_PATH = "/api/v1/channels";

/** What its API key must hold. */
export const SCOPE: Scope = "conversations:inbound";

/** Bytes of a request body: files may be in it. */
export const MAX_BODY = MAX_BODY_BYTES;

const UUID = /^[A-Za-z0-9_.:-]{1,100}$/;

/** Body of POST /messages. */
export const inboundInput = z.strictObject({
  contact: z
    .strictObject({
      id: typedText(200).describe("Who wrote: your own id of them, always the same"),
      name: contactNameInput.optional().describe("Counts when they write for the first time"),
      email: emailInput.optional(),
      phone: phoneInput.optional(),
    })
    .describe("Who wrote"),
  text: typedText(MAX_TEXT, { min: 0 })
    .default("")
    .describe(`What they wrote, at most ${MAX_TEXT} characters; may be left out beside files`),
  attachments: givenFilesInput,
  uuid: z
    .string()
    .regex(UUID, "1 to 100 letters, digits or _ . : -")
    .describe("Your id of the message: the same one again is the same message"),
  choiceIds: z
    .array(z.string().min(1).max(100))
    .min(1)
    .max(50)
    .optional()
    .describe("Ids of offered choices that they took; text says them in words"),
});

/** Of POST /messages. */
export const inboundOutput = z.object({
  conversationId: z.string(),
  message: z.object({ id: z.string(), seq: z.int(), text: z.string(), createdAt: time }),
  repeated: z.boolean().describe("The uuid came before: this is what it made then"),
});

/** Body of POST /messages/{messageId}/status. */
export const reportInput = z.strictObject({
  status: z.enum(["delivered", "read", "failed"]).describe("It moves forward only"),
  reason: typedText(500).optional().describe("Why it failed, for failed alone"),
});

/** Of POST /messages/{messageId}/status. */
export const reportOutput = z.object({
  messageId: z.string(),
  status: z.enum(["queued", "sent", "delivered", "read", "failed"]).describe("As it is now"),
});

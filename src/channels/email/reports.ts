import { z } from "zod";
import { parseJson } from "../../http/json-text.ts";
import { sameText } from "../../http/same-text.ts";
import { Failure } from "../../tenant/failure.ts";
import { signatureHeader } from "../../webhooks/signing.ts";
import type { Connected, Told } from "../channel.ts";
import { sourceOf } from "./compose.ts";
import { credentialsOf } from "./connecting.ts";

/**
 * What providers report of mail that went out: Resend's webhooks (resend.com/docs/dashboard/webhooks/event-types), signed
 * as Svix does, and Postmark's (postmarkapp.com/developer/webhooks/bounce-webhook, …/delivery-webhook,
 * …/spam-complaint-webhook), which show a password. Shapes as of November 2026.
 */

/** How old a signature may be, in seconds: what Standard Webhooks advises. */
const TOLERANCE = 5 * 60;

const resendEvent = z.object({
  type: z.string(),
  data: z.object({
    email_id: z.string().optional(),
    to: z.union([z.string().transform((one) => [one]), z.array(z.string())]).optional(),
    bounce: z.object({ message: z.string().optional(), type: z.string().optional() }).optional(),
    failed: z.object({ reason: z.string().optional() }).optional(),
  }),
});

const postmarkEvent = z.object({
  RecordType: z.string(),
  MessageID: z.string().optional(),
  Email: z.string().optional(),
  Type: z.string().optional(),
  Inactive: z.boolean().optional(),
  Description: z.string().optional(),
  Details: z.string().optional(),
});

/** @throws Failure `unauthenticated` where it is not the inbox's provider; `invalid_input` where it cannot be read */
export async function readReport(request: Request, body: Uint8Array, connected: Connected): Promise<Told[]> {
  const text = new TextDecoder().decode(body);
  if (request.headers.has("svix-signature")) {
    await mustBeSigned(request.headers, text, credentialsOf(connected).signingSecret);
    return ofResend(readAs(resendEvent, text));
  }
  await mustKnowPassword(request.headers, credentialsOf(connected).hookSecret);
  return ofPostmark(readAs(postmarkEvent, text));
}

async function mustBeSigned(headers: Headers, body: string, secret: string | null): Promise<void> {
  const messageId = headers.get("svix-id") ?? "";
  const timestamp = Number(headers.get("svix-timestamp"));
  const given = (headers.get("svix-signature") ?? "").split(" ").slice(0, 10);
  const isRecent = Math.abs(Date.now() / 1000 - timestamp) <= TOLERANCE;
  if (secret !== null && isRecent) {
    const right = await signatureHeader([secret], { messageId, timestamp, body });
    const same = await Promise.all(given.map((one) => sameText(one, right)));
    if (same.includes(true)) return;
  }
  throw new Failure("unauthenticated", "This is not signed by Resend with this inbox's secret.");
}

async function mustKnowPassword(headers: Headers, secret: string): Promise<void> {
  const right = `Basic ${btoa(`parley:${secret}`)}`;
  if (await sameText(headers.get("authorization") ?? "", right)) return;
  throw new Failure("unauthenticated", "This is not Postmark with this inbox's password.");
}

function readAs<T>(schema: z.ZodType<T>, text: string): T {
  try {
    return schema.parse(parseJson(text));
  } catch {
    throw new Failure("invalid_input", "This is no report of a mail.");
  }
}

function ofResend({ type, data }: z.output<typeof resendEvent>): Told[] {
  const { email_id: sourceId, to = [], bounce, failed } = data;
  if (sourceId === undefined) return [];
  switch (type) {
    case "email.delivered":
      return [{ type: "delivery", sourceId, state: "delivered" }];
    case "email.bounced":
    case "email.suppressed": {
      const reason = bounce?.message ?? "The mail could not be delivered.";
      const isForGood = bounce?.type === undefined || bounce.type.toLowerCase() === "permanent";
      return [failure(sourceId, reason), ...(isForGood ? to.flatMap((one) => cutOff(one, reason)) : [])];
    }
    case "email.failed":
      return [failure(sourceId, failed?.reason ?? "The mail could not be sent.")];
    case "email.complained":
      return to.flatMap((one) => cutOff(one, "The customer marked a mail as unwanted."));
    default:
      return [];
  }
}

function ofPostmark(event: z.output<typeof postmarkEvent>): Told[] {
  const { RecordType: type, MessageID: sourceId, Email: to, Inactive, Type, Description, Details } = event;
  if (sourceId === undefined) return [];
  switch (type) {
    case "Delivery":
      return [{ type: "delivery", sourceId, state: "delivered" }];
    case "Bounce": {
      const reason = [Description, Details].filter(Boolean).join(" ") || "The mail could not be delivered.";
      const isForGood = Inactive === true || Type === "HardBounce" || Type === "BadEmailAddress";
      // A soft bounce is tried again by Postmark.
      if (!isForGood && Type !== "SoftBounce" && Type !== "Blocked" && Type !== "DMARCPolicy") return [];
      return [failure(sourceId, reason), ...(isForGood && to ? cutOff(to, reason) : [])];
    }
    case "SpamComplaint":
      return to ? cutOff(to, "The customer marked a mail as unwanted.") : [];
    default:
      return [];
  }
}

function failure(sourceId: string, reason: string): Told {
  return { type: "delivery", sourceId, state: "failed", failure: reason.slice(0, 500) };
}

/** Whether or not it was proven that the address is theirs. */
function cutOff(address: string, reason: string): Told[] {
  return [true, false].map((isProven) => ({
    type: "reach",
    from: sourceOf(address, isProven),
    reason: reason.slice(0, 500),
  }));
}

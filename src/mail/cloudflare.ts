import { z } from "zod";
import type { Mail, MailFate } from "./mail.ts";
import { later } from "./request.ts";

/** Cloudflare's Email Service (developers.cloudflare.com/email-service/api/send-emails/workers-api, read November 2026). */

const NAME = "Cloudflare";
const fault = z.object({ code: z.string(), message: z.string().default("") });

/** Codes after which it may go another time; 429 as other providers say it. */
const BUSY = ["E_RATE_LIMIT_EXCEEDED", "E_DAILY_LIMIT_EXCEEDED"];
/** The domain or the account is not let send. */
const NOT_ALLOWED = ["E_SENDER_NOT_VERIFIED", "E_SENDER_DOMAIN_NOT_AVAILABLE"];
/** Nothing gets through to this address. */
const NOBODY = ["E_RECIPIENT_SUPPRESSED", "E_RECIPIENT_NOT_ALLOWED"];

/** Sends by the `send_email` binding. It takes no key: a mail whose answer was lost goes out once more. */
export async function sendByCloudflare(env: Env, mail: Mail): Promise<MailFate> {
  if (!env.EMAIL) return later("The deployment has no binding EMAIL.", null, { refused: true });
  const { from, to, subject, text, html, replyTo, headers, files = [] } = mail;
  try {
    const { messageId } = await env.EMAIL.send({
      ...{ to, subject, text, html, replyTo, headers: { ...headers } },
      from: from.name ? { name: from.name, email: from.address } : from.address,
      attachments: files.map(({ name, mediaType, content }) => ({
        ...({ disposition: "attachment", filename: name, type: mediaType, content } as const),
      })),
    });
    return { outcome: "sent", id: messageId };
  } catch (error) {
    const { code, message } = fault.safeParse(error).data ?? { code: "", message: "" };
    const reason = message === "" ? `${NAME} could not be reached.` : `${NAME}: ${message}`;
    if (BUSY.includes(code)) return later(reason, 429);
    if (NOT_ALLOWED.includes(code)) return later(reason, 403, { refused: true });
    if (NOBODY.includes(code)) return { outcome: "failed", reason, unreachable: true };
    // The receiving server said no; what it said may pass.
    if (code === "" || code === "E_INTERNAL_SERVER_ERROR" || code === "E_DELIVERY_FAILED") {
      return later(reason, 500);
    }
    return { outcome: "failed", reason, unreachable: false };
  }
}

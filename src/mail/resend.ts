import { z } from "zod";
import { type Mail, type MailFate, mailboxText } from "./mail.ts";
import { providerOrigin } from "./origins.ts";
import { fateOf, later, postJson } from "./request.ts";

/** Resend's API (resend.com/docs/api-reference/emails/send-email and …/errors, read November 2026). */

const NAME = "Resend";
const sent = z.object({ id: z.string() });
const refusal = z.object({ name: z.string().optional(), message: z.string() });

/** Sends by Resend, which takes one mail of the same key once in 24 hours. */
export async function sendByResend(env: Env, key: string, mail: Mail): Promise<MailFate> {
  const { from, to, subject, text, html, replyTo, headers, files = [] } = mail;
  const answer = await postJson(
    NAME,
    `${providerOrigin(env, "resend")}/emails`,
    { authorization: `Bearer ${key}`, ...(mail.key ? { "idempotency-key": mail.key } : {}) },
    {
      ...{ from: mailboxText(from), to: [to], subject, text, html, reply_to: replyTo, headers },
      ...(files.length > 0
        ? {
            attachments: files.map(({ name, mediaType, content }) => ({
              ...{ filename: name, content_type: mediaType, content },
            })),
          }
        : {}),
    },
  );
  if ("outcome" in answer) return answer;
  const accepted = sent.safeParse(answer.body);
  if (answer.statusCode < 300 && accepted.success) return { outcome: "sent", id: accepted.data.id };
  const { name = "", message = "" } = refusal.safeParse(answer.body).data ?? {};
  // The first attempt is under way still.
  if (name === "concurrent_idempotent_requests") return later(`${NAME}: ${message}`, answer.statusCode);
  return fateOf(NAME, answer, message);
}

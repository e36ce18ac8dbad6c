import { z } from "zod";
import { type Mail, type MailFate, mailboxText } from "./mail.ts";
import { providerOrigin } from "./origins.ts";
import { fateOf, later, postJson } from "./request.ts";

/** Postmark's API (postmarkapp.com/developer/api/email-api and …/overview#error-codes, read November 2026). */

const NAME = "Postmark";
const answered = z.object({
  ErrorCode: z.int(),
  Message: z.string().default(""),
  MessageID: z.string().optional(),
});

/** Codes of its API. */
const INACTIVE_RECIPIENT = 406;
/** The token, the sender's address or the account is not let send. */
const NOT_ALLOWED = [10, 400, 401, 405, 412, 413];

/** Sends by Postmark. It takes no key: a mail whose answer was lost goes out once more. */
export async function sendByPostmark(env: Env, token: string, mail: Mail): Promise<MailFate> {
  const { from, to, subject, text, html, replyTo, headers = {}, files = [] } = mail;
  const answer = await postJson(
    NAME,
    `${providerOrigin(env, "postmark")}/email`,
    { "x-postmark-server-token": token },
    {
      ...{
        From: mailboxText(from),
        To: to,
        Subject: subject,
        TextBody: text,
        HtmlBody: html,
        ReplyTo: replyTo,
      },
      MessageStream: "outbound",
      Headers: Object.entries(headers).map(([Name, Value]) => ({ Name, Value })),
      Attachments: files.map(({ name, mediaType, content }) => ({
        ...{ Name: name, ContentType: mediaType, Content: content },
      })),
    },
  );
  if ("outcome" in answer) return answer;
  const {
    ErrorCode: code,
    Message: message = "",
    MessageID: id,
  } = answered.safeParse(answer.body).data ?? {};
  if (answer.statusCode < 300 && code === 0 && id) return { outcome: "sent", id };
  if (code === INACTIVE_RECIPIENT) {
    return { outcome: "failed", reason: `${NAME}: ${message}`, unreachable: true };
  }
  if (code !== undefined && NOT_ALLOWED.includes(code)) {
    return later(`${NAME}: ${message}`, answer.statusCode, { refused: true });
  }
  return fateOf(NAME, answer, message);
}

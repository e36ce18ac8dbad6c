import { readEmail } from "../tenant/typed-addresses.ts";
import { sendByCloudflare } from "./cloudflare.ts";
import { inOneLines, type Mail, type Mailbox, type MailFate, type MailWay } from "./mail.ts";
import { sendByPostmark } from "./postmark.ts";
import { sendByResend } from "./resend.ts";

export type { Mail, MailFate } from "./mail.ts";

/** The provider that the deployment itself sends by; null where none is configured. */
export function deploymentWay(env: Env): MailWay | null {
  if (env.RESEND_API_KEY) return { provider: "resend", key: env.RESEND_API_KEY };
  if (env.POSTMARK_TOKEN) return { provider: "postmark", key: env.POSTMARK_TOKEN };
  return env.EMAIL ? { provider: "cloudflare" } : null;
}

/** Whom mail to members comes from: MAIL_FROM; null where it names nobody. */
function sender(env: Env): Mailbox | null {
  const text = env.MAIL_FROM ?? "";
  const address = readEmail(text);
  if (address === null) return null;
  const name = /^\s*"?([^"<]*?)"?\s*</.exec(text)?.[1] ?? "";
  return name === "" ? { address } : { name, address };
}

/** Whether {@link sendMail} has somebody to send by, and somebody to send as. */
export function isMailConfigured(env: Env): boolean {
  return deploymentWay(env) !== null && sender(env) !== null;
}

/** Hands a mail to a provider. Never throws for what it does, and tries once. */
export async function handMail(env: Env, way: MailWay, mail: Mail): Promise<MailFate> {
  const safe = inOneLines(mail);
  switch (way.provider) {
    case "cloudflare":
      return sendByCloudflare(env, safe);
    case "resend":
      return sendByResend(env, way.key, safe);
    case "postmark":
      return sendByPostmark(env, way.key, safe);
  }
}

/**
 * Sends mail of the deployment itself: a link for a new password or a sign-up. Tries once, takes up to 20 seconds,
 * and never throws for what the provider does: look at `outcome`.
 * @param mail its `key` makes that Resend sends the same one once
 */
export async function sendMail(env: Env, mail: Omit<Mail, "from">): Promise<MailFate> {
  const [way, from] = [deploymentWay(env), sender(env)];
  if (way === null || from === null) {
    return { outcome: "failed", reason: "This deployment sends no mail.", unreachable: false };
  }
  // Nobody's automatic answer shall come back.
  const headers = { "Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All", ...mail.headers };
  return handMail(env, way, { ...mail, from, headers });
}

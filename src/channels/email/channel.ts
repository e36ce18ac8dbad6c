import { CHANNEL_ABILITIES, MAIL_BYTES } from "../../inboxes/channels.ts";
import type { MailFile } from "../../mail/mail.ts";
import { handMail } from "../../mail/send.ts";
import type { ChannelAdapter, Handed, OutgoingFile } from "../channel.ts";
import { mailOf } from "./compose.ts";
import { connecting, credentialsOf, wayOf } from "./connecting.ts";
import { readReport } from "./reports.ts";
import { threadToken } from "./thread-address.ts";

/**
 * An address of mail. What comes in, Cloudflare Email Routing hands to the Worker (receive.ts); what goes out is handed to
 * a provider, in its conversation's thread. Customers are their addresses, where SPF or DKIM prove them.
 */
export const emailChannel: ChannelAdapter = {
  kind: "email",
  can: CHANNEL_ABILITIES.email,
  connecting,
  hook: { read: readReport },
  out: {
    async hand(message, connected): Promise<Handed> {
      const way = wayOf(connected);
      if (!way) {
        const reason = "This deployment sends no mail by itself any more.";
        return { outcome: "later", reason, statusCode: null, retryAfterMs: null, refused: true };
      }
      const files = await readFiles(message.files);
      if (files === null) {
        return {
          outcome: "failed",
          reason: `The files are larger than ${MAIL_BYTES / 1024 / 1024} MB together.`,
        };
      }
      const { address, sender } = credentialsOf(connected);
      const token = await threadToken(connected, message.conversationId);
      const mail = mailOf(message, { address, name: sender }, token, files);
      const fate = await handMail(connected.env, way, mail);
      return fate.outcome === "sent" ? { outcome: "sent", sourceId: fate.id } : fate;
    },
  },
};

/** The files of a message as a mail carries them; those that are gone are left out. Null: too large together. */
async function readFiles(files: readonly OutgoingFile[]): Promise<MailFile[] | null> {
  if (files.reduce((sum, { bytes }) => sum + bytes, 0) > MAIL_BYTES) return null;
  const read: MailFile[] = [];
  for (const file of files) {
    const body = await file.open();
    if (body === null) continue;
    const content = new Uint8Array(await new Response(body).arrayBuffer()).toBase64();
    read.push({ name: file.name, mediaType: file.mediaType, content });
  }
  return read;
}

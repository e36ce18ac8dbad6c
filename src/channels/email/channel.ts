import { CHANNEL_ABILITIES } from "../../inboxes/channels.ts";
import { handMail } from "../../mail/send.ts";
import type { ChannelAdapter, Handed } from "../channel.ts";
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
      const { address, sender } = credentialsOf(connected);
      const token = await threadToken(connected, message.conversationId);
      const fate = await handMail(connected.env, way, mailOf(message, { address, name: sender }, token));
      return fate.outcome === "sent" ? { outcome: "sent", sourceId: fate.id } : fate;
    },
  },
};

import { z } from "zod";
import { CHANNEL_ABILITIES } from "../../inboxes/channels.ts";
import type { ChannelAdapter, Connected } from "../channel.ts";
import { claimed } from "../claims.ts";
import { callGraph } from "./graph.ts";
import { answerHandshake } from "./handshake.ts";
import { linkedFile } from "./media.ts";
import { refused } from "./messaging-reasons.ts";
import { renderMessage } from "./messaging-render.ts";
import { accountsOf, notificationSchema, readNotification } from "./messaging-webhook.ts";
import { connectingOf, credentialsOf, type Product } from "./page-connecting.ts";
import { readSigned } from "./signed.ts";

/** How long somebody's name may take, in milliseconds: the webhook waits for it. */
const WHO_MS = 3_000;

const accepted = z.object({ message_id: z.string() });

const profile = z.object({
  name: z.string().optional(),
  first_name: z.string().optional(),
  last_name: z.string().optional(),
  username: z.string().optional(),
});

/**
 * Messenger or Instagram, whose Send API and webhooks are the same.
 * @param mostBytes of one text, which Instagram counts so
 */
export function messagingChannel(
  kind: "messenger" | "instagram",
  product: Product,
  mostBytes: number,
): ChannelAdapter {
  const can = CHANNEL_ABILITIES[kind];
  const { object } = product;
  return {
    ...{ kind, can },
    connecting: connectingOf(product),
    hook: {
      handshake: (query, { inboxId, env }) => answerHandshake(env, inboxId, query),
      async read(request, body, connected) {
        const { appSecret, accountId } = credentialsOf(connected);
        const told = await readSigned(request, body, appSecret, notificationSchema);
        return readNotification(object, accountId, told, (url, signal) =>
          linkedFile(connected.env, url, signal),
        );
      },
      async accounts(request, body, connected) {
        const { appSecret, accountId } = credentialsOf(connected);
        const told = await readSigned(request, body, appSecret, notificationSchema);
        return accountsOf(told).filter((id) => id !== accountId);
      },
      async who(sourceId, connected) {
        const fields = object === "page" ? "first_name,last_name" : "name,username";
        const answer = await callGraph(
          connected.env,
          credentialsOf(connected),
          `${encodeURIComponent(sourceId)}?fields=${fields}`,
          undefined,
          WHO_MS,
        );
        const read = profile.safeParse(answer.ok ? answer.result : null);
        if (!read.success) return {};
        const { name, first_name: first, last_name: last, username } = read.data;
        return claimed({ name: name || [first, last].filter(Boolean).join(" ") || username });
      },
    },
    out: {
      async hand(message, connected, progress) {
        const parts = renderMessage(message, can, mostBytes).slice(progress.done);
        let sourceId: string | undefined;
        for (const part of parts) {
          const answer = await post(connected, message.to, { messaging_type: "RESPONSE", message: part });
          if (!answer.ok) return refused(answer);
          sourceId = accepted.safeParse(answer.result).data?.message_id;
          progress.step();
        }
        return { outcome: "sent", sourceId };
      },
      async typing(to, connected) {
        await post(connected, to, { sender_action: "typing_on" });
      },
      async seen(to, connected) {
        await post(connected, to, { sender_action: "mark_seen" });
      },
    },
  };
}

function post(connected: Connected, to: string, body: Record<string, unknown>) {
  const credentials = credentialsOf(connected);
  return callGraph(connected.env, credentials, `${credentials.pageId}/messages`, {
    recipient: { id: to },
    ...body,
  });
}

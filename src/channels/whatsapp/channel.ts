import { z } from "zod";
import { CHANNEL_ABILITIES } from "../../inboxes/channels.ts";
import { Failure } from "../../tenant/failure.ts";
import type { ChannelAdapter, Connected, Handed } from "../channel.ts";
import { callGraph } from "../meta/graph.ts";
import { answerHandshake } from "../meta/handshake.ts";
import { mediaOf } from "../meta/media.ts";
import { readSigned } from "../meta/signed.ts";
import { connecting } from "./connecting.ts";
import { credentialsOf } from "./credentials.ts";
import { refused } from "./reasons.ts";
import { type Part, renderMessage } from "./render.ts";
import { sentWith } from "./sent-as.ts";
import { listTemplates, templatePart } from "./templates.ts";
import { notificationSchema, numbersOf, readNotification } from "./webhook.ts";

/** What the Cloud API answers to a message. */
const accepted = z.object({
  messages: z.array(z.object({ id: z.string() })).min(1),
  contacts: z.array(z.object({ wa_id: z.string().optional(), user_id: z.string().optional() })).default([]),
});

/** A number as WhatsApp writes it; what is none is an id of this business's own. */
const NUMBER = /^\d{5,20}$/;

/** A number on WhatsApp, by the Cloud API. */
export const whatsappChannel: ChannelAdapter = {
  kind: "whatsapp",
  can: CHANNEL_ABILITIES.whatsapp,
  connecting,
  hook: {
    handshake: (query, { inboxId, env }) => answerHandshake(env, inboxId, query),
    async read(request, body, connected) {
      const { appSecret, phoneNumberId } = credentialsOf(connected);
      const told = await readSigned(request, body, appSecret, notificationSchema);
      try {
        return readNotification(phoneNumberId, told, (id, signal) =>
          mediaOf(connected.env, credentialsOf(connected), id, signal),
        );
      } catch (error) {
        if (!(error instanceof z.ZodError)) throw error;
        throw new Failure("invalid_input", "This is not a webhook of WhatsApp.");
      }
    },
    async accounts(request, body, connected) {
      const { appSecret, phoneNumberId } = credentialsOf(connected);
      const told = await readSigned(request, body, appSecret, notificationSchema);
      return numbersOf(told).filter((id) => id !== phoneNumberId);
    },
  },
  out: {
    async hand(message, connected, progress) {
      const parts = message.content?.template
        ? await templatePart(message.content.template, connected)
        : renderMessage(message);
      if (!Array.isArray(parts)) return parts;
      let handed: Handed = { outcome: "sent" };
      for (const [i, part] of parts.entries()) {
        if (i < progress.done) continue;
        const data = sentWith(message.id, i, parts.length);
        handed = await send(connected, message.to, { ...part, biz_opaque_callback_data: data });
        if (handed.outcome !== "sent") return handed;
        progress.step();
      }
      return handed;
    },
    async typing(_to, connected, last) {
      if (last !== null) await markRead(connected, last, { typing_indicator: { type: "text" } });
    },
    async seen(_to, connected, last) {
      await markRead(connected, last);
    },
  },
  templates: { list: listTemplates },
};

async function send(connected: Connected, to: string, part: Part): Promise<Handed> {
  const isNumber = NUMBER.test(to);
  const answer = await post(connected, {
    recipient_type: "individual",
    ...(isNumber ? { to } : { recipient: to }),
    ...part,
  });
  if (!answer.ok) return refused(answer);
  const read = accepted.safeParse(answer.result);
  // It has it, whatever it says of it.
  if (!read.success) return { outcome: "sent" };
  const { messages, contacts } = read.data;
  const knownAs = contacts[0]?.user_id ?? contacts[0]?.wa_id;
  return {
    outcome: "sent",
    sourceId: messages[0]?.id,
    // Some countries' numbers are written in two ways, of which WhatsApp knows one.
    ...(isNumber && knownAs !== undefined && knownAs !== to ? { movedTo: knownAs } : {}),
  };
}

async function markRead(connected: Connected, messageId: string, more: object = {}): Promise<void> {
  await post(connected, { status: "read", message_id: messageId, ...more });
}

function post(connected: Connected, body: object) {
  const credentials = credentialsOf(connected);
  return callGraph(connected.env, credentials, `${credentials.phoneNumberId}/messages`, {
    messaging_product: "whatsapp",
    ...body,
  });
}

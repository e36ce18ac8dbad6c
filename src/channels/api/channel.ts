import { z } from "zod";
import { linkedMedia } from "../../attachments/said.ts";
import { checkTarget } from "../../http/targets.ts";
import { CHANNEL_ABILITIES } from "../../inboxes/channels.ts";
import { Failure } from "../../tenant/failure.ts";
import { time } from "../../tenant/time.ts";
import { attempt } from "../../webhooks/attempt.ts";
import { newSecret } from "../../webhooks/signing.ts";
import { checkedUrl } from "../../webhooks/subscription.ts";
import type { ChannelAdapter, Connected, Handed, Outgoing } from "../channel.ts";

/** What is sealed of a connection. */
const credentialsSchema = z.object({ callback: z.string(), secret: z.string() });

/** What `parley inbox connect` gives. */
const givenSchema = z.strictObject({ callback: z.string() });

/** The app says that it is at this address no more. */
const GONE = 410;

/** The type of what is delivered, beside that of a test. */
const MESSAGE = "message.outgoing";

/**
 * A team's own app. Messages come in by a door of their own (see door.ts), with an API key; what goes out is delivered to
 * the app's callback address as Standard Webhooks 1.0.0 has it, signed with a secret of this inbox.
 */
export const apiChannel: ChannelAdapter = {
  kind: "api",
  can: CHANNEL_ABILITIES.api,
  hook: null,
  connecting: {
    async connect(given, { env }) {
      const { success, data } = givenSchema.safeParse(given);
      if (!success) {
        throw new Failure(
          "invalid_input",
          "Pass --callback, the address that gets what goes out, and nothing else.",
        );
      }
      const callback = checkedUrl(env, data.callback, "callback");
      const secret = newSecret();
      return {
        connection: { credentials: { callback, secret }, shown: { callback } },
        once: { secret },
      };
    },
    async test(connected) {
      const { callback } = credentialsOf(connected);
      const body = JSON.stringify({ type: "test", timestamp: time.parse(Date.now()), data: {} });
      const messageId = `msg_${crypto.randomUUID().replaceAll("-", "")}`;
      const handed = await deliver(connected, messageId, body);
      if (handed.outcome === "sent") return `${callback} took a signed test.`;
      throw new Failure("not_allowed", handed.reason);
    },
    async disconnect() {},
  },
  out: {
    hand: (message, connected) => deliver(connected, message.id, bodyOf(message, connected)),
  },
};

function credentialsOf({ credentials }: Connected): z.output<typeof credentialsSchema> {
  return credentialsSchema.parse(credentials);
}

/** What a message's delivery says. */
function bodyOf(message: Outgoing, { inboxId }: Connected): string {
  const { id, to, text, files, content: held, conversationId, contactId, sender, createdAt } = message;
  const own = files.map(({ id: fileId, name, mediaType, bytes, address }) => {
    return { id: fileId, name, mediaType, bytes, url: address() };
  });
  const content =
    files.length > 0 ? { ...held, attachments: [...own, ...linkedMedia(held?.attachments)] } : held;
  return JSON.stringify({
    type: MESSAGE,
    timestamp: time.parse(createdAt),
    data: {
      channelId: inboxId,
      contact: { id: to, contactId },
      conversationId,
      message: {
        ...{ id, text, content },
        // As visitors are told: names of API keys and flows are internal.
        sender: {
          kind: sender.kind,
          name: sender.kind === "member" || sender.kind === "bot" ? sender.name : null,
        },
      },
    },
  });
}

/** One signed attempt. Whatever the receiver does, it is tried again: somebody may see to it within the day. */
async function deliver(
  connected: Connected,
  messageId: string,
  body: string,
): Promise<Extract<Handed, { outcome: "sent" | "later" }>> {
  const { env } = connected;
  const { callback: url, secret } = credentialsOf(connected);
  const check = checkTarget(env, url);
  if (!check.ok) {
    const reason = `The callback address may not be called: ${check.reason}.`;
    return { outcome: "later", reason, statusCode: null, retryAfterMs: null, refused: true };
  }
  const { statusCode, errorKind, retryAfterMs } = await attempt(env, {
    url,
    messageId,
    body,
    secrets: [secret],
  });
  if (errorKind === null) return { outcome: "sent" };
  const reason =
    statusCode === null
      ? `The callback address did not answer (${errorKind}).`
      : `The callback address answered ${statusCode}.`;
  return { outcome: "later", reason, statusCode, retryAfterMs, refused: statusCode === GONE };
}

import { parseJson } from "../../http/json-text.ts";
import { sameText } from "../../http/same-text.ts";
import { CHANNEL_ABILITIES } from "../../inboxes/channels.ts";
import { Failure } from "../../tenant/failure.ts";
import type { ChannelAdapter, Handed } from "../channel.ts";
import { type BotAnswer, callBot, downloadFromBot, uploadToBot } from "./bot-api.ts";
import { connecting, credentialsOf } from "./connecting.ts";
import { type FileRequest, METHODS, renderMessage } from "./render.ts";
import { readUpdate, type Update, updateSchema } from "./updates.ts";

/** The header in which Telegram shows that a request is its own: what `setWebhook` was given as `secret_token`. */
const SECRET = "x-telegram-bot-api-secret-token";

/** Codes of the Bot API. */
const CODE = { badRequest: 400, unauthorised: 401, forbidden: 403, notFound: 404, tooMany: 429 } as const;

/** A Telegram bot. Its chats are the customers; nobody is written to who has not written first. */
export const telegramChannel: ChannelAdapter = {
  kind: "telegram",
  can: CHANNEL_ABILITIES.telegram,
  connecting,
  hook: {
    async read(request, body, connected) {
      const { hookSecret, botId, token } = credentialsOf(connected);
      if (!(await sameText(request.headers.get(SECRET) ?? "", hookSecret))) {
        throw new Failure("unauthenticated", "This is not Telegram.");
      }
      const open = (fileId: string) => (signal: AbortSignal) =>
        downloadFromBot(connected.env, token, fileId, signal);
      return readUpdate({ botId, open }, updateOf(body));
    },
    async acknowledge(body, connected) {
      const tap = updateOf(body).callback_query;
      if (!tap) return;
      const { token } = credentialsOf(connected);
      const { env } = connected;
      await callBot(env, token, "answerCallbackQuery", { callback_query_id: tap.id });
      if (!tap.message) return;
      const { chat, message_id } = tap.message;
      // What was chosen is not chosen again.
      await callBot(env, token, "editMessageReplyMarkup", {
        ...{ chat_id: chat.id, message_id },
        reply_markup: { inline_keyboard: [] },
      });
    },
  },
  out: {
    async hand(message, connected, progress) {
      const { token } = credentialsOf(connected);
      const { env } = connected;
      for (const request of renderMessage(message).slice(progress.done)) {
        const answer =
          "file" in request
            ? await sendFile(env, token, request)
            : await callBot(env, token, "sendMessage", request);
        if (!answer.ok) return refused(answer);
        progress.step();
      }
      return { outcome: "sent" };
    },
    async typing(to, connected) {
      const { token } = credentialsOf(connected);
      await callBot(connected.env, token, "sendChatAction", { chat_id: to, action: "typing" });
    },
  },
};

/** One that is gone is passed over: what is said of it goes out all the same. */
async function sendFile(env: Env, token: string, { file, chatId, caption }: FileRequest): Promise<BotAnswer> {
  const body = await file.open();
  if (body === null) return { ok: true, result: null };
  const { method, field } = METHODS[file.kind];
  const fields = { chat_id: chatId, ...(caption === "" ? {} : { caption }) };
  const { name, mediaType, bytes } = file;
  return uploadToBot(env, token, method, fields, { field, name, mediaType, bytes, body });
}

/** @throws Failure `invalid_input` */
function updateOf(body: Uint8Array): Update {
  try {
    return updateSchema.parse(parseJson(new TextDecoder().decode(body)));
  } catch {
    throw new Failure("invalid_input", "This is not an update of the Bot API.");
  }
}

/** What follows when Telegram does not take a message. */
function refused(answer: Exclude<BotAnswer, { ok: true }>): Handed {
  const { code, description } = answer;
  const later = { outcome: "later", reason: description, statusCode: code, retryAfterMs: null } as const;
  if (code === null) return later;
  if (answer.movedTo !== undefined) return { outcome: "moved", to: String(answer.movedTo) };
  switch (code) {
    case CODE.unauthorised:
    case CODE.notFound:
      return { ...later, reason: "Telegram does not know the bot's token any more.", refused: true };
    case CODE.tooMany:
      return { ...later, retryAfterMs: (answer.retryAfterSeconds ?? 1) * 1000 };
    case CODE.forbidden:
      return { outcome: "failed", reason: description, unreachable: true };
    case CODE.badRequest:
      return { outcome: "failed", reason: description, unreachable: /chat not found/i.test(description) };
    default:
      return later;
  }
}

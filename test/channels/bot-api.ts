/**
 * A server that speaks Telegram's Bot API as it is documented (core.telegram.org/bots/api, "Making requests", setWebhook,
 * getWebhookInfo, sendMessage, answerCallbackQuery; shapes as of November 2026), for bots whose token begins with their
 * number. Runs in Node, beside the Worker under test: `/control/<token>` says what happens next, `/calls/<token>` what was
 * asked.
 */

interface Refusal {
  error_code: number;
  description: string;
  parameters?: { retry_after?: number; migrate_to_chat_id?: number };
}

/** A file that somebody sent: as it is served under its path, in base64. */
interface SentFile {
  path: string;
  base64: string;
}

interface Bot {
  /** By `file_id`. */
  files: Record<string, SentFile>;
  calls: { method: string; args: Record<string, unknown>; answered: number }[];
  webhook: Record<string, unknown>;
  /** What the next calls of sendMessage are refused with; null: one is let through. */
  next: (Refusal | null)[];
  /** Chats that blocked it. */
  blocked: string[];
  /** Its token was revoked. */
  revoked: boolean;
  messageId: number;
}

const bots = new Map<string, Bot>();

function botOf(token: string): Bot {
  const there = bots.get(token);
  if (there) return there;
  const made = { files: {}, calls: [], webhook: {}, next: [], blocked: [], revoked: false, messageId: 100 };
  bots.set(token, made);
  return made;
}

interface Asked {
  url: string;
  method: string;
  headers: { get(name: string): string | null };
  text(): Promise<string>;
  formData(): Promise<Iterable<[string, string | { name: string; type: string; size: number }]>>;
}

const refuse = (refusal: Refusal) => Response.json({ ok: false, ...refusal }, { status: refusal.error_code });
const bad = (description: string) => refuse({ error_code: 400, description: `Bad Request: ${description}` });
const done = (result: unknown) => Response.json({ ok: true, result });

export async function botApi(request: Asked): Promise<Response> {
  const { pathname } = new URL(request.url);
  const [, first = "", second = "", ...rest] = pathname.split("/");
  if (first === "file") {
    const file = Object.values(botOf(second.slice("bot".length)).files).find(
      ({ path }) => path === rest.join("/"),
    );
    return file
      ? new Response(Buffer.from(file.base64, "base64"))
      : new Response("Not Found", { status: 404 });
  }
  const isForm = request.headers.get("content-type")?.startsWith("multipart/form-data");
  const form: Record<string, unknown> = {};
  if (isForm) {
    for (const [name, value] of await request.formData()) {
      form[name] =
        typeof value === "string" ? value : { name: value.name, type: value.type, size: value.size };
    }
  }
  const text = isForm ? JSON.stringify(form) : await request.text();
  if (first === "calls") return Response.json(botOf(second).calls);
  if (first === "control") {
    Object.assign(botOf(second), JSON.parse(text));
    return done(true);
  }
  const token = first.slice("bot".length);
  const bot = botOf(token);
  const args: Record<string, unknown> = text === "" ? {} : JSON.parse(text);
  const response = !/^\d+:[A-Za-z0-9_-]{20,}$/.test(token)
    ? refuse({ error_code: 404, description: "Not Found" })
    : bot.revoked
      ? refuse({ error_code: 401, description: "Unauthorized" })
      : answer(bot, token, second, args);
  bot.calls.push({ method: second, args, answered: response.status });
  return response;
}

function answer(bot: Bot, token: string, method: string, args: Record<string, unknown>): Response {
  const id = Number(token.split(":")[0]);
  switch (method) {
    case "getMe":
      return done({ id, is_bot: true, first_name: "Shop", username: `shop_${id}_bot` });
    case "setWebhook": {
      if (!/^[A-Za-z0-9_-]{1,256}$/.test(String(args.secret_token))) return bad("secret token is invalid");
      bot.webhook = args;
      return done(true);
    }
    case "deleteWebhook":
      bot.webhook = {};
      return done(true);
    case "getWebhookInfo":
      return done({
        url: bot.webhook.url ?? "",
        has_custom_certificate: false,
        pending_update_count: 0,
      });
    case "answerCallbackQuery":
    case "editMessageReplyMarkup":
    case "sendChatAction":
      return done(true);
    case "getFile": {
      const file = bot.files[String(args.file_id)];
      return file
        ? done({ file_id: args.file_id, file_unique_id: "u", file_path: file.path })
        : bad("invalid file_id");
    }
    case "sendPhoto":
    case "sendVideo":
    case "sendAudio":
    case "sendDocument":
      if (String(args.caption ?? "").length > 1024) return bad("message caption is too long");
      return sendMessage(bot, { ...args, text: args.caption ?? "file" });
    case "sendMessage":
      return sendMessage(bot, args);
    default:
      return refuse({ error_code: 404, description: "Not Found: method not found" });
  }
}

function sendMessage(bot: Bot, args: Record<string, unknown>): Response {
  const refusal = bot.next.shift();
  if (refusal) return refuse(refusal);
  const chatId = String(args.chat_id);
  if (bot.blocked.includes(chatId)) {
    return refuse({ error_code: 403, description: "Forbidden: bot was blocked by the user" });
  }
  const text = String(args.text ?? "");
  if (text.trim() === "") return bad("message text is empty");
  if (text.length > 4096) return bad("message is too long");
  const markup = JSON.stringify(args.reply_markup ?? {});
  for (const [, data = ""] of markup.matchAll(/"callback_data":"([^"]*)"/g)) {
    if (Buffer.byteLength(data) < 1 || Buffer.byteLength(data) > 64) return bad("BUTTON_DATA_INVALID");
  }
  bot.messageId += 1;
  return done({
    message_id: bot.messageId,
    date: Math.floor(Date.now() / 1000),
    chat: { id: Number(chatId), type: "private", first_name: "Ada" },
    text,
    ...(args.reply_markup ? { reply_markup: args.reply_markup } : {}),
  });
}

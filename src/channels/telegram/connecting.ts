import { z } from "zod";
import { publicOrigin } from "../../http/addresses.ts";
import { Failure } from "../../tenant/failure.ts";
import { randomText } from "../../tenant/ids.ts";
import type { Connected, Connecting } from "../channel.ts";
import { hookPath } from "../hook-path.ts";
import { type Args, callBot, type Method } from "./bot-api.ts";
import { ALLOWED_UPDATES } from "./updates.ts";

/** What is sealed of a connection. */
const credentialsSchema = z.object({
  token: z.string(),
  /** The bot's own number, which its token begins with. */
  botId: z.string(),
  /** What Telegram shows with each update. */
  hookSecret: z.string(),
});
export type Credentials = z.output<typeof credentialsSchema>;

export function credentialsOf({ credentials }: Pick<Connected, "credentials">): Credentials {
  return credentialsSchema.parse(credentials);
}

/** What `parley inbox connect` gives. */
const givenSchema = z.strictObject({ token: z.string().regex(/^\s*\d{5,20}:[A-Za-z0-9_-]{20,100}\s*$/) });

const me = z.object({ id: z.int(), username: z.string() });

const hookInfo = z.object({
  url: z.string(),
  pending_update_count: z.int().optional(),
  last_error_date: z.int().optional(),
  last_error_message: z.string().optional(),
});

/** An error of the last so many seconds is told of: Telegram remembers older ones. */
const RECENT_SECONDS = 3600;

/** How a bot is connected: Telegram is told where its updates go. */
export const connecting: Connecting = {
  async connect(given, { publicKey, env }) {
    const { success, data } = givenSchema.safeParse(given);
    if (!success) {
      throw new Failure("invalid_input", "Pass --token, the bot's token, and nothing else.", {
        hint: "It looks like 123456789:AAH…: @BotFather shows it under /mybots, API Token.",
      });
    }
    const token = data.token.trim();
    const bot = me.parse(await ask(env, token, "getMe", {}));
    const hookSecret = randomText(43);
    await ask(env, token, "setWebhook", {
      url: hookAddress(env, publicKey),
      secret_token: hookSecret,
      allowed_updates: ALLOWED_UPDATES,
      // One after the other: what is written in a chat arrives in its order.
      max_connections: 1,
    });
    const name = `@${bot.username}`;
    return {
      connection: { credentials: { token, botId: String(bot.id), hookSecret }, shown: { bot: name } },
      once: { next: `Write to https://t.me/${bot.username}: it arrives in this inbox.` },
    };
  },
  async test(connected) {
    const { token } = credentialsOf(connected);
    const { env, publicKey } = connected;
    const bot = me.parse(await ask(env, token, "getMe", {}));
    const hook = hookInfo.parse(await ask(env, token, "getWebhookInfo", {}));
    if (hook.url !== hookAddress(env, publicKey)) {
      throw new Failure("not_allowed", `The updates of @${bot.username} go to another address.`, {
        hint: "Connect the bot again: another program, or another inbox, has taken it over.",
      });
    }
    const { last_error_date: at = 0, last_error_message: error } = hook;
    if (error && Date.now() / 1000 - at < RECENT_SECONDS) {
      throw new Failure("not_allowed", `Telegram could not bring an update here: ${error}`, {
        hint: `It must reach ${publicOrigin(env)} over https.`,
      });
    }
    const waiting = hook.pending_update_count ?? 0;
    return `@${bot.username} is connected; ${waiting} ${waiting === 1 ? "update waits" : "updates wait"} at Telegram.`;
  },
  async replaced(before, now) {
    if (credentialsOf(before).botId !== credentialsOf(now).botId) await connecting.disconnect(before);
  },
  async disconnect(connected) {
    await callBot(connected.env, credentialsOf(connected).token, "deleteWebhook", {});
  },
};

function hookAddress(env: Env, publicKey: string): string {
  return publicOrigin(env) + hookPath(publicKey);
}

/** @throws Failure with Telegram's own words */
async function ask<M extends Method>(env: Env, token: string, method: M, args: Args<M>): Promise<unknown> {
  const answer = await callBot(env, token, method, args);
  if (answer.ok) return answer.result;
  if (answer.code === 401 || answer.code === 404) {
    throw new Failure("invalid_input", "Telegram does not know this token.", {
      hint: "Copy it again from @BotFather: /mybots, the bot, API Token.",
    });
  }
  throw new Failure("not_allowed", `Telegram refuses it: ${answer.description}`);
}

import { env } from "cloudflare:workers";
import { expect } from "vitest";
import { z } from "zod";
import { registerInboxKey } from "../../src/control/inbox-keys.ts";
import { createWorkspace } from "../../src/gate/workspaces.ts";
import { createInbox } from "../../src/inboxes/store.ts";
import { testCall } from "../call.ts";
import { ORIGIN, serve } from "../mcp/visit.ts";
import { operate } from "../operator/operate.ts";

const API = "https://telegram.example";

const calls = z.array(
  z.object({ method: z.string(), args: z.record(z.string(), z.unknown()), answered: z.int() }),
);

/** A bot at the server that stands for Telegram. */
export class Bot {
  readonly id = Math.floor(Math.random() * 1e9) + 1e9;
  readonly token = `${this.id}:${crypto.randomUUID().replaceAll("-", "")}AAH`;

  /** What happens next, see `bot-api.ts`. */
  async control(what: object): Promise<void> {
    await fetch(`${API}/control/${this.token}`, { method: "POST", body: JSON.stringify(what) });
  }

  async calls(method: string): Promise<z.output<typeof calls>> {
    const response = await fetch(`${API}/calls/${this.token}`);
    return calls.parse(await response.json()).filter((one) => one.method === method);
  }

  /** What arrived in chats. */
  async texts(): Promise<unknown[]> {
    return (await this.calls("sendMessage"))
      .filter(({ answered }) => answered === 200)
      .map(({ args }) => args.text);
  }
}

let made = 0;

/** A workspace with an inbox that is connected to a bot. */
export async function botWorkspace() {
  made += 1;
  const shard = made % 2 ? "TENANT_1" : "TENANT_2";
  const workspace = await createWorkspace(env, { name: "Bots", plan: "enterprise", shard });
  const team = testCall({ workspaceId: workspace.id, database: env[shard] });
  team.principal.shard = shard;
  const inbox = await createInbox(team.tenant, { channel: "telegram", name: "Bot" });
  const { id: inboxId, publicKey } = inbox;
  await registerInboxKey(env.CONTROL, { publicKey, workspaceId: workspace.id, inboxId });
  const bot = new Bot();
  const connection = `/workspaces/${workspace.id}/inboxes/${inboxId}/connection`;
  const connected = await operate("PUT", connection, { token: bot.token });
  const [hook] = await bot.calls("setWebhook");
  const { url, secret_token: secret } = z
    .looseObject({ url: z.string(), secret_token: z.string() })
    .parse(hook?.args);
  return {
    workspace,
    team,
    tenant: team.tenant,
    inbox,
    bot,
    connection,
    connected,
    chat: new Chat(url, secret),
  };
}

let lastUpdate = 1000;

/** A customer's chat with a bot: what Telegram tells of it. */
export class Chat {
  readonly id = Math.floor(Math.random() * 1e9) + 1;
  readonly #url: string;
  readonly #secret: string;
  #messageId = 10;

  constructor(url: string, secret: string) {
    this.#url = url;
    this.#secret = secret;
  }

  get #user() {
    return { id: this.id, is_bot: false, first_name: "Ada", last_name: "Byron", language_code: "en" };
  }

  get chat() {
    return { id: this.id, type: "private", first_name: "Ada", last_name: "Byron" };
  }

  /** A message as `Update` has it. */
  message(fields: object): object {
    this.#messageId += 1;
    const date = Math.floor(Date.now() / 1000);
    return { message_id: this.#messageId, from: this.#user, chat: this.chat, date, ...fields };
  }

  /** One update, as Telegram posts it. */
  async post(
    update: object,
    { updateId = ++lastUpdate, secret = this.#secret, url = this.#url } = {},
  ): Promise<number> {
    const { pathname } = new URL(url);
    const response = await serve(`${ORIGIN}${pathname}`, {
      method: "POST",
      headers: { "content-type": "application/json", "x-telegram-bot-api-secret-token": secret },
      body: JSON.stringify({ update_id: updateId, ...update }),
    });
    await response.text();
    return response.status;
  }

  async say(text: string, options: { updateId?: number } = {}): Promise<void> {
    expect(await this.post({ message: this.message({ text }) }, options)).toBe(200);
  }

  /** Taps the n-th button under a message that the bot sent. */
  async tap(
    sent: { args: Record<string, unknown> } | undefined,
    n: number,
    messageId = 500,
  ): Promise<number> {
    const { text, reply_markup } = z
      .object({
        text: z.string(),
        reply_markup: z.object({
          inline_keyboard: z.array(z.tuple([z.object({ text: z.string(), callback_data: z.string() })])),
        }),
      })
      .parse(sent?.args);
    const data = reply_markup.inline_keyboard[n]?.[0].callback_data;
    const from = { id: 1, is_bot: true, first_name: "Shop" };
    const message = { message_id: messageId, from, chat: this.chat, date: 1, text, reply_markup };
    const callback_query = {
      ...{ id: crypto.randomUUID(), from: this.#user, chat_instance: "1" },
      ...{ message, data },
    };
    return this.post({ callback_query });
  }

  async block(isBlocked: boolean): Promise<void> {
    const new_chat_member = { status: isBlocked ? "kicked" : "member", user: this.#user };
    await this.post({ my_chat_member: { chat: this.chat, from: this.#user, date: 1, new_chat_member } });
  }

  react(emoji: string): Promise<number> {
    const new_reaction = [{ type: "emoji", emoji }];
    const reacted = { chat: this.chat, message_id: 11, user: this.#user, date: 1, old_reaction: [] };
    return this.post({ message_reaction: { ...reacted, new_reaction } });
  }
}

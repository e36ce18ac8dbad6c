import { env } from "cloudflare:workers";
import { expect } from "vitest";
import { z } from "zod";
import { registerInboxKey } from "../../src/control/inbox-keys.ts";
import { getMessage } from "../../src/conversations/read.ts";
import { createWorkspace } from "../../src/gate/workspaces.ts";
import { createInbox } from "../../src/inboxes/store.ts";
import { testCall } from "../call.ts";
import { run, shapes } from "../conversations/setting.ts";
import { ORIGIN, serve } from "../mcp/visit.ts";
import { operate } from "../operator/operate.ts";

const API = "https://graph.example";

const calls = z.array(
  z.object({
    method: z.string(),
    path: z.string(),
    body: z.record(z.string(), z.unknown()),
    answered: z.int(),
  }),
);

/** An account at the server that stands for Meta. */
export class Account {
  readonly token = `EAA${crypto.randomUUID().replaceAll("-", "")}`;
  readonly appSecret = crypto.randomUUID().replaceAll("-", "");
  readonly businessAccountId = String(Math.floor(Math.random() * 1e9) + 1e9);

  get phoneNumberId(): string {
    return `1${this.businessAccountId}`;
  }

  /** What `parley inbox connect` is given. */
  get given() {
    const { token, appSecret, businessAccountId, phoneNumberId } = this;
    return { token, appSecret, businessAccountId, phoneNumberId };
  }

  /** What happens next, see `graph-api.ts`. */
  async control(what: object): Promise<void> {
    await fetch(`${API}/control/${this.token}`, { method: "POST", body: JSON.stringify(what) });
  }

  async calls(path: string): Promise<z.output<typeof calls>> {
    const response = await fetch(`${API}/calls/${this.token}`);
    return calls.parse(await response.json()).filter((one) => one.path === path);
  }

  /** The messages that WhatsApp took, in order. */
  async sent(): Promise<Record<string, unknown>[]> {
    return (await this.calls(`${this.phoneNumberId}/messages`))
      .filter(({ answered, body }) => answered === 200 && body.status !== "read")
      .map(({ body }) => body);
  }

  /** What arrived, as the customer reads it. */
  async texts(): Promise<unknown[]> {
    const shown = z.looseObject({
      text: z.object({ body: z.string() }).optional(),
      interactive: z.looseObject({ body: z.object({ text: z.string() }) }).optional(),
    });
    return (await this.sent()).map((body) => {
      const { text, interactive } = shown.parse(body);
      return text?.body ?? interactive?.body.text;
    });
  }

  /** The messages that were marked as read, and whether somebody was shown as writing. */
  async marks(): Promise<Record<string, unknown>[]> {
    return (await this.calls(`${this.phoneNumberId}/messages`))
      .filter(({ body }) => body.status === "read")
      .map(({ body }) => body);
  }
}

let made = 0;

/** A workspace with an inbox that is connected to a number on WhatsApp. */
export async function numberWorkspace() {
  made += 1;
  const shard = made % 2 ? "TENANT_1" : "TENANT_2";
  const workspace = await createWorkspace(env, { name: "Numbers", plan: "enterprise", shard });
  const team = testCall({ workspaceId: workspace.id, database: env[shard] });
  team.principal.shard = shard;
  const inbox = await createInbox(team.tenant, { channel: "whatsapp", name: "WhatsApp" });
  const { id: inboxId, publicKey } = inbox;
  await registerInboxKey(env.CONTROL, { publicKey, workspaceId: workspace.id, inboxId });
  const account = new Account();
  await account.control({ appSecret: account.appSecret });
  const connection = `/workspaces/${workspace.id}/inboxes/${inboxId}/connection`;
  const connected = await operate("PUT", connection, account.given);
  const path = `/api/hooks/v1/${publicKey}`;
  return {
    ...{ workspace, team, tenant: team.tenant, inbox, account, connection, connected, path },
    user: new User(account, path),
  };
}

async function signature(body: string, secret: string): Promise<string> {
  const utf8 = new TextEncoder();
  const how = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", utf8.encode(secret), how, false, ["sign"]);
  return `sha256=${new Uint8Array(await crypto.subtle.sign("HMAC", key, utf8.encode(body))).toHex()}`;
}

/** Posts a webhook as Meta does: signed over its bytes. */
export async function postSigned(path: string, payload: unknown, secret: string): Promise<number> {
  const body = JSON.stringify(payload);
  const response = await serve(`${ORIGIN}${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-hub-signature-256": await signature(body, secret) },
    body,
  });
  await response.text();
  return response.status;
}

/** A user of WhatsApp: what is told of them to a number's webhook. */
export class User {
  readonly number = `49${Math.floor(Math.random() * 1e9) + 1e9}`;
  readonly #account: Account;
  readonly #path: string;

  constructor(account: Account, path: string) {
    this.#account = account;
    this.#path = path;
  }

  /** One notification, as `value` has it. */
  post(value: object, { secret = this.#account.appSecret, path = this.#path } = {}): Promise<number> {
    const metadata = {
      display_phone_number: "15550783881",
      phone_number_id: this.#account.phoneNumberId,
    };
    const change = { value: { messaging_product: "whatsapp", metadata, ...value }, field: "messages" };
    const entry = [{ id: this.#account.businessAccountId, changes: [change] }];
    return postSigned(path, { object: "whatsapp_business_account", entry }, secret);
  }

  /** A message of theirs, of any kind. */
  message(fields: object, id = `wamid.${crypto.randomUUID()}`): object {
    const timestamp = String(Math.floor(Date.now() / 1000));
    return { from: this.number, id, timestamp, ...fields };
  }

  get contact(): object {
    return { profile: { name: "Sheena Nelson" }, wa_id: this.number };
  }

  async tell(...messages: object[]): Promise<void> {
    expect(await this.post({ contacts: [this.contact], messages })).toBe(200);
  }

  async say(body: string, id?: string): Promise<void> {
    await this.tell(this.message({ type: "text", text: { body } }, id));
  }

  /** Taps the n-th choice of a message that was sent. */
  async tap(sent: Record<string, unknown> | undefined, n: number): Promise<void> {
    const reply = z.object({ id: z.string(), title: z.string() });
    const { interactive } = z
      .object({
        interactive: z.object({
          type: z.enum(["button", "list"]),
          action: z.looseObject({
            buttons: z.array(z.object({ reply })).optional(),
            sections: z.array(z.object({ rows: z.array(reply) })).optional(),
          }),
        }),
      })
      .parse(sent);
    const { buttons = [], sections = [] } = interactive.action;
    const choice = [...buttons.map((one) => one.reply), ...sections.flatMap(({ rows }) => rows)][n];
    const kind = interactive.type === "list" ? "list_reply" : "button_reply";
    await this.tell(this.message({ type: "interactive", interactive: { type: kind, [kind]: choice } }));
  }

  /** What became of a message that was sent. */
  async report(sent: Record<string, unknown> | undefined, status: string, more: object = {}): Promise<void> {
    const { biz_opaque_callback_data: data } = z
      .looseObject({ biz_opaque_callback_data: z.string() })
      .parse(sent);
    const one = {
      id: `wamid.${data}`,
      ...{ status, timestamp: "1739321024", recipient_id: this.number, biz_opaque_callback_data: data },
      ...more,
    };
    expect(await this.post({ statuses: [one] })).toBe(200);
  }
}

type Place = Awaited<ReturnType<typeof numberWorkspace>>;

/** The conversation of the only customer. */
export async function conversationOf({ team }: Pick<Place, "team">): Promise<string> {
  const { items } = await run(team, "list_conversations", {}, shapes.page);
  return z.string().parse(items[0]?.id);
}

/** Replies in it. @returns the message's id */
export async function reply({ team }: Pick<Place, "team">, text: string) {
  const conversationId = await conversationOf({ team });
  const { message } = await run(team, "reply_to_conversation", { conversationId, text }, shapes.sent);
  return message.id;
}

/** Asks how far a message has come. */
export const stateOf =
  ({ tenant }: Pick<Place, "tenant">, id: string) =>
  async () =>
    (await getMessage(tenant, id)).status;

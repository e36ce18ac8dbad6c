import { env } from "cloudflare:workers";
import { expect } from "vitest";
import { z } from "zod";
import type { Call } from "../../src/calls/define.ts";
import { registerInboxKey } from "../../src/control/inbox-keys.ts";
import { createWorkspace } from "../../src/gate/workspaces.ts";
import { createInbox } from "../../src/inboxes/store.ts";
import { testCall } from "../call.ts";
import { operate } from "../operator/operate.ts";
import { postSigned } from "./whatsapp-setting.ts";

export type Kind = "messenger" | "instagram";

const API = "https://graph.example";
const calls = z.array(
  z.object({
    ...{ method: z.string(), path: z.string(), answered: z.int() },
    body: z.record(z.string(), z.unknown()),
  }),
);
const number = () => String(Math.floor(Math.random() * 1e12) + 1e12);

/** A page at the server that stands for Meta, with its account on Instagram. */
export class Page {
  readonly kind: Kind;
  readonly token = `EAA${crypto.randomUUID().replaceAll("-", "")}`;
  readonly appId: string;
  readonly appSecret: string;
  readonly pageId = number();
  readonly instagramId = number();

  /** @param app another page whose app this one has as well */
  constructor(kind: Kind, app?: Page) {
    this.kind = kind;
    this.appId = app?.appId ?? number();
    this.appSecret = app?.appSecret ?? crypto.randomUUID().replaceAll("-", "");
  }

  get given() {
    const { token, appId, appSecret } = this;
    return { token, appId, appSecret };
  }

  /** As webhooks name it. */
  get accountId(): string {
    return this.kind === "messenger" ? this.pageId : this.instagramId;
  }

  async open(): Promise<this> {
    const instagram_business_account = { id: this.instagramId, username: "luckyshrub" };
    const page = {
      ...{ id: this.pageId, name: "Lucky Shrub" },
      ...(this.kind === "instagram" ? { instagram_business_account } : {}),
    };
    await this.control({ appId: this.appId, appSecret: this.appSecret, page });
    return this;
  }

  async control(what: object): Promise<void> {
    await fetch(`${API}/control/${this.token}`, { method: "POST", body: JSON.stringify(what) });
  }

  async calls(path: string): Promise<z.output<typeof calls>> {
    const response = await fetch(`${API}/calls/${this.token}`);
    return calls.parse(await response.json()).filter((one) => one.path === path);
  }

  /** The messages that were taken, in order, with whom they went to. */
  async sent(): Promise<Record<string, unknown>[]> {
    return (await this.calls(`${this.pageId}/messages`))
      .filter(({ answered, body }) => answered === 200 && body.message !== undefined)
      .map(({ body }) => z.looseObject({}).parse(body.message));
  }

  async texts(): Promise<unknown[]> {
    return (await this.sent()).map(({ text }) => text);
  }

  /** What else the customer was shown. */
  async actions(): Promise<unknown[]> {
    return (await this.calls(`${this.pageId}/messages`)).flatMap(({ body }) => body.sender_action ?? []);
  }
}

let made = 0;

/** A workspace with an inbox that is connected to a page. */
export async function pageWorkspace(kind: Kind) {
  made += 1;
  const shard = made % 2 ? "TENANT_1" : "TENANT_2";
  const workspace = await createWorkspace(env, { name: "Pages", plan: "enterprise", shard });
  const team = testCall({ workspaceId: workspace.id, database: env[shard] });
  team.principal.shard = shard;
  const page = await new Page(kind).open();
  return { workspace, team, tenant: team.tenant, ...(await pageInbox(team, page)) };
}

/** One more inbox, connected to a page. */
export async function pageInbox(team: Call, page: Page) {
  const { workspaceId } = team.tenant;
  const inbox = await createInbox(team.tenant, { channel: page.kind, name: "Page" });
  const { id: inboxId, publicKey } = inbox;
  await registerInboxKey(env.CONTROL, { publicKey, workspaceId, inboxId });
  const connection = `/workspaces/${workspaceId}/inboxes/${inboxId}/connection`;
  const connected = await operate("PUT", connection, page.given);
  const path = `/api/hooks/v1/${publicKey}`;
  return { inbox, page, connection, connected, path, person: new Person(page, path) };
}

/** Somebody who writes to a page. */
export class Person {
  readonly id = number();
  readonly #page: Page;
  readonly #path: string;

  constructor(page: Page, path: string) {
    this.#page = page;
    this.#path = path;
  }

  /** Events of a page, as Meta posts them. */
  post(
    events: object[],
    { secret = this.#page.appSecret, path = this.#path, account = this.#page.accountId } = {},
  ): Promise<number> {
    const messaging = events.map((one) => ({
      ...{ sender: { id: this.id }, recipient: { id: account }, timestamp: Date.now() },
      ...one,
    }));
    const object = this.#page.kind === "messenger" ? "page" : "instagram";
    return postSigned(path, { object, entry: [{ id: account, time: Date.now(), messaging }] }, secret);
  }

  async tell(...events: object[]): Promise<void> {
    expect(await this.post(events)).toBe(200);
  }

  message(fields: object, mid = `m_${crypto.randomUUID()}`): object {
    return { message: { mid, ...fields } };
  }

  say(text: string, mid?: string): Promise<void> {
    return this.tell(this.message({ text }, mid));
  }

  /** Taps the n-th quick reply of a message that was sent. */
  async tap(sent: Record<string, unknown> | undefined, n: number): Promise<void> {
    const { quick_replies: replies } = z
      .object({ quick_replies: z.array(z.object({ title: z.string(), payload: z.string() })) })
      .parse(sent);
    const reply = replies[n];
    await this.tell(this.message({ text: reply?.title, quick_reply: { payload: reply?.payload } }));
  }
}

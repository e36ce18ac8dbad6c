import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { sql } from "drizzle-orm";
import { expect } from "vitest";
import { registerInboxKey } from "../../src/control/inbox-keys.ts";
import { createWorkspace } from "../../src/gate/workspaces.ts";
import { createInbox, type NewInbox } from "../../src/inboxes/store.ts";
import worker from "../../src/index.ts";
import { shardDatabase } from "../../src/tenant/shards.ts";
import { type Actor, Tenant } from "../../src/tenant/tenant.ts";

const team: Actor = { kind: "member", id: "mb_1", name: "Maria", credentialId: null };

/** A workspace on each shard in turn, with a web inbox that can be reached. */
let made = 0;
export async function chat(more: Partial<NewInbox> = {}) {
  made += 1;
  const workspace = await createWorkspace(env, {
    name: "Shop",
    plan: "enterprise",
    shard: made % 2 ? "TENANT_1" : "TENANT_2",
  });
  const tenant = new Tenant(shardDatabase(env, workspace.shard), {
    workspaceId: workspace.id,
    inboxes: null,
    actor: team,
    timeZone: "UTC",
  });
  const inbox = await createInbox(tenant, { channel: "web", name: "Shop chat", ...more });
  await registerInboxKey(env.CONTROL, {
    publicKey: inbox.publicKey,
    workspaceId: workspace.id,
    inboxId: inbox.id,
  });
  return { workspace, tenant, inbox, page: browser() };
}

export interface Answer {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever JSON it was sent
  body: any;
}

/** Somebody's browser, with an address of its own, so that one test's limits are not another's. */
export function browser(defaults: Record<string, string> = {}, bindings: Env = env) {
  const address = `198.51.100.${Math.floor(Math.random() * 255)}-${crypto.randomUUID()}`;
  return async (
    method: string,
    path: string,
    options: { body?: unknown; token?: string; headers?: Record<string, string>; raw?: BodyInit } = {},
  ): Promise<Answer> => {
    const request = new Request(`${env.PUBLIC_URL}/api/visitor/v1${path}`, {
      method,
      headers: {
        "cf-connecting-ip": address,
        ...(method === "POST" ? { "content-type": "application/json" } : {}),
        ...(options.token ? { authorization: `Bearer ${options.token}` } : {}),
        ...defaults,
        ...options.headers,
      },
      body: options.raw ?? (options.body === undefined ? undefined : JSON.stringify(options.body)),
    });
    const response = await worker.fetch(request, bindings, createExecutionContext());
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: text ? JSON.parse(text) : null };
  };
}

export type Browser = ReturnType<typeof browser>;

export async function open(page: Browser, inboxKey: string, more: object = {}): Promise<string> {
  const { status, body } = await page("POST", "/sessions", { body: { inboxKey, ...more } });
  expect(status, JSON.stringify(body)).toBe(201);
  return body.visitorToken;
}

export async function say(page: Browser, token: string, text: string, clientMessageId?: string) {
  const { status, body } = await page("POST", "/messages", { token, body: { text, clientMessageId } });
  expect(status, JSON.stringify(body)).toBe(201);
  return body;
}

export async function count(tenant: Tenant, table: "contacts" | "conversations" | "messages") {
  const [row] = await tenant.db.all<{ count: number }>(
    sql`SELECT count(*) AS count FROM ${sql.raw(table)} WHERE workspace_id = ${tenant.workspaceId}`,
  );
  return row?.count;
}

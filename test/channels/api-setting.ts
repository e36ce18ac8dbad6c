import { env } from "cloudflare:workers";
import { Webhook as Verifier } from "standardwebhooks";
import { expect } from "vitest";
import { z } from "zod";
import type { Call } from "../../src/calls/define.ts";
import { createContact } from "../../src/contacts/store.ts";
import { registerInboxKey } from "../../src/control/inbox-keys.ts";
import type { newTokenSchema } from "../../src/gate/tokens.ts";
import { createWorkspace } from "../../src/gate/workspaces.ts";
import { createInbox, updateInbox } from "../../src/inboxes/store.ts";
import { testCall } from "../call.ts";
import { make } from "../chatbots/setting.ts";
import type { Sketch } from "../flows/flows.ts";
import { liveMain } from "../live/setting.ts";
import { bearer, newKey, ORIGIN, serve } from "../mcp/visit.ts";
import { operate } from "../operator/operate.ts";

/** An answer of the door, as tests read it. */
const answer = z.looseObject({
  conversationId: z.string().optional(),
  message: z.looseObject({ id: z.string(), seq: z.int(), text: z.string() }).optional(),
  repeated: z.boolean().optional(),
  status: z.string().optional(),
  error: z.looseObject({ code: z.string(), message: z.string(), hint: z.string().optional() }).optional(),
});

/** One request to the door. @param path behind `/api/v1/channels` */
export async function ask(path: string, body: unknown, token?: string) {
  const response = await serve(`${ORIGIN}/api/v1/channels${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", ...(token ? bearer(token) : {}) },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: answer.parse(text ? JSON.parse(text) : {}),
  };
}

let made = 0;

/** A workspace with an api inbox, an assistant in it, and a key that brings messages in. */
export async function appWorkspace() {
  made += 1;
  const shard = made % 2 ? "TENANT_1" : "TENANT_2";
  const workspace = await createWorkspace(env, { name: "App", plan: "enterprise", shard });
  const team = testCall({ workspaceId: workspace.id, database: env[shard] });
  team.principal.shard = shard;
  const inbox = await appInbox(team, "Our app");
  const key = await newKey(workspace.id, { scopes: ["conversations:inbound"] });
  return { workspace, team, tenant: team.tenant, inbox, key };
}

/** One more api inbox. */
export async function appInbox({ tenant }: Call, name: string) {
  const { workspaceId } = tenant;
  const inbox = await createInbox(tenant, { channel: "api", name });
  await registerInboxKey(env.CONTROL, { publicKey: inbox.publicKey, workspaceId, inboxId: inbox.id });
  return inbox;
}

/** Connects it to a receiver of its own. @param query how that one behaves, see `test/outside.ts` */
export async function connect(workspaceId: string, inboxId: string, query = "") {
  const name = crypto.randomUUID();
  const path = `/workspaces/${workspaceId}/inboxes/${inboxId}/connection`;
  const callback = `https://outside.example/${name}${query}`;
  const { secret } = z.looseObject({ secret: z.string() }).parse(await operate("PUT", path, { callback }));
  return { callback, secret, deliveries: () => deliveries(name, secret) };
}

const delivery = z.object({
  type: z.literal("message.outgoing"),
  timestamp: z.iso.datetime(),
  data: z.object({
    channelId: z.string(),
    contact: z.object({ id: z.string(), contactId: z.string() }),
    conversationId: z.string(),
    message: z.object({
      id: z.string(),
      text: z.string(),
      content: z.looseObject({}).nullable(),
      sender: z.object({ kind: z.string(), name: z.string().nullable() }),
    }),
  }),
});

/** What a receiver was told, in order: each request checked by the public library. */
async function deliveries(name: string, secret: string) {
  const response = await fetch(`https://outside.example/heard/${name}`);
  const heard = z
    .array(z.looseObject({ body: z.string(), signed: z.record(z.string(), z.string()) }))
    .parse(await response.json());
  return heard.map(({ body, signed }) => {
    new Verifier(secret).verify(body, signed);
    return { id: signed["webhook-id"], ...delivery.parse(JSON.parse(body)) };
  });
}

/** A message of a customer of the app. */
export function inbound(
  text: string,
  { uuid = crypto.randomUUID(), id = "user-7", ...more }: Record<string, unknown> = {},
) {
  return { contact: { id, name: "Ada" }, text, uuid, ...more };
}

export async function bring(inboxId: string, key: string, text: string, more: Record<string, unknown> = {}) {
  const { status, body } = await ask(`/${inboxId}/messages`, inbound(text, more), key);
  expect(status, JSON.stringify(body)).toBe(201);
  return z.object({ conversationId: z.string(), message: z.looseObject({ id: z.string() }) }).parse(body);
}

/** Puts a chatbot with this flow on an inbox. */
export async function withFlow(
  team: Call,
  inboxId: string,
  nodes: Sketch[],
  edges?: string[],
): Promise<void> {
  const chatbotId = await make(team);
  await liveMain(team, chatbotId, nodes, edges);
  await updateInbox(team.tenant, inboxId, { chatbotId });
}

/** A contact of the team's that the app knows under an id. */
export function contactKnownAs(team: Call, externalId: string | undefined) {
  return createContact(team.tenant, { name: "Bea", externalId });
}

/** A key of the workspace with other rights. */
export function keyOf(workspaceId: string, facts: Partial<z.input<typeof newTokenSchema>>): Promise<string> {
  return newKey(workspaceId, facts);
}

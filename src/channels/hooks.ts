import { findIdentity, moveSource, noteReach } from "../contacts/identities.ts";
import { findInboxAddress } from "../control/inbox-keys.ts";
import { deliveryStatements, reachedStatements } from "../conversations/delivery.ts";
import { messageReported } from "../conversations/read.ts";
import { resultOf, roomName } from "../conversations/room.ts";
import { clientAddress, overLimit } from "../gate/rate-limit.ts";
import { newApp } from "../http/app.ts";
import { readBytes } from "../http/body.ts";
import { logUnexpected } from "../http/log.ts";
import { tellNews } from "../http/news.ts";
import { type Inbox, inboxKeysOfAccounts, inboxOf, sealedCredentials } from "../inboxes/store.ts";
import { Failure } from "../tenant/failure.ts";
import { shardDatabase } from "../tenant/shards.ts";
import { Tenant } from "../tenant/tenant.ts";
import { ADAPTERS } from "./adapters.ts";
import type { Connected, Hook, Incoming, Told } from "./channel.ts";
import { openCredentials } from "./credentials.ts";
import { keepFiles } from "./files.ts";
import { HOOKS_PATH } from "./hook-path.ts";
import { limitVisitor } from "./web/limits.ts";

/** Bytes of a request: Meta gathers up to 3 MB of what happened. Files come by a way of their own. */
const MAX_BODY = 3 * 1024 * 1024;

/** An inbox that a service speaks of. */
export interface Spoken {
  tenant: Tenant;
  shard: string;
  hook: Hook;
  connected: Connected;
  channel: keyof typeof ADAPTERS;
}

/**
 * The door of channels' services, one address for each inbox. What a request says is committed before it is answered, so
 * that a service which is not answered says it again; nothing of it is written twice.
 */
export const hooks = newApp().basePath(HOOKS_PATH);

hooks.get("/:key", async (c) => {
  const { inbox } = await addressed(c.env, c.req.param("key"));
  const query = new URL(c.req.url).searchParams;
  const answer = await ADAPTERS[inbox.channel]?.hook?.handshake?.(query, {
    inboxId: inbox.id,
    env: c.env,
  });
  if (answer === undefined) throw nothingHere();
  if (answer !== null) return c.text(answer);
  await countStranger(c.env, c.req.raw);
  throw new Failure("not_allowed", "This is not the token that the inbox was connected with.");
});

hooks.post("/:key", async (c) => {
  const { env } = c;
  const spoken = await spokenOf(env, c.req.param("key"));
  const body = await readBytes(c.req.raw, MAX_BODY);
  if (body === null) throw new Failure("body_too_large", `Send at most ${MAX_BODY} bytes.`);
  const requestId = c.get("requestId");
  await hear(env, spoken, c.req.raw, body, requestId).catch(async (error: unknown) => {
    if (error instanceof Failure && error.code === "unauthenticated") await countStranger(env, c.req.raw);
    throw error;
  });
  const others = (await spoken.hook.accounts?.(c.req.raw, body, spoken.connected)) ?? [];
  for (const key of others.length > 0 ? await keysOfAccounts(env, spoken, others) : []) {
    await hearAlso(env, key, c.req.raw, body, requestId);
  }
  const after = async () => {
    await spoken.hook.acknowledge?.(body, spoken.connected);
    await tellNews(env, spoken.tenant.workspaceId, requestId);
  };
  c.executionCtx.waitUntil(
    after().catch((error: unknown) => logUnexpected(requestId, `acknowledge ${spoken.channel}`, error)),
  );
  return c.json({ ok: true });
});

/** Takes in what a request says of one inbox. @throws Failure as `Hook.read`; `rate_limited` */
async function hear(
  env: Env,
  spoken: Spoken,
  request: Request,
  body: Uint8Array,
  requestId: string,
): Promise<void> {
  const told = await spoken.hook.read(request, body, spoken.connected);
  await limitVisitor(env.VISITOR_INBOX_LIMIT, "messages", spoken.connected.inboxId);
  for (const one of told) await take(env, spoken, one, requestId);
}

/** The same for another inbox of the workspace: one that its own secret does not vouch for hears nothing. */
async function hearAlso(
  env: Env,
  publicKey: string,
  request: Request,
  body: Uint8Array,
  requestId: string,
): Promise<void> {
  try {
    await hear(env, await spokenOf(env, publicKey), request, body, requestId);
  } catch (error) {
    const isShut =
      error instanceof Failure && ["unauthenticated", "inbox_disabled", "not_found"].includes(error.code);
    if (!isShut) throw error;
  }
}

/** The keys of other inboxes of the workspace and channel that are connected to these accounts. */
function keysOfAccounts(
  env: Env,
  { tenant, shard, channel, connected }: Spoken,
  accounts: readonly string[],
): Promise<string[]> {
  const whole = new Tenant(shardDatabase(env, shard), { ...tenant.options, inboxes: null });
  return inboxKeysOfAccounts(whole, { channel, accounts, except: connected.inboxId });
}

/** @throws Failure `rate_limited` for an address that keeps trying */
async function countStranger(env: Env, request: Request): Promise<void> {
  const retryAfterSeconds = await overLimit(env.AUTH_FAILURE_LIMIT, "hook", clientAddress(request));
  if (retryAfterSeconds === null) return;
  throw new Failure("rate_limited", "Too many requests that are not the service's.", { retryAfterSeconds });
}

function nothingHere(): Failure {
  return new Failure("not_found", "There is nothing at this address.");
}

/** The inbox with this key. @throws Failure `not_found`; `workspace_suspended` */
async function addressed(
  env: Env,
  publicKey: string,
): Promise<{ tenant: Tenant; shard: string; inbox: Inbox; sealed: string | null }> {
  const address = await findInboxAddress(env.CONTROL, publicKey);
  if (address === null) throw nothingHere();
  if (address.suspendedAt !== null)
    throw new Failure("workspace_suspended", "The workspace is out of service.");
  const { workspaceId, inboxId, shard, ...settings } = address;
  const tenant = new Tenant(shardDatabase(env, shard), {
    ...{ workspaceId, inboxes: [inboxId], ...settings },
    actor: { kind: "system", id: "parley", name: "Parley", credentialId: null },
  });
  const [[inbox], sealed] = await Promise.all([inboxOf(tenant, inboxId), sealedCredentials(tenant, inboxId)]);
  if (!inbox) throw nothingHere();
  return { tenant, shard, inbox, sealed };
}

/**
 * The inbox behind a public key, or behind an address of mail: see `mailKey`.
 * @throws Failure as {@link addressed}; `not_found` where it is not connected; `inbox_disabled`
 */
export async function spokenOf(env: Env, publicKey: string): Promise<Spoken> {
  const { tenant, shard, inbox, sealed } = await addressed(env, publicKey);
  const { id: inboxId } = inbox;
  const hook = ADAPTERS[inbox.channel]?.hook;
  if (!hook || sealed === null) throw nothingHere();
  if (inbox.state === "disabled") {
    throw new Failure("inbox_disabled", `The inbox ${inboxId} is disabled: nothing comes in.`);
  }
  const credentials = await openCredentials(env, { workspaceId: tenant.workspaceId, inboxId }, sealed);
  if (credentials === null) throw nothingHere();
  return {
    ...{ tenant, shard, hook, channel: inbox.channel },
    connected: { inboxId, publicKey, credentials, env },
  };
}

/** Commits what was told. @throws Failure as the customer's room does; a blocked customer's message is dropped */
export async function take(env: Env, spoken: Spoken, told: Told, requestId: string): Promise<void> {
  const { tenant, shard, channel, connected } = spoken;
  const { inboxId, publicKey: key } = connected;
  switch (told.type) {
    case "message": {
      const named = await introduced(spoken, told.incoming);
      const incoming = await keepFiles({ tenant, env, inboxId }, named);
      const { sourceId } = incoming.from;
      const room = env.ROOM.getByName(roomName({ workspaceId: tenant.workspaceId, inboxId, sourceId }));
      const taken = await room.message(shard, { channel, key, incoming, requestId });
      // The service need not know, and would say it again.
      if (taken.ok || taken.code !== "blocked") resultOf(taken);
      return;
    }
    case "delivery": {
      const message = await messageReported(tenant, inboxId, told);
      if (message) await tenant.batch(deliveryStatements(tenant, message, told));
      return;
    }
    case "reached":
      await tenant.batch(await reachedStatements(tenant, { inboxId, sourceId: told.from }, told));
      return;
    case "reach":
      await tenant.batch([noteReach(tenant, { inboxId, sourceId: told.from }, told.reason)]);
      return;
    case "moved":
      await tenant.batch([moveSource(tenant, { inboxId, sourceId: told.from }, told.to)]);
      return;
  }
}

/** A message with its sender's name, where the channel's service says that to who asks alone: once, as they first write. */
async function introduced({ hook, tenant, connected }: Spoken, incoming: Incoming): Promise<Incoming> {
  const { from } = incoming;
  if (!hook.who || from.name !== undefined) return incoming;
  const { inboxId } = connected;
  if (await findIdentity(tenant, { inboxId, sourceId: from.sourceId })) return incoming;
  return { ...incoming, from: { ...from, ...(await hook.who(from.sourceId, connected)) } };
}

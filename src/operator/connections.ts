import { z } from "zod";
import { ADAPTERS } from "../channels/adapters.ts";
import type { Connected, Connecting } from "../channels/channel.ts";
import { openCredentials, sealCredentials } from "../channels/credentials.ts";
import { wakeOutbox } from "../channels/outbox-name.ts";
import { newApp } from "../http/app.ts";
import { getInbox, type Inbox, noteFailing, sealedCredentials, setConnection } from "../inboxes/store.ts";
import { Failure } from "../tenant/failure.ts";
import type { Tenant } from "../tenant/tenant.ts";
import { inboxOutput } from "./answers.ts";
import { type Exchange, operatorTenant, readBody, workspaceOf } from "./exchange.ts";

/** What the channel's service wants to know of us: each channel checks its own. */
const given = z.record(z.string(), z.unknown());

const PATH = "/workspaces/:workspace/inboxes/:id/connection";

/** Connects inboxes to their channel's service. Credentials are sealed, and never answered. */
export const connectionRoutes = newApp()
  .put(PATH, async (c) => {
    const { tenant, shard, inbox, connecting } = await placeOf(c);
    const { workspaceId } = tenant;
    const before = await connectedTo(c.env, tenant, inbox);
    const to = { inboxId: inbox.id, publicKey: inbox.publicKey, env: c.env };
    const { connection, once } = await connecting.connect(await readBody(c, given), to);
    const credentials = await sealCredentials(
      c.env,
      { workspaceId, inboxId: inbox.id },
      connection.credentials,
    );
    const connected = await setConnection(tenant, inbox.id, { credentials, connection: connection.shown });
    if (before) await connecting.replaced?.(before, { ...to, credentials: connection.credentials });
    await wakeOutbox(c.env, shard, { workspaceId, inboxId: inbox.id }, "changed");
    return c.json({ ...inboxOutput.parse(connected), ...once });
  })
  .post(`${PATH}/test`, async (c) => {
    const { tenant, shard, inbox, connecting } = await placeOf(c);
    const connected = await connectedTo(c.env, tenant, inbox);
    if (!connected) throw new Failure("not_allowed", `The inbox ${inbox.id} is connected to nothing.`);
    try {
      const works = await connecting.test(connected);
      await noteFailing(tenant, inbox.id, null);
      await wakeOutbox(c.env, shard, { workspaceId: tenant.workspaceId, inboxId: inbox.id }, "changed");
      return c.json({ ...inboxOutput.parse(await getInbox(tenant, inbox.id)), works });
    } catch (error) {
      if (error instanceof Failure) await noteFailing(tenant, inbox.id, error.message);
      throw error;
    }
  })
  .delete(PATH, async (c) => {
    const { tenant, shard, inbox, connecting } = await placeOf(c);
    const connected = await connectedTo(c.env, tenant, inbox);
    if (connected) await connecting.disconnect(connected);
    const left = await setConnection(tenant, inbox.id, { credentials: null, connection: null });
    await wakeOutbox(c.env, shard, { workspaceId: tenant.workspaceId, inboxId: inbox.id }, "changed");
    return c.json(inboxOutput.parse(left));
  });

/** @throws Failure `not_found`; `unsupported` for a channel that connects to nothing */
async function placeOf(
  c: Exchange,
): Promise<{ tenant: Tenant; shard: string; inbox: Inbox; connecting: Connecting }> {
  const workspace = await workspaceOf(c);
  const tenant = operatorTenant(c.env, workspace);
  const inbox = await getInbox(tenant, c.req.param("id") ?? "");
  const connecting = ADAPTERS[inbox.channel]?.connecting;
  if (connecting) return { tenant, shard: workspace.shard, inbox, connecting };
  throw new Failure(
    "unsupported",
    inbox.channel === "web"
      ? "A web inbox needs no connection: its key is what a page names it by."
      : `The ${inbox.channel} channel cannot be connected yet.`,
  );
}

/** What an inbox is connected to; null: to nothing, or its credentials do not open any more. */
async function connectedTo(env: Env, tenant: Tenant, inbox: Inbox): Promise<Connected | null> {
  const sealed = await sealedCredentials(tenant, inbox.id);
  if (sealed === null) return null;
  const where = { workspaceId: tenant.workspaceId, inboxId: inbox.id };
  const credentials = await openCredentials(env, where, sealed);
  return credentials === null ? null : { inboxId: inbox.id, publicKey: inbox.publicKey, credentials, env };
}

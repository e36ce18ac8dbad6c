import { getWorkspace, type Workspace } from "../gate/workspaces.ts";
import { type Inbox, inboxOf, sealedCredentials } from "../inboxes/store.ts";
import { Failure } from "../tenant/failure.ts";
import { shardDatabase } from "../tenant/shards.ts";
import { Tenant } from "../tenant/tenant.ts";
import { ADAPTERS } from "./adapters.ts";
import type { Connected, Out } from "./channel.ts";
import { openCredentials } from "./credentials.ts";

export interface Way {
  out: Out;
  connected: Connected;
}

/** An inbox, and how to hand something over in it. */
export interface Place {
  tenant: Tenant;
  inbox: Inbox;
  /** Or why nothing can go out. */
  way: Way | string;
}

/**
 * Reads how something is handed over in an inbox, as it is now.
 * @param shard where the workspace's data is
 * @returns gone: the workspace or the inbox is; suspended: nothing may happen now
 */
export async function readPlace(
  env: Env,
  shard: string,
  where: { workspaceId: string; inboxId: string },
): Promise<Place | "gone" | "suspended"> {
  const { workspaceId, inboxId } = where;
  const tenant = new Tenant(shardDatabase(env, shard), {
    workspaceId,
    inboxes: [inboxId],
    actor: { kind: "system", id: "parley", name: "Parley", credentialId: null },
    timeZone: "UTC",
  });
  const [workspace, [inbox], sealed] = await Promise.all([
    workspaceOf(env, workspaceId),
    inboxOf(tenant, inboxId),
    sealedCredentials(tenant, inboxId),
  ]);
  if (!workspace || !inbox) return "gone";
  // Housekeeping wakes the outbox again.
  if (workspace.suspendedAt !== null) return "suspended";
  const out = ADAPTERS[inbox.channel]?.out;
  if (inbox.state === "disabled") return { tenant, inbox, way: "The inbox was switched off." };
  if (!out || sealed === null) return { tenant, inbox, way: "The inbox is connected to nothing." };
  const credentials = await openCredentials(env, where, sealed);
  // PARLEY_SECRET is another one by now.
  if (credentials === null) return { tenant, inbox, way: "The inbox has to be connected again." };
  const connected = { inboxId, publicKey: inbox.publicKey, credentials, env };
  return { tenant, inbox, way: { out, connected } };
}

async function workspaceOf(env: Env, id: string): Promise<Workspace | null> {
  try {
    return await getWorkspace(env, id);
  } catch (error) {
    if (error instanceof Failure && error.code === "not_found") return null;
    throw error;
  }
}

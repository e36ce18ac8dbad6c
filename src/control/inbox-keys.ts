import { and, eq } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { inboxKeys, workspaces } from "./schema.ts";

/** Where a public inbox key leads, read anew for each request: a suspension holds from the next one on. */
export interface InboxAddress {
  workspaceId: string;
  inboxId: string;
  /** The tenant binding that holds the workspace's data. */
  shard: string;
  timeZone: string;
  /** Of the workspace, for phone numbers. */
  phoneCountry: string | null;
  /** Of the workspace's help pages; null where it has none. */
  helpSlug: string | null;
  /** Milliseconds, UTC; null while the workspace is in use. */
  suspendedAt: number | null;
}

/**
 * Makes an inbox reachable by its public key. Call it after the inbox's row is in the tenant database: a key
 * without an inbox would be an address that fails, an inbox without a key is merely not yet reachable.
 * May be repeated; a key never changes what it leads to.
 */
export async function registerInboxKey(
  control: D1Database,
  key: { publicKey: string; workspaceId: string; inboxId: string },
): Promise<void> {
  await drizzle(control, { casing: "snake_case" }).insert(inboxKeys).values(key).onConflictDoNothing();
}

/** Follows a public key to its workspace, in one query; null when there is none. */
export async function findInboxAddress(control: D1Database, publicKey: string): Promise<InboxAddress | null> {
  const [row] = await drizzle(control, { casing: "snake_case" })
    .select({
      workspaceId: inboxKeys.workspaceId,
      inboxId: inboxKeys.inboxId,
      shard: workspaces.shard,
      timeZone: workspaces.timeZone,
      phoneCountry: workspaces.phoneCountry,
      helpSlug: workspaces.helpSlug,
      suspendedAt: workspaces.suspendedAt,
    })
    .from(inboxKeys)
    .innerJoin(workspaces, eq(workspaces.id, inboxKeys.workspaceId))
    .where(eq(inboxKeys.publicKey, publicKey));
  return row ?? null;
}

/** The public key of an inbox of mail: its address, which {@link claimInboxAddress} gives it. @param address see `emailKey` */
export function mailKey(address: string): string {
  return `mail:${address}`;
}

/**
 * Has mail to an address arrive in an inbox, unless it arrives in another one already.
 * @returns whether it does now
 */
export async function claimInboxAddress(
  control: D1Database,
  address: string,
  inbox: { workspaceId: string; inboxId: string },
): Promise<boolean> {
  const publicKey = mailKey(address);
  await registerInboxKey(control, { publicKey, ...inbox });
  return (await findInboxAddress(control, publicKey))?.inboxId === inbox.inboxId;
}

/** Takes {@link claimInboxAddress} back. */
export async function releaseInboxAddress(
  control: D1Database,
  address: string,
  inboxId: string,
): Promise<void> {
  await drizzle(control, { casing: "snake_case" })
    .delete(inboxKeys)
    .where(and(eq(inboxKeys.publicKey, mailKey(address)), eq(inboxKeys.inboxId, inboxId)));
}

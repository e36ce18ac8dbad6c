import type { Context } from "../calls/define.ts";
import { READER } from "../channels/web/visited-inbox.ts";
import { findInboxAddress } from "../control/inbox-keys.ts";
import type { RoomAddress } from "../conversations/room.ts";
import { gateOf } from "../gate/gate.ts";
import { membersOf } from "../gate/workspace-view.ts";
import { getWorkspace } from "../gate/workspaces.ts";
import { derivedKey } from "../tenant/derived-key.ts";
import { Failure } from "../tenant/failure.ts";
import { shardDatabase } from "../tenant/shards.ts";
import { type Actor, Tenant, type TenantOptions } from "../tenant/tenant.ts";
import type { RoomHands } from "./hands.ts";

/** Who acts when a time has come or a result is there. */
const OURSELVES: Actor = { kind: "system", id: "parley", name: "Parley", credentialId: null };

/** What of a workspace decides how things are written in it. */
type Settings = Pick<TenantOptions, "timeZone" | "phoneCountry" | "helpSlug">;

/** Who acts in a room, with the handle of its inbox alone. */
export class Contexts {
  readonly #env: Env;
  readonly #where: () => RoomAddress;

  #reader: { shard: string; tenant: Tenant } | null = null;
  /** Public keys that were found to lead here: what a key leads to never changes. */
  readonly #keys = new Set<string>();

  constructor(env: Env, where: () => RoomAddress) {
    this.#env = env;
    this.#where = where;
  }

  /**
   * Follows a public key to the workspace as it is now.
   * @throws Failure `not_found`, also where it does not lead to this room; `workspace_suspended`
   */
  async behind(key: string): Promise<Settings> {
    const { workspaceId, inboxId } = this.#where();
    const isKnown = this.#keys.has(key);
    const found = isKnown
      ? await gateOf(this.#env, workspaceId).settings()
      : await findInboxAddress(this.#env.CONTROL, key);
    const leadsHere =
      found && (!("inboxId" in found) || (found.workspaceId === workspaceId && found.inboxId === inboxId));
    if (!found || !leadsHere) throw new Failure("not_found", "No chat has this inbox key.");
    if (found.suspendedAt !== null) throw new Failure("workspace_suspended", "This chat is out of service.");
    this.#keys.add(key);
    return found;
  }

  /** Counts a conversation that is begun from an address, see `Beginnings`. Nobody reads the address there. */
  async mayBegin(address: string): Promise<boolean> {
    const { workspaceId, inboxId } = this.#where();
    const digest = await derivedKey(this.#env.PARLEY_SECRET, `parley beginning 1 ${inboxId} ${address}`);
    return gateOf(this.#env, workspaceId).mayBegin(digest.toHex());
  }

  of(shard: string, settings: Settings, requestId: string): RoomHands["contextOf"] {
    const { workspaceId, inboxId } = this.#where();
    const { timeZone, phoneCountry, helpSlug } = settings;
    const database = shardDatabase(this.#env, shard);
    return (actor) => {
      const options = { workspaceId, inboxes: [inboxId], actor, timeZone, phoneCountry, helpSlug };
      return this.with(new Tenant(database, options), requestId);
    };
  }

  /** The handle of whoever reads: nothing is written under its name, so the time zone does not matter. */
  reader(shard: string): Tenant {
    if (this.#reader?.shard !== shard) {
      this.#reader = { shard, tenant: this.of(shard, { timeZone: "UTC" }, "socket")(READER).tenant };
    }
    return this.#reader.tenant;
  }

  with(tenant: Tenant, requestId: string): Context {
    const env = this.#env;
    const members = () => membersOf(env, tenant.workspaceId);
    return { tenant, env, requestId, signal: new AbortController().signal, workspace: { members } };
  }

  /** Parley itself; null while the workspace is suspended. */
  async own(shard: string, requestId: string): Promise<Context | null> {
    const workspace = await getWorkspace(this.#env, this.#where().workspaceId);
    return workspace.suspendedAt === null ? this.of(shard, workspace, requestId)(OURSELVES) : null;
  }
}

import type { z } from "zod";
import type { Role } from "../control/scopes.ts";
import { recordEvent } from "../tenant/events.ts";
import { shardDatabase } from "../tenant/shards.ts";
import { type Actor, Tenant } from "../tenant/tenant.ts";
import { gateOf } from "./gate.ts";
import { createToken, type newTokenSchema } from "./tokens.ts";
import type { WorkspaceChange } from "./workspace-records.ts";
import { getWorkspace, type Workspace } from "./workspaces.ts";

/** What of a workspace's row is told when it changes: everything that a person or the operator sets. */
const TOLD = [
  "name",
  "plan",
  "ring",
  "timeZone",
  "phoneCountry",
  "helpSlug",
  "mcpEnabled",
  "confirmSends",
  "suspendedAt",
] as const satisfies readonly (keyof Workspace)[];

/** Who the operator acts as. */
export const OPERATOR: Actor = { kind: "system", id: "operator", name: "Operator", credentialId: null };

/** The tenant that an administrative change is recorded in, in the name of who made it. */
export function administered(
  env: Env,
  { id, shard, timeZone }: Pick<Workspace, "id" | "shard" | "timeZone">,
  actor: Actor,
): Tenant {
  return new Tenant(shardDatabase(env, shard), { workspaceId: id, inboxes: null, actor, timeZone });
}

/** A change of who may do what in a workspace, as its feed tells it. */
type Administrative =
  | { type: "credential.updated"; subjectId: string; data: { kind: string; change: "made" | "ended" } }
  | {
      type: "member.updated";
      subjectId: string;
      data: { change: "invited" | "withdrawn" | "joined" | "role" | "removed"; from?: Role; to?: Role };
    }
  | {
      type: "workspace.updated";
      subjectId: string;
      data: { changes: Record<string, { from: unknown; to: unknown }> };
    };

/**
 * Records what was changed. Credentials and members stand in another database than the events, so it comes after the
 * change, and never throws: the change was made, and saying that it was not would be wrong.
 */
export async function recordAdministration(tenant: Tenant, change: Administrative): Promise<void> {
  try {
    await tenant.batch([recordEvent(tenant, { ...change, inboxId: null })]);
  } catch (error) {
    const { workspaceId } = tenant;
    console.error(
      JSON.stringify({ event: "change_not_recorded", workspaceId, change, error: String(error) }),
    );
  }
}

/** Records what differs between a workspace's row before and after; nothing where nothing does. */
export async function recordWorkspaceChange(
  tenant: Tenant,
  before: Workspace,
  after: Workspace,
): Promise<void> {
  const changes = Object.fromEntries(
    TOLD.flatMap((field) =>
      before[field] === after[field] ? [] : [[field, { from: before[field], to: after[field] }]],
    ),
  );
  if (Object.keys(changes).length === 0) return;
  await recordAdministration(tenant, { type: "workspace.updated", subjectId: after.id, data: { changes } });
}

/**
 * What people and the operator change of who may do what: each goes through the gate, and into the feed with who did it.
 * Nothing else calls the gate's own [`node/structure`].
 */
export class Administration {
  readonly #env: Env;
  readonly #tenant: Tenant;

  /** @param tenant of the workspace, in the name of who changes it */
  constructor(env: Env, tenant: Tenant) {
    this.#env = env;
    this.#tenant = tenant;
  }

  get #gate() {
    return gateOf(this.#env, this.#tenant.workspaceId);
  }

  /** @throws Failure as {@link createToken} */
  async makeToken(input: z.input<typeof newTokenSchema>) {
    const made = await createToken(this.#env, this.#tenant.workspaceId, input);
    await recordAdministration(this.#tenant, {
      type: "credential.updated",
      subjectId: made.id,
      data: { kind: made.kind, change: "made" },
    });
    return made;
  }

  /** Null when there is none of that id. */
  async endToken(id: string) {
    const asked = Date.now();
    const ended = await this.#gate.revokeToken(id);
    if (ended && (ended.revokedAt ?? 0) >= asked) await this.#ended(id, "token");
    return ended;
  }

  /** Null when there is none of that id. */
  async endGrant(id: string) {
    const asked = Date.now();
    const ended = await this.#gate.revokeGrant(id);
    if (ended && (ended.revokedAt ?? 0) >= asked) await this.#ended(id, "grant");
    return ended;
  }

  async #ended(subjectId: string, kind: string): Promise<void> {
    const data = { kind, change: "ended" } as const;
    await recordAdministration(this.#tenant, { type: "credential.updated", subjectId, data });
  }

  /** Null when there is no such member. */
  async setRole(id: string, to: Role) {
    const from = (await this.#gate.listMembers()).find((member) => member.id === id)?.role;
    const member = await this.#gate.setMemberRole(id, to);
    if (member && from !== to) await this.#member(id, { change: "role", from, to });
    return member;
  }

  /** Null when there is no such member. */
  async removeMember(id: string) {
    const member = await this.#gate.removeMember(id);
    if (member) await this.#member(id, { change: "removed", from: member.role });
    return member;
  }

  async #member(
    subjectId: string,
    data: Extract<Administrative, { type: "member.updated" }>["data"],
  ): Promise<void> {
    await recordAdministration(this.#tenant, { type: "member.updated", subjectId, data });
  }

  /** Null when there is no such workspace. */
  async updateWorkspace(change: WorkspaceChange): Promise<Workspace | null> {
    const before = await getWorkspace(this.#env, this.#tenant.workspaceId);
    const after = await this.#gate.updateWorkspace(change);
    if (after) await recordWorkspaceChange(this.#tenant, before, after);
    return after;
  }
}

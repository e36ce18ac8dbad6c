import { DurableObject } from "cloudflare:workers";
import { planInForce } from "../control/plans.ts";
import type { Role } from "../control/scopes.ts";
import type {
  Admission,
  AdmitRequest,
  Credential,
  Refusal,
  SameAdmission,
  SessionRow,
  UsageWindow,
} from "./admission.ts";
import { Beginnings } from "./beginnings.ts";
import { countsToQuota, forbiddenBy, hasLapsed, isMisplaced } from "./checks.ts";
import {
  type CredentialRecord,
  readCredential,
  readRevision,
  readSettings,
  type Settings,
} from "./credentials.ts";
import { GateStorage } from "./gate-storage.ts";
import { ModelCalls, type ModelUse } from "./model-calls.ts";
import { Principals } from "./principals.ts";
import { putAway } from "./session-objects.ts";
import { type EndedSession, type OpenedSession, Sessions } from "./sessions.ts";
import { crossedThresholds, recordThresholds } from "./thresholds.ts";
import { Usage } from "./usage.ts";
import {
  type GrantRow,
  type MemberRow,
  type NewMember,
  type TokenRow,
  type WorkspaceChange,
  WorkspaceRecords,
  type WorkspaceRow,
  type WorkspaceSettings,
} from "./workspace-records.ts";

/** How old the plans and rollouts may be that a gate decides by. Edits must bite within 5 seconds. */
const SETTINGS_AGE = 4_000;

/**
 * Admits or refuses each request of one workspace, in one RPC. One object per workspace, named by its id.
 *
 * It holds credentials read through from the control database, and it is the only writer of what it holds:
 * every change forgets the copies before and after the write, so a revocation bites on the very next request,
 * and a failed change can simply be repeated. Nothing is cached anywhere else.
 */
export class WorkspaceGate extends DurableObject<Env> {
  readonly #storage: GateStorage;
  readonly #usage: Usage;
  readonly #sessions: Sessions;
  readonly #models: ModelCalls;
  readonly #beginnings: Beginnings;
  readonly #credentials = new Map<string, CredentialRecord>();
  readonly #principals = new Principals();
  #workspace: WorkspaceRow | null = null;
  #settings: { value: Settings; readAt: number } | null = null;
  /** Counts changes: a read that began before a change must not be kept. */
  #epoch = 0;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#storage = new GateStorage(ctx.storage);
    this.#usage = new Usage(this.#storage);
    this.#sessions = new Sessions(this.#storage);
    this.#models = new ModelCalls(this.#storage, env);
    this.#beginnings = new Beginnings(this.#storage);
  }

  get #workspaceId(): string {
    const name = this.ctx.id.name;
    if (name === undefined) throw new Error("A gate is named by its workspace.");
    return name;
  }

  get #records(): WorkspaceRecords {
    return new WorkspaceRecords(this.env.CONTROL, this.#workspaceId);
  }

  /**
   * One request's whole admission: credential, workspace, plan, session and limits, in this order of refusals
   * (401, 403, 404, 429). Nothing awaits between the check of a limit and its count.
   */
  async admit(request: AdmitRequest): Promise<Admission> {
    const [record, settings] = await Promise.all([this.#credential(request.credential), this.#settingsNow()]);
    const now = Date.now();
    if (!record || hasLapsed(record, now)) return refused({ kind: "unauthenticated", notInAddress: false });
    if (isMisplaced(record, request.credential))
      return refused({ kind: "unauthenticated", notInAddress: true });
    const plan = planInForce(settings.plans, record.workspace, now);
    const forbidden = forbiddenBy(record, plan, request);
    if (!plan || forbidden) return refused({ kind: "forbidden", message: forbidden ?? "No plan." });
    const made = this.#principals.of(record, settings, plan, request.readOnlyAddress);
    const { principal, key: principalKey } = made;
    const id = principal.credentialId;
    const before = this.#usage.windows(id, plan, now);
    const session =
      request.sessionId === null
        ? null
        : this.#sessions.owned(request.sessionId, id, request.transport ?? "http");
    if (request.sessionId !== null && !session) return refused({ kind: "no_session" }, before);
    const quota = request.calls.filter((call) => countsToQuota(call, principal)).length;
    const full = this.#usage.charge(
      { credentialId: id, calls: request.calls.length, quota, others: request.others },
      plan,
      now,
    );
    if (full) return refused({ kind: "limited", ...full }, before);
    if (request.sessionId !== null && session) {
      this.#sessions.use(request.sessionId, session, request.calls.length, now);
    }
    const limits = this.#usage.windows(id, plan, now);
    const crossed = crossedThresholds(before, limits);
    if (crossed.length > 0) this.ctx.waitUntil(recordThresholds(this.env, principal, crossed));
    return { admitted: true, principal, principalKey, limits };
  }

  /**
   * {@link admit} for one who holds a principal already: it is not sent again while it is the same.
   * @param heldKey its `principalKey`
   */
  async admitAgain(request: AdmitRequest, heldKey: string): Promise<Admission | SameAdmission> {
    const admission = await this.admit(request);
    const same = admission.admitted && admission.principalKey === heldKey;
    return same ? { ...admission, principal: null } : admission;
  }

  async #credential(credential: Credential): Promise<CredentialRecord | null> {
    const key = credential.kind === "token" ? credential.hash : credential.grantId;
    const held = this.#credentials.get(key);
    if (held) return held;
    for (;;) {
      const epoch = this.#epoch;
      const record = await readCredential(this.env.CONTROL, this.#workspaceId, credential);
      if (epoch !== this.#epoch) continue;
      // Unknown ones are not held: anybody can make them up.
      if (record) this.#credentials.set(key, record);
      return record;
    }
  }

  async #settingsNow(): Promise<Settings> {
    const held = this.#settings;
    const now = Date.now();
    if (held && now - held.readAt < SETTINGS_AGE) return held.value;
    if (held && (await readRevision(this.env.CONTROL)) === held.value.revision) {
      held.readAt = now;
      return held.value;
    }
    const epoch = this.#epoch;
    const value = await readSettings(this.env.CONTROL);
    if (epoch === this.#epoch) this.#settings = { value, readAt: now };
    return value;
  }

  /**
   * The workspace as it is now, for rooms: they ask with each message, and a suspension holds from the next one on. Null:
   * there is none.
   */
  async settings(): Promise<WorkspaceSettings | null> {
    while (this.#workspace === null) {
      const epoch = this.#epoch;
      const row = await this.#records.workspace();
      if (row === null) return null;
      if (epoch === this.#epoch) this.#workspace = row;
    }
    const { timeZone, phoneCountry, helpSlug, suspendedAt } = this.#workspace;
    return { timeZone, phoneCountry, helpSlug, suspendedAt };
  }

  #forget(): void {
    this.#epoch += 1;
    this.#credentials.clear();
    this.#workspace = null;
    // A workspace may just have moved to a plan that was made a moment ago.
    this.#settings = null;
  }

  /** Every write to what the gate holds goes through here. Can be repeated safely. */
  async #change<T>(write: () => Promise<T>): Promise<T> {
    this.#forget();
    try {
      return await write();
    } finally {
      this.#forget();
    }
  }

  // Sessions ---------------------------------------------------------------------------------------------------

  /**
   * Records a session of this credential; the door calls it once per `initialize`. Gives the sessions of the same
   * credential that ended for it, since one credential has so many at most.
   */
  async openSession(session: OpenedSession): Promise<EndedSession[]> {
    return this.#sessions.open(session, Date.now());
  }

  /** SSE learns its client only after the session is open. */
  async describeSession(
    id: string,
    facts: { client: string | null; clientVersion: string | null; protocolVersion: string | null },
  ): Promise<void> {
    this.#sessions.describe(id, facts);
  }

  /** From now on the session id answers 404. */
  async endSession(id: string): Promise<void> {
    this.#sessions.end(id, Date.now());
  }

  /** One session, for its own expiry; null when there is none. */
  async session(id: string): Promise<SessionRow | null> {
    return this.#sessions.one(id);
  }

  /** Sessions, newest first, at most 1,000. */
  async listSessions(): Promise<SessionRow[]> {
    return this.#sessions.list();
  }

  // What is used -----------------------------------------------------------------------------------------------

  /** The limits of the plan in force and what this credential and the workspace used of them. */
  async usage(credentialId: string): Promise<UsageWindow[]> {
    const [workspace, settings] = await Promise.all([this.#records.workspace(), this.#settingsNow()]);
    const now = Date.now();
    const plan = workspace && planInForce(settings.plans, workspace, now);
    return plan ? this.#usage.windows(credentialId, plan, now) : [];
  }

  /** Counts a call to a language model; false: the workspace has used up its day. */
  async useModel(): Promise<boolean> {
    return this.#models.use(Date.now());
  }

  async modelUsage(): Promise<ModelUse> {
    return this.#models.usage(Date.now());
  }

  /** Counts a conversation that somebody begins; false: too many came from there today. See {@link Beginnings}. */
  async mayBegin(whose: string): Promise<boolean> {
    return this.#beginnings.use(whose, Date.now());
  }

  #withLastUse<T extends { id: string }>(rows: T[]): (T & { lastUsedAt: number | null })[] {
    const lastUse = rows.length > 0 ? this.#storage.lastUse() : new Map<string, number>();
    return rows.map((row) => ({ ...row, lastUsedAt: lastUse.get(row.id) ?? null }));
  }

  // Who may enter ----------------------------------------------------------------------------------------------

  /** Stores a checked token (tokens.ts makes the secret and checks scopes and plan). */
  async insertToken(row: Omit<TokenRow, "createdAt" | "revokedAt">): Promise<TokenRow> {
    return this.#change(() => this.#records.insertToken(row));
  }

  /** API keys and bot tokens, newest first, with their last use; never the secret nor its hash. */
  async listTokens(): Promise<(Omit<TokenRow, "hash"> & { lastUsedAt: number | null })[]> {
    return this.#withLastUse((await this.#records.tokens()).map(({ hash: _, ...row }) => row));
  }

  /** Ends a token at once. Null when there is none of that id; a revoked one answers when it was. */
  async revokeToken(id: string): Promise<{ id: string; revokedAt: number | null } | null> {
    return this.#ending(await this.#change(() => this.#records.revokeToken(id)));
  }

  /** Stores what a person allowed an OAuth client at consent; null when they are no member any more. */
  async createGrant(row: Omit<GrantRow, "createdAt" | "revokedAt">): Promise<GrantRow | null> {
    return this.#change(() => this.#records.insertGrant(row));
  }

  /** Grants, newest first, with who allowed them and their last use. */
  async listGrants(): Promise<(GrantRow & { email: string | null; lastUsedAt: number | null })[]> {
    return this.#withLastUse(await this.#records.grants());
  }

  /** Ends a grant at once, whatever tokens of it are about. Null when there is none of that id. */
  async revokeGrant(id: string): Promise<{ id: string; revokedAt: number | null } | null> {
    return this.#ending(await this.#change(() => this.#records.revokeGrant(id)));
  }

  /** Changes the workspace's own row. Null when there is no such workspace. */
  async updateWorkspace(change: WorkspaceChange): Promise<WorkspaceRow | null> {
    return this.#change(() => this.#records.updateWorkspace(change));
  }

  /** Ends the workspace for good, and everything by which anybody entered it, with open sessions and streams. */
  async removeWorkspace(): Promise<void> {
    await this.#change(() => this.#records.removeWorkspace());
    const now = Date.now();
    const credentials = new Set(this.#sessions.list().map(({ credentialId }) => credentialId));
    const over = [...credentials].flatMap((id) => this.#sessions.endAll(id, now));
    await Promise.all(over.map((session) => putAway(this.env, session, this.#workspaceId)));
  }

  /** Forgets all that it stored of a workspace that is gone. */
  async forget(): Promise<void> {
    this.#storage.forget();
    await this.ctx.storage.deleteAll();
  }

  /** Stores a member, or brings a removed one back with the new role. */
  async putMember(row: NewMember): Promise<MemberRow> {
    return this.#change(() => this.#records.putMember(row));
  }

  /** Takes an invitation; null when it is not open any more or the workspace is suspended. */
  async join(invitationId: string, person: Omit<NewMember, "role">): Promise<MemberRow | null> {
    return this.#change(() => this.#records.join(invitationId, person));
  }

  /** Members that were not removed, the first first. */
  async listMembers(): Promise<MemberRow[]> {
    return this.#records.members();
  }

  /** Grants of a member never exceed the new role from the next request on. Null when there is no such member. */
  async setMemberRole(id: string, role: Role): Promise<MemberRow | null> {
    return this.#change(() => this.#records.setRole(id, role));
  }

  /** The member's grants stop at once. Null when there is no such member. */
  async removeMember(id: string): Promise<MemberRow | null> {
    const { member, ended } = await this.#change(() => this.#records.removeMember(id));
    for (const grant of ended) this.#ending(grant);
    return member;
  }

  /** The sessions of a credential that ended are over as well, and so are its open streams. */
  #ending<T extends { id: string } | null>(credential: T): T {
    if (credential === null) return credential;
    const over = this.#sessions.endAll(credential.id, Date.now());
    this.ctx.waitUntil(Promise.all(over.map((session) => putAway(this.env, session, credential.id))));
    return credential;
  }
}

function refused(refusal: Refusal, limits: UsageWindow[] = []): Admission {
  return { admitted: false, refusal, limits };
}

/** The gate of a workspace. */
export function gateOf(env: Env, workspaceId: string): DurableObjectStub<WorkspaceGate> {
  return env.GATE.getByName(workspaceId);
}

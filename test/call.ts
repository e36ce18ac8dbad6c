import { env } from "cloudflare:workers";
import type { Call } from "../src/calls/define.ts";
import { ALL_SCOPES, type Scope } from "../src/control/scopes.ts";
import type { Sending } from "../src/conversations/send.ts";
import type { Principal } from "../src/gate/principal.ts";
import { workspaceView } from "../src/gate/workspace-view.ts";
import { Failure } from "../src/tenant/failure.ts";
import { newId } from "../src/tenant/ids.ts";
import { type Actor, Tenant } from "../src/tenant/tenant.ts";

export interface TestCallOptions {
  database?: D1Database;
  workspaceId?: string;
  scopes?: readonly Scope[];
  /** Null, as by default: all inboxes. */
  inboxes?: readonly string[] | null;
  actor?: Partial<Actor>;
  /** Where phone numbers without a country code are from; not known unless said. */
  phoneCountry?: string | null;
  /** Where its help pages are; it has none unless said. */
  helpSlug?: string | null;
}

/**
 * A call as a lane makes one, straight at a tenant database: an API key with every scope unless said otherwise,
 * in a workspace of its own, from a client that cannot be asked.
 */
export function testCall(options: TestCallOptions = {}): Call {
  const {
    scopes = ALL_SCOPES,
    inboxes = null,
    workspaceId = newId("workspace"),
    phoneCountry = null,
    helpSlug = null,
  } = options;
  const credentialId = options.actor?.credentialId ?? newId("token");
  const actor: Actor = {
    kind: "api_key",
    id: credentialId,
    name: "Test key",
    credentialId,
    ...options.actor,
  };
  const principal: Principal = {
    workspaceId,
    workspaceName: "Test workspace",
    shard: "TENANT_1",
    timeZone: "UTC",
    phoneCountry,
    helpSlug,
    plan: "enterprise",
    confirmSends: false,
    credentialId,
    kind: actor.kind === "bot" ? "bot" : "api_key",
    name: actor.name,
    member: null,
    scopes: [...scopes],
    readOnly: false,
    inboxes: inboxes && [...inboxes],
    hidden: [],
    validUntil: null,
  };
  return {
    tenant: new Tenant(options.database ?? env.TENANT_1, {
      workspaceId,
      inboxes,
      actor,
      timeZone: "UTC",
      phoneCountry,
      helpSlug,
    }),
    principal,
    workspace: workspaceView(env, principal),
    env,
    signal: new AbortController().signal,
    requestId: "test",
    canAsk: () => false,
    ask: async () => {
      throw new Failure("unsupported", "This client cannot be asked.");
    },
    progress: async () => {},
    log: async () => {},
  };
}

/** Somebody who sends, as stores take them; `shard` is where the tenant's data is. */
export function sending(tenant: Tenant, shard = "TENANT_1"): Sending {
  return { tenant, env, shard, requestId: "test" };
}

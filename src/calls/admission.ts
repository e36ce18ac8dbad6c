import type { OAuthResourceAuth } from "@cloudflare/workers-oauth-provider";
import type { AdmitRequest, Refusal, UsageWindow } from "../gate/admission.ts";
import type { Principal } from "../gate/principal.ts";
import { clientAddress, overLimit } from "../gate/rate-limit.ts";
import type { ResourcePath } from "../http/addresses.ts";
import { authenticate } from "../oauth/resources.ts";
import type { Caller } from "./caller.ts";
import { credentialOf } from "./credential.ts";
import { exists, missingScopes, type ReadCall } from "./reach.ts";

/** Who a request was let in as, or why it was not. */
export type Entry = { limits: UsageWindow[] } & (
  | { kind: "admitted"; principal: Principal; auth: OAuthResourceAuth }
  | { kind: "refused"; refusal: Refusal }
  /** No credential, or one that does not hold: a 401 with its challenge and without a body. */
  | { kind: "challenged"; challenge: Response }
  /** This address keeps trying credentials that do not hold. */
  | { kind: "throttled"; retryAfterSeconds: number }
  /** The gate cannot be asked. */
  | { kind: "unavailable"; status: number }
);

/** A request as a door got it. */
export interface Arrival {
  request: Request;
  env: Env;
  ctx: ExecutionContext;
  requestId: string;
}

/**
 * Takes the credential off a request, checks it against one of our OAuth resources and has the workspace's gate
 * admit the request, whatever door it came by.
 */
export async function enter(
  { request, env, ctx, requestId }: Arrival,
  resource: ResourcePath,
  ask: Omit<AdmitRequest, "credential">,
): Promise<Entry> {
  const shown = credentialOf(request, new URL(request.url));
  const inUrl = shown?.inUrl ?? false;
  const result = await authenticate(env, ctx, resource, shown?.token, inUrl, requestId, ask);
  if (result.ok) {
    const { admission, auth } = result;
    const { limits } = admission;
    if (!admission.admitted) return { kind: "refused", refusal: admission.refusal, limits };
    return { kind: "admitted", principal: admission.principal, auth, limits };
  }
  const { response } = result;
  if (response.status !== 401) return { kind: "unavailable", status: response.status, limits: [] };
  // Someone who only asks for the challenge tried nothing.
  const wait = shown ? await overLimit(env.AUTH_FAILURE_LIMIT, "mcp", clientAddress(request)) : null;
  if (wait !== null) return { kind: "throttled", retryAfterSeconds: wait, limits: [] };
  return { kind: "challenged", challenge: response, limits: [] };
}

/**
 * The scopes that an OAuth client should ask for before it tries again: every one that any of its calls takes.
 * Empty when it lacks none. Other credentials cannot step up, so their calls answer with an error of their own.
 */
export function lackingScopes(caller: Caller, calls: readonly ReadCall[]): string[] {
  if (caller.principal.kind !== "grant") return [];
  const reachable = calls.flatMap(({ facts }) => (facts && exists(facts, caller) ? [facts] : []));
  if (!reachable.some((facts) => missingScopes(facts, caller).length > 0)) return [];
  return [...new Set(reachable.flatMap((facts) => facts.scopes))];
}

import { insufficientScope } from "@cloudflare/workers-oauth-provider";
import type { Admission, AdmitRequest, Credential, Refusal, UsageWindow } from "../gate/admission.ts";
import { gateOf } from "../gate/gate.ts";
import type { Principal } from "../gate/principal.ts";
import { clientAddress, overLimit } from "../gate/rate-limit.ts";
import { hashToken, workspaceOfToken } from "../gate/tokens.ts";
import type { ResourcePath } from "../http/addresses.ts";
import { logUnexpected } from "../http/log.ts";
import { addressAsked, challenge, grantOfToken } from "../oauth/resources.ts";
import type { Caller } from "./caller.ts";
import type { ShownToken } from "./credential.ts";
import { exists, missingScopes, type ReadCall } from "./permissions.ts";

/** Who a request may act as, or why it may not. */
export type Access = { limits: UsageWindow[] } & (
  | { kind: "granted"; principal: Principal }
  | { kind: "refused"; refusal: Refusal }
  /** No credential, or one that does not hold: a 401 with its challenge and without a body. */
  | { kind: "challenged"; challenge: Response }
  /** This address keeps trying credentials that do not hold. */
  | { kind: "throttled"; retryAfterSeconds: number }
  /** The gate cannot be asked. */
  | { kind: "unavailable"; status: number }
);

/** A request as a door got it, and the token that it showed. */
export interface Arrival {
  request: Request;
  env: Env;
  ctx: ExecutionContext;
  requestId: string;
  /** Null when it showed none that could be one. */
  token: ShownToken | null;
}

/**
 * Checks the credential of a request against one of our OAuth resources and has the workspace's gate admit it,
 * whatever door it came by.
 */
export async function requestAccess(
  arrival: Arrival,
  resource: ResourcePath,
  ask: Omit<AdmitRequest, "credential">,
): Promise<Access> {
  const { request, env, ctx, requestId, token } = arrival;
  let admission: Admitted | Refused | null = null;
  try {
    admission = token && (await admit(env, resource, token, ask));
  } catch (error) {
    logUnexpected(requestId, "admission", error);
    return { kind: "unavailable", status: 503, limits: [] };
  }
  if (admission?.admitted) {
    const { principal, limits } = admission;
    return { kind: "granted", principal, limits };
  }
  if (admission && admission.refusal.kind !== "unauthenticated") {
    const { refusal, limits } = admission;
    return { kind: "refused", refusal, limits };
  }
  // Someone who only asks for the challenge tried nothing.
  const wait = token ? await overLimit(env.AUTH_FAILURE_LIMIT, "mcp", clientAddress(request)) : null;
  if (wait !== null) return { kind: "throttled", retryAfterSeconds: wait, limits: [] };
  return {
    kind: "challenged",
    challenge: await challenge(env, ctx, resource, request.url, token?.token),
    limits: [],
  };
}

/** A body longer than this, in bytes, is read only for a credential that holds. */
const READ_FOR_ANYBODY = 32 * 1024;

/**
 * Asks for the credential before a long body is read: a stranger's costs no more than the question. It counts nothing;
 * a body that declares no length counts as long.
 * @returns why the request may not go on; null when it may, as far as it is known yet
 */
export async function strangerWithMuch(
  arrival: Arrival,
  resource: ResourcePath,
  readOnlyAddress: boolean,
): Promise<Exclude<Access, { kind: "granted" }> | null> {
  const declared = arrival.request.headers.get("content-length");
  if (declared !== null && Number(declared) <= READ_FOR_ANYBODY) return null;
  const ask = { readOnlyAddress, sessionId: null, calls: [], others: 0 };
  const access = await requestAccess(arrival, resource, ask);
  return access.kind === "granted" ? null : access;
}

type Refused = Extract<Admission, { admitted: false }>;
type Admitted = { admitted: true; principal: Principal; limits: UsageWindow[] };

/**
 * Principals that gates sent to this isolate, by credential. They decide nothing: the gate is asked for each request
 * and names the one that holds now, which is sent again only if it is another.
 */
const principals = new Map<string, { key: string; principal: Principal }>();
const MOST_PRINCIPALS = 1_000;

/** One RPC to the gate of the workspace that the token leads to. Null for a token that leads to none. */
async function admit(
  env: Env,
  resource: ResourcePath,
  shown: ShownToken,
  ask: Omit<AdmitRequest, "credential">,
): Promise<Admitted | Refused | null> {
  const recognised = await recognise(env, resource, shown);
  if (!recognised) return null;
  const { workspaceId, credential } = recognised;
  const holder = credential.kind === "token" ? credential.hash : credential.grantId;
  const place = `${workspaceId} ${holder} ${ask.readOnlyAddress}`;
  const held = principals.get(place);
  const gate = gateOf(env, workspaceId);
  const request = { ...ask, credential };
  const admission = await (held ? gate.admitAgain(request, held.key) : gate.admit(request));
  if (!admission.admitted) return admission;
  const { principalKey: key, limits } = admission;
  if (admission.principal) {
    if (principals.size >= MOST_PRINCIPALS) principals.clear();
    principals.set(place, { key, principal: admission.principal });
  }
  const principal = admission.principal ?? held?.principal;
  if (!principal) throw new Error("unreachable: the gate leaves out a principal that is held here");
  return { admitted: true, principal, limits };
}

/** Tells our own tokens by their form; only others are the OAuth library's to read. */
async function recognise(
  env: Env,
  resource: ResourcePath,
  { token, inUrl }: ShownToken,
): Promise<{ workspaceId: string; credential: Credential } | null> {
  const workspaceId = workspaceOfToken(token);
  if (workspaceId !== null)
    return { workspaceId, credential: { kind: "token", hash: hashToken(token), inUrl } };
  // OAuth forbids its tokens in addresses, and a malformed one of ours is nobody's.
  if (inUrl || token.startsWith("parley_")) return null;
  const grant = await grantOfToken(env, resource, token);
  return grant && { workspaceId: grant.workspaceId, credential: { kind: "grant", grantId: grant.grantId } };
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

/** The 403 that has an OAuth client ask for more scopes. */
export function stepUp(env: Env, resource: ResourcePath, requestUrl: string, lacking: string[]): Response {
  const audience = addressAsked(env, requestUrl, resource);
  return insufficientScope({ token: "", audience, scope: [] }, lacking);
}

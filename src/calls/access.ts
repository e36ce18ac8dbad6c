import { insufficientScope } from "@cloudflare/workers-oauth-provider";
import type { Admission, AdmitRequest, Credential, Refusal, UsageWindow } from "../gate/admission.ts";
import { gateOf } from "../gate/gate.ts";
import type { Principal } from "../gate/principal.ts";
import { clientAddress, overLimit } from "../gate/rate-limit.ts";
import { hashToken, workspaceOfToken } from "../gate/tokens.ts";
import type { ResourcePath } from "../http/addresses.ts";
import { notSetUp } from "../http/errors.ts";
import { logUnexpected } from "../http/log.ts";
import { addressAsked, challenge, grantOfToken } from "../oauth/resources.ts";
import type { Caller } from "./caller.ts";
import { type ShownToken, whyUnauthenticated } from "./credential.ts";
import { exists, missingScopes, type ReadCall } from "./permissions.ts";

/** Who a request may act as, or why it may not. */
export type Access = { limits: UsageWindow[] } & (
  | { kind: "granted"; principal: Principal }
  | { kind: "refused"; refusal: Refusal }
  /** No credential, or one that does not hold: a 401 with its challenge and without a body, and why in words. */
  | { kind: "challenged"; challenge: Response; message: string }
  /** This address keeps trying credentials that do not hold. */
  | { kind: "throttled"; retryAfterSeconds: number }
  /** The gate cannot be asked. */
  | { kind: "unavailable"; status: number; message: string }
);

/** A request as a door got it, and the token that it showed. */
export interface Arrival {
  request: Request;
  env: Env;
  ctx: ExecutionContext;
  requestId: string;
  /** Null when it showed none that could be one. */
  token: ShownToken | null;
  /** Who the token may be, once it was read; null for nobody. */
  recognised?: Recognised | null;
}

/** Whose gate a token leads to, and what is shown there. */
interface Recognised {
  workspaceId: string;
  credential: Credential;
}

/**
 * Turns away who shows a token that does not hold, before any of a body is read: what work a stranger can cause is one
 * question to a gate. Costs nothing for a credential that was admitted here before, which is asked about once, with its
 * calls ({@link requestAccess}).
 * @returns null for one that holds at this moment
 */
export async function refuseStranger(
  arrival: Arrival,
  resource: ResourcePath,
  readOnlyAddress: boolean,
): Promise<Exclude<Access, { kind: "granted" }> | null> {
  const { env, requestId, token } = arrival;
  try {
    arrival.recognised = token && (await recognise(env, resource, token));
  } catch (error) {
    return unavailable(error, requestId);
  }
  if (arrival.recognised && principals.has(placeOf(arrival.recognised, readOnlyAddress))) return null;
  const asked = { readOnlyAddress, sessionId: null, calls: [], others: 0 };
  const access = await requestAccess(arrival, resource, asked);
  return access.kind === "granted" ? null : access;
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
    const known = arrival.recognised;
    const recognised = known === undefined ? token && (await recognise(env, resource, token)) : known;
    admission = recognised && (await admit(env, recognised, ask));
  } catch (error) {
    return unavailable(error, requestId);
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
  const notInAddress = admission?.refusal.kind === "unauthenticated" && admission.refusal.notInAddress;
  return {
    kind: "challenged",
    challenge: await challenge(env, ctx, resource, request.url, token?.token),
    message: whyUnauthenticated(request, token, notInAddress),
    limits: [],
  };
}

function unavailable(error: unknown, requestId: string): Extract<Access, { kind: "unavailable" }> {
  logUnexpected(requestId, "admission", error);
  return { kind: "unavailable", status: 503, message: notSetUp(error) ?? "Try again later.", limits: [] };
}

type Refused = Extract<Admission, { admitted: false }>;
type Admitted = { admitted: true; principal: Principal; limits: UsageWindow[] };

/**
 * Principals that gates sent to this isolate, by credential. They decide nothing: the gate is asked for each request
 * and names the one that holds now, which is sent again only if it is another.
 */
const principals = new Map<string, { key: string; principal: Principal }>();
const MOST_PRINCIPALS = 1_000;

/** Where a principal is held: by the credential itself, and by what an address makes of it. */
function placeOf({ workspaceId, credential }: Recognised, readOnlyAddress: boolean): string {
  const holder = credential.kind === "token" ? credential.hash : credential.grantId;
  return `${workspaceId} ${holder} ${readOnlyAddress}`;
}

/** One RPC to the gate of the workspace that the token leads to. */
async function admit(
  env: Env,
  recognised: Recognised,
  ask: Omit<AdmitRequest, "credential">,
): Promise<Admitted | Refused> {
  const { workspaceId, credential } = recognised;
  const place = placeOf(recognised, ask.readOnlyAddress);
  const held = principals.get(place);
  const gate = gateOf(env, workspaceId);
  const request = { ...ask, credential };
  const admission = await (held ? gate.admitAgain(request, held.key) : gate.admit(request));
  if (!admission.admitted) {
    if (admission.refusal.kind === "unauthenticated") principals.delete(place);
    return admission;
  }
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
): Promise<Recognised | null> {
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
  return [...new Set(reachable.flatMap((facts) => [...facts.scopes, ...facts.grantScopes]))];
}

/** The 403 that has an OAuth client ask for more scopes. */
export function stepUp(env: Env, resource: ResourcePath, requestUrl: string, lacking: string[]): Response {
  const audience = addressAsked(env, requestUrl, resource);
  return insufficientScope({ token: "", audience, scope: [] }, lacking);
}

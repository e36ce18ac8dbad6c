import {
  AuthorizationError,
  type AuthRequest,
  CimdFetchError,
  type OAuthHelpers,
} from "@cloudflare/workers-oauth-provider";
import { and, desc, eq, isNull } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { grants } from "../control/schema.ts";
import type { Scope } from "../control/scopes.ts";
import { administered, recordAdministration } from "../gate/administration.ts";
import { gateOf } from "../gate/gate.ts";
import { clientAddress, overLimit } from "../gate/rate-limit.ts";
import { resourceAt } from "../http/addresses.ts";
import { readForm } from "../pages/form.ts";
import { sorry, tooMany } from "../pages/page.tsx";
import { newId } from "../tenant/ids.ts";
import type { Actor } from "../tenant/tenant.ts";
import { signedIn } from "./auth.ts";
import {
  type AccessRequest,
  addressWith,
  type InboxDirectory,
  leftMeanwhile,
  repeatedParameter,
  signOutHref,
  understand,
  WORKSPACE,
} from "./authorization-request.ts";
import { authorizationServer, subjectOf } from "./authorization-server.ts";
import { type ConsentProblem, consentPage, shortened } from "./consent.tsx";
import { type Choice, choiceOf, grantedScopes, preselect, ticked } from "./consent-choice.ts";

/**
 * The authorization endpoint. GET shows who asks and what can be allowed (signing the person in first); POST takes
 * the decision. What a client sends wrongly is reported to it only once its redirect address is known to be its own.
 */
export async function authorize(request: Request, env: Env, inboxesOf: InboxDirectory): Promise<Response> {
  const wait = await overLimit(env.TOKEN_LIMIT, "authorize", clientAddress(request));
  if (wait !== null) return tooMany(wait);
  const repeated = repeatedParameter(new URL(request.url).searchParams);
  if (repeated !== null) {
    return sorry(
      "This request cannot be answered",
      `The app sent ${repeated} more than once, so it is not clear what it wants. Go back to the app and connect it again.`,
    );
  }
  try {
    if (request.method !== "POST") return await ask(request, env, inboxesOf);
    return await decide(request, env, inboxesOf);
  } catch (error) {
    if (error instanceof AuthorizationError && error.redirectTo) return reported(error, error.redirectTo);
    if (error instanceof AuthorizationError) {
      return sorry(
        "This request cannot be answered",
        `The app sent something that does not fit: ${error.description}. Go back to the app and connect it again.`,
      );
    }
    if (error instanceof CimdFetchError) {
      return sorry(
        "The app cannot be checked",
        "It says who it is at an address of its own, and that address does not answer properly just now. Try again later.",
      );
    }
    throw error;
  }
}

/**
 * Reports a mistake to the client that made it. Anybody can register a client, so a browser is sent on by itself only
 * to a program on the person's own computer; to a site elsewhere only by the person, who sees where it leads: otherwise
 * our address would open any other (RFC 9700, section 4.11.2).
 */
function reported(error: AuthorizationError, address: string): Promise<Response> | Response {
  const { hostname, host } = new URL(address);
  if (["localhost", "127.0.0.1", "[::1]"].includes(hostname)) {
    return new Response(null, { status: 302, headers: { Location: address, "Cache-Control": "no-store" } });
  }
  return sorry(
    "This request cannot be answered",
    `The app sent something that does not fit: ${error.description}. Go back to the app and connect it again.`,
    { again: { href: address, label: `Tell ${host} what went wrong` } },
  );
}

async function ask(request: Request, env: Env, inboxesOf: InboxDirectory): Promise<Response> {
  const asked = await understand(request, env, inboxesOf, new URL(request.url).searchParams.get(WORKSPACE));
  if (asked instanceof Response) return asked;
  const before = await allowedBefore(env, asked);
  return showConsent(asked, preselect(asked.offer, asked.request.scope, before));
}

async function showConsent(
  asked: AccessRequest,
  choice: Choice,
  problem?: ConsentProblem,
): Promise<Response> {
  const { oauth, request, url, person, memberships, membership, offer, inboxes } = asked;
  // Before the handle is made: a client whose document cannot be fetched leaves nothing behind.
  const client = await oauth.describeConsent(request);
  const consent = await oauth.beginConsent(request);
  return consentPage(
    {
      client,
      person,
      workspace: { ...membership.workspace, role: membership.role },
      otherWorkspaces: memberships.length > 1 ? addressWith(url, null) : null,
      signOut: signOutHref(url),
      action: addressWith(url, membership.workspace.id),
      offer,
      choice,
      inboxes,
      handle: consent.handle,
      problem,
    },
    consent.headers,
  );
}

/** What this client was last allowed here by this person, if that still holds. */
async function allowedBefore(env: Env, { request, person, membership }: AccessRequest): Promise<Scope[]> {
  const [row] = await drizzle(env.CONTROL, { casing: "snake_case" })
    .select({ scopes: grants.scopes })
    .from(grants)
    .where(
      and(
        eq(grants.userId, person.id),
        eq(grants.workspaceId, membership.workspace.id),
        eq(grants.clientId, request.clientId),
        eq(grants.resource, request.resource ?? ""),
        isNull(grants.revokedAt),
      ),
    )
    .orderBy(desc(grants.createdAt))
    .limit(1);
  return row?.scopes ?? [];
}

async function decide(request: Request, env: Env, inboxesOf: InboxDirectory): Promise<Response> {
  const form = await readForm(request);
  const handle = form.get("handle") ?? "";
  const oauth = authorizationServer(env).getOAuthApi(env);
  const decision = form.get("decision");
  if (!["allow", "again", "tick-all", "tick-none"].includes(decision ?? ""))
    return deny(oauth, request, handle);
  const isSamePerson = form.get("person") === (await signedIn(env, request))?.id;
  const workspaceId = isSamePerson ? form.get("workspace") : null;
  const asked = await understand(request, env, inboxesOf, workspaceId, isSamePerson);
  if (asked instanceof Response) return asked;
  if (!isSamePerson) {
    return showConsent(asked, preselect(asked.offer, asked.request.scope, []), {
      about: "person",
      text: "You are signed in as somebody else now. Look again.",
    });
  }
  const choice = choiceOf(form, asked.offer);
  if (decision === "again") return showConsent(asked, choice);
  if (decision !== "allow") return showConsent(asked, ticked(choice, asked.offer, decision === "tick-all"));
  const scopes = grantedScopes(asked.offer, choice);
  const known = new Set(asked.inboxes.map(({ id }) => id));
  if (scopes.length === 0) {
    return showConsent(asked, choice, { about: "scopes", text: "Tick at least one thing that it may do." });
  }
  if (choice.inboxes && !(choice.inboxes.length > 0 && choice.inboxes.every((id) => known.has(id)))) {
    const text = "Tick at least one inbox, or choose all inboxes.";
    return showConsent(asked, choice, { about: "inboxes", text });
  }
  const approved = await oauth.approveConsent(request, handle, { scope: scopes }).catch(expired);
  if (approved instanceof Response) return approved;
  // The handle's own request is what counts. The address only decided what was offered, so it must be about the same.
  const { clientId, redirectUri, resource } = approved.request;
  if (
    clientId !== asked.request.clientId ||
    redirectUri !== asked.request.redirectUri ||
    resource !== asked.request.resource
  ) {
    return startAgain();
  }
  const location = await grant(env, asked, approved.request, choice, scopes);
  if (location === null) return leftMeanwhile();
  approved.headers.set("Location", location);
  return new Response(null, { status: 302, headers: approved.headers });
}

async function deny(oauth: OAuthHelpers, request: Request, handle: string): Promise<Response> {
  const denied = await oauth.denyConsent(request, handle).catch(expired);
  return denied instanceof Response ? denied : new Response(null, { status: 302, headers: denied.headers });
}

/** A handle that is missing, used, too old, or another browser's. */
function expired(error: unknown): Promise<Response> {
  if (error instanceof AuthorizationError) return startAgain();
  throw error;
}

function startAgain(): Promise<Response> {
  return sorry(
    "This page is no longer valid",
    "It works once, for ten minutes, in the browser that opened it. Go back to the app and connect it again.",
  );
}

/**
 * Stores the grant with the workspace's gate, then with the library. Older grants of the same person, client and
 * resource stay: one client id serves all of a person's devices, and connecting a second must not cut off the first.
 * @returns the client's address with the code; null when the person was removed from the workspace meanwhile
 */
async function grant(
  env: Env,
  { oauth, person, membership, path }: AccessRequest,
  request: AuthRequest,
  choice: Choice,
  scopes: Scope[],
): Promise<string | null> {
  const workspaceId = membership.workspace.id;
  const gate = gateOf(env, workspaceId);
  const ids = { grantId: newId("grant"), workspaceId, userId: person.id };
  const { clientName } = await oauth.describeConsent(request);
  const stored = await gate.createGrant({
    id: ids.grantId,
    workspaceId,
    userId: person.id,
    clientId: request.clientId,
    clientName: shortened(clientName, 200),
    resource: resourceAt(env, path),
    scopes,
    readOnly: choice.access === "read",
    inboxes: choice.inboxes,
  });
  if (!stored) return null;
  try {
    const { redirectTo } = await oauth.completeAuthorization({
      request,
      userId: subjectOf(person.id, workspaceId),
      // In clear beside the library's grant, so that a refresh token leads to ours.
      metadata: ids,
      scope: scopes,
      props: ids,
      revokeExistingGrants: false,
    });
    const actor: Actor = {
      kind: "member",
      id: membership.memberId,
      name: person.name,
      credentialId: null,
    };
    await recordAdministration(administered(env, membership.workspace, actor), {
      type: "credential.updated",
      subjectId: ids.grantId,
      data: { kind: "grant", change: "made" },
    });
    return redirectTo;
  } catch (error) {
    await gate.revokeGrant(ids.grantId);
    throw error;
  }
}

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
import { gateOf } from "../gate/gate.ts";
import { clientAddress, overLimit } from "../gate/rate-limit.ts";
import { workspacesOfUser } from "../gate/workspaces.ts";
import { RESOURCE_PATHS, type ResourcePath, resourceAt } from "../http/addresses.ts";
import { readForm } from "../pages/form.ts";
import { goTo, sorry, tooMany } from "../pages/page.tsx";
import { newId } from "../tenant/ids.ts";
import { shardDatabase } from "../tenant/shards.ts";
import { Tenant } from "../tenant/tenant.ts";
import { type SignedIn, signedIn } from "./auth.ts";
import { authorizationServer, subjectOf } from "./authorization-server.ts";
import { consentPage, type InboxChoice, shortened, workspacePage } from "./consent.tsx";
import { type Choice, choiceOf, grantedScopes, type Offer, offerFor, preselect } from "./consent-choice.ts";

/** Lists a workspace's inboxes for the consent page. Handed in, since access knows no noun. */
export type InboxDirectory = (tenant: Tenant) => Promise<InboxChoice[]>;

/** Our own parameter beside the client's: the workspace that the person picked. */
const WORKSPACE = "workspace";

type Membership = Awaited<ReturnType<typeof workspacesOfUser>>[number];

/** Everything a consent page is about, once the request, the person and the workspace are known. */
interface Asked {
  oauth: OAuthHelpers;
  request: AuthRequest;
  url: URL;
  person: SignedIn;
  memberships: Membership[];
  membership: Membership;
  path: ResourcePath;
  offer: Offer;
  inboxes: InboxChoice[];
}

/**
 * The authorization endpoint. GET shows who asks and what can be allowed (signing the person in first); POST takes
 * the decision. What a client sends wrongly is reported to it only once its redirect address is known to be its own.
 */
export async function authorize(request: Request, env: Env, inboxesOf: InboxDirectory): Promise<Response> {
  const wait = await overLimit(env.TOKEN_LIMIT, "authorize", clientAddress(request));
  if (wait !== null) return tooMany(wait);
  try {
    if (request.method !== "POST") return await ask(request, env, inboxesOf);
    return await decide(request, env, inboxesOf);
  } catch (error) {
    if (error instanceof AuthorizationError && error.redirectTo) {
      return new Response(null, {
        status: 302,
        headers: { Location: error.redirectTo, "Cache-Control": "no-store" },
      });
    }
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

async function ask(request: Request, env: Env, inboxesOf: InboxDirectory): Promise<Response> {
  const asked = await understand(request, env, inboxesOf, new URL(request.url).searchParams.get(WORKSPACE));
  if (asked instanceof Response) return asked;
  const before = await allowedBefore(env, asked);
  return showConsent(asked, preselect(asked.offer, asked.request.scope, before));
}

/** Checks the request, the person and the workspace; answers with the page that comes first when one is missing. */
async function understand(
  request: Request,
  env: Env,
  inboxesOf: InboxDirectory,
  workspaceId: string | null,
): Promise<Asked | Response> {
  const url = new URL(request.url);
  const oauth = authorizationServer(env).getOAuthApi(env);
  const parsed = await oauth.parseAuthRequest(request);
  const path = RESOURCE_PATHS.find((known) => resourceAt(env, known) === parsed.resource);
  if (!path) throw new Error("The library let a resource pass that is not ours.");
  const person = await signedIn(env, request);
  if (!person) return goTo(`/sign-in?${new URLSearchParams({ return_to: `${url.pathname}${url.search}` })}`);
  const memberships = await workspacesOfUser(env, person.id);
  if (memberships.length === 0) {
    return sorry(
      "You are in no workspace yet",
      `${person.email} can sign in here but belongs to no active workspace. Ask a workspace owner for an invitation, and then connect again.`,
      { status: 403, again: { href: signOutHref(url), label: "Sign in as somebody else" } },
    );
  }
  const membership = memberships.find(({ workspace }) => workspace.id === workspaceId) ?? memberships[0];
  if (!membership || (memberships.length > 1 && membership.workspace.id !== workspaceId)) {
    const { clientName } = await oauth.describeConsent(parsed);
    return workspacePage(
      clientName,
      memberships.map(({ workspace, role }) => ({
        href: addressWith(url, workspace.id),
        name: workspace.name,
        role,
      })),
    );
  }
  const { workspace, role, memberId } = membership;
  const tenant = new Tenant(shardDatabase(env, workspace.shard), {
    workspaceId: workspace.id,
    inboxes: null,
    actor: { kind: "member", id: memberId, name: person.name, credentialId: null },
    timeZone: workspace.timeZone,
  });
  return {
    oauth,
    request: parsed,
    url,
    person,
    memberships,
    membership,
    path,
    offer: offerFor(role, path),
    inboxes: await inboxesOf(tenant),
  };
}

/** The authorization request's own address, with another workspace or none. */
function addressWith(url: URL, workspaceId: string | null): string {
  const query = new URLSearchParams(url.search);
  query.delete(WORKSPACE);
  if (workspaceId !== null) query.set(WORKSPACE, workspaceId);
  return `${url.pathname}?${query}`;
}

function signOutHref(url: URL): string {
  return `/sign-out?${new URLSearchParams({ return_to: addressWith(url, null) })}`;
}

async function showConsent(asked: Asked, choice: Choice, problem?: string): Promise<Response> {
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
async function allowedBefore(env: Env, { request, person, membership }: Asked): Promise<Scope[]> {
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
  if (form.get("decision") !== "allow") return deny(oauth, request, handle);
  const asked = await understand(request, env, inboxesOf, form.get("workspace"));
  if (asked instanceof Response) return asked;
  if (form.get("person") !== asked.person.id) {
    return showConsent(
      asked,
      preselect(asked.offer, asked.request.scope, []),
      "You are signed in as somebody else now. Look again.",
    );
  }
  const choice = choiceOf(form, asked.offer);
  const scopes = grantedScopes(asked.offer, choice);
  const known = new Set(asked.inboxes.map(({ id }) => id));
  if (scopes.length === 0) return showConsent(asked, choice, "Tick at least one thing that it may do.");
  if (choice.inboxes && !(choice.inboxes.length > 0 && choice.inboxes.every((id) => known.has(id)))) {
    return showConsent(asked, choice, "Tick at least one inbox, or choose all inboxes.");
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
  approved.headers.set("Location", await grant(env, asked, approved.request, choice, scopes));
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
 * @returns the client's address with the code
 */
async function grant(
  env: Env,
  { oauth, person, membership, path }: Asked,
  request: AuthRequest,
  choice: Choice,
  scopes: Scope[],
): Promise<string> {
  const workspaceId = membership.workspace.id;
  const gate = gateOf(env, workspaceId);
  const ids = { grantId: newId("grant"), workspaceId, userId: person.id };
  const { clientName } = await oauth.describeConsent(request);
  await gate.createGrant({
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
    return redirectTo;
  } catch (error) {
    await gate.revokeGrant(ids.grantId);
    throw error;
  }
}

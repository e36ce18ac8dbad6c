import type { AuthRequest, OAuthHelpers } from "@cloudflare/workers-oauth-provider";
import { AuthorizationError } from "@cloudflare/workers-oauth-provider";
import { workspacesOfUser } from "../gate/workspaces.ts";
import { RESOURCE_PATHS, type ResourcePath, resourceAt } from "../http/addresses.ts";
import { goTo, sorry } from "../pages/page.tsx";
import { shardDatabase } from "../tenant/shards.ts";
import { Tenant } from "../tenant/tenant.ts";
import { type SignedIn, signedIn } from "./auth.ts";
import { authorizationServer } from "./authorization-server.ts";
import { chooseWorkspacePage, type InboxChoice, shortened } from "./consent.tsx";
import { type Offer, offerFor } from "./consent-choice.ts";
import { documentRefusal, isDocumentAddress } from "./metadata-documents.ts";
import { withCanonicalResources } from "./resources.ts";

/** Lists a workspace's inboxes for the consent page. Handed in, since access knows no noun. */
export type InboxDirectory = (tenant: Tenant) => Promise<InboxChoice[]>;

/** Our own parameter beside the client's: the workspace that the person picked. */
export const WORKSPACE = "workspace";

type Membership = Awaited<ReturnType<typeof workspacesOfUser>>[number];

/** Everything a consent page is about, once the request, the person and the workspace are known. */
export interface AccessRequest {
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

/** A parameter that stands there more than once (OAuth 2.1 forbids it); `resource` alone may (RFC 8707). */
export function repeatedParameter(query: URLSearchParams): string | null {
  for (const name of new Set(query.keys())) {
    if (name !== "resource" && query.getAll(name).length > 1) return shortened(name, 40);
  }
  return null;
}

/**
 * Checks the request, the person and the workspace; answers with the page that comes first when one is missing.
 * @param isShown the person was shown this workspace and decided about it, so that no other can take its place
 */
export async function understand(
  request: Request,
  env: Env,
  inboxesOf: InboxDirectory,
  workspaceId: string | null,
  isShown = false,
): Promise<AccessRequest | Response> {
  const url = new URL(request.url);
  const oauth = authorizationServer(env).getOAuthApi(env);
  const person = await signedIn(env, request);
  const signInFirst = () =>
    goTo(`/sign-in?${new URLSearchParams({ return_to: `${url.pathname}${url.search}` })}`);
  const clientId = url.searchParams.get("client_id") ?? "";
  if (isDocumentAddress(clientId)) {
    const refusal = documentRefusal(env, clientId);
    if (refusal !== null) {
      return sorry(
        "The app cannot be checked",
        `It says who it is at an address that is not looked up: ${refusal}.`,
      );
    }
    // Nothing is fetched for somebody who may be nobody.
    if (!person) return signInFirst();
  }
  const canonical = new URL(url);
  canonical.search = withCanonicalResources(env, url.searchParams).toString();
  const parsed = await oauth.parseAuthRequest(new Request(canonical));
  if (!parsed.codeChallenge) {
    // The library demands it of public clients alone; OAuth 2.1 and MCP of all.
    const { redirectUri, state, issuer } = parsed;
    const description = "PKCE is required: code_challenge is missing";
    throw new AuthorizationError("invalid_request", { description, redirectUri, state, issuer });
  }
  const path = RESOURCE_PATHS.find((known) => resourceAt(env, known) === parsed.resource);
  if (!path) throw new Error("The library let a resource pass that is not ours.");
  if (!person) return signInFirst();
  const memberships = await workspacesOfUser(env, person.id);
  if (memberships.length === 0) {
    return sorry(
      "You are in no workspace yet",
      `${person.email} can sign in here but belongs to no active workspace. Ask whoever runs this server for an invitation, and then connect again.`,
      { status: 403, again: { href: signOutHref(url), label: "Sign in as somebody else" } },
    );
  }
  const named = memberships.find(({ workspace }) => workspace.id === workspaceId);
  if (!named && isShown) return leftMeanwhile();
  const [only, ...more] = memberships;
  const membership = named ?? (more.length === 0 ? only : undefined);
  if (!membership) {
    const { clientName } = await oauth.describeConsent(parsed);
    return chooseWorkspacePage(
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
export function addressWith(url: URL, workspaceId: string | null): string {
  const query = new URLSearchParams(url.search);
  query.delete(WORKSPACE);
  if (workspaceId !== null) query.set(WORKSPACE, workspaceId);
  return `${url.pathname}?${query}`;
}

export function signOutHref(url: URL): string {
  return `/sign-out?${new URLSearchParams({ return_to: addressWith(url, null) })}`;
}

/** What was shown is what is allowed: no other workspace takes the place of one that the person is no longer in. */
export function leftMeanwhile(): Promise<Response> {
  return sorry(
    "You are not in that workspace any more",
    "Nothing was allowed. Go back to the app and connect it again to choose another.",
    { status: 403 },
  );
}

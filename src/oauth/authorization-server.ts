import {
  OAuthAuthorizationServer,
  OAuthError,
  type TokenExchangeCallbackOptions,
  type TokenExchangeCallbackResult,
} from "@cloudflare/workers-oauth-provider";
import { and, eq, isNull } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { z } from "zod";
import { grants, members } from "../control/schema.ts";
import { ALL_SCOPES, ROLE_SCOPES } from "../control/scopes.ts";
import { publicOrigin, RESOURCE_PATHS, resourceAt } from "../http/addresses.ts";

const DAY_SECONDS = 24 * 60 * 60;

/**
 * What an access token carries: ids and nothing else. Roles, plans and inbox lists are read where the token is
 * used, since the library encrypts these properties with the token and so nobody can correct them later.
 */
export const grantPropsSchema = z.object({
  grantId: z.string(),
  workspaceId: z.string(),
  userId: z.string(),
});
export type GrantProps = z.output<typeof grantPropsSchema>;

/**
 * The library's name of who allowed a grant. With the workspace in it, what a person allows in a second workspace
 * is another subject's grant. It must not hold a colon, which separates the parts of the library's tokens.
 */
export function subjectOf(userId: string, workspaceId: string): string {
  return `${userId}.${workspaceId}`;
}

/**
 * Runs whenever a code or a refresh token is exchanged: a grant that was revoked, or whose person is no longer
 * a member, ends for good; one whose person lost scopes gets an access token without them.
 */
async function recheck(options: TokenExchangeCallbackOptions<Env>): Promise<TokenExchangeCallbackResult> {
  const props = grantPropsSchema.parse(options.props);
  const db = drizzle(options.env.CONTROL, { casing: "snake_case" });
  const [[grant], [member]] = await db.batch([
    db
      .select({ id: grants.id })
      .from(grants)
      .where(
        and(
          eq(grants.id, props.grantId),
          eq(grants.workspaceId, props.workspaceId),
          isNull(grants.revokedAt),
        ),
      ),
    db
      .select({ role: members.role })
      .from(members)
      .where(
        and(
          eq(members.workspaceId, props.workspaceId),
          eq(members.userId, props.userId),
          isNull(members.removedAt),
        ),
      ),
  ]);
  if (!grant || !member) {
    throw new OAuthError("invalid_grant", { description: "This access was ended. Sign in again." });
  }
  const ceiling: readonly string[] = ROLE_SCOPES[member.role];
  return { accessTokenScope: options.requestedScope.filter((scope) => ceiling.includes(scope)) };
}

const servers = new Map<string, OAuthAuthorizationServer<Env>>();

/**
 * The authorization server (OAuth 2.1 for MCP), one for each public origin. Its issuer and resources are built
 * from `PUBLIC_URL`, so changing that signs every client out.
 */
export function authorizationServer(env: Env): OAuthAuthorizationServer<Env> {
  const issuer = publicOrigin(env);
  const held = servers.get(issuer);
  if (held) return held;
  const made = new OAuthAuthorizationServer<Env>({
    issuer,
    authorizeEndpoint: "/authorize",
    tokenEndpoint: "/oauth/token",
    clientRegistrationEndpoint: "/oauth/register",
    resources: RESOURCE_PATHS.map((path) => resourceAt(env, path)),
    // Clients from before RFC 8707 name no resource.
    defaultResource: resourceAt(env, "/mcp"),
    scopesSupported: [...ALL_SCOPES],
    clientIdMetadataDocumentEnabled: true,
    accessTokenTTL: 60 * 60,
    refreshTokenTTL: 30 * DAY_SECONDS,
    // A client in use stays connected; one that lay idle for 30 days signs in again.
    refreshTokenIdleTTL: 30 * DAY_SECONDS,
    tokenExchangeCallback: recheck,
    onError: ({ status, internal }) => {
      console.log(
        JSON.stringify({ at: "oauth", status, category: internal.category, reason: internal.reason }),
      );
    },
  });
  servers.set(issuer, made);
  return made;
}

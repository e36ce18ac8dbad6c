import { z } from "zod";
import { hashToken } from "../gate/tokens.ts";
import { authorizationServer, type GrantProps, grantPropsSchema } from "./authorization-server.ts";

/** A token or code that was found to be one of ours, with the library's name of its grant and ours. */
export interface Presented {
  clientId: string;
  subject: string;
  libraryGrantId: string;
  grant: GrantProps;
}

/**
 * What the library keeps of a grant, as far as codes and refresh tokens are checked by it. The hashes are of the whole
 * token. Its metadata is what the consent page stored there.
 */
const storedGrantSchema = z.object({
  clientId: z.string(),
  authCodeId: z.string().optional(),
  refreshTokenId: z.string().optional(),
  previousRefreshTokenId: z.string().optional(),
  metadata: grantPropsSchema,
});

/** Codes and tokens of the library say whose they are: `subject:grant:secret`. */
function ownerOf(token: string): { subject: string; libraryGrantId: string } | null {
  const [subject, libraryGrantId, secret, ...more] = token.split(":");
  return subject && libraryGrantId && secret && more.length === 0 ? { subject, libraryGrantId } : null;
}

async function storedGrant(env: Env, token: string) {
  const owner = ownerOf(token);
  if (!owner) return null;
  const key = `grant:${owner.subject}:${owner.libraryGrantId}`;
  const stored = storedGrantSchema.safeParse(await env.OAUTH_KV.get(key, { type: "json" }));
  return stored.success ? { ...stored.data, ...owner } : null;
}

/** The token, access or refresh, if it is one that would still be accepted; null otherwise. */
export async function presentedToken(env: Env, token: string): Promise<Presented | null> {
  const owner = ownerOf(token);
  if (!owner) return null;
  const access = await authorizationServer(env).getOAuthApi(env).unwrapToken(token);
  if (access) {
    const props = grantPropsSchema.parse(access.grant.props);
    return { clientId: access.grant.clientId, ...owner, grant: props };
  }
  const stored = await storedGrant(env, token);
  if (!stored) return null;
  const hash = hashToken(token);
  if (hash !== stored.refreshTokenId && hash !== stored.previousRefreshTokenId) return null;
  return { clientId: stored.clientId, ...owner, grant: stored.metadata };
}

/** The client that a code was made for, also when it was used before; null for one that nobody was given. */
export async function clientOfCode(env: Env, code: string): Promise<string | null> {
  const stored = await storedGrant(env, code);
  return stored && stored.authCodeId === hashToken(code) ? stored.clientId : null;
}

import { drizzleAdapter } from "better-auth/adapters/drizzle";
import { type BetterAuthOptions, betterAuth } from "better-auth/minimal";
import { genericOAuth } from "better-auth/plugins/generic-oauth";
import { twoFactor } from "better-auth/plugins/two-factor";
import { drizzle } from "drizzle-orm/d1";
import {
  accounts,
  passkeys,
  signInSessions,
  twoFactors,
  users,
  verifications,
} from "../control/sign-in-schema.ts";
import { publicOrigin } from "../http/addresses.ts";
import { derivedKey } from "../tenant/derived-key.ts";
import { randomText } from "../tenant/ids.ts";

/** Bounds of a password, in characters: long enough against guessing, short enough to hash at once. */
export const PASSWORD_LENGTH = { min: 10, max: 128 } as const;

/** How long a browser stays signed in. */
const SESSION_SECONDS = 7 * 24 * 60 * 60;

/** A further way to sign in that this deployment is configured for. */
export interface Provider {
  id: "google" | "github" | "oidc";
  name: string;
}

/** The providers whose variables are set, in the order of their buttons. */
export function providersOf(env: Env): Provider[] {
  const providers: Provider[] = [];
  if (env.GOOGLE_CLIENT_ID && env.GOOGLE_CLIENT_SECRET) providers.push({ id: "google", name: "Google" });
  if (env.GITHUB_CLIENT_ID && env.GITHUB_CLIENT_SECRET) providers.push({ id: "github", name: "GitHub" });
  if (env.OIDC_ISSUER && env.OIDC_CLIENT_ID && env.OIDC_CLIENT_SECRET) {
    providers.push({ id: "oidc", name: env.OIDC_NAME || new URL(env.OIDC_ISSUER).hostname });
  }
  return providers;
}

/** Some providers spell the claim as text; anything but a clear yes is a no. */
function isVerified(claim: unknown): boolean {
  return claim === true || claim === "true";
}

function socialProviders(env: Env) {
  const credentials = (clientId: string | undefined, clientSecret: string | undefined) =>
    clientId && clientSecret ? { clientId, clientSecret, disableSignUp: true } : undefined;
  const google = credentials(env.GOOGLE_CLIENT_ID, env.GOOGLE_CLIENT_SECRET);
  const github = credentials(env.GITHUB_CLIENT_ID, env.GITHUB_CLIENT_SECRET);
  return { ...(google && { google }), ...(github && { github }) };
}

function openIdConnect(env: Env) {
  const { OIDC_ISSUER: issuer, OIDC_CLIENT_ID: clientId, OIDC_CLIENT_SECRET: clientSecret } = env;
  if (!issuer || !clientId || !clientSecret) return [];
  return [
    genericOAuth({
      config: [
        {
          providerId: "oidc",
          discoveryUrl: `${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`,
          clientId,
          clientSecret,
          scopes: ["openid", "email", "profile"],
          requireIdTokenVerification: true,
          disableSignUp: true,
          // Signing out here does not sign people out at their company.
          disableProviderLogout: true,
          mapProfileToUser: (profile) => ({ emailVerified: isVerified(profile.email_verified) }),
        },
      ],
    }),
  ];
}

/** Asks for a code after a right password, of those who want it so. */
export const secondFactor = () => twoFactor({ issuer: "Parley" });

/** What holds whichever way somebody signs in. */
export async function signInOptions(env: Env) {
  const origin = publicOrigin(env);
  return {
    appName: "Parley",
    baseURL: origin,
    // Only the providers' callback is reachable under it; everything else is called by our own pages.
    basePath: "/sign-in",
    secret: (await derivedKey(env.PARLEY_SECRET, "parley sign-in")).toHex(),
    trustedOrigins: [origin],
    database: drizzleAdapter(drizzle(env.CONTROL, { casing: "snake_case" }), {
      provider: "sqlite",
      schema: {
        user: users,
        session: signInSessions,
        account: accounts,
        verification: verifications,
        twoFactor: twoFactors,
        passkey: passkeys,
      },
    }),
    emailAndPassword: {
      enabled: true,
      // People come by invitation or through the operator, see users.ts and invitations.ts.
      disableSignUp: true,
      minPasswordLength: PASSWORD_LENGTH.min,
      maxPasswordLength: PASSWORD_LENGTH.max,
      revokeSessionsOnPasswordReset: true,
    },
    session: { expiresIn: SESSION_SECONDS, disableSessionRefresh: true, cookieCache: { enabled: false } },
    account: {
      // The state of a sign-in under way stays in the browser's encrypted cookie: anybody can begin one.
      storeStateStrategy: "cookie",
      updateAccountOnSignIn: false,
      // Linked by a verified address alone, whatever the provider's reputation.
      accountLinking: { enabled: true, trustedProviders: [] },
    },
    user: {
      validateUserInfo: ({ user, source }) =>
        source.method === "oauth" && !isVerified(user.emailVerified)
          ? { error: "email_not_verified" }
          : undefined,
    },
    databaseHooks: {
      account: {
        create: {
          // We call nobody's API in a person's name, so their provider's tokens are not kept.
          before: async (account) => ({
            data: { ...account, accessToken: null, refreshToken: null, idToken: null },
          }),
        },
      },
    },
    onAPIError: { errorURL: "/sign-in" },
    // Counted by address with the platform's own limits, see rate-limit.ts.
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    logger: { level: "error" },
    advanced: {
      cookiePrefix: "parley",
      useSecureCookies: origin.startsWith("https:"),
      defaultCookieAttributes: { httpOnly: true, sameSite: "lax", path: "/" },
      ipAddress: { ipAddressHeaders: ["cf-connecting-ip"] },
      database: { generateId: () => randomText(26) },
    },
  } satisfies BetterAuthOptions;
}

async function build(env: Env) {
  return betterAuth({ ...(await signInOptions(env)), plugins: [secondFactor()] });
}

type Auth = Awaited<ReturnType<typeof build>>;

const built = new WeakMap<object, Auth>();

/** better-auth for passwords and sessions, once per isolate: making it does no input or output. */
export async function auth(env: Env): Promise<Auth> {
  const held = built.get(env.CONTROL);
  if (held) return held;
  const made = await build(env);
  // Settled before it is shared: one request must not wait for another one's promise.
  await made.$context;
  built.set(env.CONTROL, made);
  return made;
}

/**
 * better-auth with the providers too, made for each use: it fetches the issuer's discovery document at once, so
 * a rotated key or a moved endpoint counts immediately and no request waits for another one's fetch.
 */
export async function authWithProviders(env: Env) {
  return betterAuth({
    ...(await signInOptions(env)),
    socialProviders: socialProviders(env),
    plugins: openIdConnect(env),
  });
}

export interface SignedIn {
  id: string;
  name: string;
  email: string;
}

/** Who the browser is signed in as; null for nobody. */
export async function signedIn(env: Env, request: Request): Promise<SignedIn | null> {
  if (!request.headers.has("cookie")) return null;
  const session = await (await auth(env)).api.getSession({ headers: request.headers });
  return session && { id: session.user.id, name: session.user.name, email: session.user.email };
}

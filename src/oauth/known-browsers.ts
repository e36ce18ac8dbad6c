import { parse, serialize } from "hono/utils/cookie";
import { z } from "zod";
import { publicOrigin } from "../http/addresses.ts";
import { type Seal, seal, unseal } from "../http/sealing.ts";
import { randomText } from "../tenant/ids.ts";

/** Names a browser to the limits of signing in, and opens nothing. Sent to the sign-in pages alone. */
const COOKIE = "parley.browser";
/** How long a browser is remembered after its last sign-in. */
const LIFETIME_SECONDS = 365 * 24 * 60 * 60;

const sealOf = (env: Env, email: string): Seal => ({
  secret: env.PARLEY_SECRET,
  purpose: "known browser",
  boundTo: email.toLowerCase(),
});

/** The cookie of a browser in which this account's right password was just given. */
export async function browserCookie(env: Env, email: string): Promise<string> {
  const value = await seal(randomText(20), LIFETIME_SECONDS, sealOf(env, email));
  return serialize(COOKIE, value, {
    path: "/sign-in",
    maxAge: LIFETIME_SECONDS,
    httpOnly: true,
    sameSite: "Lax",
    secure: publicOrigin(env).startsWith("https:"),
  });
}

/** The name of the browser, if this account was signed in to in it before; null for any other. */
export async function knownBrowser(env: Env, request: Request, email: string): Promise<string | null> {
  const value = parse(request.headers.get("cookie") ?? "", COOKIE)[COOKIE];
  if (value === undefined) return null;
  return z.string().safeParse(await unseal(value, sealOf(env, email))).data ?? null;
}

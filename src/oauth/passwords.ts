import { and, eq, gt, gte, lt } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { users, verifications } from "../control/sign-in-schema.ts";
import { hashToken } from "../gate/tokens.ts";
import { publicOrigin } from "../http/addresses.ts";
import { Failure } from "../tenant/failure.ts";
import { randomText } from "../tenant/ids.ts";
import { auth, PASSWORD_LENGTH } from "./auth.ts";
import { type User, userByEmail } from "./users.ts";

/** How long a link works. */
const LIFETIME = 24 * 60 * 60_000;

/** Where the page of a link is. */
export const PASSWORD_PATH = "/sign-in/password";

/**
 * better-auth looks a reset up by this and its token, as it is. What it is given for the token is the hash of ours, so
 * that the database tells nobody a link.
 */
const PREFIX = "reset-password:";

/** The rows of a person's links, used and expired ones included. */
const linksOf = (userId: string) =>
  and(
    gte(verifications.identifier, PREFIX),
    // The colon's successor: every identifier with the prefix, by the index.
    lt(verifications.identifier, "reset-password;"),
    eq(verifications.value, userId),
  );

/**
 * Makes a link by which a person sets a new password, once, within 24 hours. The answer holds the only copy of it. It
 * takes the place of the links that they had before. Somebody who signed in by a provider alone gets a password so.
 * @throws Failure `not_found` when nobody has the address
 */
export async function createPasswordLink(
  env: Env,
  email: string,
): Promise<{ email: string; url: string; expiresAt: number }> {
  const user = await userByEmail(env, email);
  if (!user) throw new Failure("not_found", `Nobody has an account here under ${email.trim()}.`);
  const token = randomText(52);
  const now = Date.now();
  const expiresAt = now + LIFETIME;
  const db = drizzle(env.CONTROL, { casing: "snake_case" });
  await db.batch([
    db.delete(verifications).where(linksOf(user.id)),
    db.insert(verifications).values({
      id: randomText(26),
      identifier: PREFIX + hashToken(token),
      value: user.id,
      expiresAt: new Date(expiresAt),
      createdAt: new Date(now),
      updatedAt: new Date(now),
    }),
  ]);
  return { email: user.email, url: `${publicOrigin(env)}${PASSWORD_PATH}/${token}`, expiresAt };
}

/** How long after a mailed link the next one is made for the same person, in milliseconds. */
const MAIL_PAUSE = 5 * 60_000;

/**
 * {@link createPasswordLink} for whoever asks: null when nobody has the address, and when a link was made in the last five
 * minutes, so that strangers neither flood a person nor end their links as they come.
 */
export async function mailedPasswordLink(
  env: Env,
  email: string,
): Promise<{ email: string; url: string } | null> {
  const user = await userByEmail(env, email);
  if (!user) return null;
  const [recent] = await drizzle(env.CONTROL, { casing: "snake_case" })
    .select({ id: verifications.id })
    .from(verifications)
    .where(and(linksOf(user.id), gt(verifications.createdAt, new Date(Date.now() - MAIL_PAUSE))))
    .limit(1);
  return recent ? null : createPasswordLink(env, user.email);
}

/** Whose link this is, if it can still be used; null when it was used, has ended or never was. */
export async function openPasswordLink(env: Env, token: string): Promise<User | null> {
  const [row] = await drizzle(env.CONTROL, { casing: "snake_case" })
    .select({ id: users.id, email: users.email, name: users.name })
    .from(verifications)
    .innerJoin(users, eq(users.id, verifications.value))
    .where(
      and(eq(verifications.identifier, PREFIX + hashToken(token)), gt(verifications.expiresAt, new Date())),
    );
  return row ?? null;
}

/** Whether a password's length is within {@link PASSWORD_LENGTH}. */
export function isPassword(text: string): boolean {
  return text.length >= PASSWORD_LENGTH.min && text.length <= PASSWORD_LENGTH.max;
}

/**
 * Sets the password of the link's person, uses the link up and signs them out in every browser. Of two at once only one
 * succeeds. What they allowed apps stays.
 * @param password of a right length, see {@link isPassword}
 * @returns false when the link was used or ended meanwhile
 */
export async function resetPassword(env: Env, token: string, password: string): Promise<boolean> {
  const answer = await (await auth(env)).api.resetPassword({
    body: { token: hashToken(token), newPassword: password },
    asResponse: true,
  });
  return answer.ok;
}

/**
 * Changes the password of who is signed in, and signs them out in every other browser; their open links end.
 * @param next of a right length, see {@link isPassword}
 * @returns the headers that set the new session's cookie; null when the current password is wrong or there is none
 */
export async function changePassword(
  env: Env,
  request: Request,
  user: User,
  { current, next }: { current: string; next: string },
): Promise<Headers | null> {
  // Longer than any password that was ever set: better-auth would refuse it in another way.
  if (current.length > PASSWORD_LENGTH.max) return null;
  const answer = await (await auth(env)).api.changePassword({
    body: { currentPassword: current, newPassword: next, revokeOtherSessions: true },
    headers: request.headers,
    asResponse: true,
  });
  if (!answer.ok) return null;
  await drizzle(env.CONTROL, { casing: "snake_case" }).delete(verifications).where(linksOf(user.id));
  return answer.headers;
}

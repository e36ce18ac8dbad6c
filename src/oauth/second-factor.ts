import { eq, lt } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { z } from "zod";
import { accounts, twoFactors, users, verifications } from "../control/sign-in-schema.ts";
import { Failure } from "../tenant/failure.ts";
import { auth, PASSWORD_LENGTH } from "./auth.ts";
import { userByEmail } from "./users.ts";

/** How long a code that was used is remembered: it could be typed for 90 seconds. In milliseconds. */
const CODE_LIFETIME = 2 * 60_000;

const verified = z.object({ user: z.object({ id: z.string() }), token: z.string() });
const refused = z.object({ code: z.string().optional() });

/** What became of a code: the headers that sign in, or why not. */
export type CodeAnswer = Headers | "wrong" | "used" | "start again" | "locked";

/**
 * Takes the code that follows a right password, or one of the backup codes, or confirms a new second factor of who is
 * signed in. A code counts once (RFC 6238, 5.2); of two at once one is taken. Five wrong ones end the sign-in under way,
 * ten in a row the account's codes for a quarter of an hour, whichever way they came.
 */
export async function takeCode(env: Env, request: Request, typed: string): Promise<CodeAnswer> {
  const code = typed.replaceAll(/[\s\u200B]/g, "").slice(0, 20);
  const { api } = await auth(env);
  const isBackup = !/^\d{6}$/.test(code);
  const take = isBackup ? api.verifyBackupCode : api.verifyTOTP;
  const answer = await take({ body: { code }, headers: request.headers, asResponse: true });
  if (!answer.ok) return reasonOf(refused.parse(await answer.json()).code);
  const { user, token } = verified.parse(await answer.json());
  if (isBackup || (await firstUse(env, user.id, code))) return answer.headers;
  const { internalAdapter } = await (await auth(env)).$context;
  await internalAdapter.deleteSession(token);
  return "used";
}

function reasonOf(code: string | undefined): Exclude<CodeAnswer, Headers> {
  switch (code) {
    case "INVALID_CODE":
    case "INVALID_BACKUP_CODE":
      return "wrong";
    case "ACCOUNT_TEMPORARILY_LOCKED":
      return "locked";
    default:
      return "start again";
  }
}

/** Whether nobody used the code before. */
async function firstUse(env: Env, userId: string, code: string): Promise<boolean> {
  const now = new Date();
  const row = {
    value: "used",
    expiresAt: new Date(now.getTime() + CODE_LIFETIME),
    createdAt: now,
    updatedAt: now,
  };
  const key = `code-used:${userId}:${code}`;
  const taken = await drizzle(env.CONTROL, { casing: "snake_case" })
    .insert(verifications)
    .values({ id: key, identifier: key, ...row })
    .onConflictDoUpdate({
      target: verifications.id,
      set: row,
      setWhere: lt(verifications.expiresAt, now),
    })
    .returning({ id: verifications.id });
  return taken.length > 0;
}

/** What a person needs once to set up their second factor. */
export interface NewFactor {
  /** As authenticator apps read it (`otpauth://…`). */
  uri: string;
  backupCodes: string[];
}

/**
 * Makes a second factor for who is signed in; it is asked for once {@link takeCode} took a first code.
 * @returns null when the password is wrong
 * @throws Failure `conflict` when there is one already
 */
export async function newFactor(env: Env, request: Request, password: string): Promise<NewFactor | null> {
  if (password.length > PASSWORD_LENGTH.max) return null;
  const answer = await (await auth(env)).api.enableTwoFactor({
    body: { password, method: "totp" },
    headers: request.headers,
    asResponse: true,
  });
  if (answer.ok) {
    const made = z
      .object({ totpURI: z.string(), backupCodes: z.array(z.string()) })
      .parse(await answer.json());
    return { uri: made.totpURI, backupCodes: made.backupCodes };
  }
  const { code } = refused.parse(await answer.json());
  if (code === "TOTP_ALREADY_ENABLED") throw new Failure("conflict", "Two-factor sign-in is on already.");
  return null;
}

/** Ends the second factor of who is signed in. @returns the headers of their new session; null for a wrong password */
export async function endFactor(env: Env, request: Request, password: string): Promise<Headers | null> {
  if (password.length > PASSWORD_LENGTH.max) return null;
  const answer = await (await auth(env)).api.disableTwoFactor({
    body: { password },
    headers: request.headers,
    asResponse: true,
  });
  return answer.ok ? answer.headers : null;
}

/** New backup codes, in the place of those before. @returns null for a wrong password */
export async function newBackupCodes(env: Env, request: Request, password: string): Promise<string[] | null> {
  if (password.length > PASSWORD_LENGTH.max) return null;
  const answer = await (await auth(env)).api.generateBackupCodes({
    body: { password },
    headers: request.headers,
    asResponse: true,
  });
  if (!answer.ok) return null;
  return z.object({ backupCodes: z.array(z.string()) }).parse(await answer.json()).backupCodes;
}

/** Whether somebody is asked for a code, and whether they have a password that it could follow. */
export async function factorOf(env: Env, userId: string): Promise<{ isOn: boolean; hasPassword: boolean }> {
  const db = drizzle(env.CONTROL, { casing: "snake_case" });
  const [[user], ways] = await db.batch([
    db.select({ isOn: users.twoFactorEnabled }).from(users).where(eq(users.id, userId)),
    db.select({ provider: accounts.providerId }).from(accounts).where(eq(accounts.userId, userId)),
  ]);
  return {
    isOn: user?.isOn ?? false,
    hasPassword: ways.some(({ provider }) => provider === "credential"),
  };
}

/**
 * Ends the second factor of somebody who lost their device and their backup codes. For the operator, who knows them.
 * @throws Failure `not_found` when nobody has the address
 */
export async function removeFactor(env: Env, email: string): Promise<{ email: string }> {
  const user = await userByEmail(env, email);
  if (!user) throw new Failure("not_found", `Nobody has an account here under ${email.trim()}.`);
  const db = drizzle(env.CONTROL, { casing: "snake_case" });
  await db.batch([
    db.update(users).set({ twoFactorEnabled: false }).where(eq(users.id, user.id)),
    db.delete(twoFactors).where(eq(twoFactors.userId, user.id)),
  ]);
  return { email: user.email };
}

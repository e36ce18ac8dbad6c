import { hashPassword } from "better-auth/crypto";
import { eq } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { z } from "zod";
import { accounts, users } from "../control/sign-in-schema.ts";
import { Failure } from "../tenant/failure.ts";
import { newId, randomText } from "../tenant/ids.ts";
import { isUniqueViolation } from "../tenant/tenant.ts";
import { PASSWORD_LENGTH } from "./auth.ts";

export const emailSchema = z.string().trim().toLowerCase().max(254).pipe(z.email());

export const newUserSchema = z.strictObject({
  email: emailSchema,
  name: z.string().trim().min(1).max(100),
  password: z.string().min(PASSWORD_LENGTH.min).max(PASSWORD_LENGTH.max),
});

export interface User {
  id: string;
  email: string;
  name: string;
}

/**
 * Makes a person who can sign in with a password. There is no public sign-up: the operator and the holder of an
 * invitation call this, and either vouches for the address.
 * @throws Failure `invalid_input` for a malformed address or a password outside {@link PASSWORD_LENGTH},
 *   `duplicate` when the address has a user
 */
export async function createUser(env: Env, input: z.input<typeof newUserSchema>): Promise<User> {
  const parsed = newUserSchema.safeParse(input);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new Failure(
      "invalid_input",
      `${issue?.path.join(".") ?? "input"}: ${issue?.message ?? "not valid"}.`,
    );
  }
  const { email, name, password } = parsed.data;
  const id = newId("user");
  const db = drizzle(env.CONTROL, { casing: "snake_case" });
  const dates = { createdAt: new Date(), updatedAt: new Date() };
  const hash = await hashPassword(password);
  try {
    await db.batch([
      db.insert(users).values({ id, email, name, emailVerified: true, ...dates }),
      db.insert(accounts).values({
        id: randomText(26),
        userId: id,
        providerId: "credential",
        accountId: id,
        password: hash,
        ...dates,
      }),
    ]);
  } catch (error) {
    if (isUniqueViolation(error)) throw new Failure("duplicate", `${email} already has an account here.`);
    throw error;
  }
  return { id, email, name };
}

/** The user of an address, whatever its case; null when there is none. */
export async function userByEmail(env: Env, email: string): Promise<User | null> {
  const [row] = await drizzle(env.CONTROL, { casing: "snake_case" })
    .select({ id: users.id, email: users.email, name: users.name })
    .from(users)
    .where(eq(users.email, email.trim().toLowerCase()));
  return row ?? null;
}

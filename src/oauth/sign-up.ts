import { and, eq, gt, gte, lt, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { z } from "zod";
import { workspaces } from "../control/schema.ts";
import { verifications } from "../control/sign-in-schema.ts";
import { hashToken } from "../gate/tokens.ts";
import { addMember, createWorkspace, newWorkspaceSchema } from "../gate/workspaces.ts";
import { publicOrigin } from "../http/addresses.ts";
import { isMailConfigured, sendMail } from "../mail/send.ts";
import { newId, randomText } from "../tenant/ids.ts";
import { createUser, emailSchema, newUserSchema, type User, userByEmail } from "./users.ts";

/** Where strangers make a workspace of their own. */
export const SIGN_UP_PATH = "/sign-up";

const DAY = 24 * 60 * 60_000;
/** How long after a link the next one is sent to the same address, in milliseconds. */
const PAUSE = 5 * 60_000;
/** Ceilings of the deployment against strangers with many addresses: links that are open, workspaces made in a day. */
const MOST_LINKS = 500;
const MOST_WORKSPACES = 100;

const PREFIX = "sign-up:";

/** Whether strangers may come by themselves: `SIGN_UP` is `trial`, and mail is sent, which proves their address. */
export function offersSignUp(env: Env): boolean {
  return env.SIGN_UP === "trial" && isMailConfigured(env);
}

/** Whether there is room for one more stranger today. */
export async function hasRoom(env: Env): Promise<boolean> {
  const db = drizzle(env.CONTROL, { casing: "snake_case" });
  const count = sql<number>`count(*)`;
  const [[links], [made]] = await db.batch([
    db
      .select({ count })
      .from(verifications)
      // The colon's successor: every identifier with the prefix, by the index.
      .where(and(gte(verifications.identifier, PREFIX), lt(verifications.identifier, "sign-up;"))),
    // Ids sort by the time they were made.
    db
      .select({ count })
      .from(workspaces)
      .where(and(gt(workspaces.id, newId("workspace", Date.now() - DAY)), eq(workspaces.plan, "trial"))),
  ]);
  return (links?.count ?? 0) < MOST_LINKS && (made?.count ?? 0) < MOST_WORKSPACES;
}

/** Sends a link to an address that wants in; to one that is in, that it is. One in five minutes. Never throws for mail. */
export async function mailSignUpLink(env: Env, typed: string): Promise<void> {
  const email = emailSchema.safeParse(typed).data;
  if (email === undefined) return;
  const now = new Date();
  const token = randomText(52);
  const row = {
    identifier: PREFIX + hashToken(token),
    value: email,
    expiresAt: new Date(now.getTime() + DAY),
    createdAt: now,
    updatedAt: now,
  };
  const made = await drizzle(env.CONTROL, { casing: "snake_case" })
    .insert(verifications)
    .values({ id: PREFIX + hashToken(email), ...row })
    .onConflictDoUpdate({
      target: verifications.id,
      set: row,
      setWhere: lt(verifications.createdAt, new Date(now.getTime() - PAUSE)),
    })
    .returning({ id: verifications.id });
  if (made.length === 0) return;
  const isKnown = (await userByEmail(env, email)) !== null;
  const fate = await sendMail(env, {
    to: email,
    subject: isKnown ? "You have an account at Parley" : "Begin with Parley",
    text: isKnown
      ? `Somebody, hopefully you, wanted to begin with this address. It has an account already: sign in, or set a new password there.\n\n${publicOrigin(env)}/sign-in\n`
      : `Make your workspace here, once, within 24 hours:\n\n${publicOrigin(env)}${SIGN_UP_PATH}/${token}\n\nIf it was not you who asked, do nothing.\n`,
  });
  if (fate.outcome !== "sent") console.error(`A link to begin was not sent: ${fate.reason}`);
}

/** Whose link this is, if it can still be used. */
export async function openSignUpLink(env: Env, token: string): Promise<string | null> {
  const [row] = await drizzle(env.CONTROL, { casing: "snake_case" })
    .select({ email: verifications.value })
    .from(verifications)
    .where(
      and(eq(verifications.identifier, PREFIX + hashToken(token)), gt(verifications.expiresAt, new Date())),
    );
  return row?.email ?? null;
}

export const signUpSchema = z.object({
  name: newUserSchema.shape.name,
  password: newUserSchema.shape.password,
  workspace: newWorkspaceSchema.shape.name,
  timeZone: newWorkspaceSchema.shape.timeZone.catch("UTC"),
});

/**
 * Makes the person, and their workspace with its trial, of which they are the owner. The link is used up first: of two
 * at once one goes on.
 * @returns null when the link was used meanwhile
 * @throws Failure `duplicate` when the address has a user meanwhile
 */
export async function signUp(
  env: Env,
  token: string,
  wanted: z.infer<typeof signUpSchema>,
): Promise<{ user: User; workspaceId: string } | null> {
  const [link] = await drizzle(env.CONTROL, { casing: "snake_case" })
    .delete(verifications)
    .where(
      and(eq(verifications.identifier, PREFIX + hashToken(token)), gt(verifications.expiresAt, new Date())),
    )
    .returning({ email: verifications.value });
  if (!link) return null;
  const { name, password } = wanted;
  const user = await createUser(env, { email: link.email, name, password });
  const workspace = await createWorkspace(env, {
    name: wanted.workspace,
    plan: "trial",
    timeZone: wanted.timeZone,
  });
  await addMember(env, workspace.id, { userId: user.id, name: user.name, email: user.email, role: "owner" });
  return { user, workspaceId: workspace.id };
}

import { asc, eq, gt, lt } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { z } from "zod";
import { grants, settings } from "../control/schema.ts";
import { invitations, signInSessions, verifications } from "../control/sign-in-schema.ts";
import { gateOf } from "../gate/gate.ts";
import { authorizationServer, grantPropsSchema, subjectOf } from "./authorization-server.ts";

const DAY = 24 * 60 * 60_000;

/** Records of the library checked in one run: each costs a few operations, and a run has 1,000 of them. */
const KV_BATCH = 100;
/** Grants of ours read in one run, and how many of them are looked up in the library. */
const GRANT_PAGE = 500;
const GRANT_BATCH = 25;

/** Used and expired invitations stay this long, for an operator who wonders. */
const KEEP_INVITATIONS = 30 * DAY;

/** Where the two sweeps go on at the next run; absent: from the start. */
const cursorSchema = z.object({ library: z.string().optional(), grants: z.string().optional() });

/**
 * Housekeeping for `scheduled()`: expired records of the OAuth library, grants that nobody can use any more, and
 * expired sign-ins and invitations. A run does a bounded share and remembers where it stopped.
 */
export async function purgeOAuth(env: Env): Promise<void> {
  const db = drizzle(env.CONTROL, { casing: "snake_case" });
  const [row] = await db.select({ cursor: settings.purgeCursor }).from(settings).where(eq(settings.id, 1));
  const at = cursorSchema.parse(row?.cursor ? JSON.parse(row.cursor) : {});
  const swept = await authorizationServer(env).purgeExpiredData(env, {
    batchSize: KV_BATCH,
    cursor: at.library,
  });
  const next = { library: swept.cursor, grants: await endLapsedGrants(env, at.grants ?? "") };
  const now = new Date();
  await db.batch([
    db
      .update(settings)
      .set({ purgeCursor: JSON.stringify(next) })
      .where(eq(settings.id, 1)),
    db.delete(signInSessions).where(lt(signInSessions.expiresAt, now)),
    db.delete(verifications).where(lt(verifications.expiresAt, now)),
    db.delete(invitations).where(lt(invitations.expiresAt, now.getTime() - KEEP_INVITATIONS)),
  ]);
}

/**
 * Ends grants of ours whose counterpart in the library is gone: never redeemed, idle for 30 days, or of a client
 * that was deleted. Only those older than a day, by when every location knows the library's records.
 * @returns where to go on; undefined after the last
 */
async function endLapsedGrants(env: Env, after: string): Promise<string | undefined> {
  const page = await drizzle(env.CONTROL, { casing: "snake_case" })
    .select()
    .from(grants)
    .where(gt(grants.id, after))
    .orderBy(asc(grants.id))
    .limit(GRANT_PAGE);
  let checked = 0;
  for (const grant of page) {
    if (grant.revokedAt !== null || grant.createdAt > Date.now() - DAY) continue;
    if (checked === GRANT_BATCH) return page[page.indexOf(grant) - 1]?.id ?? after;
    checked += 1;
    if (!(await livesInLibrary(env, grant))) await gateOf(env, grant.workspaceId).revokeGrant(grant.id);
  }
  return page.length === GRANT_PAGE ? page.at(-1)?.id : undefined;
}

async function livesInLibrary(
  env: Env,
  grant: { id: string; workspaceId: string; userId: string },
): Promise<boolean> {
  const oauth = authorizationServer(env).getOAuthApi(env);
  let cursor: string | undefined;
  do {
    const page = await oauth.listUserGrants(subjectOf(grant.userId, grant.workspaceId), { cursor });
    if (page.items.some(({ metadata }) => grantPropsSchema.safeParse(metadata).data?.grantId === grant.id)) {
      return true;
    }
    cursor = page.cursor;
  } while (cursor);
  return false;
}

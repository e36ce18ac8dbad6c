import { desc, eq, lt } from "drizzle-orm";
import { z } from "zod";
import { calls } from "../calls/schema.ts";
import { newApp } from "../http/app.ts";
import { type CursorScope, decodeCursor, MAX_LIMIT, pageOf } from "../tenant/page.ts";
import { answer, readQuery, tenantOf, workspaceOf } from "./exchange.ts";

const listQuery = z
  .strictObject({
    session: z.string().optional(),
    credential: z.string().optional(),
    cursor: z.string().optional(),
    limit: z.coerce.number().int().min(1).max(MAX_LIMIT).default(MAX_LIMIT),
  })
  .refine(({ session, credential }) => session === undefined || credential === undefined, {
    error: "give either session or credential",
  });

/** The call log, newest first: of a session, of a credential, or of the whole workspace. */
export const callRoutes = newApp().get("/workspaces/:workspace/calls", async (c) => {
  const { session, credential, cursor, limit } = readQuery(c, listQuery);
  const tenant = tenantOf(c.env, await workspaceOf(c));
  const scope: CursorScope = {
    list: "calls",
    workspaceId: tenant.workspaceId,
    filters: [session ?? null, credential ?? null],
  };
  const before =
    cursor === undefined ? undefined : (await decodeCursor(scope, cursor, z.tuple([z.string()])))[0];
  const rows = await tenant.db
    .select()
    .from(calls)
    .where(
      tenant.of(
        calls,
        session === undefined ? undefined : eq(calls.sessionId, session),
        credential === undefined ? undefined : eq(calls.credentialId, credential),
        before === undefined ? undefined : lt(calls.id, before),
      ),
    )
    .orderBy(desc(calls.id))
    .limit(limit + 1);
  const shown = rows.map(({ workspaceId: _, ...call }) => call);
  return answer(c, await pageOf(scope, shown, limit, (call) => [call.id]));
});

import { desc, eq, lte } from "drizzle-orm";
import { z } from "zod";
import { calls } from "../calls/schema.ts";
import { newApp } from "../http/app.ts";
import { type CursorScope, decodeCursor, MAX_LIMIT, pageOf } from "../tenant/page.ts";
import { callOutput } from "./answers.ts";
import { operatorTenant, readQuery, workspaceOf } from "./exchange.ts";

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

/** The call log, newest first (within a second by credential and session): of a session, of a credential, or of the whole workspace. */
export const callRoutes = newApp().get("/workspaces/:workspace/calls", async (c) => {
  const { session, credential, cursor, limit } = readQuery(c, listQuery);
  const tenant = operatorTenant(c.env, await workspaceOf(c));
  const scope: CursorScope = {
    list: "calls",
    tenant,
    filters: [session ?? null, credential ?? null],
  };
  const [before, skipped] =
    cursor === undefined
      ? [undefined, 0]
      : await decodeCursor(scope, cursor, z.tuple([z.string(), z.int().min(0)]));
  const rows = await tenant.db
    .select()
    .from(calls)
    .where(
      tenant.of(
        calls,
        session === undefined ? undefined : eq(calls.sessionId, session),
        credential === undefined ? undefined : eq(calls.credentialId, credential),
        before === undefined ? undefined : lte(calls.id, before),
      ),
    )
    .orderBy(desc(calls.id))
    // Each has a call at least; the first may have been shown whole.
    .limit(limit + 2);
  const shown = rows.flatMap(({ id: row, entries, credentialId, credentialName, sessionId }) =>
    entries.flatMap((entry, place) =>
      row === before && place < skipped
        ? []
        : [{ call: { ...entry, credentialId, credentialName, sessionId }, at: [row, place + 1] as const }],
    ),
  );
  const page = await pageOf(scope, shown.slice(0, limit + 1), limit, ({ at }) => [...at]);
  return c.json({ ...page, items: page.items.map(({ call }) => callOutput.parse(call)) });
});

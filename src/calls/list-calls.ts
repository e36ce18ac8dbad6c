import { desc, eq, lte } from "drizzle-orm";
import { z } from "zod";
import { type CursorScope, decodeCursor, type Page, pageOf } from "../tenant/page.ts";
import type { Tenant } from "../tenant/tenant.ts";
import { calls, type LoggedEntry } from "./schema.ts";

/** A call of the log, with whose it was. */
export interface ListedCall extends LoggedEntry {
  credentialId: string;
  credentialName: string;
  sessionId: string | null;
}

/**
 * The call log, newest first (within a second by credential and session): of a session, of a credential, or of the whole
 * workspace. Of both, the session's.
 */
export async function listCalls(
  tenant: Tenant,
  options: { session?: string; credential?: string; cursor?: string; limit: number },
): Promise<Page<ListedCall>> {
  const { session, credential, cursor, limit } = options;
  const scope: CursorScope = { list: "calls", tenant, filters: [session ?? null, credential ?? null] };
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
  return { ...page, items: page.items.map(({ call }) => call) };
}

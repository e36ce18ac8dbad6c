import { and, eq, inArray, lte, sql } from "drizzle-orm";
import { z } from "zod";
import { canonicalJson } from "./canonical-json.ts";
import { Failure } from "./failure.ts";
import type { Kept } from "./overdue.ts";
import { idempotency } from "./schema.ts";
import { causeText, type Statement, type Tenant } from "./tenant.ts";

/** How long a key holds, in milliseconds. */
export const IDEMPOTENCY_LIFE = 24 * 60 * 60 * 1000;

function dayOf(at: number): number {
  return Math.floor(at / IDEMPOTENCY_LIFE);
}

/**
 * The days on which a key that still holds can have been written. Also the next: of two calls on both sides of midnight
 * the later one may be the first to write.
 */
function daysOf(at: number) {
  return inArray(idempotency.day, [dayOf(at) + 1, dayOf(at), dayOf(at) - 1]);
}

export const idempotencyKeyInput = z
  .string()
  .min(1)
  .max(200)
  .optional()
  .describe("A repeat within 24 hours sends nothing twice");

/** What a call made: ids from which the same answer can be given again. */
export type Made = Record<string, string>;

export interface Attempt {
  tool: string;
  /** The caller's key; undefined: every call acts. */
  key: string | undefined;
  /** The arguments without the key. Other arguments under the same key are an error. */
  args: unknown;
}

/**
 * Runs `act` once for each key of a credential: calls that repeat the key, also at the same time, answer what
 * the first one made.
 * @param act makes the thing; it must put `remember(made)` in the very batch that makes it, so that either both
 * are written or none. When that batch loses against another call with the same key, all of it is undone.
 * @throws Failure `idempotency_mismatch` when the key came with other arguments within 24 hours
 */
export async function actOnce<M extends Made>(
  tenant: Tenant,
  attempt: Attempt,
  shape: z.ZodType<M>,
  act: (remember: (made: M) => Statement[]) => Promise<M>,
): Promise<{ made: M; repeated: boolean }> {
  const { key } = attempt;
  if (key === undefined) return { made: await act(() => []), repeated: false };
  const now = Date.now();
  const credentialId = tenant.actor.credentialId ?? tenant.actor.id;
  const digest = await digestOf(attempt.args);
  const { mine, inTime } = keyOf(tenant, { tool: attempt.tool, key }, now);
  const first = () => doneBefore(tenant, attempt, shape, now);

  const before = await first();
  if (before) return { made: before, repeated: true };
  try {
    const made = await act((result) => [
      // The key would be free beside the row of another day.
      tenant.assertThat(
        sql`NOT EXISTS (SELECT 1 FROM ${idempotency} WHERE ${tenant.of(idempotency, mine, inTime)}
          AND ${idempotency.day} <> ${dayOf(now)})`,
      ),
      tenant.db
        .delete(idempotency)
        .where(tenant.of(idempotency, mine, lte(idempotency.createdAt, now - IDEMPOTENCY_LIFE))),
      tenant.db.insert(idempotency).values(
        tenant.row({
          ...{ day: dayOf(now), credentialId, tool: attempt.tool, key },
          ...{ digest, result, createdAt: now },
        }),
      ),
    ]);
    return { made, repeated: false };
  } catch (error) {
    const lost =
      /UNIQUE constraint failed: idempotency\./.test(causeText(error)) ||
      (error instanceof Failure && error.code === "conflict");
    if (!lost) throw error;
    const winner = await first();
    if (!winner) throw error;
    return { made: winner, repeated: true };
  }
}

/** The row of a credential's key, as conditions. */
function keyOf(tenant: Tenant, { tool, key }: { tool: string; key: string }, now: number) {
  const credentialId = tenant.actor.credentialId ?? tenant.actor.id;
  return {
    mine: and(
      daysOf(now),
      eq(idempotency.credentialId, credentialId),
      eq(idempotency.tool, tool),
      eq(idempotency.key, key),
    ),
    inTime: sql`${idempotency.createdAt} > ${now - IDEMPOTENCY_LIFE}`,
  };
}

/**
 * What an earlier call with the same key made; null where there was none, or no key.
 * @throws Failure `idempotency_mismatch` when the key came with other arguments within 24 hours
 */
export async function doneBefore<M extends Made>(
  tenant: Tenant,
  { tool, key, args }: Attempt,
  shape: z.ZodType<M>,
  now = Date.now(),
): Promise<M | null> {
  if (key === undefined) return null;
  const { mine, inTime } = keyOf(tenant, { tool, key }, now);
  const [row] = await tenant.db
    .select()
    .from(idempotency)
    .where(tenant.of(idempotency, mine, inTime));
  if (!row) return null;
  if (row.digest === (await digestOf(args))) return shape.parse(row.result);
  throw new Failure("idempotency_mismatch", "This idempotencyKey was used with other arguments.", {
    hint: "Use a new key for a new send; repeat the same arguments to get the first result again.",
  });
}

/** Rows that one statement removes at most. */
const FORGOTTEN_AT_ONCE = 1000;

/** Keys past their time. */
export const keptKeys: Kept = {
  name: "idempotency keys",
  table: idempotency,
  oldest: sql`SELECT min(day) FROM idempotency WHERE workspace_id = of.id`,
  before: (now) => dayOf(now) - 1,
  forget: (tenant, now) => [
    tenant.db.delete(idempotency).where(
      tenant.of(
        idempotency,
        sql`(day, credential_id, tool, key) IN (
          SELECT i.day, i.credential_id, i.tool, i.key FROM idempotency AS i
          WHERE i.workspace_id = ${tenant.workspaceId} AND i.day < ${dayOf(now) - 1}
          ORDER BY i.day LIMIT ${FORGOTTEN_AT_ONCE})`,
      ),
    ),
  ],
};

async function digestOf(args: unknown): Promise<string> {
  const bytes = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(canonicalJson(args)));
  return new Uint8Array(bytes).toHex();
}

import { and, eq, lte, sql } from "drizzle-orm";
import { z } from "zod";
import { canonicalJson } from "./canonical-json.ts";
import { Failure } from "./failure.ts";
import type { Kept } from "./overdue.ts";
import { idempotency } from "./schema.ts";
import { causeText, type Statement, type Tenant } from "./tenant.ts";

/** How long a key holds, in milliseconds. */
export const IDEMPOTENCY_LIFE = 24 * 60 * 60 * 1000;

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
  const mine = and(
    eq(idempotency.credentialId, credentialId),
    eq(idempotency.tool, attempt.tool),
    eq(idempotency.key, key),
  );

  async function first(): Promise<M | null> {
    const [row] = await tenant.db.select().from(idempotency).where(tenant.of(idempotency, mine));
    if (!row || row.createdAt <= now - IDEMPOTENCY_LIFE) return null;
    if (row.digest === digest) return shape.parse(row.result);
    throw new Failure("idempotency_mismatch", "This idempotencyKey was used with other arguments.", {
      hint: "Use a new key for a new send; repeat the same arguments to get the first result again.",
    });
  }

  const before = await first();
  if (before) return { made: before, repeated: true };
  try {
    const made = await act((result) => [
      tenant.db
        .delete(idempotency)
        .where(tenant.of(idempotency, mine, lte(idempotency.createdAt, now - IDEMPOTENCY_LIFE))),
      tenant.db
        .insert(idempotency)
        .values(tenant.row({ credentialId, tool: attempt.tool, key, digest, result, createdAt: Date.now() })),
    ]);
    return { made, repeated: false };
  } catch (error) {
    if (!/UNIQUE constraint failed: idempotency\./.test(causeText(error))) throw error;
    const winner = await first();
    if (!winner) throw error;
    return { made: winner, repeated: true };
  }
}

/** How long a call that was cut off stands in the way of its repetitions, in milliseconds. */
const CLAIM_LIFE = 60_000;

/**
 * Claims a key before something is done that no batch can undo, such as a request to another server: of calls with
 * the same key at the same time one goes on. Without a key nothing is claimed.
 * @returns what gives the claim up again: call it when the work failed, so that it can be repeated at once
 * @throws Failure `conflict` while another call with this key is under way
 */
export async function claimKey(
  tenant: Tenant,
  { tool, key }: Pick<Attempt, "tool" | "key">,
): Promise<() => Promise<void>> {
  if (key === undefined) return async () => {};
  const createdAt = Date.now();
  const credentialId = tenant.actor.credentialId ?? tenant.actor.id;
  // Beside the row that remembers what was made, and forgotten with it.
  const claim = { credentialId, tool: `${tool}, under way`, key, digest: "", result: {}, createdAt };
  const { workspaceId, credentialId: whose, tool: what, key: which } = idempotency;
  const [taken] = await tenant.db
    .insert(idempotency)
    .values(tenant.row(claim))
    .onConflictDoUpdate({
      target: [workspaceId, whose, what, which],
      set: { createdAt },
      setWhere: lte(idempotency.createdAt, createdAt - CLAIM_LIFE),
    })
    .returning({ createdAt: idempotency.createdAt });
  if (!taken) {
    throw new Failure("conflict", "A call with this idempotencyKey is under way.", {
      hint: "Repeat it in some seconds with the same key: it answers what the first one made.",
    });
  }
  const mine = and(eq(whose, credentialId), eq(what, claim.tool), eq(which, key));
  return async () => {
    await tenant.db
      .delete(idempotency)
      .where(tenant.of(idempotency, mine, eq(idempotency.createdAt, createdAt)));
  };
}

/** Rows that one statement removes at most. */
const FORGOTTEN_AT_ONCE = 1000;

/** Keys past their time. */
export const keptKeys: Kept = {
  name: "idempotency keys",
  table: idempotency,
  oldest: sql`SELECT min(created_at) FROM idempotency WHERE workspace_id = of.id`,
  before: (now) => now - IDEMPOTENCY_LIFE,
  forget: (tenant, now) => [
    tenant.db.delete(idempotency).where(
      tenant.of(
        idempotency,
        sql`(credential_id, tool, key) IN (
          SELECT i.credential_id, i.tool, i.key FROM idempotency AS i
          WHERE i.workspace_id = ${tenant.workspaceId} AND i.created_at < ${now - IDEMPOTENCY_LIFE}
          ORDER BY i.created_at LIMIT ${FORGOTTEN_AT_ONCE})`,
      ),
    ),
  ],
};

async function digestOf(args: unknown): Promise<string> {
  const bytes = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(canonicalJson(args)));
  return new Uint8Array(bytes).toHex();
}

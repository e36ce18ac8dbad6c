import { sql } from "drizzle-orm";
import { newId } from "../tenant/ids.ts";
import { callCounts, calls } from "../tenant/schema.ts";
import type { Tenant } from "../tenant/tenant.ts";
import type { Caller } from "./caller.ts";

export interface LoggedCall {
  kind: "tool" | "resource" | "prompt";
  /** The name in the catalogue, never what the client wrote. */
  name: string;
  /** ok, or the failure's code. */
  outcome: string;
  startedAt: number;
  milliseconds: number;
}

/** Writes one call into the log and counts it for its day (UTC, as the quotas). No arguments, no results. */
export async function logCall(tenant: Tenant, caller: Caller, call: LoggedCall): Promise<void> {
  const { principal, sessionId } = caller;
  await tenant.batch([
    tenant.db.insert(calls).values(
      tenant.row({
        id: newId("call", call.startedAt),
        kind: call.kind,
        name: call.name,
        outcome: call.outcome,
        milliseconds: call.milliseconds,
        credentialId: principal.credentialId,
        credentialName: principal.name,
        sessionId,
        createdAt: call.startedAt,
      }),
    ),
    tenant.db
      .insert(callCounts)
      .values(
        tenant.row({ day: new Date(call.startedAt).toISOString().slice(0, 10), name: call.name, count: 1 }),
      )
      .onConflictDoUpdate({
        target: [callCounts.workspaceId, callCounts.day, callCounts.name],
        set: { count: sql`${callCounts.count} + 1` },
      }),
  ]);
}

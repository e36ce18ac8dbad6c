import { sql } from "drizzle-orm";
import { newId } from "../tenant/ids.ts";
import type { Tenant } from "../tenant/tenant.ts";
import type { Caller } from "./caller.ts";
import { callCounts, calls } from "./schema.ts";

export interface LoggedCall {
  kind: "tool" | "resource" | "prompt";
  /** The name in the catalogue, never what the client wrote. */
  name: string;
  /** ok, or the failure's code. */
  outcome: string;
  startedAt: number;
  milliseconds: number;
}

/** How long a call's row waits for others of its workspace, in milliseconds. */
const GATHER_MS = 50;

type Row = Omit<typeof calls.$inferSelect, "workspaceId">;

/** Rows of this isolate that are about to be written, by workspace. */
const gathering = new Map<string, Row[]>();

/**
 * Writes one call into the log and counts it for its day (UTC, as the quotas). No arguments, no results.
 *
 * Calls of one workspace that come close together are written as one batch: a tenant database runs one statement
 * at a time, so a write per call would stand in the way of the next call's reads. The first of them waits and
 * writes; for the others this returns at once.
 */
export async function logCall(tenant: Tenant, caller: Caller, call: LoggedCall): Promise<void> {
  const { principal, sessionId } = caller;
  const row: Row = {
    id: newId("call", call.startedAt),
    kind: call.kind,
    name: call.name,
    outcome: call.outcome,
    milliseconds: call.milliseconds,
    credentialId: principal.credentialId,
    credentialName: principal.name,
    sessionId,
    createdAt: call.startedAt,
  };
  const others = gathering.get(tenant.workspaceId);
  if (others) {
    others.push(row);
    return;
  }
  const rows = [row];
  gathering.set(tenant.workspaceId, rows);
  await scheduler.wait(GATHER_MS);
  gathering.delete(tenant.workspaceId);
  await writeCalls(tenant, rows);
}

async function writeCalls(tenant: Tenant, rows: Row[]): Promise<void> {
  const each = sql`json_each(${JSON.stringify(rows)})`;
  await tenant.batch([
    tenant.db.insert(calls).select(sql`
      SELECT ${tenant.workspaceId}, value ->> 'id', value ->> 'kind', value ->> 'name', value ->> 'outcome',
        value ->> 'milliseconds', value ->> 'credentialId', value ->> 'credentialName', value ->> 'sessionId',
        value ->> 'createdAt' FROM ${each}`),
    tenant.db
      .insert(callCounts)
      .select(sql`
        SELECT ${tenant.workspaceId}, date((value ->> 'createdAt') / 1000, 'unixepoch'), value ->> 'name', count(*)
        FROM ${each} WHERE 1 GROUP BY 2, 3`)
      .onConflictDoUpdate({
        target: [callCounts.workspaceId, callCounts.day, callCounts.name],
        set: { count: sql`count + excluded.count` },
      }),
  ]);
}

import { sql } from "drizzle-orm";
import { newId } from "../tenant/ids.ts";
import type { Tenant } from "../tenant/tenant.ts";
import type { Caller } from "./caller.ts";
import { callDays, calls, type LoggedEntry } from "./schema.ts";

export interface LoggedCall {
  kind: "tool" | "resource" | "prompt";
  /** The name in the catalogue, never what the client wrote. */
  name: string;
  /** ok, or the failure's code. */
  outcome: string;
  startedAt: number;
  milliseconds: number;
}

/** How long a call waits for others of its workspace, in milliseconds: what is not written yet if a process is killed. */
const GATHER_MS = 1_000;

/** When it should have been written long ago, in milliseconds: the request or the object that waited was ended. */
const OVERDUE_MS = 2 * GATHER_MS;

/** Calls in one row at most. */
const MOST_IN_A_ROW = 200;

interface Row extends Omit<typeof calls.$inferSelect, "workspaceId"> {
  /** Of a credential limited to inboxes, which is shown its own calls alone: they are counted for it as well. */
  limited: boolean;
}

/** Rows of this isolate that are about to be written, by workspace, and since when. */
const gathering = new Map<string, { rows: Row[]; since: number }>();

/**
 * Writes one call into the log and counts it for its day (UTC, as the quotas). No arguments, no results.
 *
 * Calls of one workspace that come close together are written as one batch: a tenant database runs one statement
 * at a time, so a write per call would stand in the way of the next call's reads. The first of them waits and
 * writes; for the others this returns at once. Should the first be ended before it writes, a later call takes over.
 */
export async function logCall(tenant: Tenant, caller: Caller, call: LoggedCall): Promise<void> {
  const { principal, sessionId } = caller;
  const entry: LoggedEntry = {
    id: newId("call", call.startedAt),
    kind: call.kind,
    name: call.name,
    outcome: call.outcome,
    milliseconds: call.milliseconds,
    createdAt: call.startedAt,
  };
  const { credentialId, name: credentialName, inboxes } = principal;
  const now = Date.now();
  const others = gathering.get(tenant.workspaceId);
  const waits = !others || now - others.since > OVERDUE_MS;
  const gathered = waits ? { rows: others?.rows ?? [], since: now } : others;
  const { rows } = gathered;
  const row = rows.find(
    (one) =>
      one.credentialId === credentialId && one.sessionId === sessionId && one.entries.length < MOST_IN_A_ROW,
  );
  if (row) row.entries.push(entry);
  else {
    const limited = inboxes !== null;
    rows.push({ id: entry.id, credentialId, credentialName, sessionId, entries: [entry], limited });
  }
  if (!waits) return;
  gathering.set(tenant.workspaceId, gathered);
  await scheduler.wait(GATHER_MS);
  if (gathering.get(tenant.workspaceId) !== gathered) return;
  gathering.delete(tenant.workspaceId);
  await writeCalls(tenant, rows);
}

/** Where a day's count of a credential's own calls stands: no name of a tool, resource or prompt holds a blank. */
export function countedFor(credentialId: string, name: string): string {
  return `${credentialId} ${name}`;
}

async function writeCalls(tenant: Tenant, rows: Row[]): Promise<void> {
  for (const row of rows) {
    row.entries.sort((a, b) => (a.id < b.id ? 1 : -1));
    row.id = row.entries[0]?.id ?? row.id;
  }
  const counts = new Map<string, Record<string, number>>();
  for (const { entries, credentialId, limited } of rows) {
    for (const { name, createdAt } of entries) {
      const day = new Date(createdAt).toISOString().slice(0, 10);
      const ofDay = counts.get(day) ?? {};
      for (const counted of limited ? [name, countedFor(credentialId, name)] : [name]) {
        ofDay[counted] = (ofDay[counted] ?? 0) + 1;
      }
      counts.set(day, ofDay);
    }
  }
  // Both sides of the sum are objects of names to counts.
  const summed = sql`(
    SELECT json_group_object(name, total) FROM (
      SELECT key AS name, sum(value) AS total FROM (
        SELECT key, value FROM json_each(call_days.counts) UNION ALL SELECT key, value FROM json_each(excluded.counts))
      GROUP BY key))`;
  await tenant.batch([
    tenant.db.insert(calls).select(sql`
      SELECT ${tenant.workspaceId}, value ->> 'id', value ->> 'credentialId', value ->> 'credentialName',
        value ->> 'sessionId', value -> 'entries' FROM json_each(${JSON.stringify(rows)})`),
    ...[...counts].map(([day, ofDay]) =>
      tenant.db
        .insert(callDays)
        .values(tenant.row({ day, counts: ofDay }))
        .onConflictDoUpdate({ target: [callDays.workspaceId, callDays.day], set: { counts: summed } }),
    ),
  ]);
}

import type { Plan } from "../control/plans.ts";
import type { SessionRow, UsageWindow } from "./admission.ts";

/** Messages that cost no quota (initialize, lists, ping, notifications): ceiling per credential and minute. */
export const OTHERS_PER_MINUTE = 300;

const MINUTE = 60_000;
/** Ended sessions stay listed this long. */
const KEEP_ENDED = 30 * 24 * 60 * MINUTE;

interface Used {
  calls: number;
  others: number;
  day: number;
  month: number;
}

export interface Charge {
  credentialId: string;
  /** Counted towards the minute. */
  calls: number;
  /** Counted towards day and month as well. */
  quota: number;
  others: number;
}

/** The windows `now` falls into. Minutes and days are those of the clock, UTC. */
function windowsAt(now: number) {
  const date = new Date(now);
  return {
    minute: Math.floor(now / MINUTE),
    day: date.toISOString().slice(0, 10),
    month: date.toISOString().slice(0, 7),
    dayEnds: Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate() + 1),
    monthEnds: Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1),
  };
}

/**
 * The gate's own rows in its Durable Object: counters, last use and sessions. All of it is synchronous, so a
 * check and its count are one step whatever runs beside it, and the output gate holds the answer until the
 * rows are on disk: a killed process forgets nothing it acknowledged.
 */
export class GateRecords {
  readonly #sql: SqlStorage;
  #ready = false;

  constructor(storage: SqlStorage) {
    this.#sql = storage;
  }

  /** Tables are made with the first row, never for an unknown workspace. */
  #tables(): SqlStorage {
    if (!this.#ready) {
      this.#sql.exec(`
        CREATE TABLE IF NOT EXISTS credentials (
          id TEXT PRIMARY KEY, minute INTEGER NOT NULL, calls INTEGER NOT NULL, others INTEGER NOT NULL,
          last_used_at INTEGER NOT NULL);
        CREATE TABLE IF NOT EXISTS quotas (
          id INTEGER PRIMARY KEY, day TEXT NOT NULL, day_count INTEGER NOT NULL,
          month TEXT NOT NULL, month_count INTEGER NOT NULL);
        CREATE TABLE IF NOT EXISTS sessions (
          id TEXT PRIMARY KEY, transport TEXT NOT NULL, credential_id TEXT NOT NULL, credential_name TEXT NOT NULL,
          client TEXT, client_version TEXT, protocol_version TEXT, calls INTEGER NOT NULL,
          created_at INTEGER NOT NULL, last_seen_at INTEGER NOT NULL, ended_at INTEGER);
        CREATE INDEX IF NOT EXISTS sessions_by_end ON sessions (ended_at);
        CREATE INDEX IF NOT EXISTS sessions_by_creation ON sessions (created_at);`);
      this.#ready = true;
    }
    return this.#sql;
  }

  #used(credentialId: string, now: number): Used {
    const sql = this.#tables();
    const at = windowsAt(now);
    const [own] = sql.exec<{ minute: number; calls: number; others: number }>(
      "SELECT minute, calls, others FROM credentials WHERE id = ?",
      credentialId,
    );
    const [quota] = sql.exec<{ day: string; day_count: number; month: string; month_count: number }>(
      "SELECT day, day_count, month, month_count FROM quotas WHERE id = 1",
    );
    return {
      calls: own?.minute === at.minute ? own.calls : 0,
      others: own?.minute === at.minute ? own.others : 0,
      day: quota?.day === at.day ? quota.day_count : 0,
      month: quota?.month === at.month ? quota.month_count : 0,
    };
  }

  /** The three windows as a caller sees them. */
  windows(credentialId: string, plan: Plan, now: number): UsageWindow[] {
    const used = this.#used(credentialId, now);
    const at = windowsAt(now);
    const window = (name: UsageWindow["window"], count: number, limit: number | null, resetsAt: number) => ({
      window: name,
      used: count,
      limit,
      remaining: limit === null ? null : Math.max(0, limit - count),
      resetsAt,
    });
    return [
      window("minute", used.calls, plan.perMinute, (at.minute + 1) * MINUTE),
      window("day", used.day, plan.perDay, at.dayEnds),
      window("month", used.month, plan.perMonth, at.monthEnds),
    ];
  }

  /**
   * Counts a request, or says which window it does not fit in; a refused request counts nothing.
   * @returns null when counted
   */
  charge(
    charge: Charge,
    plan: Plan,
    now: number,
  ): { window: UsageWindow["window"]; retryAfterSeconds: number } | null {
    const used = this.#used(charge.credentialId, now);
    const at = windowsAt(now);
    const until = (time: number) => Math.max(1, Math.ceil((time - now) / 1000));
    const minuteEnds = until((at.minute + 1) * MINUTE);
    if (charge.calls > 0 && used.calls + charge.calls > plan.perMinute) {
      return { window: "minute", retryAfterSeconds: minuteEnds };
    }
    if (charge.others > 0 && used.others + charge.others > OTHERS_PER_MINUTE) {
      return { window: "minute", retryAfterSeconds: minuteEnds };
    }
    if (charge.quota > 0 && plan.perDay !== null && used.day + charge.quota > plan.perDay) {
      return { window: "day", retryAfterSeconds: until(at.dayEnds) };
    }
    if (charge.quota > 0 && plan.perMonth !== null && used.month + charge.quota > plan.perMonth) {
      return { window: "month", retryAfterSeconds: until(at.monthEnds) };
    }
    const sql = this.#tables();
    sql.exec(
      `INSERT INTO credentials (id, minute, calls, others, last_used_at) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET minute = excluded.minute, calls = excluded.calls, others = excluded.others,
         last_used_at = excluded.last_used_at`,
      charge.credentialId,
      at.minute,
      used.calls + charge.calls,
      used.others + charge.others,
      now,
    );
    if (charge.quota > 0) {
      sql.exec(
        `INSERT INTO quotas (id, day, day_count, month, month_count) VALUES (1, ?, ?, ?, ?)
         ON CONFLICT (id) DO UPDATE SET day = excluded.day, day_count = excluded.day_count,
           month = excluded.month, month_count = excluded.month_count`,
        at.day,
        used.day + charge.quota,
        at.month,
        used.month + charge.quota,
      );
    }
    return null;
  }

  /** When each credential was last admitted. */
  lastUse(): Map<string, number> {
    const rows = this.#tables().exec<{ id: string; last_used_at: number }>(
      "SELECT id, last_used_at FROM credentials",
    );
    return new Map([...rows].map((row) => [row.id, row.last_used_at]));
  }

  openSession(
    session: Omit<SessionRow, "calls" | "createdAt" | "lastSeenAt" | "endedAt">,
    now: number,
  ): void {
    const sql = this.#tables();
    sql.exec("DELETE FROM sessions WHERE ended_at < ?", now - KEEP_ENDED);
    sql.exec(
      `INSERT INTO sessions (id, transport, credential_id, credential_name, client, client_version,
         protocol_version, calls, created_at, last_seen_at) VALUES (?, ?, ?, ?, ?, ?, ?, 0, ?, ?)
       ON CONFLICT (id) DO NOTHING`,
      session.id,
      session.transport,
      session.credentialId,
      session.credentialName,
      session.client,
      session.clientVersion,
      session.protocolVersion,
      now,
      now,
    );
  }

  describeSession(
    id: string,
    facts: { client: string | null; clientVersion: string | null; protocolVersion: string | null },
  ): void {
    this.#tables().exec(
      "UPDATE sessions SET client = ?, client_version = ?, protocol_version = ? WHERE id = ?",
      facts.client,
      facts.clientVersion,
      facts.protocolVersion,
      id,
    );
  }

  /** Notes a request in a session that lives and belongs to this credential. False when it does not. */
  useSession(id: string, credentialId: string, calls: number, now: number): boolean {
    const updated = this.#tables().exec(
      `UPDATE sessions SET calls = calls + ?, last_seen_at = ?
       WHERE id = ? AND credential_id = ? AND ended_at IS NULL RETURNING id`,
      calls,
      now,
      id,
      credentialId,
    );
    return updated.toArray().length > 0;
  }

  /** Whether a session lives and belongs to this credential. */
  ownsSession(id: string, credentialId: string): boolean {
    const found = this.#tables().exec(
      "SELECT 1 FROM sessions WHERE id = ? AND credential_id = ? AND ended_at IS NULL",
      id,
      credentialId,
    );
    return found.toArray().length > 0;
  }

  endSession(id: string, now: number): void {
    this.#tables().exec("UPDATE sessions SET ended_at = ? WHERE id = ? AND ended_at IS NULL", now, id);
  }

  /** Sessions, newest first; one of them when `id` is given. At most 1,000. */
  sessions(id: string | null = null): SessionRow[] {
    const rows = this.#tables().exec<{
      id: string;
      transport: SessionRow["transport"];
      credential_id: string;
      credential_name: string;
      client: string | null;
      client_version: string | null;
      protocol_version: string | null;
      calls: number;
      created_at: number;
      last_seen_at: number;
      ended_at: number | null;
    }>(
      id === null
        ? "SELECT * FROM sessions ORDER BY created_at DESC LIMIT 1000"
        : "SELECT * FROM sessions WHERE id = ?",
      ...(id === null ? [] : [id]),
    );
    return [...rows].map((row) => ({
      id: row.id,
      transport: row.transport,
      credentialId: row.credential_id,
      credentialName: row.credential_name,
      client: row.client,
      clientVersion: row.client_version,
      protocolVersion: row.protocol_version,
      calls: row.calls,
      createdAt: row.created_at,
      lastSeenAt: row.last_seen_at,
      endedAt: row.ended_at,
    }));
  }
}

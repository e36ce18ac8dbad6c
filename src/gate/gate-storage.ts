import { z } from "zod";

export const MINUTE = 60_000;

/** How long a change of the counters may wait to be written, in milliseconds: what a killed process forgets. */
export const WRITTEN_WITHIN = 1_000;

/** What a credential used of its minute, and when it was last used. */
export interface CredentialUse {
  minute: number;
  calls: number;
  others: number;
  lastUsedAt: number;
}

/** What the workspace used of its day and month (UTC). */
export interface QuotaUse {
  day: string;
  dayCount: number;
  month: string;
  monthCount: number;
}

/** Whose a living session is, and its use. */
export interface SessionUse {
  credentialId: string;
  calls: number;
  lastSeenAt: number;
}

const changesSchema = z.object({
  quota: z
    .object({ day: z.string(), dayCount: z.number(), month: z.string(), monthCount: z.number() })
    .nullable(),
  credentials: z.array(
    z.tuple([
      z.string(),
      z.object({ minute: z.number(), calls: z.number(), others: z.number(), lastUsedAt: z.number() }),
    ]),
  ),
  sessions: z.array(
    z.tuple([z.string(), z.object({ credentialId: z.string(), calls: z.number(), lastSeenAt: z.number() })]),
  ),
});

/**
 * What the gate keeps in its Durable Object: counters, last use, sessions. It is held in memory, so a check and its
 * count are one synchronous step, and written behind: what changed in the current minute stands together in one row
 * (`recent`), written at most {@link WRITTEN_WITHIN} after a change; when the minute has turned, each changed thing
 * goes into a row of its own. So a busy minute writes 60 rows and one for each credential and session, not two a call.
 *
 * A process that is killed forgets the changes of the last second at most. What opens and ends sessions is not in
 * here but written at once (`sessions.ts`).
 */
export class GateStorage {
  readonly #storage: DurableObjectStorage;
  #ready = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #quota: QuotaUse | null = null;
  readonly #credentials = new Map<string, CredentialUse>();
  readonly #sessions = new Map<string, SessionUse>();
  /** What is not in a row of its own yet. */
  readonly #changed = { quota: false, credentials: new Set<string>(), sessions: new Set<string>() };
  /** The minute whose changes are in `recent`. */
  #recentMinute = 0;

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage;
  }

  /** The object's database. Tables are made with its first use, never for an unknown workspace. */
  get sql(): SqlStorage {
    this.#makeReady();
    return this.#storage.sql;
  }

  #makeReady(): void {
    if (this.#ready) return;
    this.#ready = true;
    this.#storage.sql.exec(`
        CREATE TABLE IF NOT EXISTS credentials (
          id TEXT PRIMARY KEY, minute INTEGER NOT NULL, calls INTEGER NOT NULL, others INTEGER NOT NULL,
          last_used_at INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS quotas (
          id INTEGER PRIMARY KEY, day TEXT NOT NULL, day_count INTEGER NOT NULL,
          month TEXT NOT NULL, month_count INTEGER NOT NULL);
        CREATE TABLE IF NOT EXISTS recent (id INTEGER PRIMARY KEY, changes TEXT NOT NULL);
        CREATE TABLE IF NOT EXISTS sessions (
          id TEXT PRIMARY KEY, transport TEXT NOT NULL, credential_id TEXT NOT NULL, credential_name TEXT NOT NULL,
          client TEXT, client_version TEXT, protocol_version TEXT, calls INTEGER NOT NULL,
          created_at INTEGER NOT NULL, last_seen_at INTEGER NOT NULL, ended_at INTEGER) WITHOUT ROWID;
        CREATE INDEX IF NOT EXISTS sessions_by_creation ON sessions (created_at);
        CREATE INDEX IF NOT EXISTS sessions_open ON sessions (credential_id) WHERE ended_at IS NULL;
        CREATE INDEX IF NOT EXISTS sessions_ended ON sessions (ended_at) WHERE ended_at IS NOT NULL;`);
    this.#load();
  }

  #load(): void {
    const [quota] = this.#storage.sql.exec<{
      day: string;
      dayCount: number;
      month: string;
      monthCount: number;
    }>("SELECT day, day_count AS dayCount, month, month_count AS monthCount FROM quotas WHERE id = 1");
    this.#quota = quota ?? null;
    const [recent] = this.#storage.sql.exec<{ changes: string }>("SELECT changes FROM recent WHERE id = 1");
    if (!recent) return;
    const changes = changesSchema.parse(JSON.parse(recent.changes));
    if (changes.quota) this.#quota = changes.quota;
    this.#changed.quota = changes.quota !== null;
    for (const [id, use] of changes.credentials) {
      this.#credentials.set(id, use);
      this.#changed.credentials.add(id);
    }
    for (const [id, use] of changes.sessions) {
      this.#sessions.set(id, use);
      this.#changed.sessions.add(id);
    }
  }

  quota(): QuotaUse | null {
    this.#makeReady();
    return this.#quota;
  }

  useQuota(use: QuotaUse): void {
    this.#quota = use;
    this.#changed.quota = true;
    this.#writeSoon();
  }

  credential(id: string): CredentialUse | undefined {
    const { sql } = this;
    const held = this.#credentials.get(id);
    if (held) return held;
    const [row] = sql.exec<{ minute: number; calls: number; others: number; lastUsedAt: number }>(
      "SELECT minute, calls, others, last_used_at AS lastUsedAt FROM credentials WHERE id = ?",
      id,
    );
    if (row) this.#credentials.set(id, row);
    return row;
  }

  useCredential(id: string, use: CredentialUse): void {
    this.#credentials.set(id, use);
    this.#changed.credentials.add(id);
    this.#writeSoon();
  }

  /** When each credential was last admitted. */
  lastUse(): Map<string, number> {
    const rows = this.sql.exec<{ id: string; at: number }>("SELECT id, last_used_at AS at FROM credentials");
    const all = new Map([...rows].map(({ id, at }) => [id, at]));
    for (const [id, { lastUsedAt }] of this.#credentials) all.set(id, lastUsedAt);
    return all;
  }

  /** A session that has not ended. */
  session(id: string): SessionUse | undefined {
    const { sql } = this;
    const held = this.#sessions.get(id);
    if (held) return held;
    const [row] = sql.exec<{ credentialId: string; calls: number; lastSeenAt: number }>(
      `SELECT credential_id AS credentialId, calls, last_seen_at AS lastSeenAt FROM sessions
       WHERE id = ? AND ended_at IS NULL`,
      id,
    );
    if (row) this.#sessions.set(id, row);
    return row;
  }

  useSession(id: string, use: SessionUse): void {
    this.#sessions.set(id, use);
    this.#changed.sessions.add(id);
    this.#writeSoon();
  }

  /** Forgets the use of a session that is over, after its last row was written. */
  dropSession(id: string): void {
    this.#sessions.delete(id);
    this.#changed.sessions.delete(id);
  }

  #writeSoon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.write(Date.now());
    }, WRITTEN_WITHIN);
  }

  /** Writes what changed, in one transaction. */
  write(now: number): void {
    const minute = Math.floor(now / MINUTE);
    const { sql } = this;
    this.#storage.transactionSync(() => {
      if (minute === this.#recentMinute) return this.#writeRecent(sql);
      this.#writeEach(sql);
      sql.exec("DELETE FROM recent");
    });
    this.#recentMinute = minute;
  }

  #writeRecent(sql: SqlStorage): void {
    const { quota, credentials, sessions } = this.#changed;
    const changes: z.input<typeof changesSchema> = {
      quota: quota ? this.#quota : null,
      credentials: [...this.#credentials].filter(([id]) => credentials.has(id)),
      sessions: [...this.#sessions].filter(([id]) => sessions.has(id)),
    };
    sql.exec("INSERT OR REPLACE INTO recent (id, changes) VALUES (1, ?)", JSON.stringify(changes));
  }

  #writeEach(sql: SqlStorage): void {
    const changed = this.#changed;
    if (changed.quota && this.#quota) {
      const { day, dayCount, month, monthCount } = this.#quota;
      sql.exec("INSERT OR REPLACE INTO quotas VALUES (1, ?, ?, ?, ?)", day, dayCount, month, monthCount);
    }
    for (const id of changed.credentials) {
      const use = this.#credentials.get(id);
      if (!use) continue;
      const { minute, calls, others, lastUsedAt } = use;
      const insert = "INSERT OR REPLACE INTO credentials VALUES (?, ?, ?, ?, ?)";
      sql.exec(insert, id, minute, calls, others, lastUsedAt);
    }
    for (const id of changed.sessions) {
      const use = this.#sessions.get(id);
      if (!use) continue;
      const update = "UPDATE sessions SET calls = ?, last_seen_at = ? WHERE id = ?";
      sql.exec(update, use.calls, use.lastSeenAt, id);
    }
    changed.quota = false;
    changed.credentials.clear();
    changed.sessions.clear();
  }
}

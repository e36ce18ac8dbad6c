import { z } from "zod";

export const MINUTE = 60_000;

/** A killed process forgets at most so many requests of its workspace, or those of the last second if they are more … */
export const WRITTEN_TOGETHER = 10;
const AT_MOST_EVERY = 1_000;
/** … and nothing that is older than this, in milliseconds … */
const WRITTEN_WITHIN = 10_000;
/** … or than this, once it is quiet: a runtime may put a quiet object away after ten seconds. */
export const WRITTEN_WHEN_QUIET = 3_000;

/** Things that the row of recent changes may hold on; more get rows of their own at the next minute … */
const MOST_RECENT = 50;
/** … and so many at once. */
const FAR_TOO_MANY = 2_000;

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
  transport: "http" | "sse";
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
    z.tuple([
      z.string(),
      z.object({
        credentialId: z.string(),
        transport: z.enum(["http", "sse"]),
        calls: z.number(),
        lastSeenAt: z.number(),
      }),
    ]),
  ),
});

/**
 * What the gate keeps in its Durable Object: counters, last use, sessions. It is held in memory, so a check and its
 * count are one synchronous step, and written behind: what changed stands together in one row (`recent`), written once
 * for {@link WRITTEN_TOGETHER} requests, and at most once a second. Where many credentials and sessions are about, each
 * changed thing goes into a row of its own when a minute has turned. So a row serves ten calls or more.
 *
 * What opens and ends sessions is not in here but written at once (`sessions.ts`).
 */
export class GateStorage {
  readonly #storage: DurableObjectStorage;
  #ready = false;
  #timer: { at: number; handle: ReturnType<typeof setTimeout> } | undefined;
  /** Requests that are not written yet, and when the first and the last of them came. */
  #unwritten = { requests: 0, since: 0, last: 0 };
  #writtenAt = 0;
  #quota: QuotaUse | null = null;
  readonly #credentials = new Map<string, CredentialUse>();
  readonly #sessions = new Map<string, SessionUse>();
  /** What is not in a row of its own yet. */
  readonly #changed = { quota: false, credentials: new Set<string>(), sessions: new Set<string>() };
  /** The minute in which things last got rows of their own. */
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
        CREATE TABLE IF NOT EXISTS model_calls (id INTEGER PRIMARY KEY, day TEXT NOT NULL, calls INTEGER NOT NULL);
        CREATE TABLE IF NOT EXISTS begun (whose TEXT PRIMARY KEY, day TEXT NOT NULL, times INTEGER NOT NULL) WITHOUT ROWID;
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
      // One that ended meanwhile is over: its end was written at once.
      if (!this.#isOpen(id)) continue;
      this.#sessions.set(id, use);
      this.#changed.sessions.add(id);
    }
  }

  #isOpen(id: string): boolean {
    const open = "SELECT 1 FROM sessions WHERE id = ? AND ended_at IS NULL";
    return this.#storage.sql.exec(open, id).toArray().length > 0;
  }

  quota(): QuotaUse | null {
    this.#makeReady();
    return this.#quota;
  }

  useQuota(use: QuotaUse): void {
    this.#quota = use;
    this.#changed.quota = true;
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

  /** Once for each request, which the other changes of it go along with. */
  useCredential(id: string, use: CredentialUse): void {
    this.#credentials.set(id, use);
    this.#changed.credentials.add(id);
    if (this.#unwritten.requests === 0) this.#unwritten.since = use.lastUsedAt;
    this.#unwritten.requests += 1;
    this.#unwritten.last = use.lastUsedAt;
    this.#writeSoon(use.lastUsedAt);
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
    const [row] = sql.exec<{
      credentialId: string;
      transport: "http" | "sse";
      calls: number;
      lastSeenAt: number;
    }>(
      `SELECT credential_id AS credentialId, transport, calls, last_seen_at AS lastSeenAt FROM sessions
       WHERE id = ? AND ended_at IS NULL`,
      id,
    );
    if (row) this.#sessions.set(id, row);
    return row;
  }

  useSession(id: string, use: SessionUse): void {
    this.#sessions.set(id, use);
    this.#changed.sessions.add(id);
  }

  /** Forgets the use of a session that is over, after its last row was written. */
  dropSession(id: string): void {
    this.#sessions.delete(id);
    this.#changed.sessions.delete(id);
  }

  /** When what is not written yet has to be, in milliseconds; null when everything is. */
  get dueAt(): number | null {
    const { requests, since, last } = this.#unwritten;
    if (requests === 0) return null;
    if (requests >= WRITTEN_TOGETHER) return this.#writtenAt + AT_MOST_EVERY;
    return Math.min(since + WRITTEN_WITHIN, last + WRITTEN_WHEN_QUIET);
  }

  #writeSoon(now: number): void {
    const { dueAt } = this;
    if (dueAt === null || (this.#timer && this.#timer.at <= dueAt)) return;
    clearTimeout(this.#timer?.handle);
    this.#timer = { at: dueAt, handle: setTimeout(() => this.#writeIfDue(), Math.max(0, dueAt - now)) };
  }

  /** What was due when the timer was set may have time since: there were more requests. */
  #writeIfDue(): void {
    this.#timer = undefined;
    const now = Date.now();
    if (this.dueAt !== null && this.dueAt > now) this.#writeSoon(now);
    else this.write(now);
  }

  /** Nothing of what is held in memory will be written any more; the tables are about to go. */
  forget(): void {
    clearTimeout(this.#timer?.handle);
    this.#timer = undefined;
    this.#unwritten = { requests: 0, since: 0, last: 0 };
    this.#quota = null;
    this.#changed.quota = false;
    for (const held of [this.#credentials, this.#sessions]) held.clear();
    for (const changed of [this.#changed.credentials, this.#changed.sessions]) changed.clear();
    this.#ready = false;
  }

  /** Writes what changed, in one transaction. */
  write(now: number): void {
    clearTimeout(this.#timer?.handle);
    this.#timer = undefined;
    this.#unwritten = { requests: 0, since: 0, last: 0 };
    this.#writtenAt = now;
    const minute = Math.floor(now / MINUTE);
    const { credentials, sessions } = this.#changed;
    const things = credentials.size + sessions.size;
    const { sql } = this;
    this.#storage.transactionSync(() => {
      const turned = minute !== this.#recentMinute;
      if (things <= MOST_RECENT || (things <= FAR_TOO_MANY && !turned)) return this.#writeRecent(sql);
      this.#writeEach(sql);
      sql.exec("DELETE FROM recent");
      this.#recentMinute = minute;
    });
  }

  #writeRecent(sql: SqlStorage): void {
    const { quota, credentials, sessions } = this.#changed;
    const used = <T>(ids: Set<string>, uses: Map<string, T>) =>
      [...ids].flatMap((id): [string, T][] => {
        const use = uses.get(id);
        return use ? [[id, use]] : [];
      });
    const changes: z.input<typeof changesSchema> = {
      quota: quota ? this.#quota : null,
      credentials: used(credentials, this.#credentials),
      sessions: used(sessions, this.#sessions),
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

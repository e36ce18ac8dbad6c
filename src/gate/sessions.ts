import type { SessionRow } from "./admission.ts";
import type { GateStorage, SessionUse } from "./gate-storage.ts";

/** Ended sessions stay listed this long, in milliseconds … */
const KEEP_ENDED = 30 * 24 * 60 * 60_000;
/** … and no more of them than this. */
const MAX_ENDED = 2_000;
/** Sessions of one credential that may be open at once: opening one more ends the one that was used longest ago. */
export const MAX_OPEN = 200;

export type NewSession = Omit<SessionRow, "calls" | "createdAt" | "lastSeenAt" | "endedAt">;

const COLUMNS = `id, transport, credential_id AS credentialId, credential_name AS credentialName, client,
  client_version AS clientVersion, protocol_version AS protocolVersion, calls, created_at AS createdAt,
  last_seen_at AS lastSeenAt, ended_at AS endedAt`;

/** The MCP sessions of one workspace: whose they are, when they end. Opening and ending is written at once. */
export class Sessions {
  readonly #storage: GateStorage;

  constructor(storage: GateStorage) {
    this.#storage = storage;
  }

  /** Records a session. Gives the sessions that had to end for it, whose objects the caller puts away. */
  open(session: NewSession, now: number): Pick<SessionRow, "id" | "transport">[] {
    const { sql } = this.#storage;
    this.#forgetEnded(now);
    const over = this.#beyondLimit(session.credentialId);
    for (const { id } of over) this.end(id, now);
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
    return over;
  }

  #forgetEnded(now: number): void {
    const { sql } = this.#storage;
    sql.exec("DELETE FROM sessions WHERE ended_at < ?", now - KEEP_ENDED);
    // One opening ends at most a few, so a few at a time keep up.
    sql.exec(
      `DELETE FROM sessions WHERE id IN (
         SELECT id FROM sessions WHERE ended_at IS NOT NULL ORDER BY ended_at LIMIT 10)
       AND (SELECT count(*) FROM sessions WHERE ended_at IS NOT NULL) > ?`,
      MAX_ENDED,
    );
  }

  /** The open sessions of a credential that must end so that one more fits, those used longest ago. */
  #beyondLimit(credentialId: string): Pick<SessionRow, "id" | "transport">[] {
    const open = this.#storage.sql
      .exec<{ id: string; transport: SessionRow["transport"]; lastSeenAt: number }>(
        `SELECT id, transport, last_seen_at AS lastSeenAt FROM sessions
         WHERE credential_id = ? AND ended_at IS NULL`,
        credentialId,
      )
      .toArray();
    const surplus = open.length + 1 - MAX_OPEN;
    if (surplus <= 0) return [];
    const lastSeen = (row: (typeof open)[number]) =>
      this.#storage.session(row.id)?.lastSeenAt ?? row.lastSeenAt;
    return open
      .toSorted((a, b) => lastSeen(a) - lastSeen(b))
      .slice(0, surplus)
      .map(({ id, transport }) => ({ id, transport }));
  }

  /** SSE learns its client only after the session is open. */
  describe(
    id: string,
    facts: { client: string | null; clientVersion: string | null; protocolVersion: string | null },
  ): void {
    this.#storage.sql.exec(
      "UPDATE sessions SET client = ?, client_version = ?, protocol_version = ? WHERE id = ?",
      facts.client,
      facts.clientVersion,
      facts.protocolVersion,
      id,
    );
  }

  /** The use of a session that lives and belongs to this credential. @param onStream only one of an SSE stream */
  owned(id: string, credentialId: string, onStream = false): SessionUse | null {
    const session = this.#storage.session(id);
    if (session?.credentialId !== credentialId) return null;
    return onStream && this.one(id)?.transport !== "sse" ? null : session;
  }

  /** Notes a request with so many calls in a session. */
  use(id: string, session: SessionUse, calls: number, now: number): void {
    this.#storage.useSession(id, { ...session, calls: session.calls + calls, lastSeenAt: now });
  }

  /** From now on its id is unknown. */
  end(id: string, now: number): void {
    const session = this.#storage.session(id);
    if (!session) return;
    this.#storage.sql.exec(
      "UPDATE sessions SET ended_at = ?, calls = ?, last_seen_at = ? WHERE id = ?",
      now,
      session.calls,
      session.lastSeenAt,
      id,
    );
    this.#storage.dropSession(id);
  }

  /** One session; null when there is none. */
  one(id: string): SessionRow | null {
    const [row] = this.#storage.sql.exec<Row>(`SELECT ${COLUMNS} FROM sessions WHERE id = ?`, id);
    return row ? this.#withUse(row) : null;
  }

  /** Sessions, newest first, at most 1,000. */
  list(): SessionRow[] {
    const rows = this.#storage.sql.exec<Row>(
      `SELECT ${COLUMNS} FROM sessions ORDER BY created_at DESC LIMIT 1000`,
    );
    return [...rows].map((row) => this.#withUse(row));
  }

  #withUse(row: Row): SessionRow {
    const use = row.endedAt === null ? this.#storage.session(row.id) : undefined;
    return use ? { ...row, calls: use.calls, lastSeenAt: use.lastSeenAt } : row;
  }
}

type Row = { [K in keyof SessionRow]: SessionRow[K] };

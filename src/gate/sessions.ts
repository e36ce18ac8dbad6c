import type { SessionRow } from "./admission.ts";
import type { GateStorage, SessionUse } from "./gate-storage.ts";

/** Ended sessions stay listed this long, in milliseconds … */
const KEEP_ENDED = 30 * 24 * 60 * 60_000;
/** … and no more of them than this. */
const MAX_ENDED = 2_000;
/**
 * Sessions of one credential that may be open at once, and how many of them may be streams, which somebody holds a
 * connection for: opening one more ends one that was never used, else the one that was used longest ago.
 */
export const MAX_OPEN = 100;
export const MAX_STREAMS = 20;

/** A session that is over, by which its object is found. */
export type EndedSession = Pick<SessionRow, "id" | "transport">;

/** Whether anything came in a session after it was opened. */
export function isUsed({ createdAt, lastSeenAt }: Pick<SessionRow, "createdAt" | "lastSeenAt">): boolean {
  return lastSeenAt > createdAt;
}

export type OpenedSession = Omit<SessionRow, "calls" | "createdAt" | "lastSeenAt" | "endedAt">;

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
  open(session: OpenedSession, now: number): EndedSession[] {
    const { sql } = this.#storage;
    this.#forgetEnded(now);
    const over = this.#beyondLimit(session.credentialId, session.transport);
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

  /** The open sessions of a credential that must end so that one more fits. */
  #beyondLimit(credentialId: string, transport: SessionRow["transport"]): EndedSession[] {
    const open = this.#openOf(credentialId);
    const streams = open.filter((session) => session.transport === "sse");
    const overAll = open.slice(0, Math.max(0, open.length + 1 - MAX_OPEN));
    const overStreams =
      transport === "sse" ? streams.slice(0, Math.max(0, streams.length + 1 - MAX_STREAMS)) : [];
    return [...new Set([...overStreams, ...overAll])].map(({ id, transport }) => ({ id, transport }));
  }

  /** The open sessions of a credential: those never used, then those used longest ago, and so on. */
  #openOf(credentialId: string): (EndedSession & { createdAt: number; lastSeenAt: number })[] {
    return this.#storage.sql
      .exec<Pick<Row, "id" | "transport" | "createdAt" | "lastSeenAt">>(
        `SELECT id, transport, created_at AS createdAt, last_seen_at AS lastSeenAt FROM sessions
         WHERE credential_id = ? AND ended_at IS NULL`,
        credentialId,
      )
      .toArray()
      .map((row) => ({
        ...row,
        lastSeenAt: this.#storage.session(row.id)?.lastSeenAt ?? row.lastSeenAt,
      }))
      .toSorted((a, b) => Number(isUsed(a)) - Number(isUsed(b)) || a.lastSeenAt - b.lastSeenAt);
  }

  /** Ends every open session of a credential, whose objects the caller puts away. */
  endAll(credentialId: string, now: number): EndedSession[] {
    const open = this.#openOf(credentialId);
    for (const { id } of open) this.end(id, now);
    return open.map(({ id, transport }) => ({ id, transport }));
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

  /** The use of a session that lives, belongs to this credential and goes by this transport. */
  owned(id: string, credentialId: string, transport: SessionRow["transport"]): SessionUse | null {
    const session = this.#storage.session(id);
    return session?.credentialId === credentialId && session.transport === transport ? session : null;
  }

  /** Notes a request with so many calls in a session. */
  use(id: string, session: SessionUse, calls: number, now: number): void {
    // Later than its beginning even within the same millisecond, so that it counts as used.
    const lastSeenAt = Math.max(now, session.lastSeenAt + 1);
    this.#storage.useSession(id, { ...session, calls: session.calls + calls, lastSeenAt });
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

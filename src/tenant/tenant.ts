import { and, type SQL, sql } from "drizzle-orm";
import { type DrizzleD1Database, drizzle } from "drizzle-orm/d1";
import type { SQLiteColumn, SQLiteTable } from "drizzle-orm/sqlite-core";
import { Failure } from "./failure.ts";
import { bareId } from "./ids.ts";

/** A table of a tenant database: each has its workspace as a column. */
export type TenantTable = SQLiteTable & { workspaceId: SQLiteColumn };

/** One statement for {@link Tenant.batch}: anything drizzle can run, kept unrun until the batch. */
export type Statement = Parameters<DrizzleD1Database["batch"]>[0][number];

/** Who acts, for events, messages and idempotency. `system` stands for Parley itself. */
export interface Actor {
  kind: "member" | "bot" | "api_key" | "contact" | "flow" | "ai" | "system";
  id: string;
  name: string;
  /** The credential that the call came with; null for visitors and Parley itself. */
  credentialId: string | null;
}

export interface TenantOptions {
  workspaceId: string;
  /** The inboxes the caller is limited to; null when it may see all. */
  inboxes: readonly string[] | null;
  actor: Actor;
  /** IANA name, for days and daily counters. */
  timeZone: string;
  /** ISO 3166 code of where phone numbers without a country code are from; null or left out: not known. */
  phoneCountry?: string | null;
  /** Where its help pages are, see `articleAddress`; null or left out: it has none. */
  helpSlug?: string | null;
  /**
   * The moment that everything is written at, in milliseconds: what happened earlier is taken in with its own time.
   * The clock's where left out.
   */
  at?: number;
}

/**
 * How a statement begins that looks at a whole shard, for housekeeping alone: it answers workspaces' ids and goes past
 * the guard. Everything else takes a {@link Tenant}.
 */
export const ACROSS_WORKSPACES = "/* across workspaces */";

/** An UPDATE that sets the workspace of the rows it finds, whosever they are: drizzle puts that column first. */
const MOVES_ROWS = /\bset\s+[`"]?workspace_id\b/i;

/** A full-text query. */
const LOOKS_UP = /\bMATCH\b/;

/**
 * Refuses every statement to which the workspace's id is not bound: the last line of defence behind
 * {@link Tenant.of}, since one D1 holds many workspaces. Names in the SQL prove nothing, since drizzle lists the column
 * in every SELECT and RETURNING. It is the id itself: a text that merely holds it (what somebody wrote, a list of ids)
 * is no binding. A full-text query alone has it, bare, within the terms that it looks for.
 */
function guarded(database: D1Database, workspaceId: string): D1Database {
  const bare = bareId(workspaceId);
  const isBound = (query: string) => (value: unknown) =>
    value === workspaceId || (LOOKS_UP.test(query) && typeof value === "string" && value.includes(bare));
  const prepare = (query: string) => ({
    bind(...values: unknown[]): D1PreparedStatement {
      if (!values.some(isBound(query)))
        throw new Error("A tenant statement that is not bound to its workspace.");
      if (MOVES_ROWS.test(query)) throw new Error("A tenant statement that would move rows to a workspace.");
      return database.prepare(query).bind(...values);
    },
  });
  return new Proxy(database, {
    get(target, property) {
      if (property === "prepare") return prepare;
      if (property === "batch") return (statements: D1PreparedStatement[]) => target.batch(statements);
      throw new Error(`A tenant database is reached by statements alone, not by ${String(property)}.`);
    },
  });
}

/** Workspaces whose drizzle is kept for a database. */
const MOST_KEPT = 1_000;

const kept = new WeakMap<D1Database, Map<string, DrizzleD1Database>>();

/** One drizzle for each workspace of a database: it keeps the columns' names, which cost more than a statement. */
function drizzleOf(database: D1Database, workspaceId: string): DrizzleD1Database {
  let byWorkspace = kept.get(database);
  if (!byWorkspace || byWorkspace.size >= MOST_KEPT) {
    byWorkspace = new Map();
    kept.set(database, byWorkspace);
  }
  let made = byWorkspace.get(workspaceId);
  if (!made) {
    made = drizzle(guarded(database, workspaceId), { casing: "snake_case" });
    byWorkspace.set(workspaceId, made);
  }
  return made;
}

/**
 * A workspace's own data, as one caller may see it. Every store takes this, never a raw database:
 * it puts the workspace in front of each condition and the caller's inbox list behind it.
 */
export class Tenant {
  readonly workspaceId: string;
  readonly inboxes: readonly string[] | null;
  readonly actor: Actor;
  readonly timeZone: string;
  readonly phoneCountry: string | null;
  readonly helpSlug: string | null;
  readonly #at: number | undefined;
  /** Drizzle over the guarded database. Write conditions with {@link of}; use {@link batch} for more than one write. */
  readonly db: DrizzleD1Database;

  constructor(database: D1Database, options: TenantOptions) {
    this.workspaceId = options.workspaceId;
    this.inboxes = options.inboxes;
    this.actor = options.actor;
    this.timeZone = options.timeZone;
    this.phoneCountry = options.phoneCountry ?? null;
    this.helpSlug = options.helpSlug ?? null;
    this.#at = options.at;
    this.db = drizzleOf(database, options.workspaceId);
  }

  /** What it was made of, to be made anew in another object. */
  get options(): TenantOptions {
    const { workspaceId, inboxes, actor, timeZone, phoneCountry, helpSlug } = this;
    return {
      workspaceId,
      inboxes,
      actor,
      timeZone,
      phoneCountry,
      helpSlug,
      ...(this.#at === undefined ? {} : { at: this.#at }),
    };
  }

  /** When what is written now happens, in milliseconds UTC. Stores ask this, never the clock. */
  now(): number {
    return this.#at ?? Date.now();
  }

  /** `workspace_id = … AND conditions`: the WHERE of each query. Undefined conditions are left out. */
  of(table: TenantTable, ...conditions: (SQL | undefined)[]): SQL {
    const whole = and(sql`${table.workspaceId} = ${this.workspaceId}`, ...conditions);
    if (!whole) throw new Error("unreachable: the workspace condition is always there");
    return whole;
  }

  /** The row with its workspace, for INSERT. */
  row<T extends object>(values: T): T & { workspaceId: string } {
    return { ...values, workspaceId: this.workspaceId };
  }

  /**
   * The caller's inbox list as a condition on an inbox column; undefined when the caller sees all.
   * The list travels as one JSON parameter (D1 takes 100 parameters at most).
   */
  visible(inboxColumn: SQLiteColumn): SQL | undefined {
    if (this.inboxes === null) return undefined;
    return sql`${inboxColumn} IN (SELECT value FROM json_each(${JSON.stringify(this.inboxes)}))`;
  }

  /** True when the caller may see this inbox. */
  sees(inboxId: string): boolean {
    return this.inboxes === null || this.inboxes.includes(inboxId);
  }

  /**
   * Runs statements as one transaction: all or none. Alias joined columns or do not join here
   * (drizzle mixes up equal column names in a batch).
   * A statement that fails on purpose (see {@link assertThat}) fails the whole batch with `conflict`.
   */
  async batch(statements: readonly Statement[]): Promise<unknown[]> {
    const [first, ...rest] = statements;
    if (!first) return [];
    try {
      return await this.db.batch([first, ...rest]);
    } catch (error) {
      if (causeText(error).includes("malformed JSON")) {
        throw new Failure("conflict", "The data changed meanwhile.", { hint: "Read it again and repeat." });
      }
      throw error;
    }
  }

  /** A statement that fails its batch unless `condition` holds when it runs: the guard of a conditional change. */
  assertThat(condition: SQL): Statement {
    // json('stale') is malformed JSON: the way to raise an error from SQL on D1, which has no RAISE outside triggers.
    return this.db
      .select({ ok: sql`iif(${condition}, 1, json('stale'))` })
      .from(sql`(SELECT ${this.workspaceId} AS workspace_id)`);
  }
}

/**
 * A query whose text is made once, for all the batches that it goes into: to make it costs more than to have it answered.
 * Its values stay those that it was made with.
 */
export function madeOnce<Query extends Statement>(query: Query): Query {
  // Drizzle asks each query of a batch for itself as it is sent.
  const prepare: unknown = Reflect.get(query, "_prepare");
  if (typeof prepare !== "function") throw new Error("Drizzle prepares its queries otherwise by now.");
  const made: unknown = prepare.call(query);
  Reflect.set(query, "_prepare", () => made);
  return query;
}

/** D1's own message: drizzle wraps it as the cause of its "Failed query" error. */
export function causeText(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : `${error.message} ${causeText(error.cause)}`;
}

/** True when D1 refused a write because a unique index already holds these values. */
export function isUniqueViolation(error: unknown): boolean {
  return causeText(error).includes("UNIQUE constraint failed");
}

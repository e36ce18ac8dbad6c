import { env } from "cloudflare:workers";
import { expect } from "vitest";
import type { Toolset } from "../../src/calls/define.ts";
import type { Scope } from "../../src/control/scopes.ts";
import { shardDatabase } from "../../src/tenant/shards.ts";
import { Tenant } from "../../src/tenant/tenant.ts";
import { callTool, type World } from "../growing/world.ts";

/**
 * What was promised of a tool, written down a second time and apart from its record: the record is held against it,
 * and its answer against the rows of the database.
 */
export interface Row {
  toolset: Toolset;
  /** R reads, W writes, D destroys, S sends to a customer. */
  kind: "R" | "W" | "D" | "S";
  scope: Scope;
  /** Every parameter in any order, as `contactId, name?`: a mark for those that can be left out. */
  parameters: string;
  /** Whose users know it: X ChatbotX, C Conferbot, D Deskwoot, T Chaterimo, + nobody's. */
  from: string;
  args(rig: Rig): Args | Promise<Args>;
  /** Throws unless the answer is what the database holds. */
  holds(answer: Args, rig: Rig): void | Promise<void>;
}

export type Args = Record<string, unknown>;

/** A workspace full of data, its tools, and its rows. */
export class Rig {
  readonly world: World;
  readonly tenant: Tenant;

  constructor(world: World) {
    this.world = world;
    this.tenant = new Tenant(shardDatabase(env, world.workspace.shard), {
      workspaceId: world.workspace.id,
      inboxes: null,
      actor: { kind: "system", id: "parley", name: "Parley", credentialId: null },
      timeZone: world.workspace.timeZone,
    });
  }

  /** The ids of the world's first inbox and what belongs to it. */
  id(name: string): string {
    const { ids, open } = this.world;
    const id = open.ids[name] ?? open.shared[name] ?? ids[name];
    if (id === undefined) throw new Error(`The world has no ${name}.`);
    return id;
  }

  /** Calls a tool that must succeed. */
  async call(name: string, args: Args): Promise<Args> {
    const { code, data, text } = await callTool(this.world.client, name, args);
    if (code !== null) throw new Error(`${name}: ${text}`);
    return data;
  }

  /** The workspace's rows of a table in which these columns have these values, in the order of their making. */
  async rows(table: string, where: Record<string, string | number | null> = {}): Promise<Args[]> {
    const columns = Object.keys(where);
    const conditions = columns.map((column) => ` AND [${column}] IS ?`).join("");
    const { results } = await env[this.world.workspace.shard === "TENANT_2" ? "TENANT_2" : "TENANT_1"]
      .prepare(`SELECT * FROM "${table}" WHERE workspace_id = ?${conditions} ORDER BY 1, 2, 3`)
      .bind(this.world.workspace.id, ...columns.map((column) => where[column]))
      .all();
    return results;
  }

  /** The one such row. */
  async row(table: string, where: Record<string, string | number | null>): Promise<Args> {
    const rows = await this.rows(table, where);
    expect(rows, `${table} ${JSON.stringify(where)}`).toHaveLength(1);
    return rows[0] ?? {};
  }
}

/** A part of an answer that is an object. */
export function part(answer: Args, name: string): Args {
  const value = answer[name];
  if (typeof value !== "object" || value === null) throw new Error(`No ${name} in ${JSON.stringify(answer)}`);
  return { ...value };
}

/** A part of an answer that is a list of objects: `items` unless named. */
export function list(answer: Args, name = "items"): Args[] {
  const value = answer[name];
  if (!Array.isArray(value)) throw new Error(`No list ${name} in ${JSON.stringify(answer)}`);
  return value.map((item: unknown) => (typeof item === "object" && item !== null ? { ...item } : { item }));
}

/** One column of rows, or one field of items, sorted: for lists whose order another test holds. */
export function column(rows: Args[], name: string): unknown[] {
  return rows.map((row) => row[name]).sort();
}

/** A stored time as tools show it. */
export function shown(milliseconds: unknown): string | null {
  return typeof milliseconds === "number" ? new Date(milliseconds).toISOString() : null;
}

import { applyD1Migrations } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterAll, vi } from "vitest";
import { ACROSS_WORKSPACES } from "../src/tenant/tenant.ts";
import { asleep } from "./webhooks/awake.ts";

declare global {
  /** All files run in one isolate, and this file before each of them: what is done once says so here. */
  var isSetUp: boolean | undefined;
}

if (!globalThis.isSetUp) {
  globalThis.isSetUp = true;
  await Promise.all([
    applyD1Migrations(env.CONTROL, env.CONTROL_MIGRATIONS),
    applyD1Migrations(env.TENANT_1, env.TENANT_MIGRATIONS),
    applyD1Migrations(env.TENANT_2, env.TENANT_MIGRATIONS),
  ]);
  checkBoundValues();
  await keepPlans();
}

// No event is sent by itself while other things are tested: nothing leaves the machine, and what stands in for a
// receiver counts what a tool sends. `test/webhooks/many` has them awake, `test/e2e/webhooks-live` and `test/e2e/live-killed` real servers.
asleep();

// No file finds the clock, the network, the console, or what all workspaces share as another left them.
afterAll(async () => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
  await env.CONTROL.batch([
    env.CONTROL.prepare("DELETE FROM rollouts"),
    env.CONTROL.prepare("DELETE FROM plans WHERE name IN (SELECT name FROM migrated_plans)"),
    env.CONTROL.prepare("INSERT INTO plans SELECT * FROM migrated_plans"),
    env.CONTROL.prepare("UPDATE settings SET revision = revision + 1"),
  ]);
});

/** Remembers the plans as the migrations make them. Those that tests add stay, since their workspaces have them. */
async function keepPlans(): Promise<void> {
  await env.CONTROL.exec("CREATE TABLE migrated_plans AS SELECT * FROM plans");
}

/**
 * Every statement that reaches a tenant database while the suite runs is bound to a workspace, whoever prepares it:
 * the Worker, a Durable Object or a test. Names in the SQL prove nothing: drizzle lists `workspace_id` in every SELECT.
 * Housekeeping's look at a whole shard says so (see `acrossWorkspaces`).
 */
function checkBoundValues(): void {
  /** Names of the tenant databases' tables, as the migrations make them. */
  const tenantTables = env.TENANT_MIGRATIONS.flatMap(({ queries }) =>
    queries.flatMap((query) =>
      [...query.matchAll(/CREATE (?:VIRTUAL )?TABLE [`"]?(\w+)/g)].map(([, name = ""]) => name),
    ),
  );
  /** Behind the words that name a table alone: control tables have columns of the same names. */
  const namesTenantTable = new RegExp(
    `\\b(from|into|update|join)\\s+["\`]?(${tenantTables.join("|")})\\b`,
    "i",
  );
  /** What holds a workspace's id: itself, in text such as JSON, or bare as a search term. */
  const holdsWorkspaceId = /[0-9a-hjkmnp-tv-z]{22}/;

  const prototype: D1Database = Object.getPrototypeOf(env.TENANT_1);
  const { prepare, batch } = prototype;
  const unbound = new WeakSet<D1PreparedStatement>();

  prototype.prepare = function (query: string) {
    const statement: D1PreparedStatement = prepare.call(this, query);
    if (!namesTenantTable.test(query) || query.startsWith(ACROSS_WORKSPACES)) return statement;
    const refuse = () => {
      throw new Error(`This statement on a tenant table is bound to no workspace: ${query}`);
    };
    const bind = statement.bind;
    unbound.add(statement);
    return Object.assign(statement, {
      bind(...values: unknown[]) {
        if (!values.some((value) => typeof value === "string" && holdsWorkspaceId.test(value))) refuse();
        return bind.apply(statement, values);
      },
      run: refuse,
      all: refuse,
      raw: refuse,
      first: refuse,
    });
  };
  prototype.batch = function <T>(statements: D1PreparedStatement[]) {
    if (statements.some((statement) => unbound.has(statement))) {
      throw new Error("A batch holds a statement on a tenant table that is bound to no workspace.");
    }
    return batch.call(this, statements) as Promise<D1Result<T>[]>;
  };
}

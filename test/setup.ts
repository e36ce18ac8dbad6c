import { applyD1Migrations } from "cloudflare:test";
import { env } from "cloudflare:workers";

await Promise.all([
  applyD1Migrations(env.CONTROL, env.CONTROL_MIGRATIONS),
  applyD1Migrations(env.TENANT_1, env.TENANT_MIGRATIONS),
  applyD1Migrations(env.TENANT_2, env.TENANT_MIGRATIONS),
]);

/** Names of the tenant databases' tables, as the migrations make them. */
const tenantTables = env.TENANT_MIGRATIONS.flatMap(({ queries }) =>
  queries.flatMap((query) =>
    [...query.matchAll(/CREATE (?:VIRTUAL )?TABLE [`"]?(\w+)/g)].map(([, name = ""]) => name),
  ),
);
const namesTenantTable = new RegExp(`\\b(${tenantTables.join("|")})\\b`);

/**
 * Every statement that reaches a tenant database while the suite runs names its workspace, whoever prepares it:
 * the Worker, a Durable Object or a test.
 */
const prototype: D1Database = Object.getPrototypeOf(env.TENANT_1);
const prepare = prototype.prepare;
prototype.prepare = function (query: string) {
  if (namesTenantTable.test(query) && !query.includes("workspace_id")) {
    throw new Error(`This statement on a tenant table names no workspace: ${query}`);
  }
  return prepare.call(this, query);
};

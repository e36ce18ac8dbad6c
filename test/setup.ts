import { applyD1Migrations } from "cloudflare:test";
import { env } from "cloudflare:workers";

await Promise.all([
  applyD1Migrations(env.CONTROL, env.CONTROL_MIGRATIONS),
  applyD1Migrations(env.TENANT_1, env.TENANT_MIGRATIONS),
  applyD1Migrations(env.TENANT_2, env.TENANT_MIGRATIONS),
]);

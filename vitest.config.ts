import { cloudflareTest, readD1Migrations } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";

/** The Worker's own configuration, in workerd, with a second tenant shard. */
const inWorkerd = () =>
  cloudflareTest(async () => ({
    wrangler: { configPath: "./wrangler.jsonc" },
    // Nothing may leave the machine: without this, AI-like bindings would proxy to an account.
    remoteBindings: false,
    miniflare: {
      // A second tenant shard, so that nothing quietly assumes one.
      d1Databases: { TENANT_2: "00000000-0000-0000-0000-000000000102" },
      bindings: {
        OPERATOR_KEY: "test-operator-key",
        PARLEY_SECRET: "test-secret-test-secret-test-secret",
        CONTROL_MIGRATIONS: await readD1Migrations("./migrations/control"),
        TENANT_MIGRATIONS: await readD1Migrations("./migrations/tenant"),
      },
    },
  }));

/** A machine that does something else beside may take its time; a test that hangs still ends. */
const PATIENCE = {
  testTimeout: 120_000,
  hookTimeout: 240_000,
  expect: { poll: { timeout: 30_000 } },
};

export default defineConfig({
  test: {
    projects: [
      {
        plugins: [inWorkerd()],
        test: {
          name: "workerd",
          include: ["test/**/*.test.ts", "test/**/*.test.tsx"],
          exclude: ["test/e2e/**", "test/node/**"],
          setupFiles: ["./test/setup.ts"],
          // Start-up is what a file costs: all of them run in one isolate, on databases of its own. Tests use
          // workspaces of their own; `test/setup.ts` puts back what all workspaces share.
          isolate: false,
          maxWorkers: 1,
          ...PATIENCE,
        },
      },
      {
        // Not part of the tests: `npm run bench` prints what it measures.
        plugins: [inWorkerd()],
        test: { name: "bill", include: ["bench/**/*.test.ts"], setupFiles: ["./test/setup.ts"] },
      },
      {
        test: {
          name: "node",
          include: ["test/node/**/*.test.ts", "test/e2e/**/*.test.ts"],
          ...PATIENCE,
          // Each end-to-end file starts a server of its own: one at a time on a small machine.
          fileParallelism: false,
        },
      },
    ],
  },
});

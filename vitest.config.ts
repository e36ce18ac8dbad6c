import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { cloudflareTest, readD1Migrations } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";
import { outside } from "./test/outside.ts";

/** The Worker's own configuration, in workerd, with a second tenant shard. */
const inWorkerd = () =>
  cloudflareTest(async () => ({
    wrangler: { configPath: "./wrangler.jsonc" },
    // Nothing may leave the machine: without this, AI-like bindings would proxy to an account.
    remoteBindings: false,
    miniflare: {
      outboundService: outside,
      // A second tenant shard, so that nothing quietly assumes one.
      d1Databases: { TENANT_2: "00000000-0000-0000-0000-000000000102" },
      bindings: {
        OPERATOR_KEY: "test-operator-key",
        TELEGRAM_API: "https://telegram.example",
        RESEND_API: "https://resend.example",
        POSTMARK_API: "https://postmark.example",
        GRAPH_API: "https://graph.example",
        PARLEY_SECRET: "test-secret-test-secret-test-secret",
        CONTROL_MIGRATIONS: await readD1Migrations("./migrations/control"),
        TENANT_MIGRATIONS: await readD1Migrations("./migrations/tenant"),
      },
    },
  }));

const { PROPERTY_SEEDS, PROPERTY_RUNS } = process.env;
/** Further seeds of each property: see `test/property.ts`. */
const propertySeeds = Number(PROPERTY_SEEDS ?? 0);
const propertyRuns = PROPERTY_RUNS ? Number(PROPERTY_RUNS) : null;

// What stands beside the Worker is built before it, as wrangler's build does.
execFileSync(process.execPath, ["bin/build-widget.mjs"], { cwd: import.meta.dirname });
const siteFiles = readdirSync(`${import.meta.dirname}/dist/site`, { recursive: true }).map(
  (path) => `/${path}`,
);

/** What both projects have. */
const SHARED = {
  // One for each core of a small machine.
  maxWorkers: 2,
  // A machine that does something else beside may take its time; a test that hangs still ends.
  testTimeout: propertySeeds > 0 ? 10_800_000 : 120_000,
  hookTimeout: 300_000,
  expect: { poll: { timeout: 30_000 } },
  // A line that an object logs while its test file ends waits in the runner for the file's next message, and the file
  // waits for the line: the run would never end. So lines go straight to the terminal.
  disableConsoleIntercept: true,
  provide: { propertySeeds, propertyRuns, siteFiles },
};

/** The test that nothing grows. */
const GROWN = "test/growing/flat.test.ts";

export default defineConfig({
  test: {
    reporters: ["default", "./test/skipped.ts"],
    projects: [
      {
        plugins: [inWorkerd()],
        test: {
          ...SHARED,
          name: "workerd",
          include: ["test/**/*.test.ts", "test/**/*.test.tsx"],
          exclude: ["test/e2e/**", "test/node/**", GROWN],
          setupFiles: ["./test/setup.ts"],
          // Start-up is what a file costs: each of the two workers runs its files in one isolate, on databases of its
          // own. Tests use workspaces of their own; `test/setup.ts` puts back what all workspaces share.
          isolate: false,
        },
      },
      {
        plugins: [inWorkerd()],
        // Hundreds of thousands of rows, in databases of their own: the other files would wait for them.
        test: { ...SHARED, name: "grown", include: [GROWN], setupFiles: ["./test/setup.ts"] },
      },
      {
        // Not part of the tests: `npm run bench` prints what it measures.
        plugins: [inWorkerd()],
        test: {
          name: "bill",
          // The flow's turn is billed where it is held.
          include: ["bench/**/*.test.ts", "test/live/turn-cost.test.ts"],
          setupFiles: ["./test/setup.ts"],
          maxWorkers: 2,
        },
      },
      {
        test: {
          ...SHARED,
          name: "node",
          include: ["test/node/**/*.test.ts", "test/e2e/**/*.test.ts"],
          globalSetup: ["./test/e2e/prepared.ts"],
          // Servers are started and killed within one.
          testTimeout: 600_000,
        },
      },
    ],
  },
});

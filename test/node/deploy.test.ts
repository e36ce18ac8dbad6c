import { describe, expect, it } from "vitest";
import { runBin } from "../e2e/server.ts";

/** As far as a deployment goes without an account. */
describe("npm run deploy", () => {
  it("says in a dry run what it would create, migrate and deploy", async () => {
    const ran = await runBin("deploy", ["--dry-run"]);
    expect(ran.code, ran.stderr).toBe(0);
    for (const part of [
      "parley-control",
      "parley-tenant-1",
      "OAUTH_KV",
      "OPERATOR_KEY",
      "PARLEY_SECRET",
      "Worker parley",
    ]) {
      expect(ran.stdout).toContain(part);
    }
    expect(ran.stdout).toContain("Nothing was changed.");
  });

  it("says in one line that there is no account", async () => {
    const ran = await runBin("deploy", [], { CLOUDFLARE_API_TOKEN: "", HOME: "/nonexistent" });
    expect(ran.code).toBe(1);
    expect(ran.stderr.trim().split("\n")).toHaveLength(1);
    expect(ran.stderr).toMatch(/Not logged in/);
  });

  it("refuses an address that is none", async () => {
    const ran = await runBin("deploy", ["--dry-run", "--url", "not an address"]);
    expect(ran.code).toBe(1);
    expect(ran.stderr.trim().split("\n")).toHaveLength(1);
  });
});

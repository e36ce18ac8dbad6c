import { globSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";

/** What changes who may do what: only the audited way may be used (src/gate/administration.ts). */
const CHANGES = /\.(revokeToken|revokeGrant|updateWorkspace|setMemberRole|removeMember)\(|\bcreateToken\(/;

/** Where it is nobody's doing, undoes what was not told, or is told as what differs afterwards. */
const NOBODYS = [
  "src/oauth/purge.ts",
  "src/oauth/authorize.ts",
  "src/operator/removal.ts",
  "src/operator/workspaces.ts",
];

it("lets nothing but the audited way change who may do what", () => {
  const files = globSync("src/**/*.{ts,tsx}").filter((file) => !file.startsWith("src/gate/"));
  expect(files.length).toBeGreaterThan(300);
  const offenders = files.filter((file) => {
    const unaudited = readFileSync(file, "utf8")
      .split("\n")
      .filter((line) => CHANGES.test(line) && !/dministration|getOAuthApi/.test(line));
    return unaudited.length > 0 && !NOBODYS.includes(file);
  });
  expect(offenders).toEqual([]);
});

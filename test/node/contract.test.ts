import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { encode } from "gpt-tokenizer";
import { describe, expect, it } from "vitest";

const ROOT = join(import.meta.dirname, "../..");
const bin = (program: string, ...args: string[]) =>
  execFileSync(process.execPath, ["--no-warnings", join(ROOT, "bin", program), ...args], {
    encoding: "utf8",
    maxBuffer: 64 << 20,
  });

const now: { tools: { name: string; title: string; description: string; inputSchema: object }[] } =
  JSON.parse(bin("catalogue.ts"));

/** Names, parameters and results are what clients build on: they change on purpose only. */
describe("the contract", () => {
  it("is the one that was agreed (after a change on purpose: npm run contract)", () => {
    const agreed = JSON.parse(readFileSync(join(ROOT, "test/contract/catalogue.json"), "utf8"));
    expect(now).toEqual(agreed);
  });

  it("is what docs/tools.md says (after a change: npm run docs)", () => {
    expect(bin("docs.ts", "--check")).toBe("");
  });

  it("fits into a client's context", () => {
    const listing = now.tools.map(({ name, title, description, inputSchema }) => ({
      name,
      title,
      description,
      inputSchema,
    }));
    const tokens = encode(JSON.stringify(listing)).length;
    console.log(
      `tools/list: ${now.tools.length} tools, ${tokens} tokens of names, titles, descriptions and input schemas`,
    );
    // What was agreed with the tools of the second round.
    expect(tokens).toBeLessThanOrEqual(15_000);
  });
});

import { expect, it } from "vitest";
import * as whole from "zod";
import { bundleWeight } from "../../bench/size.ts";
import * as shipped from "../../src/mcp/zod.ts";

/**
 * Cloudflare takes 10 MB gzipped; a good deal less keeps starts short. The console's pages and what they say in three
 * languages are 40 kB of it, and were given 100.
 */
const CEILING_BYTES = 1_250_000;

/** What `alias` in wrangler.jsonc and the choice of entry points keep out, and nothing of ours reaches. */
const LEFT_OUT = ["ajv", "mimetext", "mime-db", "kysely", "@modelcontextprotocol/client"];

it("ships a bundle below the ceiling", () => {
  const { gzipped: size, parts } = bundleWeight("wrangler.jsonc");
  console.log(`bundle: ${Math.round(size / 1024)} KiB gzipped, ceiling ${CEILING_BYTES / 1000} kB`);
  expect(size).toBeLessThan(CEILING_BYTES);
  expect(parts.map(({ name }) => name).filter((name) => LEFT_OUT.includes(name))).toEqual([]);
});

it("ships all of zod but its languages, whatever version of it is installed", () => {
  const missing = Object.keys(whole).filter((name) => !Object.hasOwn(shipped, name));
  expect(missing.toSorted()).toEqual(["core", "locales"]);
  expect(shipped.z.object).toBe(whole.object);
  expect(shipped.ZodError).toBe(whole.ZodError);
  expect(shipped.z.string().safeParse(1).error?.message).toContain("Invalid input: expected string");
});

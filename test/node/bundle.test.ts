import { expect, it } from "vitest";
import { bundleWeight } from "../../bench/size.ts";

/** Cloudflare takes 10 MB gzipped; a good deal less keeps starts short. */
const CEILING_BYTES = 1_150_000;

/** What `alias` in wrangler.jsonc and the choice of entry points keep out, and nothing of ours reaches. */
const LEFT_OUT = ["ajv", "mimetext", "mime-db", "kysely", "@modelcontextprotocol/client"];

it("ships a bundle below the ceiling", () => {
  const { gzipped: size, parts } = bundleWeight("wrangler.jsonc");
  console.log(`bundle: ${Math.round(size / 1024)} KiB gzipped, ceiling ${CEILING_BYTES / 1000} kB`);
  expect(size).toBeLessThan(CEILING_BYTES);
  expect(parts.map(({ name }) => name).filter((name) => LEFT_OUT.includes(name))).toEqual([]);
});

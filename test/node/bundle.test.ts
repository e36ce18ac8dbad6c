import { expect, it } from "vitest";
import { bundleWeight } from "../../bench/size.ts";

/** Cloudflare takes 10 MB gzipped; a good deal less keeps starts short. */
const CEILING_BYTES = 1_500_000;

it("ships a bundle below the ceiling", () => {
  const { gzipped: size } = bundleWeight("wrangler.jsonc");
  console.log(`bundle: ${Math.round(size / 1024)} KiB gzipped, ceiling ${CEILING_BYTES / 1000} kB`);
  expect(size).toBeLessThan(CEILING_BYTES);
});

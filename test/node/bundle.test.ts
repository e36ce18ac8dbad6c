import { globSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import * as whole from "zod";
import { bundleWeight } from "../../bench/size.ts";
import { ROOT } from "../../bench/workers.ts";
import * as shipped from "../../src/mcp/zod.ts";

/**
 * Cloudflare takes 10 MB gzipped; a good deal less keeps starts short. It was 1,150,000 while programs alone came here.
 * People's pages were given 250,000 on purpose: the console with what it says in three languages (about 70 kB), help
 * pages with a parser of Markdown that is safe by its own rules (50 kB), channels, and answers by AI, whose façade is
 * ours (an SDK for it would have been 184 kB more). Signing in by passkeys and with a second factor was given 120,000
 * more: what checks a device's answer (asn1js and the like) without what checks its maker's certificates, see `alias`.
 * WhatsApp, Messenger, Instagram and mail with its parser, files, imports and the flow's pages were given 130,000.
 */
const CEILING_BYTES = 1_650_000;

/** What `alias` in wrangler.jsonc and the choice of entry points keep out, and nothing of ours reaches. */
const LEFT_OUT = [
  "@peculiar/x509",
  "@peculiar/asn1-android",
  "ajv",
  "mimetext",
  "mime-db",
  "kysely",
  "@modelcontextprotocol/client",
];

it("ships a bundle below the ceiling", () => {
  const { gzipped: size, parts } = bundleWeight("wrangler.jsonc");
  console.log(`bundle: ${Math.round(size / 1024)} KiB gzipped, ceiling ${CEILING_BYTES / 1000} kB`);
  expect(size).toBeLessThan(CEILING_BYTES);
  expect(parts.map(({ name }) => name).filter((name) => LEFT_OUT.includes(name))).toEqual([]);
});

/** Folders that answers by AI alone need. */
const AI = ["src/answers", "src/models"];

it("loads nothing heavy at its start that only answers by AI need", () => {
  const packagesIn = (file: string) =>
    [...readFileSync(file, "utf8").matchAll(/^(?:import|export)\b[^"]*?from "([^."][^"]*)"/gm)].map(
      ([, name = ""]) => name,
    );
  const files = globSync("src/**/*.{ts,tsx}", { cwd: ROOT });
  const isAi = (file: string) => AI.some((folder) => file.startsWith(`${folder}/`));
  const others = new Set(files.filter((file) => !isAi(file)).flatMap((file) => packagesIn(join(ROOT, file))));
  const own = files.filter(isAi).flatMap((file) => packagesIn(join(ROOT, file)));
  // The SDKs for it weigh 180 kB and more: asking is ours, and this reads what is streamed.
  expect([...new Set(own)].filter((name) => !others.has(name))).toEqual(["eventsource-parser"]);
  const bytes = files.filter(isAi).reduce((sum, file) => sum + statSync(join(ROOT, file)).size, 0);
  console.log(`answers by AI: ${Math.round(bytes / 1024)} KiB of own source`);
  expect(bytes).toBeLessThan(120_000);
});

it("ships all of zod but its languages, whatever version of it is installed", () => {
  const missing = Object.keys(whole).filter((name) => !Object.hasOwn(shipped, name));
  expect(missing.toSorted()).toEqual(["core", "locales"]);
  expect(shipped.z.object).toBe(whole.object);
  expect(shipped.ZodError).toBe(whole.ZodError);
  expect(shipped.z.string().safeParse(1).error?.message).toContain("Invalid input: expected string");
});

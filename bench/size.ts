import { execFileSync } from "node:child_process";
import { globSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { ROOT } from "./servers.ts";

/** Bytes of a Worker's bundle as wrangler would upload it, gzipped. */
export function bundleSize(config: string): number {
  const folder = mkdtempSync(join(tmpdir(), "parley-bundle-"));
  try {
    execFileSync(
      join(ROOT, "node_modules/.bin/wrangler"),
      ["deploy", "--dry-run", "-c", config, "--outdir", folder],
      { cwd: ROOT, stdio: "ignore" },
    );
    return globSync("*.js", { cwd: folder })
      .map((name) => gzipSync(readFileSync(join(folder, name))).length)
      .reduce((sum, size) => sum + size, 0);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Milliseconds of CPU that a Worker's start takes in workerd, from the profile that wrangler records. */
export function startupTime(folder: string): number {
  const file = join(mkdtempSync(join(tmpdir(), "parley-startup-")), "start.cpuprofile");
  try {
    execFileSync(join(ROOT, "node_modules/.bin/wrangler"), ["check", "startup", "--outfile", file], {
      cwd: join(ROOT, folder),
      stdio: "ignore",
    });
    const profile: { startTime: number; endTime: number } = JSON.parse(readFileSync(file, "utf8"));
    return (profile.endTime - profile.startTime) / 1000;
  } finally {
    rmSync(join(file, ".."), { recursive: true, force: true });
  }
}

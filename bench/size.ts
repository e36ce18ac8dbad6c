import { execFileSync } from "node:child_process";
import { globSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build, ROOT } from "./workers.ts";

/** What a Worker's bundle weighs, as wrangler would upload it. */
export interface Weight {
  /** Bytes, gzipped. */
  gzipped: number;
  /** Bytes before minifying and compressing, by library (`src` is the Worker's own code), the heaviest first. */
  parts: { name: string; bytes: number }[];
}

export function bundleWeight(config: string): Weight {
  const folder = build(config);
  try {
    const gzipped = globSync("*.js", { cwd: folder })
      .map((name) => gzipSync(readFileSync(join(folder, name))).length)
      .reduce((sum, size) => sum + size, 0);
    const meta: { outputs: Record<string, { inputs: Record<string, { bytesInOutput: number }> }> } =
      JSON.parse(readFileSync(join(folder, "bundle-meta.json"), "utf8"));
    const bytes = new Map<string, number>();
    for (const { inputs } of Object.values(meta.outputs)) {
      for (const [path, { bytesInOutput }] of Object.entries(inputs)) {
        const name = partOf(path);
        bytes.set(name, (bytes.get(name) ?? 0) + bytesInOutput);
      }
    }
    const parts = [...bytes].map(([name, size]) => ({ name, bytes: size }));
    return { gzipped, parts: parts.toSorted((a, b) => b.bytes - a.bytes) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The package that a file belongs to, by its path. */
function partOf(path: string): string {
  const inPackage = path.split("node_modules/").at(-1) ?? path;
  if (inPackage === path) return path.includes("node:") ? "node" : "src";
  const [scope = "", name = ""] = inPackage.split("/");
  return scope.startsWith("@") ? `${scope}/${name}` : scope;
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

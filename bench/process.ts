import { readFileSync } from "node:fs";

/** What a process used: milliseconds of CPU, by user and system, all its threads; null where there is no `/proc`. */
export interface Cost {
  cpu: number | null;
}

/** Linux counts in ticks of a hundredth of a second, whatever the kernel's own. */
const TICK_MS = 10;

/** What a process has used since it began. */
export function spent(pid: number): Cost {
  try {
    // Behind the name in parentheses, which may hold anything: fields 14 and 15 of proc(5).
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ") ?? [];
    return { cpu: (Number(fields[11]) + Number(fields[12])) * TICK_MS };
  } catch {
    return { cpu: null };
  }
}

export function costSince(pid: number, before: Cost): Cost {
  const { cpu } = spent(pid);
  return { cpu: cpu === null || before.cpu === null ? null : cpu - before.cpu };
}

/** Bytes of a process that lie in memory; null where there is no `/proc`. */
export function memory(pid: number): number | null {
  try {
    const kib = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    return kib === undefined ? null : Number(kib) * 1024;
  } catch {
    return null;
  }
}

import type { UsageWindow } from "../gate/admission.ts";

const DAY_SECONDS = 24 * 60 * 60;

/** The length of a window in seconds; months differ. */
function lengthOf({ window, resetsAt }: UsageWindow): number {
  if (window === "minute") return 60;
  if (window === "day") return DAY_SECONDS;
  // The last day of the month that ends at `resetsAt`.
  return new Date(resetsAt - 1).getUTCDate() * DAY_SECONDS;
}

/**
 * `RateLimit-Policy` and `RateLimit` as structured fields (IETF draft "RateLimit header fields for HTTP"), one item
 * for each window that has a limit: `"minute";q=60;w=60` and `"minute";r=59;t=12` (quota, window in seconds;
 * remaining, seconds until it is full again).
 */
export function rateHeaders(limits: readonly UsageWindow[], now = Date.now()): Record<string, string> {
  const limited = limits.filter((window) => window.limit !== null);
  if (limited.length === 0) return {};
  const policy = limited.map((window) => `"${window.window}";q=${window.limit};w=${lengthOf(window)}`);
  const state = limited.map((window) => {
    const seconds = Math.max(0, Math.ceil((window.resetsAt - now) / 1000));
    return `"${window.window}";r=${window.remaining ?? 0};t=${seconds}`;
  });
  return { "RateLimit-Policy": policy.join(", "), RateLimit: state.join(", ") };
}

/**
 * Cloudflare's list prices in US dollars, Workers Paid, as its pages said in November 2026: developers.cloudflare.com
 * /workers/platform/pricing, /durable-objects/platform/pricing and /d1/platform/pricing.
 */
export const BASE_A_MONTH = 5;

/** What is counted, what of it a month includes, and the price of each further million (of storage: of each GB). */
export const PRICES = {
  requests: { included: 10e6, perMillion: 0.3 },
  cpuMs: { included: 30e6, perMillion: 0.02 },
  objectRequests: { included: 1e6, perMillion: 0.15 },
  objectGbSeconds: { included: 400_000, perMillion: 12.5 },
  rowsWritten: { included: 50e6, perMillion: 1 },
  rowsRead: { included: 25e9, perMillion: 0.001 },
  objectRowsWritten: { included: 50e6, perMillion: 1 },
} as const;
export const STORAGE = { includedGb: 5, perGb: 0.75 };

export type Counted = keyof typeof PRICES;
export type Use = Record<Counted, number>;

/** What a month costs beyond the base, and what of it is for what. */
export function costOf(use: Use, gigabytes: number): { dollars: number; parts: [string, number][] } {
  const parts = (Object.keys(PRICES) as Counted[]).map((name): [string, number] => {
    const { included, perMillion } = PRICES[name];
    return [name, (Math.max(0, use[name] - included) / 1e6) * perMillion];
  });
  parts.push(["storage", Math.max(0, gigabytes - STORAGE.includedGb) * STORAGE.perGb]);
  const paid = parts.filter(([, dollars]) => dollars > 0).toSorted((a, b) => b[1] - a[1]);
  return { dollars: BASE_A_MONTH + paid.reduce((sum, [, dollars]) => sum + dollars, 0), parts: paid };
}

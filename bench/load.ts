import { type Cost, costSince, spent } from "./process.ts";

/** Sends one request and reads the whole answer. */
export type Shot = () => Promise<void>;

/** What is measured: shots at one Worker, and the process that answers them. */
export interface Target {
  shoot: Shot;
  pid: number;
}

export interface Timing {
  p50: number;
  p95: number;
  /** Milliseconds of the process's CPU a shot; null where the system does not say. */
  cpu: number | null;
}

export interface Pairing {
  subject: Timing;
  reference: Timing;
  /** Median over the rounds of (subject's median ÷ reference's median). */
  ratio50: number;
  ratio95: number;
  /** Of all rounds together. */
  ratioCpu: number | null;
}

/** @param q 0 to 1 */
export function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN;
}

/** `count` shots by `clients` at a time; each one's milliseconds, and what they cost the process. */
async function volley(
  { shoot, pid }: Target,
  clients: number,
  count: number,
): Promise<{ times: number[]; cost: Cost }> {
  const times: number[] = [];
  const before = spent(pid);
  let left = count;
  const client = async () => {
    while (left-- > 0) {
      const began = performance.now();
      await shoot();
      times.push(performance.now() - began);
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  return { times, cost: costSince(pid, before) };
}

/** Shots before anything is measured: workerd's compiler is done with the hot paths by then. */
const WARM_UP = 400;

/**
 * Two things in turn, round by round, so that a machine whose speed drifts slows both alike. Which of them goes first
 * alternates.
 * @param clients how many requests are under way at once
 */
export async function pair(
  subject: Target,
  reference: Target,
  clients: number,
  rounds = 16,
  perRound = 80,
): Promise<Pairing> {
  for (const target of [subject, reference]) await volley(target, clients, WARM_UP);
  const all = { subject: [] as number[], reference: [] as number[] };
  const cpu = { subject: 0, reference: 0 };
  const ratios = { p50: [] as number[], p95: [] as number[] };
  for (let round = 0; round < rounds; round++) {
    const order = round % 2 === 0 ? (["subject", "reference"] as const) : (["reference", "subject"] as const);
    const times: Record<"subject" | "reference", number[]> = { subject: [], reference: [] };
    for (const which of order) {
      const fired = await volley(which === "subject" ? subject : reference, clients, perRound);
      times[which] = fired.times;
      all[which].push(...fired.times);
      cpu[which] += fired.cost.cpu ?? Number.NaN;
    }
    ratios.p50.push(quantile(times.subject, 0.5) / quantile(times.reference, 0.5));
    ratios.p95.push(quantile(times.subject, 0.95) / quantile(times.reference, 0.95));
  }
  const known = (value: number) => (Number.isNaN(value) ? null : value);
  const timing = (which: "subject" | "reference"): Timing => ({
    p50: quantile(all[which], 0.5),
    p95: quantile(all[which], 0.95),
    cpu: known(cpu[which] / all[which].length),
  });
  return {
    subject: timing("subject"),
    reference: timing("reference"),
    ratio50: quantile(ratios.p50, 0.5),
    ratio95: quantile(ratios.p95, 0.5),
    ratioCpu: known(cpu.subject / cpu.reference),
  };
}

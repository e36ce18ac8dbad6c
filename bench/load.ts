/** Sends one request and reads the whole answer. */
export type Shot = () => Promise<void>;

export interface Timing {
  p50: number;
  p95: number;
}

export interface Pairing {
  subject: Timing;
  reference: Timing;
  /** Median over the rounds of (subject's median ÷ reference's median). */
  ratio50: number;
  ratio95: number;
}

function quantile(values: number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN;
}

/** `count` shots by `clients` at a time; each one's milliseconds. */
async function volley(shoot: Shot, clients: number, count: number): Promise<number[]> {
  const times: number[] = [];
  let left = count;
  const client = async () => {
    while (left-- > 0) {
      const began = performance.now();
      await shoot();
      times.push(performance.now() - began);
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  return times;
}

/**
 * Two things in turn, round by round, so that a machine whose speed drifts slows both alike.
 * @param clients how many requests are under way at once
 */
export async function pair(
  subject: Shot,
  reference: Shot,
  clients: number,
  rounds = 12,
  perRound = 60,
): Promise<Pairing> {
  for (const shoot of [subject, reference]) await volley(shoot, clients, perRound);
  const all = { subject: [] as number[], reference: [] as number[] };
  const ratios = { p50: [] as number[], p95: [] as number[] };
  for (let round = 0; round < rounds; round++) {
    const first = await volley(subject, clients, perRound);
    const second = await volley(reference, clients, perRound);
    all.subject.push(...first);
    all.reference.push(...second);
    ratios.p50.push(quantile(first, 0.5) / quantile(second, 0.5));
    ratios.p95.push(quantile(first, 0.95) / quantile(second, 0.95));
  }
  const timing = (values: number[]): Timing => ({ p50: quantile(values, 0.5), p95: quantile(values, 0.95) });
  return {
    subject: timing(all.subject),
    reference: timing(all.reference),
    ratio50: quantile(ratios.p50, 0.5),
    ratio95: quantile(ratios.p95, 0.5),
  };
}

import fc from "fast-check";
import { inject } from "vitest";

declare module "vitest" {
  interface ProvidedContext {
    /** Further seeds of each property (PROPERTY_SEEDS), and how often each seed tries at most (PROPERTY_RUNS). */
    propertySeeds: number;
    propertyRuns: number | null;
  }
}

/** Milliseconds that one seed may take: between two tries it is stopped, and fails with its seed. */
const TRY_FOR = 90_000;
/** Milliseconds for making a counterexample smaller: what was found by then is shown. */
const SHRINK_FOR = 10_000;

type Arbitraries<Values extends unknown[]> = { [I in keyof Values]: fc.Arbitrary<Values[I]> };

/**
 * Holds that `check` passes for whatever the arbitraries give. Ends within two minutes, well or with the seed and path
 * that failed: looking and shrinking are bounded separately, since fast-check would shrink a long text for hours. No
 * clock can interrupt one try that never returns, so an arbitrary's size must bound what a try costs.
 *
 * `PROPERTY_SEEDS=1000 npx vitest run …` tries so many further seeds, `PROPERTY_RUNS=5` each of them so often at most.
 * @param runs tries per seed
 */
export async function property<Values extends [unknown, ...unknown[]]>(
  arbitraries: Arbitraries<Values>,
  check: (...values: Values) => void | Promise<void>,
  { runs = 100 }: { runs?: number } = {},
): Promise<void> {
  const held = fc.asyncProperty<Values>(...arbitraries, async (...values) => check(...values));
  const further = inject("propertySeeds");
  const numRuns = further > 0 ? Math.min(runs, inject("propertyRuns") ?? runs) : runs;
  const failures: Failed[] = [];
  for (let i = 0; i < Math.max(1, further); i++) {
    const failure = await failureOfSeed(held, Math.trunc(Math.random() * 2 ** 31), numRuns);
    if (failure !== null) failures.push(failure);
  }
  if (failures.length === 0) return;
  const told = failures.slice(0, 10).map(({ report }) => report);
  if (further > 0) told.unshift(`${failures.length} of ${further} seeds failed.`);
  throw new Error(told.join("\n\n"), { cause: failures[0]?.error });
}

/** How a seed failed: what fast-check says, with seed, path and counterexample, and what `check` threw. */
interface Failed {
  report: string;
  error: unknown;
}

async function failureOfSeed<Values extends [unknown, ...unknown[]]>(
  held: fc.IAsyncPropertyWithHooks<Values>,
  seed: number,
  numRuns: number,
): Promise<Failed | null> {
  const found = await fc.check(held, {
    seed,
    numRuns,
    endOnFailure: true,
    interruptAfterTimeLimit: TRY_FOR,
    markInterruptAsFailure: true,
  });
  if (!found.failed) return null;
  const path = found.counterexamplePath;
  const smaller =
    path === null
      ? found
      : await fc.check(held, { seed, numRuns, path, interruptAfterTimeLimit: SHRINK_FOR });
  const shown = smaller.failed ? smaller : found;
  const report = (await fc.asyncDefaultReportMessage(shown)) ?? `Seed ${seed} failed.`;
  return { report: `${report}\n${String(shown.errorInstance ?? "")}`, error: shown.errorInstance };
}

import { z } from "zod";
import type { Statement, Tenant } from "./tenant.ts";

/** Short rows that one step changes: a batch holds up everybody else on the shard for as long as it takes. */
export const STEP = 1000;
/** Steps of one call, of the thousand statements that an invocation may send. */
const MAX_STEPS = 200;

const changed = z.object({ meta: z.object({ changes: z.int() }) });

/**
 * Does in steps what would be too much at once, however many rows there are, and then what ends it. Cut off in
 * between, it can be called again.
 * @param size rows that one step changes at most: {@link STEP} of short ones
 * @param step one statement, or several whose first one counts; asked again while any of them changes that many
 * @param end what is left to do, which changes nothing while there still are rows for a step
 * @returns how many rows went, and whether the end came: a call takes 200 steps at most
 */
export async function inSteps(
  tenant: Tenant,
  size: number,
  step: () => Statement | Statement[],
  end: () => Statement,
): Promise<{ rows: number; ended: boolean }> {
  let rows = 0;
  for (let steps = 0; steps < MAX_STEPS; steps++) {
    const went = (await tenant.batch([step()].flat())).map(changesOf);
    rows += went[0] ?? 0;
    // Others may add rows meanwhile: then the end changes nothing, and there is another step to take.
    if (went.every((some) => some < size) && changesOf((await tenant.batch([end()]))[0]) > 0)
      return { rows, ended: true };
  }
  return { rows, ended: false };
}

function changesOf(result: unknown): number {
  return changed.parse(result).meta.changes;
}

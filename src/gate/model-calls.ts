import type { GateStorage } from "./gate-storage.ts";

/** Calls of a workspace to language models on a day (UTC), and their ceiling. */
export interface ModelUse {
  used: number;
  limit: number;
  remaining: number;
  /** Milliseconds. */
  resetsAt: number;
}

/** Calls a day where the deployment's `AI_CALLS_A_DAY` does not say otherwise. */
const A_DAY = 2_000;

/**
 * Counts what is asked of models, for answers to visitors, simulations and test questions alike. Written with each call:
 * one costs far more than its row, and a process that dies must not make it free.
 */
export class ModelCalls {
  readonly #storage: GateStorage;
  readonly #limit: number;

  constructor(storage: GateStorage, env: Pick<Env, "AI_CALLS_A_DAY">) {
    this.#storage = storage;
    const set = (env.AI_CALLS_A_DAY ?? "").trim();
    this.#limit = /^\d+$/.test(set) ? Number(set) : A_DAY;
  }

  /** Counts a call; false where the day's are used up, and none is counted. */
  use(now: number): boolean {
    const { used, limit } = this.usage(now);
    if (used >= limit) return false;
    const insert = "INSERT OR REPLACE INTO model_calls (id, day, calls) VALUES (1, ?, ?)";
    this.#storage.sql.exec(insert, dayOf(now), used + 1);
    return true;
  }

  usage(now: number): ModelUse {
    const select = "SELECT calls FROM model_calls WHERE id = 1 AND day = ?";
    const [row] = this.#storage.sql.exec<{ calls: number }>(select, dayOf(now));
    const used = row?.calls ?? 0;
    const date = new Date(now);
    const resetsAt = Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate() + 1);
    return { used, limit: this.#limit, remaining: Math.max(0, this.#limit - used), resetsAt };
  }
}

function dayOf(now: number): string {
  return new Date(now).toISOString().slice(0, 10);
}

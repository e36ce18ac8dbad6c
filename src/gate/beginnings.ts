import type { GateStorage } from "./gate-storage.ts";

/**
 * New conversations that one address begins in an inbox on a day (UTC): more than an office behind one address has, and
 * a tenth of what the inbox takes in, so that no address uses that up for all others.
 */
export const MOST_BEGUN = 500;

/**
 * Counts the conversations that addresses begin, each as it begins: one costs far more than its row, and a gate that is
 * put away must not forget it. Of an address only a digest is here, and only for the day.
 */
export class Beginnings {
  readonly #storage: GateStorage;
  /** The day of the rows that are there. */
  #day = "";

  constructor(storage: GateStorage) {
    this.#storage = storage;
  }

  /** Counts one; false where the day's are used up, and none is counted. @param whose of an address in an inbox */
  use(whose: string, now: number): boolean {
    const { sql } = this.#storage;
    const day = new Date(now).toISOString().slice(0, 10);
    if (this.#day !== day) sql.exec("DELETE FROM begun WHERE day <> ?", day);
    this.#day = day;
    const [row] = sql.exec<{ times: number }>("SELECT times FROM begun WHERE whose = ?", whose);
    if ((row?.times ?? 0) >= MOST_BEGUN) return false;
    sql.exec(
      "INSERT OR REPLACE INTO begun (whose, day, times) VALUES (?, ?, ?)",
      whose,
      day,
      (row?.times ?? 0) + 1,
    );
    return true;
  }
}

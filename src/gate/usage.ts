import type { Plan } from "../control/plans.ts";
import type { UsageWindow } from "./admission.ts";
import { type GateStorage, MINUTE } from "./gate-storage.ts";

/** Messages that cost no quota (initialize, lists, ping, notifications): ceiling per credential and minute. */
export const OTHERS_PER_MINUTE = 300;

interface Used {
  calls: number;
  others: number;
  day: number;
  month: number;
}

export interface Charge {
  credentialId: string;
  /** Counted towards the minute. */
  calls: number;
  /** Counted towards day and month as well. */
  quota: number;
  others: number;
}

/** The windows that a moment falls into. Minutes and days are those of the clock, UTC. */
interface Windows {
  minute: number;
  day: string;
  month: string;
  dayEnds: number;
  monthEnds: number;
}

function windowsAt(now: number): Windows {
  const date = new Date(now);
  const day = date.toISOString().slice(0, 10);
  return {
    minute: Math.floor(now / MINUTE),
    day,
    month: day.slice(0, 7),
    dayEnds: Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate() + 1),
    monthEnds: Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1),
  };
}

/**
 * What the credentials of one workspace used of its plan. All of it is synchronous, so a check and its count are one
 * step whatever runs beside it.
 */
export class Usage {
  readonly #storage: GateStorage;
  /** The windows of the minute that was last asked about: dates cost more than the rest of a check. */
  #at: Windows | null = null;

  constructor(storage: GateStorage) {
    this.#storage = storage;
  }

  #windowsAt(now: number): Windows {
    if (this.#at?.minute !== Math.floor(now / MINUTE)) this.#at = windowsAt(now);
    return this.#at;
  }

  #used(credentialId: string, at: Windows): Used {
    const own = this.#storage.credential(credentialId);
    const quota = this.#storage.quota();
    const current = own?.minute === at.minute;
    return {
      calls: current ? own.calls : 0,
      others: current ? own.others : 0,
      day: quota?.day === at.day ? quota.dayCount : 0,
      month: quota?.month === at.month ? quota.monthCount : 0,
    };
  }

  /** The three windows as a caller sees them. */
  windows(credentialId: string, plan: Plan, now: number): UsageWindow[] {
    const at = this.#windowsAt(now);
    const used = this.#used(credentialId, at);
    return [
      usageWindow("minute", used.calls, plan.perMinute, (at.minute + 1) * MINUTE),
      usageWindow("day", used.day, plan.perDay, at.dayEnds),
      usageWindow("month", used.month, plan.perMonth, at.monthEnds),
    ];
  }

  /**
   * Counts a request, or says which window it does not fit in; a refused request counts nothing.
   * @returns null when counted
   */
  charge(
    charge: Charge,
    plan: Plan,
    now: number,
  ): { window: UsageWindow["window"]; retryAfterSeconds: number } | null {
    const at = this.#windowsAt(now);
    const used = this.#used(charge.credentialId, at);
    const until = (time: number) => Math.max(1, Math.ceil((time - now) / 1000));
    const minuteEnds = (at.minute + 1) * MINUTE;
    if (charge.calls > 0 && used.calls + charge.calls > plan.perMinute) {
      return { window: "minute", retryAfterSeconds: until(minuteEnds) };
    }
    if (charge.others > 0 && used.others + charge.others > OTHERS_PER_MINUTE) {
      return { window: "minute", retryAfterSeconds: until(minuteEnds) };
    }
    if (charge.quota > 0 && plan.perDay !== null && used.day + charge.quota > plan.perDay) {
      return { window: "day", retryAfterSeconds: until(at.dayEnds) };
    }
    if (charge.quota > 0 && plan.perMonth !== null && used.month + charge.quota > plan.perMonth) {
      return { window: "month", retryAfterSeconds: until(at.monthEnds) };
    }
    this.#storage.useCredential(charge.credentialId, {
      minute: at.minute,
      calls: used.calls + charge.calls,
      others: used.others + charge.others,
      lastUsedAt: now,
    });
    if (charge.quota > 0) {
      this.#storage.useQuota({
        day: at.day,
        dayCount: used.day + charge.quota,
        month: at.month,
        monthCount: used.month + charge.quota,
      });
    }
    return null;
  }
}

function usageWindow(
  window: UsageWindow["window"],
  used: number,
  limit: number | null,
  resetsAt: number,
): UsageWindow {
  const remaining = limit === null ? null : Math.max(0, limit - used);
  return { window, used, limit, remaining, resetsAt };
}

import { DurableObject } from "cloudflare:workers";

/** Most callers that wait for news of one workspace at once; further ones are answered as if their time were up. */
const MAX_WAITING = 500;
/** Longest that anybody waits, in milliseconds. */
export const MAX_WAIT = 25_000;
/** News of one workspace goes on at most so often, in milliseconds: four times a second. */
const PAUSE = 250;

/**
 * Where a workspace's news is waited for: one object per workspace, named by its id. It holds nothing that matters: when
 * it dies, whoever waited reads again, and finds in the database what there is.
 */
export class WorkspaceHub extends DurableObject<Env> {
  /** Changes with all news, and with each life of the object. */
  #news = crypto.randomUUID();
  #waiting = new Set<() => void>();
  #due: ReturnType<typeof setTimeout> | null = null;

  /** What to pass to {@link wait}, asked before one reads what there is. */
  mark(): string {
    return this.#news;
  }

  /** Something was written in the workspace. */
  tell(): void {
    this.#due ??= setTimeout(() => {
      this.#due = null;
      this.#news = crypto.randomUUID();
      for (const wake of this.#waiting) wake();
      this.#waiting.clear();
    }, PAUSE);
  }

  /** Answers the new mark when there is news since `mark`, or the time is up. @param ms at most {@link MAX_WAIT} */
  async wait(mark: string, ms: number): Promise<string> {
    if (mark !== this.#news || this.#waiting.size >= MAX_WAITING) return this.#news;
    await new Promise<void>((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        this.#waiting.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, Math.min(ms, MAX_WAIT));
      this.#waiting.add(wake);
    });
    return this.#news;
  }
}

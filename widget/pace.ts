/** After so many sockets that never came to be it asks by requests instead. */
export const GIVE_UP_SOCKETS = 3;
/** And every so many milliseconds. */
export const POLL = 4000;

/** Longest pause between two attempts, in milliseconds. */
const LONGEST = 30_000;

/** How long "is writing" stands without another word, in milliseconds. */
export const TYPING = 60_000;

/** When to try again: all pages of a server come back at once when it restarts, so each waits as chance has it. */
export class Pace {
  #failed = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** What was tried worked. */
  reset(): void {
    this.#failed = 0;
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  /** @param pause in milliseconds */
  after(pause: number, what: () => void): void {
    this.stop();
    this.#timer = setTimeout(what, pause);
  }

  /** Later each time that it fails. @param atLeast milliseconds */
  later(what: () => void, atLeast = 0): void {
    this.#failed += 1;
    this.after(Math.max(Math.random() * Math.min(500 * 2 ** this.#failed, LONGEST), atLeast), what);
  }
}

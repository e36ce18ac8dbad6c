import { Failure } from "../tenant/failure.ts";

/** Most inputs that wait for their turn in one room. */
export const MAX_WAITING = 200;

/**
 * One after the other: an object's own gate lets further calls in while one waits for D1, so order is made here.
 * @throws Failure `rate_limited` where {@link MAX_WAITING} wait already
 */
export class Queue {
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#waiting >= MAX_WAITING) {
      throw new Failure("rate_limited", "Too much is being said here at once.", { retryAfterSeconds: 5 });
    }
    this.#waiting += 1;
    const mine = this.#last.then(work, work).finally(() => {
      this.#waiting -= 1;
    });
    // What failed has told its caller; it must not stop the next.
    this.#last = mine.catch(() => {});
    return mine;
  }
}

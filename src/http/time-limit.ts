/**
 * Runs work under a signal that fires after a time. The timer goes with the work: one of `AbortSignal.timeout` would
 * stay until its time, and keep a Durable Object from resting.
 * @param ms milliseconds
 */
export async function withinTime<T>(ms: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(new DOMException("The time is up.", "TimeoutError")), ms);
  try {
    return await work(stop.signal);
  } finally {
    clearTimeout(timer);
  }
}

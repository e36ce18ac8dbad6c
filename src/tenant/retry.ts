import { Failure } from "./failure.ts";

/** How often a write that met another one at the same time is tried. */
const ATTEMPTS = 12;
/** The longest first pause, in milliseconds; each further one may be twice as long, up to the last. */
const FIRST_PAUSE = 20;
const LONGEST_PAUSE = 400;

/**
 * Waits before the next try: a random time below a limit that doubles ("full jitter"), so that writers which met once do
 * not meet again. Of twenty at once each then has its turn within about a second.
 * @param tries how many there were
 */
function pauseAfter(tries: number): Promise<void> {
  const limit = Math.min(FIRST_PAUSE * 2 ** (tries - 1), LONGEST_PAUSE);
  return new Promise((resolve) => setTimeout(resolve, Math.random() * limit));
}

/**
 * Runs `attempt` again when the data changed under it: every write that goes by what it read does so. It reads anew each
 * time, and throws a `conflict` only for what changed under it.
 * @throws Failure `conflict` when others keep changing it, {@link ATTEMPTS} times in all (some two seconds)
 */
export async function retryOnConflict<T>(attempt: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof Failure) || error.code !== "conflict" || tries === ATTEMPTS) throw error;
      await pauseAfter(tries);
    }
  }
}

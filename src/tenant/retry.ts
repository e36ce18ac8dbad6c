import { Failure } from "./failure.ts";

/** How often a write that met another one at the same time is tried. */
export const ATTEMPTS = 4;

/** Runs `attempt` again when the data changed under it, at most {@link ATTEMPTS} times in all. */
export async function retryOnConflict<T>(attempt: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof Failure) || error.code !== "conflict" || tries === ATTEMPTS) throw error;
    }
  }
}

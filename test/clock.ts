/**
 * Limits are those of the clock's minutes: a test that counts must not straddle two. Waits for the next one when this
 * one has less left than the test may take.
 */
export async function earlyInAMinute(seconds = 15): Promise<void> {
  const left = 60_000 - (Date.now() % 60_000);
  if (left < seconds * 1000) await new Promise((resolve) => setTimeout(resolve, left + 50));
}

import { logUnexpected } from "../http/log.ts";

/** How long after an alarm that failed it is tried again, in milliseconds. */
const RETRY = 30_000;
/** And how long at most, as often as it failed; a suspended workspace is looked at again so often. */
export const LATER = 60 * 60_000;

/** Does what an alarm came for; where that fails it is logged, and tried again later each time. @param whose for the log */
export async function orLater(
  storage: DurableObjectStorage,
  whose: string,
  work: () => Promise<void>,
): Promise<void> {
  const { kv } = storage;
  const failed = kv.get<number>("failed") ?? 0;
  try {
    await work();
    if (failed > 0) kv.delete("failed");
  } catch (error) {
    logUnexpected("alarm", whose, error);
    kv.put("failed", failed + 1);
    await storage.setAlarm(Date.now() + Math.min(RETRY * 2 ** failed, LATER));
  }
}

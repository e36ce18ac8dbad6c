import { z } from "zod";

/**
 * A moment in an answer: milliseconds, UTC, as rows hold it, shown as ISO 8601 text. It is listed as `date-time`.
 * Say `time.nullable()` where there may be none.
 */
export const time = z
  .int()
  .transform((milliseconds) => new Date(milliseconds).toISOString())
  .pipe(z.iso.datetime());

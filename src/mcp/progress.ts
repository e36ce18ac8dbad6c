import type { Call } from "../calls/define.ts";

/**
 * `Call.progress` for a request that asked for it with a token. Values must strictly grow, so others are dropped;
 * without a token all are.
 */
export function risingProgress(
  token: string | number | undefined,
  send: (params: {
    progressToken: string | number;
    progress: number;
    total?: number;
    message?: string;
  }) => Promise<void>,
): Call["progress"] {
  let last = Number.NEGATIVE_INFINITY;
  return async (progress, total, message) => {
    if (token === undefined || progress <= last) return;
    last = progress;
    await send({
      progressToken: token,
      progress,
      ...(total === undefined ? {} : { total }),
      ...(message === undefined ? {} : { message }),
    });
  };
}

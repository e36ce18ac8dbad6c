import { MAX_WAIT } from "../rooms/hub.ts";
import type { Visit } from "./visit.ts";

/** How long one stream is kept, in milliseconds: a browser comes again by itself, and is then asked anew who it is. */
const STREAM_MS = 4 * 60_000;
/** When a browser comes again, in milliseconds. */
const RETRY_MS = 1_000;

/**
 * `/w/<workspace>/live`: says that something was written in the workspace, and nothing of what. The page then reads itself
 * anew, with all checks. Each event has the hub's mark as its id, so that one who comes again misses nothing.
 */
export async function openLive({ env, workspace, c }: Visit): Promise<Response> {
  const hub = env.HUB.getByName(workspace.id);
  const known = c.req.header("last-event-id");
  let mark: string = known ?? (await hub.mark());
  const until = Date.now() + STREAM_MS;
  let over = false;
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(encoder.encode(`retry: ${RETRY_MS}\nid: ${mark}\n\n`));
    },
    async pull(controller) {
      if (over || Date.now() >= until) {
        controller.close();
        return;
      }
      const news = await hub.wait(mark, MAX_WAIT);
      if (over) return;
      // A comment keeps the connection open where nothing happened.
      controller.enqueue(encoder.encode(news === mark ? ": \n\n" : `id: ${news}\ndata: news\n\n`));
      mark = news;
    },
    cancel() {
      over = true;
    },
  });
  return new Response(body, {
    headers: { "Content-Type": "text/event-stream", "Cache-Control": "no-store", "X-Accel-Buffering": "no" },
  });
}

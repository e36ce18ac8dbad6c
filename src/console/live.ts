import { listCalls } from "../calls/list-calls.ts";
import { MAX_WAIT } from "../rooms/hub.ts";
import { tenantOfVisit, type Visit } from "./visit.ts";

/** How long one stream is kept, in milliseconds: a browser comes again by itself, and is then asked anew who it is. */
const STREAM_MS = 4 * 60_000;
/** When a browser comes again, in milliseconds. */
const RETRY_MS = 1_000;

/**
 * How often one stream looks for calls, in milliseconds, and how many times: a request may ask 50 things of its
 * surroundings on the free plan.
 */
const LOOK_MS = 1_500;
const LOOKS = 40;
/** What is written may be seen so much later, in milliseconds: calls are gathered before they are written. */
const LATE_MS = 3_000;

/**
 * `/w/<workspace>/live`: says that something was written in the workspace, and nothing of what. The page then reads itself
 * anew, with all checks. Each event has the hub's mark as its id, so that one who comes again misses nothing; one who comes
 * first says by `age` how old its page is, in milliseconds, and is told of what was written since.
 */
export async function openLive(visit: Visit): Promise<Response> {
  const { env, workspace } = visit;
  const hub = env.HUB.getByName(workspace.id);
  const until = Date.now() + STREAM_MS;
  const { mark, told } = await hub.told(ageOf(visit));
  return streamOf(visit, { mark, isNews: told }, async (known) =>
    Date.now() >= until ? null : hub.wait(known, MAX_WAIT),
  );
}

/**
 * `/w/<workspace>/live/calls`: the same for the log of calls. A call is no news of the hub: an assistant that waits for
 * news would be woken by its own waiting. So the log is looked at while a page shows it, one row at a time.
 */
export async function openLiveCalls(visit: Visit): Promise<Response> {
  const tenant = tenantOfVisit(visit);
  const newest = async () => (await listCalls(tenant, { limit: 1 })).items[0];
  let looks = 0;
  const first = await newest();
  const isNews = (first?.createdAt ?? 0) > Date.now() - ageOf(visit);
  return streamOf(visit, { mark: first?.id ?? NO_CALL, isNews }, async () => {
    if (++looks > LOOKS) return null;
    await scheduler.wait(LOOK_MS);
    return (await newest())?.id ?? NO_CALL;
  });
}

const NO_CALL = "none";

/** How long ago the page of a stream was read, with what may be seen late. */
function ageOf({ query }: Visit): number {
  const age = Number(query.get("age"));
  return LATE_MS + (Number.isFinite(age) ? Math.max(0, age) : 0);
}

/**
 * Says `data: news` whenever the mark changes, with the mark as the event's id.
 * @param now where it stands, and whether that is news to a page which comes for the first time
 * @param next the mark as it is after a while; null ends the stream, and the browser comes again by itself
 */
function streamOf(
  { c }: Visit,
  now: { mark: string; isNews: boolean },
  next: (mark: string) => Promise<string | null>,
): Response {
  const known = c.req.header("last-event-id");
  const isNews = known === undefined ? now.isNews : known !== now.mark;
  let { mark } = now;
  let over = false;
  const encoder = new TextEncoder();
  const event = (id: string) => `id: ${id}\ndata: news\n\n`;
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(encoder.encode(`retry: ${RETRY_MS}\n${isNews ? event(mark) : `id: ${mark}\n\n`}`));
    },
    async pull(controller) {
      const news = over ? null : await next(mark);
      if (over) return;
      if (news === null) {
        controller.close();
        return;
      }
      // A comment keeps the connection open where nothing happened.
      controller.enqueue(encoder.encode(news === mark ? ": \n\n" : event(news)));
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

import type { Call } from "../calls/define.ts";
import { type Feed, type FeedFilter, readFeed } from "./events.ts";

/**
 * {@link readFeed}, which waits for an event where there is none: the workspace's hub says when something was written.
 * The hub is asked for its mark before the feed is read, so that nothing comes in between.
 * @param ms how long it waits at most; a caller that goes away waits no longer
 */
export async function awaitFeed(call: Call, filter: FeedFilter, ms: number): Promise<Feed> {
  if (ms === 0) return readFeed(call.tenant, filter);
  const until = Date.now() + ms;
  const hub = call.env.HUB.getByName(call.tenant.workspaceId);
  let mark: string = await hub.mark();
  let feed = await readFeed(call.tenant, filter);
  while (feed.items.length === 0 && Date.now() < until && !call.signal.aborted) {
    // What was looked at is not looked at again; where more lies behind, there is nothing to wait for.
    // The time is up, or the hub has too many who wait: to ask it again at once would be no waiting.
    let heard = true;
    if (!feed.hasMore) {
      const news = await Promise.race([hub.wait(mark, until - Date.now()), gone(call.signal, mark)]);
      heard = news !== mark;
      mark = news;
    }
    feed = await readFeed(call.tenant, { ...filter, cursor: feed.nextCursor });
    if (!heard) break;
  }
  return feed;
}

function gone(signal: AbortSignal, mark: string): Promise<string> {
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(mark), { once: true }));
}

import { logUnexpected } from "./log.ts";

/**
 * Says that something was written in a workspace: whoever waits for its events reads them, and its webhooks go on. Never
 * throws; news that is lost is found by whoever looks next.
 */
export async function tellNews(env: Env, workspaceId: string, requestId: string): Promise<void> {
  try {
    await env.HUB.getByName(workspaceId).tell();
  } catch (error) {
    logUnexpected(requestId, "hub", error);
  }
}

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

/**
 * Says that an inbox was changed, so that open sockets of pages which it does not admit any more are closed now. Never
 * throws: what is not closed so is closed by the next thing that would go through.
 */
export async function tellInboxChanged(
  env: Env,
  where: { workspaceId: string; inboxId: string },
  requestId: string,
): Promise<void> {
  try {
    await env.HUB.getByName(where.workspaceId).inboxChanged(where.inboxId);
  } catch (error) {
    logUnexpected(requestId, "hub", error);
  }
}

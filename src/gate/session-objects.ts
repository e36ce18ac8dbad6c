import { logUnexpected } from "../http/log.ts";
import type { EndedSession } from "./sessions.ts";

/** Has the object of a session that is over delete itself, with its storage; an open stream of it ends. */
export async function putAway(env: Env, { id, transport }: EndedSession, requestId: string): Promise<void> {
  try {
    const prefix = transport === "sse" ? "sse" : "streamable-http";
    await env.MCP_SESSION.getByName(`${prefix}:${id}`).expire();
  } catch (error) {
    // Destroying itself, the object breaks off the very call that made it.
    if (!String(error).includes("destroyed")) logUnexpected(requestId, "put session away", error);
  }
}

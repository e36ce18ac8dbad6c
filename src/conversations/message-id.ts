import { bareId, prefixedId, textOfBytes } from "../tenant/ids.ts";

/**
 * The id of a message that its channel names itself: made from the inbox and the channel's id, so that the same message
 * again has the same id, which the unique index refuses. No index of the channel's ids is needed for that.
 * @param sourceId the channel's own id of the message, unique in the inbox
 */
export async function messageIdOf(inboxId: string, sourceId: string): Promise<string> {
  const bytes = new TextEncoder().encode(`${bareId(inboxId)} ${sourceId}`);
  const digest = await crypto.subtle.digest("SHA-256", bytes);
  return prefixedId("message", textOfBytes(new Uint8Array(digest).subarray(0, 22)));
}

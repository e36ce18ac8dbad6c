import { bareId, prefixedId, textOfBytes } from "../tenant/ids.ts";

/**
 * The id of a file that its channel names: made from the inbox and the channel's own name of it, so that the same one
 * again is the same file.
 */
export async function attachmentIdOf(inboxId: string, sourceId: string): Promise<string> {
  const bytes = new TextEncoder().encode(`file ${bareId(inboxId)} ${sourceId}`);
  const digest = await crypto.subtle.digest("SHA-256", bytes);
  return prefixedId("attachment", textOfBytes(new Uint8Array(digest).subarray(0, 22)));
}

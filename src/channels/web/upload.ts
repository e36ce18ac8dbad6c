import type { z } from "zod";
import { fileAddress } from "../../attachments/address.ts";
import { sourceOfResponse } from "../../attachments/given.ts";
import { ownerOf, storeFile } from "../../attachments/store.ts";
import { mustHaveRoomToday } from "../../conversations/day-ceiling.ts";
import { countDaily } from "../../figures/day-counts.ts";
import { withinTime } from "../../http/time-limit.ts";
import { Failure } from "../../tenant/failure.ts";
import { MAX_VISITOR_FILE, MAX_VISITOR_FILES_A_DAY } from "./limits.ts";
import type { SignedVisitor } from "./token.ts";
import { READER, visitInbox } from "./visited-inbox.ts";
import type { uploadedOutput } from "./wire.ts";

/** How long an upload may take: 10 MB over a slow line. */
const TIME_MS = 120_000;

/**
 * Takes a visitor's file, for one of its next messages: the body of the request as it is, whatever it says of itself.
 * @throws Failure as `visitInbox` and `storeFile`; `blocked`; `rate_limited` when the inbox took in all it may on a day;
 * `invalid_input` when it was cut off
 */
export async function takeUpload(
  env: Env,
  visitor: SignedVisitor,
  request: Request,
  name: string | undefined,
): Promise<z.input<typeof uploadedOutput>> {
  const { inboxId, sourceId, key, workspaceId } = visitor;
  const origin = request.headers.get("origin") ?? undefined;
  const { inbox, identity, tenantAs } = await visitInbox(env, key, origin, sourceId);
  if (identity && identity.blockedAt !== null) {
    throw new Failure("blocked", "Your messages are not taken here.");
  }
  if (!request.body) throw new Failure("invalid_input", "The file is empty.");
  const tenant = tenantAs(READER);
  await mustHaveRoomToday(tenant, inboxId, MAX_VISITOR_FILES_A_DAY);
  const depot = { tenant, env, inboxId, owner: ownerOf({ sourceId }) };
  const file = {
    ...sourceOfResponse(request, request.body),
    ...{ name, type: request.headers.get("content-type") ?? undefined, maxBytes: MAX_VISITOR_FILE },
    also: (bytes: number) => {
      const { chatbotId } = inbox;
      return [countDaily(tenant, { inboxId, chatbotId, metric: "visitor_file_bytes", by: bytes })];
    },
  };
  try {
    const stored = await withinTime(TIME_MS, (signal) => storeFile(depot, file, signal));
    return { ...stored, url: fileAddress({ workspaceId, ...stored }) };
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw new Failure("invalid_input", "The file did not come whole.", { hint: "Send it again." });
  }
}

import { z } from "zod";
import { time } from "../tenant/time.ts";

/**
 * How the moments in what the operator API answers are shown. Everything else of a row is answered as it is stored:
 * the operator sees all of it.
 */

export const workspaceRowOutput = z.looseObject({
  trialEndsAt: time.nullable(),
  suspendedAt: time.nullable(),
  createdAt: time,
});

export const deletedWorkspaceOutput = z.looseObject({ deletedAt: time, clearedAt: time.nullable() });

export const memberOutput = z.looseObject({ createdAt: time, removedAt: time.nullable() });

/** An API key or bot token. */
export const tokenOutput = z.looseObject({
  expiresAt: time.nullable(),
  revokedAt: time.nullable(),
  createdAt: time,
  /** Not there in the answer that makes one. */
  lastUsedAt: time.nullable().optional(),
});

/** What a person allowed an OAuth client. */
export const grantOutput = tokenOutput.omit({ expiresAt: true });

/** A token or grant that ended. */
export const revokedOutput = z.looseObject({ revokedAt: time.nullable() });

export const mcpSessionOutput = z.looseObject({
  createdAt: time,
  lastSeenAt: time,
  endedAt: time.nullable(),
});

export const invitationOutput = z.looseObject({ expiresAt: time });

/** An invitation of a list: without its link, which is shown when it is made and never again. */
export const listedInvitationOutput = z.looseObject({
  createdAt: time,
  expiresAt: time,
  acceptedAt: time.nullable(),
  revokedAt: time.nullable(),
});

export const passwordLinkOutput = z.looseObject({ expiresAt: time });

export const inboxOutput = z.looseObject({ createdAt: time, updatedAt: time });

export const draftReplyOutput = z.looseObject({ createdAt: time, updatedAt: time });

export const callOutput = z.looseObject({ createdAt: time });

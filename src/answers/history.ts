import { latestMessages } from "../conversations/read.ts";
import type { Tenant } from "../tenant/tenant.ts";

/** A line of a conversation, as the AI is told of it. */
export interface Line {
  from: "visitor" | "assistant" | "team";
  text: string;
}

/** Lines that count as context. */
export const MAX_LINES = 10;

/**
 * The last lines of a conversation since it began or was last reopened, the oldest first: what was settled before that
 * is another matter. Reads {@link MAX_LINES} rows at most.
 */
export async function linesOf(
  tenant: Tenant,
  conversation: { id: string; openedAt: number },
): Promise<Line[]> {
  const { items } = await latestMessages(tenant, conversation.id, { notes: false, limit: MAX_LINES });
  return items
    .filter(({ createdAt }) => createdAt >= conversation.openedAt)
    .map(({ senderKind, body }) => ({
      from:
        senderKind === "contact"
          ? ("visitor" as const)
          : senderKind === "ai" || senderKind === "flow"
            ? ("assistant" as const)
            : ("team" as const),
      text: body,
    }));
}

import type { z } from "zod";
import { CHANNEL_ABILITIES } from "../../inboxes/channels.ts";
import type { ChannelContract } from "../channel.ts";
import { deviceOf, type messageInput } from "./input.ts";
import type { SignedVisitor } from "./token.ts";

/** A message as the visitor API takes it in. */
interface Received {
  visitor: SignedVisitor;
  input: z.output<typeof messageInput>;
  userAgent?: string;
  country?: string;
}

/** The chat widget on a site. Its customers fetch messages through the visitor API. */
export const webChannel: ChannelContract<Received> = {
  kind: "web",
  can: CHANNEL_ABILITIES.web,
  incoming({ visitor, input, userAgent, country }) {
    const { sourceId, name, email, page, referrer, locale } = visitor;
    const device = deviceOf(userAgent);
    return {
      from: { sourceId, name, email },
      text: input.text,
      choiceIds: input.choiceIds,
      conversation: input.conversation,
      seen: input.seen,
      // The page chooses the id, so it counts for this visitor alone. It has no colon, so no two visitors' ids meet.
      sourceId: input.clientMessageId && `${sourceId}:${input.clientMessageId}`,
      visitor: { page, referrer, locale, device, country },
    };
  },
  send: null,
};

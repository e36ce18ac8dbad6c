import type { z } from "zod";
import { CHANNEL_ABILITIES } from "../../inboxes/channels.ts";
import type { ChannelAdapter, Incoming } from "../channel.ts";
import { deviceOf, type messageInput } from "./input.ts";
import type { SignedVisitor } from "./token.ts";

/** The chat widget on a site. Its customers come by a door of their own, the visitor API, and fetch messages there. */
export const webChannel: ChannelAdapter = {
  kind: "web",
  can: CHANNEL_ABILITIES.web,
  connecting: null,
  hook: null,
  out: null,
};

/** A message as the visitor API takes it in. */
interface Received {
  visitor: SignedVisitor;
  input: z.output<typeof messageInput>;
  userAgent?: string;
  country?: string;
}

/** What a visitor wrote, in the words that conversations take. */
export function visitorMessage({ visitor, input, userAgent, country }: Received): Incoming {
  const { sourceId, name, email, page, referrer, locale } = visitor;
  const device = deviceOf(userAgent);
  return {
    from: { sourceId, name, email },
    text: input.text,
    attachments: input.attachments,
    choiceIds: input.choiceIds,
    conversation: input.conversation,
    seen: input.seen,
    // The page chooses the id, so it counts for this visitor alone. It has no colon, so no two visitors' ids meet.
    sourceId: input.clientMessageId && `${sourceId}:${input.clientMessageId}`,
    visitor: { page, referrer, locale, device, country },
  };
}

import type { DeliveryState, MessageContent, VisitorMetadata } from "../conversations/append.ts";
import type { ChannelAbilities } from "../inboxes/channels.ts";
import type { Channel } from "../inboxes/store.ts";

/** What came in on a channel, in the words that conversations take. */
export interface Incoming {
  /** Who wrote: the channel's own id of them, 1 to 200 characters. The identity of a contact is inbox and this. */
  from: { sourceId: string; name?: string; email?: string; phone?: string };
  text: string;
  /** Ids of choices that were taken rather than typed; `text` says them. */
  choiceIds?: string[];
  /** One of the sender's conversations, or "new" for another; else the newest goes on. */
  conversation?: string;
  /** The version of the flow whose beginning the sender was shown, and answers. */
  seen?: string;
  /** The channel's own id of the message; the same one again in the inbox is the same message. */
  sourceId?: string;
  /** What is known of where they write from. */
  visitor?: VisitorMetadata;
}

/** What goes out, fitted to what the channel can. */
export interface Outgoing {
  /** The chat it goes to: {@link Incoming}'s `from.sourceId`. */
  to: string;
  text: string;
  content: MessageContent | null;
}

/** What became of a message that went out: states only move forward, see `conversations/delivery.ts`. */
export interface Delivery {
  state: DeliveryState;
  /** The id that the channel gave it, which its later reports name. */
  sourceId?: string;
  /** Why it failed, as the channel says it. */
  failure?: string;
}

/**
 * A channel: how customers reach an inbox. One folder each; adding one is this contract, its abilities in
 * `inboxes/channels.ts` and its address in the router.
 *
 * @typeParam Received what its address takes in, checked by then
 */
export interface ChannelContract<Received> {
  kind: Channel;
  can: ChannelAbilities;
  /** Who wrote what. Reads and writes nothing. */
  incoming(received: Received): Incoming;
  /**
   * Hands a message to the channel's service; null where the customer fetches messages from us.
   * @param credentials the inbox's, unsealed
   */
  send: ((message: Outgoing, credentials: string, signal: AbortSignal) => Promise<Delivery>) | null;
}

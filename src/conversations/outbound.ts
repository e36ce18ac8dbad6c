import { CHANNEL_ABILITIES } from "../inboxes/channels.ts";
import { CHANNELS, type Inbox } from "../inboxes/store.ts";
import { Failure } from "../tenant/failure.ts";
import type { MessageTemplate } from "./schema.ts";

/** What is sent: text, or a template that the channel has approved. Exactly one of the two. */
export interface OutgoingContent {
  text?: string;
  template?: MessageTemplate;
}

/** Channels that need no connection. */
const FETCHED = CHANNELS.filter((channel) => CHANNEL_ABILITIES[channel].fetched);

/** True when a text written in this inbox now would reach the customer. */
export function canSend(inbox: Pick<Inbox, "channel" | "state">): boolean {
  return inbox.state === "active" && CHANNEL_ABILITIES[inbox.channel].fetched;
}

/**
 * The text to send in an inbox, or the reason why nothing can be sent there: a message that nobody would receive
 * is refused, never stored as if it had gone out.
 * @throws Failure `not_allowed` for a disabled inbox; `unsupported` for templates where the channel has none, and
 * for channels without a connection
 */
export function sendableText(
  inbox: Pick<Inbox, "id" | "channel" | "state">,
  content: OutgoingContent,
): string {
  if (inbox.state === "disabled") {
    throw new Failure("not_allowed", `The inbox ${inbox.id} is disabled: nothing goes out of it.`);
  }
  if (content.template && !CHANNEL_ABILITIES[inbox.channel].templates) {
    throw new Failure("unsupported", `The ${inbox.channel} channel has no templates.`, {
      hint: "Send text instead: this channel has no reply window.",
    });
  }
  if (!CHANNEL_ABILITIES[inbox.channel].fetched) {
    throw new Failure(
      "unsupported",
      `The ${inbox.channel} channel is not connected, so nothing can be sent.`,
      {
        hint: "Write to the contact in a web or api inbox.",
        candidates: FETCHED,
      },
    );
  }
  if (content.text === undefined) throw new Failure("invalid_input", "Pass text.");
  return content.text;
}

import { messagingChannel } from "../meta/messaging-channel.ts";

/** The longest text, in bytes of UTF-8: 2,000 characters of any script. */
const MOST_BYTES = 8_000;

/** Messenger: people who write to a Facebook page. */
export const messengerChannel = messagingChannel(
  "messenger",
  { object: "page", label: "Messenger" },
  MOST_BYTES,
);

import { messagingChannel } from "../meta/messaging-channel.ts";

/** The longest text, in bytes of UTF-8. */
const MOST_BYTES = 1_000;

/** Instagram: people who write to a professional account that is linked to a Facebook page. */
export const instagramChannel = messagingChannel(
  "instagram",
  { object: "instagram", label: "Instagram" },
  MOST_BYTES,
);

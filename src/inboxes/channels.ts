import type { Channel } from "./schema.ts";

/** What a channel can: what is sent is fitted to it, and what it cannot carry is refused with the reason. */
export interface ChannelAbilities {
  /**
   * Messages come in and go out here. An inbox of any other channel is `not_connected`, and nothing is sent in it: no
   * customer could read it.
   */
  built: boolean;
  /**
   * How a message reaches the customer: they fetch it from us, or it is handed to the channel's service, to which the
   * inbox has to be connected first.
   */
  out: "fetched" | "handed";
  /**
   * Under which id of the channel a contact is written to that never wrote here: as the user whom the site signs in
   * under the contact's externalId, under that very id, or not at all.
   */
  first: "signed_in" | "external_id" | null;
  /** Most characters of one text; longer ones go out in several. */
  textLength: number;
  /** Answers offered as buttons, at most; 0: they are numbered lines of the text. */
  choices: number;
  pictures: boolean;
  files: boolean;
  /** Hours after the customer's last message in which anything may be sent; null: always. */
  windowHours: number | null;
  /** Approved templates, which may be sent outside of the window. */
  templates: boolean;
}

/**
 * Limits: Telegram Bot API (sendMessage, InlineKeyboardMarkup), WhatsApp Cloud API (messages, 24-hour customer service
 * window, 3 reply buttons), Messenger Platform (Send API, standard messaging window, 13 quick replies).
 */
export const CHANNEL_ABILITIES: Readonly<Record<Channel, ChannelAbilities>> = {
  web: {
    ...{ built: true, out: "fetched", first: "signed_in", textLength: 10_000, choices: 20 },
    ...{ pictures: true, files: true, windowHours: null, templates: false },
  },
  api: {
    ...{ built: true, out: "handed", first: "external_id", textLength: 10_000, choices: 20 },
    ...{ pictures: true, files: true, windowHours: null, templates: false },
  },
  telegram: {
    ...{ built: true, out: "handed", first: null, textLength: 4096, choices: 100 },
    ...{ pictures: true, files: true, windowHours: null, templates: false },
  },
  whatsapp: {
    ...{ built: false, out: "handed", first: null, textLength: 4096, choices: 3 },
    ...{ pictures: true, files: true, windowHours: 24, templates: true },
  },
  messenger: {
    ...{ built: false, out: "handed", first: null, textLength: 2000, choices: 13 },
    ...{ pictures: true, files: true, windowHours: 24, templates: true },
  },
};

/** Whether what goes out here waits for the channel's service, see {@link ChannelAbilities.out}. */
export function isHanded(channel: string): boolean {
  return Object.hasOwn(CHANNEL_ABILITIES, channel) && CHANNEL_ABILITIES[channel as Channel].out === "handed";
}

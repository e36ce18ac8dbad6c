import { MAX_FILE_BYTES, MAX_FILES } from "../attachments/limits.ts";
import type { FileKind } from "../attachments/media-type.ts";
import type { Channel } from "./schema.ts";

/** Which files a message can carry. */
export interface FileAbilities {
  /** How many; 0: none. */
  most: number;
  /** Most bytes of one, by what it is. */
  bytes: Readonly<Record<FileKind, number>>;
  /** The media types that can be sent; null: any. */
  types: readonly string[] | null;
}

const MB = 1024 * 1024;
/** As large as files may be at all, of whatever kind. */
const ANY_FILE: FileAbilities = {
  most: MAX_FILES,
  bytes: { image: MAX_FILE_BYTES, audio: MAX_FILE_BYTES, video: MAX_FILE_BYTES, file: MAX_FILE_BYTES },
  types: null,
};

/** Less of some kinds. */
const limited = (bytes: Partial<FileAbilities["bytes"]>): FileAbilities => ({
  ...ANY_FILE,
  bytes: { ...ANY_FILE.bytes, ...bytes },
});
/** Postmark takes mail of 10 MB, in which a file is a third longer. Together they are no longer, see channels/email. */
export const MAIL_BYTES = 7 * MB;
const MAIL_FILES = limited({ image: MAIL_BYTES, audio: MAIL_BYTES, video: MAIL_BYTES, file: MAIL_BYTES });
const WHATSAPP_FILES: FileAbilities = {
  most: MAX_FILES,
  bytes: { image: 5 * MB, audio: 16 * MB, video: 16 * MB, file: MAX_FILE_BYTES },
  types: [
    ...["image/jpeg", "image/png", "audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/ogg"],
    ...["video/3gpp", "video/mp4", "text/plain", "application/pdf", "application/msword"],
    ...["application/vnd.ms-excel", "application/vnd.ms-powerpoint"],
    "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
  ],
};

/** Pictures, audio, videos and PDFs, each as its own message. */
const INSTAGRAM_FILES: FileAbilities = {
  most: MAX_FILES,
  bytes: { image: 8 * MB, audio: MAX_FILE_BYTES, video: MAX_FILE_BYTES, file: MAX_FILE_BYTES },
  types: [
    ...["image/jpeg", "image/png", "image/gif", "audio/aac", "audio/mp4", "audio/wav", "audio/mpeg"],
    ...["video/mp4", "video/ogg", "video/webm", "video/quicktime", "application/pdf"],
  ],
};

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
   * under the contact's externalId, under that very id, under the contact's confirmed number or address, or not at all.
   */
  first: "signed_in" | "external_id" | "phone" | "email" | null;
  /** Most characters of one text; longer ones go out in several. */
  textLength: number;
  /** How choices are offered, the best first: what fits none of these is numbered lines of the text. */
  offers: readonly Offer[];
  files: FileAbilities;
  /** Hours after the customer's last message in which anything may be sent; null: always. */
  windowHours: number | null;
  /** Approved templates, which may be sent outside of the window. */
  templates: boolean;
  /** Its service shows the customer that what they wrote was read, once somebody answers. */
  marksRead: boolean;
}

/** A form in which a channel offers choices. */
export interface Offer {
  form: "buttons" | "list";
  /** Most choices, and most characters of each label. */
  most: number;
  labelLength: number;
}

/**
 * Limits: Telegram Bot API (sendMessage, InlineKeyboardMarkup), WhatsApp Cloud API (text, interactive reply buttons and
 * lists, 24-hour customer service window), Messenger Platform and Instagram messaging (Send API, quick replies, standard
 * messaging window), read December 2026. The web's and an app's are those of flows.
 */
export const CHANNEL_ABILITIES: Readonly<Record<Channel, ChannelAbilities>> = {
  web: {
    ...{ built: true, out: "fetched", first: "signed_in", textLength: 10_000 },
    offers: [{ form: "buttons", most: 20, labelLength: 100 }],
    ...{ files: ANY_FILE, windowHours: null, templates: false, marksRead: false },
  },
  api: {
    ...{ built: true, out: "handed", first: "external_id", textLength: 10_000 },
    offers: [{ form: "buttons", most: 20, labelLength: 100 }],
    ...{ files: ANY_FILE, windowHours: null, templates: false, marksRead: false },
  },
  email: {
    ...{ built: true, out: "handed", first: "email", textLength: 10_000, offers: [] },
    ...{ files: MAIL_FILES, windowHours: null, templates: false, marksRead: false },
  },
  telegram: {
    ...{ built: true, out: "handed", first: null, textLength: 4096 },
    offers: [{ form: "buttons", most: 100, labelLength: 100 }],
    ...{ files: limited({ image: 10 * MB }), windowHours: null, templates: false, marksRead: false },
  },
  whatsapp: {
    ...{ built: true, out: "handed", first: "phone", textLength: 4096 },
    offers: [
      { form: "buttons", most: 3, labelLength: 20 },
      { form: "list", most: 10, labelLength: 24 },
    ],
    ...{ files: WHATSAPP_FILES, windowHours: 24, templates: true, marksRead: true },
  },
  messenger: {
    ...{ built: true, out: "handed", first: null, textLength: 2000 },
    offers: [{ form: "buttons", most: 13, labelLength: 20 }],
    ...{ files: limited({ image: 8 * MB }), windowHours: 24, templates: false, marksRead: true },
  },
  instagram: {
    ...{ built: true, out: "handed", first: null, textLength: 1000 },
    offers: [{ form: "buttons", most: 13, labelLength: 20 }],
    ...{ files: INSTAGRAM_FILES, windowHours: 24, templates: false, marksRead: true },
  },
};

/** Whether what goes out here waits for the channel's service, see {@link ChannelAbilities.out}. */
export function isHanded(channel: string): boolean {
  return Object.hasOwn(CHANNEL_ABILITIES, channel) && CHANNEL_ABILITIES[channel as Channel].out === "handed";
}

/** Whether who writes here is shown that they were read, see {@link ChannelAbilities.marksRead}. */
export function marksRead(channel: string): boolean {
  return Object.hasOwn(CHANNEL_ABILITIES, channel) && CHANNEL_ABILITIES[channel as Channel].marksRead;
}

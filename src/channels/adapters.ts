import type { Channel } from "../inboxes/store.ts";
import { apiChannel } from "./api/channel.ts";
import type { ChannelAdapter } from "./channel.ts";
import { emailChannel } from "./email/channel.ts";
import { instagramChannel } from "./instagram/channel.ts";
import { messengerChannel } from "./messenger/channel.ts";
import { telegramChannel } from "./telegram/channel.ts";
import { webChannel } from "./web/channel.ts";
import { whatsappChannel } from "./whatsapp/channel.ts";

/** The channels that are built, by their kind. */
export const ADAPTERS: Readonly<Partial<Record<Channel, ChannelAdapter>>> = {
  web: webChannel,
  api: apiChannel,
  email: emailChannel,
  telegram: telegramChannel,
  whatsapp: whatsappChannel,
  messenger: messengerChannel,
  instagram: instagramChannel,
};

import type { Outgoing, OutgoingFile } from "../../src/channels/channel.ts";
import * as messaging from "../../src/channels/meta/messaging-render.ts";
import * as whatsapp from "../../src/channels/whatsapp/render.ts";
import type { Effect } from "../../src/flows/run/state.ts";
import { CHANNEL_ABILITIES } from "../../src/inboxes/channels.ts";
import { messageContent, messageText } from "../../src/live/message-text.ts";

type Said = Extract<Effect, { type: "send" }>;
type Render = (message: Outgoing) => Record<string, unknown>[];

export const WHATSAPP: Render = whatsapp.renderMessage;
export const MESSENGER: Render = (message) =>
  messaging.renderMessage(message, CHANNEL_ABILITIES.messenger, 8000);
export const INSTAGRAM: Render = (message) =>
  messaging.renderMessage(message, CHANNEL_ABILITIES.instagram, 1000);

/** The requests that what a flow says takes on a channel. */
export function sent(
  render: Render,
  said: Omit<Said, "type" | "nodeId">,
  files: readonly OutgoingFile[] = [],
): Record<string, unknown>[] {
  const effect: Said = { type: "send", nodeId: "n", ...said };
  return render({
    ...{ id: "ms_1", to: "1", conversationId: "cv_1", contactId: "ct_1", createdAt: 0 },
    sender: { kind: "flow", name: "Flow" },
    thread: null,
    ...{ text: messageText(effect), caption: messageText(effect), files },
    content: messageContent(effect) ?? null,
  });
}

import type { z } from "zod";
import { withAddresses } from "../../attachments/said.ts";
import type { VisitorMessage } from "../../conversations/visitor-view.ts";
import { type SENDERS, type Shown, shownOutput } from "./wire.ts";

/** Who wrote a message, as the widget is told. */
const FROM: Record<VisitorMessage["from"], (typeof SENDERS)[number]> = {
  visitor: "visitor",
  team: "team",
  chatbot: "bot",
  system: "bot",
};

/** A message for {@link shownOutput}: its files have addresses for a while. */
export function forVisitor(
  workspaceId: string,
  { from, name, content, ...message }: VisitorMessage,
): z.input<typeof shownOutput> {
  const { attachments: held, ...rest } = content ?? {};
  const shown = { ...rest, ...(held ? { attachments: withAddresses(workspaceId, held) } : {}) };
  return { ...message, content: content && shown, from: FROM[from], senderName: name };
}

/** A message as the widget is told of it. */
export function shownMessage(workspaceId: string, message: VisitorMessage): Shown {
  return shownOutput.parse(forVisitor(workspaceId, message));
}

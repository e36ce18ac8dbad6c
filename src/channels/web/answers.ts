import type { VisitorMessage } from "../../conversations/visitor-view.ts";
import { type SENDERS, type Shown, shownOutput } from "./wire.ts";

/** Who wrote a message, as the widget is told. */
export const FROM: Record<VisitorMessage["from"], (typeof SENDERS)[number]> = {
  visitor: "visitor",
  team: "team",
  chatbot: "bot",
  system: "bot",
};

/** A message as the widget is told of it, over a socket and by polling. */
export function shownMessage({ from, name, ...message }: VisitorMessage): Shown {
  return shownOutput.parse({ ...message, from: FROM[from], senderName: name });
}

import type { Shown } from "../src/channels/web/wire.ts";
import type { WidgetConfig } from "../src/widget/wire.ts";
import type { Greeting } from "./line.ts";
import type { Waiting } from "./outbox.ts";

/** Whom the site says its visitor is. */
export interface Identity {
  /** The site's own id of the user, with the signature of its server: see /docs/widget. */
  id?: string;
  signature?: string;
  name?: string;
  email?: string;
}

export interface State {
  config: WidgetConfig;
  /** Oldest first, of all conversations. */
  messages: readonly Shown[];
  /** What was said and is not acknowledged, with the code of its refusal. */
  outbox: readonly Waiting[];
  /** `elsewhere`: too many windows have it open. */
  link: "none" | "connecting" | "ready" | "offline" | "elsewhere";
  /** Why there is no chat at all: the code of the refusal. */
  refused: string | null;
  /** Somebody is about to say something; text where it can be read already. */
  typing: { text: string } | null;
  unread: number;
  /** What the flow says before the visitor has said anything. */
  greeting: Greeting | null;
  /** Of the newest conversation. */
  resolved: boolean;
  /** The conversation that the visitor is asked to rate; null: none. */
  rating: string | null;
}

/** How many messages of others come after a number. */
export function unreadAfter(seq: number, messages: readonly Shown[]): number {
  return messages.filter((message) => message.from !== "visitor" && message.seq > seq).length;
}
